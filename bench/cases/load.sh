# Cases: the same load on each proxy, at saturation (closed loop) and at half of HAProxy's rate (open loop).

load_cases="keepalive new big upload hops tls"
describe_load="keepalive  1 KiB answers over connections that stay, also against a bare HAProxy that adds nothing
new        a connection for each request
big        100 KiB answers
upload     10 KiB request bodies
hops       1 KiB answers through two routers
tls        as keepalive, by TLS 1.3 with an ECDSA P-256 certificate (no open loop)"

proxies_of() { [ "$1" = keepalive ] && echo haproxy fairlead nginx bare || echo haproxy fairlead nginx; }

port_of() { # CASE PROXY
  local name=$2
  [ "$1" = hops ] && name=${2}_first
  [ "$1" = tls ] && name=${2}_tls
  echo "${!name}"
}

wrk_words() { # CASE PROXY: leaves in words what wrk is told
  local url
  url=http://127.0.0.1:$(port_of "$1" "$2")
  words=(-H 'Host: web')
  case $1 in
    new) words+=(-H 'Connection: close' "$url/1k") ;;
    big) words+=("$url/100k") ;;
    upload) words+=(-s "$work/upload.lua" "$url/upload") ;;
    tls) words+=("https${url#http}/1k") ;;
    *) words+=("$url/1k") ;;
  esac
}

open_words() { # CASE PROXY: leaves in words what the open loop is told
  words=(port="$(port_of "$1" "$2")")
  case $1 in
    new) words+=(path=/1k close=true) ;;
    big) words+=(path=/100k) ;;
    upload) words+=(path=/upload body=10240) ;;
    *) words+=(path=/1k) ;;
  esac
}

run_load() { # CASE
  local case=$1 proxy words round
  printf 'wrk.method = "POST"\nwrk.body = string.rep("x", 10240)\n' > "$work/upload.lua"
  for proxy in $(proxies_of "$case"); do
    wrk_words "$case" "$proxy"
    saturate "$proxy" "$([ "$proxy" = fairlead ] && echo "$warm" || echo 2)" "${words[@]}"
  done
  for ((round = 0; round < rounds; round++)); do
    for proxy in $(proxies_of "$case"); do
      wrk_words "$case" "$proxy"
      saturate "$proxy" "$seconds" "${words[@]}"
      record_saturation "$case" "$proxy" "$proxy"
    done
  done
  [ "$case" = tls ] && return # the generator of the open loop speaks no TLS
  half=$(calc "$(median_of "$case" haproxy req/s) / 2" 0)
  progress "$case: open loop at $half requests a second"
  for ((round = 0; round < rounds; round++)); do
    for proxy in $(proxies_of "$case"); do
      open_words "$case" "$proxy"
      open_loop "$case" "$proxy" "${words[@]}" rate="$half"
    done
  done
  if [ -n "$count_syscalls" ]; then
    for proxy in $(proxies_of "$case"); do
      wrk_words "$case" "$proxy"
      syscalls "$case" "$proxy" "${words[@]}"
    done
  fi
}
