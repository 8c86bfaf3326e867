#!/usr/bin/env bash
# postgres.sh install|start|stop|psql …: a PostgreSQL of its own below $PERF, on loopback, as durable as it comes
set -euo pipefail
: "${PERF:?}"
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
data=$PERF/pg/data
port=${POSTGRES_PORT:?}
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case "$1" in
  install)
    [ -d "$data" ] && exit 0
    mkdir -p "$PERF/pg"
    [ "$(id -u)" != 0 ] || chown postgres: "$PERF/pg"
    as_postgres "$programs/initdb" -D "$data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
    as_postgres tee -a "$data/postgresql.conf" >/dev/null <<C
listen_addresses = '127.0.0.1'
unix_socket_directories = '$PERF/pg'
max_connections = 250
shared_buffers = 1GB
fsync = on
synchronous_commit = on
full_page_writes = on
max_wal_size = 4GB
checkpoint_timeout = 15min
C
    ;;
  start)
    as_postgres "$programs/pg_ctl" -D "$data" -l "$PERF/pg/pg.log" -o "-p $port" -w start >/dev/null
    ;;
  stop) as_postgres "$programs/pg_ctl" -D "$data" -m fast -w stop >/dev/null ;;
  psql)
    shift
    as_postgres "$programs/psql" -h 127.0.0.1 -p "$port" -U postgres "$@"
    ;;
  *)
    echo "postgres.sh install|start|stop|psql" >&2
    exit 2
    ;;
esac
