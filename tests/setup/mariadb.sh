# shellcheck shell=bash
# A MariaDB of the run's own: empty, on a free port of 127.0.0.1, gone at the end.

MARIADB_PID=

mariadb_start() {
  local data=$WORK/mariadb port
  if ! mariadb-install-db --no-defaults --user="$(id --user --name)" --datadir="$data" --skip-test-db \
    --auth-root-authentication-method=normal >"$WORK/mariadb-install.log" 2>&1; then
    cat "$WORK/mariadb-install.log" >&2
    return 1
  fi
  # Between the choice of a port and its use somebody else may take it.
  for _ in 1 2 3; do
    port=$(free_port)
    mariadbd --no-defaults --user="$(id --user --name)" --datadir="$data" --socket=server.sock \
      --bind-address=127.0.0.1 --port="$port" --max-connections=400 \
      --innodb-flush-log-at-trx-commit=1 >"$WORK/mariadb.log" 2>&1 &
    MARIADB_PID=$!
    if mariadb_answers "$port"; then
      export KEYSTEAD_TEST_DATABASES=mysql://root@127.0.0.1:$port/
      return
    fi
    mariadb_stop
  done
  tail -n 30 "$WORK/mariadb.log" >&2
  return 1
}

# Waits until the server answers, at most a minute; fails as soon as it is gone.
mariadb_answers() {
  local deadline=$((SECONDS + 60))
  until mariadb --no-defaults --host=127.0.0.1 --port="$1" --user=root --skip-column-names \
    --execute='SELECT CONCAT("MariaDB ", VERSION())' 2>/dev/null; do
    if ! kill -0 "$MARIADB_PID" 2>/dev/null || [[ $SECONDS -ge $deadline ]]; then return 1; fi
    sleep 0.2
  done
}

mariadb_stop() {
  # `return` alone would hand on the failure that led to the exit, and end the trap there.
  if [[ -z $MARIADB_PID ]]; then return 0; fi
  kill "$MARIADB_PID" 2>/dev/null || true
  wait "$MARIADB_PID" 2>/dev/null || true
  MARIADB_PID=
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
