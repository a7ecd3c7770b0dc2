# Case: callers that do nothing.

describe_idle="callers that made one request each and stay: memory for each, CPU of all"

live_bytes() { # NAME: of a JVM, after a full collection: heap and direct buffers
  local direct
  "$JAVA_HOME/bin/jcmd" "${pid[$1]}" GC.run > /dev/null
  direct=$(ask_admin "$admin" | grep -o '"jvm/mem/buffer/direct/used": *[0-9.E]*' | sed 's/.*: *//')
  "$JAVA_HOME/bin/jcmd" "${pid[$1]}" GC.heap_info |
    awk -v direct="${direct:-0}" '/(DefNew|Tenured).*used/ { sub(/.*used /, ""); n += $1 * 1024 } END { printf "%.0f", n + direct }'
}

ask_admin() { # PORT
  exec 5<> "/dev/tcp/127.0.0.1/$1"
  printf 'GET /admin/metrics.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&5
  cat <&5
  exec 5>&-
}

run_idle() {
  local proxy count=${idle:-10000} before after live=0 said words
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
    idle_cpu $proxy
    record idle $proxy RSS_bytes/caller "$(calc "($after - $before) * 1024 / $count" 0)"
    record idle $proxy RSS_MiB "$(calc "$after / 1024" 1)"
    record idle $proxy idle_CPU_ms/s "$spent"
    [ $proxy != fairlead ] || record idle fairlead live_bytes/caller "$live"
    exec {CALLERS[1]}>&-
    wait "$CALLERS_PID" || true
  done
  echo "idle: $count callers; live bytes: heap after a full collection, and direct buffers." >> "$work/notes"
}
