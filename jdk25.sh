# Sourced by ./build and ./fairlead: leaves JAVA_HOME at a JDK 25, or says how to get one.
is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null; }
find_jdk25() {
  local home on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* \
              "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_jdk25 "$home"; then JAVA_HOME=$home; export JAVA_HOME; return 0; fi
  done
  echo "$(basename "$0"): no JDK 25 found; install one (for example Temurin 25 from adoptium.net) and set JAVA_HOME if it is not under /usr/lib/jvm" >&2
  exit 1
}
find_jdk25
