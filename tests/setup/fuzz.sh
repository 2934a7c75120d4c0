# shellcheck shell=bash
# Fuzzing of what tests/fuzz holds to be true for any bytes, with libFuzzer by way of cargo-fuzz.

FUZZ=tests/fuzz
# How long each target runs. There is more to find in hours: KEYSTEAD_FUZZ_SECONDS=3600 tests/run fuzz.
FUZZ_SECONDS=${KEYSTEAD_FUZZ_SECONDS:-15}
# The same seed finds much the same: what a commit breaks shows where it was committed.
FUZZ_SEED=${KEYSTEAD_FUZZ_SEED:-1}

# Without a sanitizer: those need a nightly toolchain, and there is no unsafe code here for them to watch. The targets are
# copied, because another clone may share the directory they are built in.
fuzz_build() {
  # cargo-fuzz has no --locked.
  cargo metadata --locked --format-version 1 --manifest-path "$FUZZ/driver/Cargo.toml" >/dev/null
  CARGO_TARGET_DIR=$CACHE/fuzz cargo fuzz build --fuzz-dir "$FUZZ/driver" --sanitizer none
  local target
  for target in $(fuzz_targets); do
    install -D "$CACHE"/fuzz/*/release/"$target" "$WORK/fuzz/bin/$target"
  done
}

fuzz_targets() { cargo fuzz list --fuzz-dir "$FUZZ/driver"; }

# Every target, whatever comes of the others; ends as a Rust test does, so that report.sh can count.
fuzz_all() {
  local target passed=0 failed=0
  for target in $(fuzz_targets); do
    if fuzz "$target"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  echo "test result: fuzzed. $passed passed; $failed failed; 0 ignored; $FUZZ_SECONDS s each, seed $FUZZ_SEED"
  [[ $failed -eq 0 ]]
}

# Runs a target from the committed corpus on, which stays as it is. Inputs that fail outlive the run, in the cache.
fuzz() {
  local target=$1 found=$WORK/fuzz/found/$1 failing=$WORK/fuzz/failing/$1 log=$WORK/fuzz/$1.log input
  mkdir -p "$found" "$failing"
  if "$WORK/fuzz/bin/$target" -seed="$FUZZ_SEED" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$failing/" "$found" "$FUZZ/corpus/$target" >"$log" 2>&1; then
    echo "$target: $(awk '/^stat::number_of_executed_units/ { inputs = $2 } /^stat::average_exec/ { speed = $2 }
      $3 == "cov:" { edges = $4 } END { print inputs " inputs, " speed " a second, " edges " edges covered" }' "$log")"
    return
  fi
  tail -n 60 "$log"
  mkdir -p "$CACHE/fuzz-failing/$target"
  for input in "$failing"/*; do
    cp "$input" "$CACHE/fuzz-failing/$target"
    echo "$target fails with $CACHE/fuzz-failing/$target/${input##*/}:"
    base64 --wrap=0 "$input"
    echo
  done
  return 1
}
