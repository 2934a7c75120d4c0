# shellcheck shell=bash
# Fuzzing of what tests/fuzz holds to be true for any bytes, with libFuzzer by way of cargo-fuzz.

FUZZ=tests/fuzz
# How long each target runs. There is more to find in hours: KEYSTEAD_FUZZ_SECONDS=3600 tests/run fuzz.
FUZZ_SECONDS=${KEYSTEAD_FUZZ_SECONDS:-15}
# The same seed finds much the same: what a commit breaks shows where it was committed.
FUZZ_SEED=${KEYSTEAD_FUZZ_SEED:-1}

# Without a sanitizer, for those need a nightly toolchain: there is no unsafe code here that they could watch.
fuzz_build() {
  # cargo-fuzz has no --locked.
  cargo metadata --locked --format-version 1 --manifest-path "$FUZZ/driver/Cargo.toml" >/dev/null
  CARGO_TARGET_DIR=$FUZZ_TARGET_DIR cargo fuzz build --fuzz-dir "$FUZZ/driver" --sanitizer none
}

# Every target, whatever comes of the others; ends as a Rust test does, so that report.sh can count.
fuzz_all() {
  local target passed=0 failed=0
  for target in $(cargo fuzz list --fuzz-dir "$FUZZ/driver"); do
    if fuzz "$target"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  echo "test result: fuzzed. $passed passed; $failed failed; 0 ignored; $FUZZ_SECONDS s each, seed $FUZZ_SEED"
  [[ $failed -eq 0 ]]
}

# Runs a target from the committed corpus on. What it finds goes to a directory that the run removes; an input that fails is kept.
fuzz() {
  local target=$1 found=$WORK/fuzz/$1 kept=$CACHE/fuzz-failures/$1 log=$WORK/fuzz-$1.log
  rm -rf "$kept"
  mkdir -p "$found" "$kept"
  if "$FUZZ_TARGET_DIR"/*/release/"$target" -seed="$FUZZ_SEED" -max_total_time="$FUZZ_SECONDS" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$kept/" "$found" "$FUZZ/corpus/$target" >"$log" 2>&1; then
    echo "$target: $(awk '/^stat::number_of_executed_units/ { n = $2 } /^stat::average_exec/ { s = $2 }
      / cov: / { c = $4 } END { print n " inputs, " s " a second, " c " edges covered" }' "$log")"
    return
  fi
  tail -n 60 "$log"
  local input
  for input in "$kept"/*; do
    echo "$target fails with $input:"
    base64 --wrap=0 "$input"
    echo
  done
  return 1
}
