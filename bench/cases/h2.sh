# Cases: HTTP/2 without TLS on both sides, from h2load through each proxy to nghttpd.

h2_cases="h2 h2big"
describe_h2="HTTP/2 on both sides, 8 connections of 32 streams, 1 KiB answers; beside it Fairlead's HTTP/1.1 in the same turns"
describe_h2big="the same with 100 KiB answers"

configure_h2() {
  head -c 1024 /dev/zero | tr '\0' x > "$work/www/1k"
  mkdir -p "$work/disco2"
  printf '127.0.0.1 %s\n' "$h2_one" "$h2_two" > "$work/disco2/web"
  cat > "$work/h2_haproxy.cfg" <<CONF
$haproxy_head
frontend in
  bind 127.0.0.1:$haproxy_h2 proto h2 backlog 8192
  default_backend web
backend web
  balance leastconn
$(haproxy_headers web)
  server one 127.0.0.1:$h2_one proto h2
  server two 127.0.0.1:$h2_two proto h2
CONF
  cat > "$work/h2_fairlead.yaml" <<CONF
admin: {port: $admin_h2}
namers:
- {kind: io.l5d.fs, rootDir: $work/disco2}
- {kind: io.l5d.fs, rootDir: $work/disco, prefix: /http1}
routers:
- protocol: h2
  dtab: /svc => /#/io.l5d.fs
  servers: [{port: $fairlead_h2}]
- protocol: http
  dtab: /svc => /#/http1
  servers: [{port: $fairlead_http1}]
CONF
}

h2_words() { # PORT PATH: leaves in words what h2load is told
  words=(-H ':authority: web' "http://127.0.0.1:$1$2")
}

await_h2() { # NAME PORT PATH
  local i words
  h2_words "$2" "$3"
  for ((i = 0; i < 300; i++)); do
    ! h2load "${words[@]}" 2> /dev/null | grep -q 'status codes: 1 2xx' || return 0
    kill -0 "${pid[$1]}" 2> /dev/null || break
    sleep 0.1
  done
  fail "$1 does not answer: $(tail -n 3 "$work/$1.out")"
}

saturate_h2() { # NAME SECONDS H2LOAD…: as fast as 256 streams of 8 connections allow; leaves the same as saturate
  local name=$1 seconds=$2 before after said
  shift 2
  before=$(ticks "$name")
  said=$(taskset -c "$load_cpu" h2load -t1 -c8 -m32 -D"$seconds" "$@")
  after=$(ticks "$name")
  read -r cost rate bad <<< "$(awk -v ticks=$((after - before)) -v hz="$hz" '
    /^finished in/ { rate = $4 } /^requests:/ { n = $8; bad = $10 + $12 + $14 } /^status codes:/ { bad += $5 + $7 + $9 }
    END { printf "%.3f %.1f %d\n", n ? ticks / hz * 1e6 / n : 0, rate, n ? bad : bad + 1 }' <<< "$said")"
}

# The backends and both proxies serve until the run ends: h2 and h2big are asked one after the other.
start_h2() {
  local backend
  [ -z "${pid[h2_fairlead]:-}" ] || return 0
  command -v h2load > /dev/null && command -v nghttpd > /dev/null ||
    fail "h2load or nghttpd is missing (Debian: apt-get install nghttp2-client nghttp2-server)"
  configure_h2
  for backend in one two; do
    local port=h2_$backend
    start "h2_$backend" "$load_cpu" nghttpd --no-tls -m 1000 -a 127.0.0.1 -d "$work/www" "${!port}"
    await_h2 "h2_$backend" "${!port}" /1k
  done
  start h2_haproxy "$proxy_cpu" haproxy -f "$work/h2_haproxy.cfg" -db
  FAIRLEAD_WORKERS=1 start h2_fairlead "$proxy_cpu" "$here/fairlead" "$work/h2_fairlead.yaml"
  await_h2 h2_haproxy "$haproxy_h2" /1k
  await_h2 h2_fairlead "$fairlead_h2" /1k
  await h2_fairlead "$fairlead_http1"
}

run_h2() { turns_of_h2 h2 /1k; }
run_h2big() { turns_of_h2 h2big /100k; }

turns_of_h2() { # CASE PATH
  local case=$1 path=$2 round proxy words port
  local -a http1=(-H 'Host: web' "http://127.0.0.1:$fairlead_http1$path")
  start_h2
  for proxy in haproxy fairlead; do
    port=${proxy}_h2
    h2_words "${!port}" "$path"
    saturate_h2 "h2_$proxy" "$([ $proxy = fairlead ] && echo "$warm" || echo 2)" "${words[@]}"
  done
  saturate h2_fairlead "$warm" "${http1[@]}"
  for ((round = 0; round < rounds; round++)); do
    for proxy in haproxy fairlead; do
      port=${proxy}_h2
      h2_words "${!port}" "$path"
      saturate_h2 "h2_$proxy" "$seconds" "${words[@]}"
      record_saturation "$case" "h2_$proxy" $proxy
    done
    saturate h2_fairlead "$seconds" "${http1[@]}"
    record_saturation "$case" h2_fairlead fairlead-http1
  done
  {
    echo "$case: CPU per request, Fairlead's HTTP/2 ÷ its own HTTP/1.1: $(ratio "$case" fairlead fairlead-http1 CPU_us/req)"
    [ "$case" = h2big ] || echo "h2: nginx is left out: it speaks no HTTP/2 to backends."
  } >> "$work/notes"
}
