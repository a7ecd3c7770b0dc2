# Cases of their own kind.

more_cases="services churn idle start rss"
default_more="services churn idle start"
describe_more="services   CPU per request of Fairlead's with 10,000 services known and used, to one; traffic to one of them, and spread over all
churn      1,000 services whose endpoints change every second: files for Fairlead, the runtime socket for HAProxy
idle       callers that made one request each and stay: memory for each, CPU of all
start      from the start of the process to the first answer through it, milliseconds
rss        memory after --minutes at saturation; only when asked for"

spread() { # SERVICES FILE: wrk asks s0, s1 … in turn
  cat > "$2" <<LUA
local requests, i = {}, 0
function init(args)
  for n = 0, $1 - 1 do requests[n] = wrk.format("GET", "/1k", { Host = "s" .. n }) end
end
function request() i = (i + 1) % $1 return requests[i] end
LUA
}

service_files() { # DIRECTORY SERVICES
  mkdir -p "$1"
  local i
  for ((i = 0; i < $2; i++)); do echo "127.0.0.1 $backend_one" > "$1/s$i"; done
}

launch_with_services() { # NAME ADMIN-PORT PORT SERVICES: Fairlead with room for all of them
  service_files "$work/$1" "$4"
  cat > "$work/$1.yaml" <<CONF
admin: {port: $2}
namers:
- {kind: io.l5d.fs, rootDir: $work/$1}
routers:
- protocol: http
  dtab: /svc => /#/io.l5d.fs
  bindingCache: {paths: 12000, trees: 12000, bounds: 12000, clients: 12000}
  servers: [{port: $3}]
CONF
  FAIRLEAD_WORKERS=1 start "$1" "$proxy_cpu" "$here/fairlead" "$work/$1.yaml"
  await "$1" "$3" s0
}

# --- services ---

run_services() {
  local round
  launch_with_services one "$admin_one" "$fairlead_one" 1
  launch_with_services all "$admin_all" "$fairlead_all" 10000
  spread 1 "$work/one.lua"
  spread 10000 "$work/all.lua"
  saturate one "$warm" -s "$work/one.lua" "http://127.0.0.1:$fairlead_one"
  saturate all "$warm" -s "$work/all.lua" "http://127.0.0.1:$fairlead_all"
  saturate all "$warm" -s "$work/one.lua" "http://127.0.0.1:$fairlead_all"
  for ((round = 0; round < rounds; round++)); do
    saturate one "$seconds" -s "$work/one.lua" "http://127.0.0.1:$fairlead_one"
    record_saturation services one fairlead-1
    saturate all "$seconds" -s "$work/one.lua" "http://127.0.0.1:$fairlead_all"
    record_saturation services all fairlead-10000
    saturate all "$seconds" -s "$work/all.lua" "http://127.0.0.1:$fairlead_all"
    record_saturation services all fairlead-spread
  done
  stop one all
  {
    echo "services: CPU per request, 10,000 services known ÷ 1: $(ratio services fairlead-10000 fairlead-1 CPU_us/req)"
    echo "services: CPU per request, traffic spread over 10,000 ÷ to 1: $(ratio services fairlead-spread fairlead-1 CPU_us/req)" \
      "(10,000 connections to the backend instead of 64 at most)"
  } >> "$work/notes"
}

ratio() { calc "$(median_of "$1" "$2" "$4") / $(median_of "$1" "$3" "$4")"; } # CASE PROXY OTHER FIGURE

# --- churn ---

configure_haproxy_churn() {
  local i
  {
    echo "$haproxy_head"
    echo "frontend in"
    echo "  bind 127.0.0.1:$haproxy_churn backlog 8192"
    echo "  use_backend %[req.hdr(host)]"
    haproxy_headers '%[req.hdr(host)]'
    for ((i = 0; i < 1000; i++)); do printf 'backend s%d\n  server a 127.0.0.1:%d\n' $i "$backend_one"; done
  } | sed "s|^global|&\n  stats socket $work/haproxy.sock mode 600 level admin|" > "$work/churning.cfg"
}

moving() { # fairlead|haproxy: endpoints begin to move; stop with: stop mover
  case $1 in
    fairlead) start mover "$load_cpu" "${java_command[@]}" fairlead.bench.load.Endpoints \
      files "$work/churn" 1000 "$backend_one" "$backend_two" ;;
    haproxy) start mover "$load_cpu" "${java_command[@]}" fairlead.bench.load.Endpoints \
      haproxy "$work/haproxy.sock" 1000 "$backend_one" "$backend_two" ;;
  esac
}

