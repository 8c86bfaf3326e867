#!/usr/bin/env bash
# symbolon.sh install|start|stop|kill|version, with DATABASE=sqlite or postgresql: the archive of ./pack, as operators run it
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck disable=SC1091
. "$here/../process.sh"
: "${DATABASE:?sqlite or postgresql}"
home=$PERF/symbolon-$DATABASE
pid=$PERF/symbolon.pid
export SYMBOLON_DATA=$home/data SYMBOLON_PORT=$PORT SYMBOLON_MANAGEMENT_PORT=$((PORT + 1))
# All clients are one network here, and the peers let any number wait for a hash; nobody is to be sent away.
export SYMBOLON_HASH_QUEUE=1000
if [ "$DATABASE" = postgresql ]; then
  export SYMBOLON_DATABASE=postgresql://bench:bench@127.0.0.1:$POSTGRES_PORT/symbolon
fi
symbolon() { "$PERF/symbolon/bin/symbolon" "$@"; }

case "$1" in
  install)
    "$root/pack" >/dev/null
    rm -rf "$PERF/symbolon" "$home"
    mkdir -p "$PERF/symbolon" "$home"
    tar -C "$PERF/symbolon" --strip-components=1 -xzf "$(find "$root/target" -maxdepth 1 -name 'symbolon-*.tar.gz' | head -n 1)"
    symbolon init --issuer "http://127.0.0.1:$PORT" --name Bench >/dev/null
    {
      echo "tenants:"
      echo "  - id: default"
      echo "    issuer: http://127.0.0.1:$PORT"
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
      for i in $(seq 0 63); do
        echo "      - {email: u$i@example.com, name: User $i, email_verified: true, password_env: BENCH_PASSWORD}"
      done
    } >"$home/bench.yaml"
    BENCH_SECRET=secret-secret-secret-secret-secret BENCH_PASSWORD="correct horse battery staple" \
      env -u SYMBOLON_PORT "$PERF/symbolon/bin/symbolon" seed "$home/bench.yaml" >/dev/null
    symbolon client allow svc https://rs.example --scope api >/dev/null
    symbolon client allow svc-es https://es.example --scope api >/dev/null
    ;;
  start) launch "$pid" "$home/server.log" "$PERF/symbolon/bin/symbolon" serve ;;
  stop) finish "$pid" ;;
  kill) murder "$pid" ;;
  version) symbolon --version | head -n 1 ;;
esac
