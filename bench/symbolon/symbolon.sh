#!/usr/bin/env bash
# symbolon.sh install|start|stop, with DATABASE=sqlite or postgresql: the archive of ./pack, as an operator runs it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${PERF:?}" "${DATABASE:?}"
home=$PERF/symbolon-$DATABASE
export SYMBOLON_DATA=$home/data SYMBOLON_PORT=8480 SYMBOLON_MANAGEMENT_PORT=8481
if [ "$DATABASE" = postgresql ]; then
  export SYMBOLON_DATABASE=postgresql://bench:bench@127.0.0.1:55432/symbolon
fi
symbolon() { "$PERF/symbolon/bin/symbolon" "$@"; }

case "$1" in
  install)
    "$root/pack" >/dev/null
    rm -rf "$PERF/symbolon" "$home"
    mkdir -p "$PERF/symbolon" "$home"
    tar -C "$PERF/symbolon" --strip-components=1 -xzf "$(find "$root/target" -maxdepth 1 -name 'symbolon-*.tar.gz' | head -n 1)"
    symbolon init --issuer http://127.0.0.1:8480 --name Bench >/dev/null
    {
      echo "tenants:"
      echo "  - id: default"
      echo "    issuer: http://127.0.0.1:8480"
      echo "    name: Bench"
      echo "    clients:"
      for client in spa spa-es; do
        echo "      - {id: $client, callbacks: ['http://127.0.0.1:9999/cb'], alg: $([ $client = spa ] && echo RS256 || echo ES256)}"
      done
      for client in web svc svc-es; do
        echo "      - {id: $client, auth_method: client_secret_basic, secret_env: BENCH_SECRET, callbacks: ['http://127.0.0.1:9999/cb']}"
      done
      echo "    apis:"
      echo "      - {identifier: 'https://rs.example', alg: RS256}"
      echo "      - {identifier: 'https://es.example', alg: ES256}"
      echo "    people:"
      for i in $(seq 0 64); do
        echo "      - {email: u$i@example.com, name: User $i, email_verified: true, password_env: BENCH_PASSWORD}"
      done
    } >"$home/bench.yaml"
    BENCH_SECRET=secret-secret-secret-secret-secret BENCH_PASSWORD="correct horse battery staple" \
      env -u SYMBOLON_PORT "$PERF/symbolon/bin/symbolon" seed "$home/bench.yaml" >/dev/null
    symbolon client allow svc https://rs.example --scope api >/dev/null
    symbolon client allow svc-es https://es.example --scope api >/dev/null
    ;;
  start)
    setsid "$PERF/symbolon/bin/symbolon" serve >"$home/server.log" 2>&1 </dev/null &
    echo $! >"$PERF/symbolon.pid"
    if [ "$DATABASE" = postgresql ]; then
      head -n 1 "$PERF/pg/data/postmaster.pid" >"$PERF/symbolon.db.pid"
    else
      : >"$PERF/symbolon.db.pid"
    fi
    ;;
  stop)
    kill "$(cat "$PERF/symbolon.pid")"
    for _ in $(seq 60); do
      kill -0 "$(cat "$PERF/symbolon.pid")" 2>/dev/null || exit 0
      sleep 0.5
    done
    exit 1
    ;;
esac
