# Case: how long the start takes.

describe_start="from the start of the process to the first answer through it, milliseconds; of Fairlead's also without a TLS listener"

first_answer() { # PROXY CPUS: leaves in took the milliseconds
  local begin port=${!1}
  stop "$1"
  begin=${EPOCHREALTIME/[.,]/}
  launch "$1" "$2"
  until answers "$port"; do
    kill -0 "${pid[$1]}" 2> /dev/null || fail "$1 does not start: $(tail -n 3 "$work/$1.out")"
    read -r -t 0.002 -u "$silence" || true # no process is made for the pause, which would take the CPU from who starts
  done
  took=$(calc "(${EPOCHREALTIME/[.,]/} - $begin) / 1000" 1)
}

run_start() {
  local round proxy silence
  exec {silence}<> <(:)
  for ((round = 0; round < rounds; round++)); do
    for proxy in haproxy nginx fairlead fairlead_plain; do
      first_answer $proxy "$proxy_cpu"
      record start $proxy ms_on_one_CPU "$took"
      first_answer $proxy "$all_cpus"
      record start $proxy ms_on_all_CPUs "$took"
    done
  done
}
