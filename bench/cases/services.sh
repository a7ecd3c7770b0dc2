# Case: many services.

describe_services="CPU per request of Fairlead's with 10,000 services known and used, to one; traffic to one of them, and spread over all"

spread() { # SERVICES FILE: wrk asks s0, s1 … in turn
  cat > "$2" <<LUA
local requests, i = {}, 0
function init(args)
  for n = 0, $1 - 1 do requests[n] = wrk.format("GET", "/1k", { Host = "s" .. n }) end
end
function request() i = (i + 1) % $1 return requests[i] end
LUA
}

service_files() { # DIRECTORY SERVICES
  mkdir -p "$1"
  local i
  for ((i = 0; i < $2; i++)); do echo "127.0.0.1 $backend_one" > "$1/s$i"; done
}

launch_with_services() { # NAME ADMIN-PORT PORT SERVICES: Fairlead with room for all of them
  service_files "$work/$1" "$4"
  cat > "$work/$1.yaml" <<CONF
admin: {port: $2}
namers:
- {kind: io.l5d.fs, rootDir: $work/$1}
routers:
- protocol: http
  dtab: /svc => /#/io.l5d.fs
  bindingCache: {paths: 12000, trees: 12000, bounds: 12000, clients: 12000}
  servers: [{port: $3}]
CONF
  # Some 26 KB of heap for each service in use: the default bound has room for 9,000, and lets go of some beyond that.
  FAIRLEAD_WORKERS=1 FAIRLEAD_JAVA_OPTIONS=-Xmx512m start "$1" "$proxy_cpu" "$here/fairlead" "$work/$1.yaml"
  await "$1" "$3" s0
}

run_services() {
  local round
  launch_with_services one "$admin_one" "$fairlead_one" 1
  launch_with_services all "$admin_all" "$fairlead_all" 10000
  spread 1 "$work/one.lua"
  spread 10000 "$work/all.lua"
  saturate one "$warm" -s "$work/one.lua" "http://127.0.0.1:$fairlead_one"
  saturate all "$warm" -s "$work/all.lua" "http://127.0.0.1:$fairlead_all"
  saturate all "$warm" -s "$work/one.lua" "http://127.0.0.1:$fairlead_all"
  idle_cpu one; record services fairlead-1 idle_CPU_ms/s "$spent"
  idle_cpu all; record services fairlead-10000 idle_CPU_ms/s "$spent"
  for ((round = 0; round < rounds; round++)); do
    saturate one "$seconds" -s "$work/one.lua" "http://127.0.0.1:$fairlead_one"
    record_saturation services one fairlead-1
    saturate all "$seconds" -s "$work/one.lua" "http://127.0.0.1:$fairlead_all"
    record_saturation services all fairlead-10000
    saturate all "$seconds" -s "$work/all.lua" "http://127.0.0.1:$fairlead_all"
    record_saturation services all fairlead-spread
  done
  stop one all
  {
    echo "services: CPU per request, 10,000 services known ÷ 1: $(ratio services fairlead-10000 fairlead-1 CPU_us/req)"
    echo "services: CPU per request, traffic spread over 10,000 ÷ to 1: $(ratio services fairlead-spread fairlead-1 CPU_us/req)" \
      "(10,000 connections to the backend instead of 64 at most)"
  } >> "$work/notes"
}
