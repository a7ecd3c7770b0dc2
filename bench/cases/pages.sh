# Case: somebody looks at an admin page.

describe_pages="2,000 requests a second with and without an open page (--page): what it costs"

asks_of() { # PAGE: what it asks, a line each: times a minute, path
  case $1 in
    overview) printf '%s\n' "60 /overview.json?" "6 /history.json?since=6&" ;;
    services) echo "60 /services.json?" ;;
    endpoints) echo "60 /endpoints.json?" ;;
    discovery) printf '30 %s\n' /namer_state/io.l5d.fs.json? /namer_state/hosts.json? /bound-names.json? ;;
    recent) echo "30 /recorder.json?since=3s&" ;;
    *) fail "--page $1: no page that asks again; there are overview, services, endpoints, discovery and recent" 64 ;;
  esac
}

# Asks what the page asks, on connections that stay, until stopped. SPEED: 1 as the page does.
look() {
  local rate path asking=()
  while read -r rate path; do
    taskset -c "$load_cpu" curl -sSf --compressed -o /dev/null --rate "$((rate * $1))/m" "http://127.0.0.1:$admin$path[1-1000000]" & asking+=($!)
  done <<< "$(asks_of "$page")"
  trap 'kill "${asking[@]}" || true; exit' TERM
  wait
}

stop_looking() { kill "$1"; wait "$1" 2> /dev/null || true; }

own_nanos() { # NAME…: CPU time so far of Fairlead's threads whose names begin so
  local task name prefix nanos=0 rest spent
  for task in "/proc/${pid[fairlead]}/task/"*; do
    read -r name < "$task/comm" && read -r spent rest < "$task/schedstat" || continue
    for prefix in "$@"; do [[ $name != "$prefix"* ]] || nanos=$((nanos + spent)); done
  done 2> /dev/null
  echo "$nanos"
}

run_pages() {
  local round turn before own looker words
  command -v curl > /dev/null || fail "curl is missing (Debian: apt-get install curl)"
  asks_of "$page" > /dev/null
  wrk_words keepalive fairlead
  look 100 & looker=$! # the first minutes of a page are those of the compiler
  saturate fairlead "$warm" "${words[@]}"
  stop_looking $looker
  open_words keepalive fairlead
  for ((round = 0; round < rounds; round++)); do
    for turn in fairlead fairlead-looked-at; do
      looker=
      [ $turn = fairlead ] || { look 1 & looker=$!; }
      before=$(own_nanos '') own=$(own_nanos admin metrics)
      open_loop pages $turn "${words[@]}" rate=2000
      record pages $turn CPU_ms/s "$(calc "($(own_nanos '') - $before) / 1e6 / $seconds" 2)"
      record pages $turn admin_ms/s "$(calc "($(own_nanos admin metrics) - $own) / 1e6 / $seconds" 2)"
      [ -z "$looker" ] || stop_looking $looker
    done
  done
}
