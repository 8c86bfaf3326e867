#!/usr/bin/env bash
# What the scripts of the servers share: one process of its own session, known by the file that holds its id.
# Sourced; $PERF is the folder that bench/run works in, $PORT where the server listens.
: "${PERF:?bench/run sets it}" "${PORT:?bench/run sets it}" "${POSTGRES_PORT:?bench/run sets it}"

launch() { # pid file, log, command…
  local file=$1 log=$2
  shift 2
  setsid "$@" >"$log" 2>&1 </dev/null &
  echo $! >"$file"
}

family() { # pid: itself and its children
  echo "$1"
  pgrep -P "$1" || true
}

murder() { # pid file: kill -9, as a crash would
  local pid
  pid=$(head -n 1 "$1")
  # The children first, or a parent starts them anew.
  family "$pid" | sort -rn | xargs -r kill -9 2>/dev/null || true
  gone "$1" 50
}

gone() { # pid file, how often it is looked
  local pid
  pid=$(head -n 1 "$1")
  for _ in $(seq "$2"); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.2
  done
  return 1
}

finish() { # pid file
  [ -s "$1" ] || return 0
  kill "$(head -n 1 "$1")" 2>/dev/null || true
  if ! gone "$1" 150; then
    echo "It did not end when it was asked to, so it was killed." >&2
    murder "$1" || return 1
  fi
  rm -f "$1"
}

keys() { # the two signing keys of the peers that take them from files
  mkdir -p "$PERF/keys"
  [ -f "$PERF/keys/rsa.pem" ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$PERF/keys/rsa.pem"
  [ -f "$PERF/keys/ec.pem" ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$PERF/keys/ec.pem"
  openssl pkey -in "$PERF/keys/ec.pem" -pubout -out "$PERF/keys/ec-pub.pem"
}
