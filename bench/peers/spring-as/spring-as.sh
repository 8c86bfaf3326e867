#!/usr/bin/env bash
# spring-as.sh install|start|stop: Spring Authorization Server, JDBC on PostgreSQL, virtual threads
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$PERF/sas
case "$1" in
  install)
    mkdir -p "$home" "$PERF/keys"
    [ -f "$PERF/keys/rsa.pem" ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$PERF/keys/rsa.pem"
    [ -f "$PERF/keys/ec.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$PERF/keys/ec.pem"
    openssl pkey -in "$PERF/keys/ec.pem" -pubout -out "$PERF/keys/ec-pub.pem"
    mvn -B -q -ntp -f "$here/pom.xml" -DskipTests package
    cp "$here/target/spring-as-1.jar" "$home/"
    rm -rf "$here/target" "$home/app"
    # Unpacked it starts faster than nested.
    (cd "$home" && "$JAVA_HOME/bin/java" -Djarmode=tools -jar spring-as-1.jar extract --destination app)
    ;;
  start)
    cd "$home"
    # With its login session in PostgreSQL too, as everything else: all of these servers keep what they said after kill -9.
    setsid "$JAVA_HOME/bin/java" -Xms64m -Xmx1g -jar app/spring-as-1.jar --spring.profiles.active=durable \
      >"$home/sas.log" 2>&1 </dev/null &
    echo $! >"$home/sas.pid"
    ;;
  stop)
    kill "$(cat "$home/sas.pid")"
    for _ in $(seq 60); do
      kill -0 "$(cat "$home/sas.pid")" 2>/dev/null || exit 0
      sleep 0.5
    done
    exit 1
    ;;
esac
