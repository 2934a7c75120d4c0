# shellcheck shell=bash
# The Debian packages that are missing, and no others.

# mariadb-server-core is the bare server: no service is registered, so none is started beside the tests' own.
debian_packages() {
  local missing=()
  { has cc && has c++; } || missing+=(build-essential)
  has git || missing+=(git)
  has mariadbd || missing+=(mariadb-server-core)
  has mariadb || missing+=(mariadb-client-core)
  has chromium || missing+=(chromium)
  has firefox-esr || missing+=(firefox-esr)
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  # Debian's Go only fetches the one that is needed: see tools.sh.
  has go || missing+=(golang-go)
  if [[ ${#missing[@]} -eq 0 ]]; then return; fi

  echo "installing ${missing[*]}"
  if [[ $(id -u) -ne 0 ]]; then
    echo "only root can install them" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Another apt may hold a lock, or a mirror may be busy for a moment.
  again 5 apt-get --quiet=2 update
  # --no-remove: a machine with another database server installed keeps it, and this run fails instead.
  again 5 apt-get --quiet=2 --option DPkg::Lock::Timeout=600 install --yes --no-install-recommends --no-remove \
    "${missing[@]}" >/dev/null
}

has() { command -v "$1" >/dev/null; }

# Runs a command up to N times, with a pause between.
again() {
  local tries=$1
  shift
  until "$@"; do
    tries=$((tries - 1))
    if [[ $tries -le 0 ]]; then return 1; fi
    sleep 10
  done
}
