# Sourced in the project's folder: builds the benchmarks; leaves JAVA_HOME, and in java_command a JVM that has them.
. ./jdk25.sh
command -v mvn > /dev/null || { echo "$(basename "$0"): Maven is missing; install it (Debian: apt-get install maven)" >&2; exit 1; }
mvn -B -q -ntp -pl proxy,bench package -Dmaven.test.skip=true -Dspotless.check.skip=true >&2
# The options of the program itself: what is measured is what runs.
java_command=("$JAVA_HOME/bin/java" @deploy/build/jvm.options -Xms256m -Xmx256m -cp "bench/target/classes:bench/target/lib/*")
