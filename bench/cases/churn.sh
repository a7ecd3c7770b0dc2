# Case: many services whose endpoints change.

describe_churn="1,000 services whose endpoints change every second: files for Fairlead, the runtime socket for HAProxy"

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
