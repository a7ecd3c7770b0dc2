# Sourced by ./build and ./fairlead: leaves JAVA_HOME at a JDK 25, or says how to get one.
# Without a process of its own for anything that the shell can do: ./fairlead's start waits for it.
is_jdk25() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while read -r line; do
    [[ $line = JAVA_VERSION=\"25* ]] && return 0
  done < "$1/release"
  return 1
}
# Leaves in on_path the home of the javac on the PATH, if there is one.
look_on_path() {
  local IFS=: folder javac=''
  for folder in $PATH; do
    [ -x "$folder/javac" ] && javac=$folder/javac && break
  done
  [ -n "$javac" ] || return 0
  for on_path in /usr/lib/jvm/*; do # where links of the system mostly lead to
    [ "$on_path/bin/javac" -ef "$javac" ] && return 0
  done
  on_path=$(readlink -f "$javac") on_path=${on_path%/bin/javac}
}
find_jdk25() {
  local home on_path=''
  if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then export JAVA_HOME; return 0; fi
  look_on_path
  for home in "$on_path" /usr/lib/jvm/* /opt/*jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
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
