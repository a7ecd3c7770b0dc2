# Sourced by bench/compare: processes of this run, what they used, and the list of measured values.

fail() { echo "compare: $1" >&2; exit "${2:-1}"; }
progress() { echo "compare: $*" >&2; }

# --- processes: all that this run started, by name ---

declare -A pid=()

start() { # NAME CPUS COMMAND…
  local name=$1 cpus=$2
  shift 2
  taskset -c "$cpus" "$@" > "$work/$name.out" 2>&1 &
  pid[$name]=$!
}

stop() { # NAME…: nothing in them is worth a farewell
  local name
  for name in "$@"; do
    [ -n "${pid[$name]:-}" ] || continue
    kill -KILL "${pid[$name]}" 2> /dev/null || true
    wait "${pid[$name]}" 2> /dev/null || true
    unset "pid[$name]"
  done
}

cleanup() { # the values also of a run that did not come to its end
  [ -z "$keep" ] || cp "$values" "$keep"
  stop "${!pid[@]}"
  rm -rf "$work"
}

answers() { # PORT: whether a request is answered 200; leaves nothing open
  local status=''
  exec 4<> "/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /1k HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${2:-web}" >&4 && read -r -t 5 status <&4
  exec 4>&-
  [[ $status = *' 200 '* ]]
} 2> /dev/null

await() { # NAME PORT [HOST]
  local i
  for ((i = 0; i < 600; i++)); do
    answers "$2" "${3:-web}" && return
    kill -0 "${pid[$1]}" 2> /dev/null || break
    sleep 0.1
  done
  fail "$1 does not answer: $(tail -n 3 "$work/$1.out")"
}

ticks() { awk '{ print $14 + $15 }' "/proc/${pid[$1]}/stat"; }                     # NAME: CPU time so far
rss_kib() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[$1]}/status"; }               # NAME: resident memory now
calc() { awk "BEGIN { printf \"%.${2:-2}f\", $1 }"; }                              # EXPRESSION [DECIMALS]

java_load() { # CLASS ARGUMENT…: one of fairlead.bench.load, beside the backend
  local class=$1
  shift
  # Compiled earlier than the program: what is late here counts as the proxy's.
  taskset -c "$load_cpu" "${java_command[@]}" -XX:CompileThresholdScaling=1 "fairlead.bench.load.$class" "$@"
}

# --- values: one a line, CASE PROXY FIGURE VALUE ---

record() { echo "$1 $2 $3 $4" >> "$values"; }

median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
values_of() { awk -v c="$1" -v p="$2" -v f="$3" '$1 == c && $2 == p && $3 == f { print $4 }' "$values"; }
median_of() { values_of "$@" | median; }                                            # CASE PROXY FIGURE
# Of the ratios of each turn: what slows the machine for a while slows both turns of a pair. CASE PROXY OTHER FIGURE
ratio() { paste <(values_of "$1" "$2" "$4") <(values_of "$1" "$3" "$4") | awk 'NF == 2 && $2 > 0 { print $1 / $2 }' | median | awk '{ printf "%.2f", $1 }'; }
