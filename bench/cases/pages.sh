# Case: somebody looks at the admin pages.

describe_pages="2,000 requests a second with and without an open overview: what the page costs"

# What the overview asks, on connections that stay: METRICS HISTORY, times a minute each, until stopped.
look() {
  local at=http://127.0.0.1:$admin asked="curl -sSf --compressed -o /dev/null" history
  $asked --rate "$2/m" "$at/history.json?[1-1000000]" & history=$!
  trap 'kill $history; exit' TERM
  $asked --rate "$1/m" "$at/admin/metrics.json?tree=1&[1-1000000]" &
  trap 'kill $history $!; exit' TERM
  wait
}

stop_looking() { kill "$1"; wait "$1" 2> /dev/null || true; }

run_pages() {
  local round turn before looker words
  command -v curl > /dev/null || fail "curl is missing (Debian: apt-get install curl)"
  wrk_words keepalive fairlead
  look 6000 600 & looker=$! # the first minutes of a page are those of the compiler
  saturate fairlead "$warm" "${words[@]}"
  stop_looking $looker
  open_words keepalive fairlead
  for ((round = 0; round < rounds; round++)); do
    for turn in fairlead fairlead-looked-at; do
      looker=
      [ $turn = fairlead ] || { look 60 6 & looker=$!; taskset -pc "$load_cpu" $looker > /dev/null; }
      before=$(ticks fairlead)
      open_loop pages $turn "${words[@]}" rate=2000
      record pages $turn CPU_ms/s "$(calc "($(ticks fairlead) - $before) / $hz * 1000 / $seconds" 1)"
      [ -z "$looker" ] || stop_looking $looker
    done
  done
}
