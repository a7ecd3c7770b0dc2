# Sourced by ./build and ./fairlead: leaves JAVA_HOME at a JDK 25, or says how to get one.
is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null; }
find_jdk25() {
  local home on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/*jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
              "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_jdk25 "$home"; then JAVA_HOME=$home; export JAVA_HOME; return 0; fi
  done
  cat >&2 <<END
$(basename "$0"): no JDK 25 found; looked at \$JAVA_HOME, javac on the PATH, /usr/lib/jvm, /opt, ~/.sdkman and ~/.jdks.
Install one, for example Temurin 25 (https://adoptium.net/temurin/releases/?version=25, or the package
temurin-25-jdk or openjdk-25-jdk of your system), and set JAVA_HOME to it if it lies elsewhere.
END
  exit 1
}
find_jdk25
# Maven's own libraries are older than this JDK and would warn at each start.
export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
