#!/usr/bin/env bash
# keycloak.sh install|start|stop|kill|version: Keycloak from Maven Central, production mode, one node, PostgreSQL
set -euo pipefail
version=26.7.3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC1091
. "$here/../../process.sh"
home=$PERF/kc/keycloak-$version
pid=$PERF/kc/kc.pid
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
    # kc.sh becomes java, so this is the server's own process. Passwords are hashed as Symbolon does.
    launch "$pid" "$PERF/kc/kc.log" "$home/bin/kc.sh" start --optimized --import-realm --http-enabled=true \
      --http-host=127.0.0.1 "--http-port=$PORT" --hostname-strict=false \
      "--db-url=jdbc:postgresql://127.0.0.1:$POSTGRES_PORT/keycloak" --db-username=bench --db-password=bench \
      --spi-password-hashing--argon2--memory=19456 --spi-password-hashing--argon2--iterations=2 \
      --spi-password-hashing--argon2--parallelism=1
    ;;
  stop) finish "$pid" ;;
  kill) murder "$pid" ;;
  version) echo "Keycloak $version" ;;
esac
