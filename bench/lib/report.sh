# Sourced by bench/compare: the measured values as tables.

# A table for each case: a line for each proxy, medians, and in brackets the ratio to HAProxy's: the median of the ratios of
# each turn, as what slows the machine for a while slows both turns of a pair.
report() {
  awk -v order="$(awk '{ print $1 }' "$values" | uniq | tr '\n' ' ')" '
    function middle(n,   i, j, x) {
      for (i = 2; i <= n; i++) { x = some[i]; for (j = i - 1; j > 0 && some[j] > x; j--) some[j + 1] = some[j]; some[j + 1] = x }
      return n % 2 ? some[(n + 1) / 2] : (some[n / 2] + some[n / 2 + 1]) / 2
    }
    function median(key,   i) { for (i = 1; i <= count[key]; i++) some[i] = v[key, i]; return middle(count[key]) }
    function ratio(key, reference,   i, n) {
      for (i = 1; i <= count[key] && i <= count[reference]; i++) if (v[reference, i] > 0) some[++n] = v[key, i] / v[reference, i]
      return n ? sprintf(" (%.2f)", middle(n)) : ""
    }
    function show(x) { return x >= 100 ? sprintf("%.0f", x) : x >= 10 ? sprintf("%.1f", x) : sprintf("%.2f", x) }
    { key = $1 SUBSEP $2 SUBSEP $3; v[key, ++count[key]] = $4; sum[key] += $4; if (!(($1, $3) in seen)) { seen[$1, $3]; figures[$1] = figures[$1] " " $3 } }
    END {
      n_cases = split(order, cases, " ")
      n_proxies = split("fairlead fairlead_plain fairlead-1 fairlead-10000 fairlead-spread fairlead-http1 fairlead-looked-at haproxy bare nginx", proxies, " ")
      for (c = 1; c <= n_cases; c++) {
        name = cases[c]
        if (name in done) continue
        done[name]
        n_figures = split(wanted(name), figure, " ")
        printf "\n%-18s", name
        for (f = 1; f <= n_figures; f++) printf "%18s", label(figure[f])
        print ""
        for (p = 1; p <= n_proxies; p++) {
          line = ""
          for (f = 1; f <= n_figures; f++) {
            key = name SUBSEP proxies[p] SUBSEP figure[f]
            if (!(key in count)) { line = line sprintf("%18s", "-"); continue }
            if (figure[f] == "failed") { line = line sprintf("%18d", sum[key]); any = 1; continue }
            any = 1
            m = median(key); reference = name SUBSEP "haproxy" SUBSEP figure[f]
            cell = show(m)
            if (reference in count) cell = cell ratio(key, reference)
            line = line sprintf("%18s", cell)
          }
          if (any) printf "  %-16s%s\n", proxies[p], line
          any = 0
        }
      }
    }
    function label(f) { gsub("_", " ", f); return f }
    # In the order in which they are best read; what is not listed here comes last.
    function wanted(c,   all, i, n, known, result) {
      n = split("CPU_us/req req/s p50_us p99_us p99.9_us own_p99_us syscalls/req RSS_MiB failed", known, " ")
      result = ""; all = figures[c] " "
      for (i = 1; i <= n; i++) if (index(all, " " known[i] " ")) { result = result " " known[i]; sub(" " known[i] " ", " ", all) }
      return result all
    }' "$values"
}

# What Fairlead costs beside each other proxy of a case.
beside() { # CASE
  local proxy
  [ -n "$(values_of "$1" fairlead CPU_us/req)" ] || return 0
  for proxy in haproxy bare nginx; do
    [ -z "$(values_of "$1" "$proxy" CPU_us/req)" ] ||
      printf '%s: CPU per request, Fairlead ÷ %s: %s\n' "$1" "$proxy" "$(ratio "$1" fairlead "$proxy" CPU_us/req)"
  done
}