run_churn() {
  local round proxy half turn
  launch_with_services churn "$admin_churn" "$fairlead_churn" 1000
  configure_haproxy_churn
  start churning "$proxy_cpu" haproxy -f "$work/churning.cfg" -db
  await churning "$haproxy_churn" s0
  spread 1000 "$work/churn.lua"
  declare -A name=([fairlead]=churn [haproxy]=churning)
  for proxy in haproxy fairlead; do
    moving $proxy
    port=${proxy}_churn
    saturate "${name[$proxy]}" "$([ $proxy = fairlead ] && echo "$warm" || echo 2)" -s "$work/churn.lua" "http://127.0.0.1:${!port}"
    stop_mover
  done
  for turn in saturation open; do
    [ $turn = saturation ] || half=$(calc "$(median_of churn haproxy req/s) / 2" 0)
    for ((round = 0; round < rounds; round++)); do
      for proxy in haproxy fairlead; do
        port=${proxy}_churn
        moving $proxy
        if [ $turn = saturation ]; then
          saturate "${name[$proxy]}" "$seconds" -s "$work/churn.lua" "http://127.0.0.1:${!port}"
          record_saturation churn "${name[$proxy]}" $proxy
        else
          open_loop churn $proxy port="${!port}" path=/1k hosts=1000 rate="$half"
        fi
        stop_mover
      done
    done
  done
  stop churn churning
  echo "churn: nginx is left out: it learns of endpoints by a reload, which is a new worker and new connections." >> "$work/notes"
}

stop_mover() {
  stop mover
  ! grep -q 'took' "$work/mover.out" || progress "churn: $(grep -c took "$work/mover.out") rounds of changes took longer than a second"
}

# --- idle ---

live_bytes() { # NAME: of a JVM, after a full collection: heap and direct buffers
  local direct
  "$JAVA_HOME/bin/jcmd" "${pid[$1]}" GC.run > /dev/null
  direct=$(curl_admin "$admin" | grep -o '"jvm/mem/buffer/direct/used": *[0-9.E]*' | sed 's/.*: *//')
  "$JAVA_HOME/bin/jcmd" "${pid[$1]}" GC.heap_info |
    awk -v direct="${direct:-0}" '/(DefNew|Tenured).*used/ { sub(/.*used /, ""); n += $1 * 1024 } END { printf "%.0f", n + direct }'
}

curl_admin() { # PORT
  exec 5<> "/dev/tcp/127.0.0.1/$1"
  printf 'GET /admin/metrics.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&5
  cat <&5
  exec 5>&-
}

run_idle() {
  local proxy count=${idle:-10000} before after live=0 spent said words
  [ "$count" -le $((most_connections - 200)) ] || count=$((most_connections - 200))
  for proxy in haproxy nginx fairlead; do
    relaunch $proxy
    wrk_words keepalive $proxy
    saturate $proxy "$([ $proxy = fairlead ] && echo "$warm" || echo 2)" "${words[@]}"
    [ $proxy != fairlead ] || live=$(live_bytes fairlead)
    before=$(rss_kib $proxy)
    coproc CALLERS { java_load IdleCallers "${!proxy}" "$count"; }
    read -r said <&"${CALLERS[0]}" || fail "$proxy did not take $count connections"
    [ "$said" = open ] || fail "idle callers: $said"
    [ $proxy != fairlead ] || live=$(calc "($(live_bytes fairlead) - $live) / $count" 0)
    after=$(rss_kib $proxy)
    spent=$(ticks $proxy)
    sleep "$seconds"
    spent=$(($(ticks $proxy) - spent))
    record idle $proxy RSS_bytes/caller "$(calc "($after - $before) * 1024 / $count" 0)"
    record idle $proxy RSS_MiB "$(calc "$after / 1024" 1)"
    record idle $proxy idle_CPU_ms/s "$(calc "$spent / $hz * 1000 / $seconds" 1)"
    [ $proxy != fairlead ] || record idle fairlead live_bytes/caller "$live"
    exec {CALLERS[1]}>&-
    wait "$CALLERS_PID" || true
  done
  echo "idle: $count callers; live bytes: heap after a full collection, and direct buffers." >> "$work/notes"
}

# --- start ---

first_answer() { # PROXY CPUS: leaves in took the milliseconds
  local begin port=${!1}
  stop "$1"
  begin=${EPOCHREALTIME/[.,]/}
  launch "$1" "$2"
  until answers "$port"; do
    kill -0 "${pid[$1]}" 2> /dev/null || fail "$1 does not start: $(tail -n 3 "$work/$1.out")"
    sleep 0.001
  done
  took=$(calc "(${EPOCHREALTIME/[.,]/} - $begin) / 1000" 1)
}

run_start() {
  local round proxy
  for ((round = 0; round < rounds; round++)); do
    for proxy in haproxy nginx fairlead; do
      first_answer $proxy "$proxy_cpu"
      record start $proxy ms_on_one_CPU "$took"
      first_answer $proxy "$all_cpus"
      record start $proxy ms_on_all_CPUs "$took"
    done
  done
}

# --- rss ---

run_rss() {
  local proxy words
  for proxy in haproxy nginx fairlead; do
    relaunch $proxy
    wrk_words keepalive $proxy
    saturate $proxy $((minutes * 60)) "${words[@]}"
    record_saturation rss $proxy $proxy
    record rss $proxy most_RSS_MiB "$(awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/${pid[$proxy]}/status")"
  done
}
