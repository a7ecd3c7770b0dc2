# Sourced by bench/compare: the configurations of backend and proxies, and how each is started.
# Each proxy has one thread, listens for one hop, for the first of two hops and for the second, and does with headers what
# Fairlead does by default: adds Via and l5d-*, removes what is for one connection and what callers may not say.

next_port=$((20000 + RANDOM % 8000))
port_for() { declare -g "$1=$next_port"; next_port=$((next_port + 1)); } # VARIABLE
for name in backend_one backend_two admin; do port_for $name; done
for name in haproxy nginx fairlead; do port_for $name; port_for ${name}_first; port_for ${name}_second; port_for ${name}_tls; done
for name in bare fairlead_plain admin_plain fairlead_churn haproxy_churn fairlead_one fairlead_all admin_churn admin_one admin_all; do port_for $name; done
for name in h2_one h2_two haproxy_h2 fairlead_h2 fairlead_http1 admin_h2; do port_for $name; done

files=$(ulimit -Hn)
[ "$files" != unlimited ] && [ "$files" -lt 200000 ] || files=200000
ulimit -n "$files"
most_connections=$(((files - 500) / 2))
[ "$most_connections" -lt 12000 ] || most_connections=12000

backlog="backlog=8192"
from_callers="te trailer upgrade keep-alive proxy-connection proxy-authorization finagle-http-retryable-request x-forwarded-client-cert
  l5d-dst-residual l5d-sample l5d-dtab l5d-ctx-dtab l5d-ctx-deadline"

configure_backend() {
  mkdir -p "$work/www"
  head -c 102400 /dev/zero | tr '\0' x > "$work/www/100k"
  nginx_head="daemon off; master_process off; error_log $work/nginx.log crit; worker_rlimit_nofile $files;
    events { worker_connections $most_connections; }"
  nginx_http="client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u;
    scgi_temp_path $work/s; access_log off; keepalive_requests 1000000000;"
  cat > "$work/backend.conf" <<CONF
pid $work/backend.pid; $nginx_head
http {
  $nginx_http
  keepalive_timeout 1h; client_body_buffer_size 64k;
  server {
    listen 127.0.0.1:$backend_one $backlog; listen 127.0.0.1:$backend_two $backlog;
    root $work/www; open_file_cache max=10;
    # From memory: load and backend share a CPU, and must not be what the proxy waits for.
    location = /1k { return 200 $(head -c 1024 /dev/zero | tr '\0' x); }
    location /upload {
      proxy_pass http://127.0.0.1:$backend_one/1k; proxy_method GET; proxy_pass_request_body off; proxy_set_header Content-Length "";
    }
  }
}
CONF
}

# One certificate for all: ECDSA P-256.
configure_tls() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=web -addext subjectAltName=DNS:web \
    -keyout "$work/tls.key" -out "$work/tls.pem" 2> /dev/null
  cat "$work/tls.pem" "$work/tls.key" > "$work/tls.both"
}

