# Case: memory after a long load.

describe_rss="memory after --minutes at saturation, of Fairlead's also without a TLS listener; only when asked for"

run_rss() {
  local proxy words
  for proxy in haproxy nginx fairlead fairlead_plain; do
    relaunch $proxy
    wrk_words keepalive $proxy
    saturate $proxy $((minutes * 60)) "${words[@]}"
    record_saturation rss $proxy $proxy
    record rss $proxy most_RSS_MiB "$(awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/${pid[$proxy]}/status")"
  done
}
