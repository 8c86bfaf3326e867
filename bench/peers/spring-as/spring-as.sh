#!/usr/bin/env bash
# spring-as.sh install|start|stop|kill|version: Spring Authorization Server, JDBC on PostgreSQL, virtual threads
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC1091
. "$here/../../process.sh"
home=$PERF/sas
pid=$home/sas.pid
case "$1" in
  install)
    mkdir -p "$home/source"
    keys
    cp -R "$here/pom.xml" "$here/src" "$home/source/"
    mvn -B -q -ntp -f "$home/source/pom.xml" -DskipTests package
    cp "$home/source/target/spring-as-1.jar" "$home/"
    rm -rf "$home/app"
    # Unpacked it starts faster than nested.
    (cd "$home" && "$JAVA_HOME/bin/java" -Djarmode=tools -jar spring-as-1.jar extract --destination app)
    ;;
  start)
    cd "$home"
    # With its login session in PostgreSQL too, as everything else: all of these servers keep what they said after kill -9.
    launch "$pid" "$home/sas.log" "$JAVA_HOME/bin/java" -Xms64m -Xmx1g -jar app/spring-as-1.jar --spring.profiles.active=durable
    ;;
  stop) finish "$pid" ;;
  kill) murder "$pid" ;;
  version)
    jar=$(find "$home/app/lib" -name 'spring-security-oauth2-authorization-server-*.jar' | head -n 1)
    echo "Spring Authorization Server $(basename "$jar" .jar | sed 's/.*-//'), Spring Boot $(sed -n '/<parent>/,/<\/parent>/s/.*<version>\(.*\)<.*/\1/p' "$here/pom.xml")"
    ;;
esac
