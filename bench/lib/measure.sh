# Sourced by bench/compare: one turn of load on one proxy.

saturate() { # NAME SECONDS WRK…: as fast as 64 connections allow; leaves cost (CPU µs a request), rate (requests a second), bad
  local name=$1 seconds=$2 before after said
  shift 2
  before=$(ticks "$name")
  said=$(taskset -c "$load_cpu" wrk -t1 -c64 -d"${seconds}s" "$@")
  after=$(ticks "$name")
  read -r cost rate bad <<< "$(awk -v ticks=$((after - before)) -v hz="$hz" '
    /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad += $NF }
    /Socket errors/ { gsub(",", ""); bad += $4 + $6 + $8 + $10 }
    END { printf "%.3f %.1f %d\n", n ? ticks / hz * 1e6 / n : 0, rate, n ? bad : bad + 1 }' <<< "$said")"
}

record_saturation() { # CASE NAME AS
  record "$1" "$3" CPU_us/req "$cost"
  record "$1" "$3" req/s "$rate"
  record "$1" "$3" RSS_MiB "$(calc "$(rss_kib "$2") / 1024" 1)"
  record "$1" "$3" failed "$bad"
}

open_loop() { # CASE AS KEY=VALUE…: records latencies at a fixed rate
  local case=$1 proxy=$2 said requests failed p50 p99 p999 longest own
  shift 2
  said=$(java_load OpenLoop "$@" seconds="$seconds" seed=$RANDOM) || [ -n "$said" ] || fail "the generator failed"
  read -r requests failed p50 p99 p999 longest own <<< "$said"
  record "$case" "$proxy" p50_us "$p50"
  record "$case" "$proxy" p99_us "$p99"
  record "$case" "$proxy" p99.9_us "$p999"
  record "$case" "$proxy" own_p99_us "$own"
  record "$case" "$proxy" failed "$failed"
}

syscalls() { # CASE PROXY WRK…: by tracepoints where perf may use them, else by strace, which slows the proxy
  local case=$1 proxy=$2 list tracer requests
  shift 2
  list=$work/syscalls.$case.$proxy
  if perf stat -x, -e 'syscalls:sys_enter_*' -o "$list" -p "${pid[$proxy]}" -- \
    taskset -c "$load_cpu" wrk -t1 -c64 -d3s "$@" > "$work/wrk.out" 2> /dev/null; then
    awk -F, '$1 > 0 { sub("syscalls:sys_enter_", "", $3); print $1, $3 }' "$list" | sort -rn > "$list.sorted"
  else
    command -v strace > /dev/null || fail "--syscalls needs perf or strace (Debian: apt-get install strace)"
    strace -c -f -o "$list" -p "${pid[$proxy]}" 2> /dev/null &
    tracer=$!
    sleep 1
    taskset -c "$load_cpu" wrk -t1 -c64 -d3s "$@" > "$work/wrk.out"
    kill -INT "$tracer"
    wait "$tracer" || true
    awk '$1 ~ /^[0-9.]+$/ && $NF != "total" { print $4, $NF }' "$list" | sort -rn > "$list.sorted"
  fi
  requests=$(awk '/requests in/ { print $1 }' "$work/wrk.out")
  record "$case" "$proxy" syscalls/req "$(awk -v n="$requests" '{ s += $1 } END { printf "%.3f", s / n }' "$list.sorted")"
  awk -v n="$requests" -v what="$case $proxy" 'NR <= 6 { line = line sprintf(" %s %.2f", $2, $1 / n) } END { print what ":" line }' \
    "$list.sorted" >> "$work/syscalls"
}

idle_cpu() { # NAME: leaves in spent the milliseconds of CPU a second while nobody asks
  spent=$(ticks "$1")
  sleep "$seconds"
  spent=$(calc "($(ticks "$1") - $spent) / $hz * 1000 / $seconds" 1)
}