configure_nginx() {
  local headers name
  headers='proxy_set_header Host $host; proxy_set_header Connection ""; proxy_set_header Via "1.1 linkerd"; add_header Via "1.1 linkerd";
    proxy_set_header l5d-dst-service /svc/web; proxy_set_header l5d-dst-client "/#/io.l5d.fs/web";
    proxy_set_header l5d-ctx-trace "AAECAwQFBgcAAQIDBAUGBwABAgMEBQYHAAAAAAAAAAA="; proxy_set_header l5d-reqid 0001020304050607;
    add_header l5d-success-class 1.0;'
  for name in $from_callers; do headers+=" proxy_set_header $name \"\";"; done
  cat > "$work/nginx.conf" <<CONF
pid $work/nginx.pid; $nginx_head
http {
  $nginx_http
  upstream web { least_conn; server 127.0.0.1:$backend_one; server 127.0.0.1:$backend_two; keepalive 256; keepalive_requests 1000000000; }
  upstream hop { server 127.0.0.1:$nginx_second; keepalive 256; keepalive_requests 1000000000; }
  proxy_http_version 1.1; client_body_buffer_size 64k; proxy_buffers 16 16k;
  ssl_certificate $work/tls.pem; ssl_certificate_key $work/tls.key; ssl_protocols TLSv1.3;
  server {
    listen 127.0.0.1:$nginx $backlog; listen 127.0.0.1:$nginx_second $backlog; listen 127.0.0.1:$nginx_tls ssl $backlog;
    location / { $headers proxy_pass http://web; }
  }
  server { listen 127.0.0.1:$nginx_first $backlog; location / { $headers proxy_pass http://hop; } }
}
CONF
}

haproxy_head="global
  nbthread 1
  maxconn $most_connections
defaults
  mode http
  timeout connect 1s
  timeout client 10m
  timeout server 10m
  http-reuse always"

haproxy_headers() { # SERVICE
  local name
  echo "  http-request add-header Via \"1.1 linkerd\"
  http-request set-header l5d-dst-service /svc/$1
  http-request set-header l5d-dst-client /#/io.l5d.fs/$1
  http-request set-header l5d-ctx-trace AAECAwQFBgcAAQIDBAUGBwABAgMEBQYHAAAAAAAAAAA=
  http-request set-header l5d-reqid 0001020304050607
  http-response add-header Via \"1.1 linkerd\"
  http-response set-header l5d-success-class 1.0"
  for name in $from_callers; do echo "  http-request del-header $name"; done
}

configure_haproxy() {
  cat > "$work/haproxy.cfg" <<CONF
$haproxy_head
frontend one_or_second
  bind 127.0.0.1:$haproxy backlog 8192
  bind 127.0.0.1:$haproxy_second backlog 8192
  bind 127.0.0.1:$haproxy_tls backlog 8192 ssl crt $work/tls.both ssl-min-ver TLSv1.3
  default_backend web
frontend first
  bind 127.0.0.1:$haproxy_first backlog 8192
  default_backend hop
backend hop
$(haproxy_headers web)
  server second 127.0.0.1:$haproxy_second
backend web
  balance leastconn
$(haproxy_headers web)
  server one 127.0.0.1:$backend_one
  server two 127.0.0.1:$backend_two
CONF
  cat > "$work/bare.cfg" <<CONF
$haproxy_head
frontend in
  bind 127.0.0.1:$bare backlog 8192
  default_backend web
backend web
  balance leastconn
  server one 127.0.0.1:$backend_one
  server two 127.0.0.1:$backend_two
CONF
}

configure_fairlead() {
  mkdir -p "$work/disco" "$work/hosts"
  printf '127.0.0.1 %s\n' "$backend_one" "$backend_two" > "$work/disco/web"
  printf '127.0.0.1 %s\n' "$fairlead_second" > "$work/hosts/web"
  cat > "$work/fairlead.yaml" <<CONF
admin: {port: $admin}
namers:
- {kind: io.l5d.fs, rootDir: $work/disco}
- {kind: io.l5d.fs, rootDir: $work/hosts, prefix: /hosts}
routers:
- protocol: http
  label: direct
  dtab: /svc => /#/io.l5d.fs
  servers:
  - {port: $fairlead}
  - {port: $fairlead_second}
  - {port: $fairlead_tls, tls: {certPath: $work/tls.pem, keyPath: $work/tls.key, protocols: [TLSv1.3]}}
- protocol: http
  label: first
  dtab: /svc => /#/hosts
  servers: [{port: $fairlead_first}]
CONF
  cat > "$work/plain.yaml" <<CONF # no TLS, whose libraries and certificates take memory and time
admin: {port: $admin_plain}
namers:
- {kind: io.l5d.fs, rootDir: $work/disco}
routers:
- protocol: http
  label: direct
  dtab: /svc => /#/io.l5d.fs
  servers: [{port: $fairlead_plain}]
CONF
}

launch() { # PROXY [CPUS]
  local cpus=${2:-$proxy_cpu}
  case $1 in
    nginx) start nginx "$cpus" nginx -c "$work/nginx.conf" ;;
    fairlead) FAIRLEAD_WORKERS=1 start fairlead "$cpus" "$here/fairlead" "$work/fairlead.yaml" ;;
    fairlead_plain) FAIRLEAD_WORKERS=1 start fairlead_plain "$cpus" "$here/fairlead" "$work/plain.yaml" ;;
    *) start "$1" "$cpus" haproxy -f "$work/$1.cfg" -db ;;
  esac
}

relaunch() { stop "$1"; launch "$@"; await "$1" "${!1}"; } # PROXY [CPUS]
