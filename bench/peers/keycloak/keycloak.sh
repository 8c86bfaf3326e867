#!/usr/bin/env bash
# keycloak.sh install|start|stop: Keycloak from Maven Central, production mode, one node, PostgreSQL
set -euo pipefail
version=26.7.3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$PERF/kc/keycloak-$version
export JAVA_OPTS_KC_HEAP="-Xms64m -Xmx1g"
case "$1" in
  install)
    mkdir -p "$PERF/kc"
    cd "$PERF/kc"
    mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$PERF/kc"
    rm -rf "$home"
    "$JAVA_HOME/bin/jar" xf "keycloak-quarkus-dist-$version.zip"
    chmod +x "$home/bin/kc.sh"
    mkdir -p "$home/data/import"
    cp "$here/bench-realm.json" "$home/data/import/"
    "$home/bin/kc.sh" build --db=postgres --cache=local --health-enabled=false --metrics-enabled=false
    ;;
  start)
    cd "$PERF/kc"
    # kc.sh becomes java, so this is the server's own process.
    setsid "$home/bin/kc.sh" start --optimized --import-realm --http-enabled=true --http-host=127.0.0.1 --http-port=8180 \
      --hostname-strict=false --db-url=jdbc:postgresql://127.0.0.1:55432/keycloak --db-username=bench --db-password=bench \
      >"$PERF/kc/kc.log" 2>&1 </dev/null &
    echo $! >"$PERF/kc/kc.pid"
    ;;
  stop)
    kill "$(cat "$PERF/kc/kc.pid")"
    for _ in $(seq 60); do
      kill -0 "$(cat "$PERF/kc/kc.pid")" 2>/dev/null || exit 0
      sleep 0.5
    done
    exit 1
    ;;
esac
