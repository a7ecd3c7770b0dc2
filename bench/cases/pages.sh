# Case: somebody looks at the admin pages.

describe_pages="2,000 requests a second with and without an open overview: what the page costs"

look() { # what the overview asks, as often as it does, until it is stopped
  local n=0
  while :; do
    curl -sSf --compressed -o /dev/null "http://127.0.0.1:$admin/admin/metrics.json?tree=1" || true
    [ $((n % 10)) != 0 ] || curl -sSf --compressed -o /dev/null "http://127.0.0.1:$admin/history.json" || true
    n=$((n + 1))
    sleep 1
  done
}

run_pages() {
  local round turn before looker words
  command -v curl > /dev/null || fail "curl is missing (Debian: apt-get install curl)"
  wrk_words keepalive fairlead
  saturate fairlead "$warm" "${words[@]}"
  open_words keepalive fairlead
  for ((round = 0; round < rounds; round++)); do
    for turn in fairlead fairlead-looked-at; do
      looker=
      [ $turn = fairlead ] || { look & looker=$!; taskset -pc "$load_cpu" $looker > /dev/null; }
      before=$(ticks fairlead)
      open_loop pages $turn "${words[@]}" rate=2000
      record pages $turn CPU_ms/s "$(calc "($(ticks fairlead) - $before) / $hz * 1000 / $seconds" 1)"
      [ -z "$looker" ] || { kill $looker; wait $looker 2> /dev/null || true; }
    done
  done
}
