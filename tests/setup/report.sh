# shellcheck shell=bash
# Headings, times and the closing block of tests/run.

REPORT=()
# Steps that failed without a failed test to show for it: a lint, a compile error, a crashed runner.
FAILED_STEPS=0
STEP_BEGAN=0
SUMMARISED=

heading() {
  STEP_BEGAN=$SECONDS
  printf '\n=== %s\n' "$1"
}

record() { REPORT+=("$(printf '%-6s %5d s  %s' "$1" $((SECONDS - STEP_BEGAN)) "$2")"); }

# Runs run_NAME, and goes on whatever comes of it: one run shows everything that is wrong.
step() {
  heading "$1"
  local code failed_before
  failed_before=$(tests_that failed)
  # Not `if run_NAME`: there bash would ignore `set -e` inside it.
  set +e
  (
    set -e
    "run_$1"
  )
  code=$?
  set -e
  if [[ $code -eq 0 ]]; then
    record ok "$1"
    return
  fi
  record FAILED "$1"
  if [[ $(tests_that failed) -eq $failed_before ]]; then FAILED_STEPS=$((FAILED_STEPS + 1)); fi
}

# The closing lines of both runners: `test result: ok. 12 passed; 0 failed; 0 ignored; …` and `ℹ pass 12`.
runner_lines() { cat "$WORK"/{cargo,fuzz,node}.log 2>/dev/null | grep --extended-regexp '^(test result:|ℹ [a-z]+ [0-9]+$)' || true; }

# How many tests passed, failed or were skipped, over all runners.
tests_that() {
  local words
  case $1 in
  passed) words='passed;|pass' ;;
  failed) words='failed;|fail|cancelled' ;;
  skipped) words='ignored;|skipped|todo' ;;
  esac
  runner_lines | awk -v words="^($words)\$" '
    /^test result:/ { for (i = 2; i <= NF; i++) if ($i ~ words) sum += $(i - 1) }
    /^ℹ/ && $2 ~ words { sum += $3 }
    END { print sum + 0 }'
}

# The last block of a run; its last line is for whoever reads nothing else.
summary() {
  SUMMARISED=yes
  local failed skipped
  failed=$(($(tests_that failed) + FAILED_STEPS))
  skipped=$(tests_that skipped)
  printf '\n=== summary, after %d s\n' "$SECONDS"
  printf '%s\n' "${REPORT[@]}"
  runner_lines | grep --invert-match 'test result: ok. 0 passed; 0 failed; 0 ignored' || true
  if [[ $skipped -gt 0 ]]; then
    echo "$skipped tests were skipped or ignored: no test may be" >&2
    failed=$((failed + skipped))
  fi
  echo "$(tests_that passed) passed, $failed failed"
  [[ $failed -eq 0 ]]
}

# For a run that ended before its summary.
close_report() {
  if [[ -n $SUMMARISED ]]; then return 0; fi
  printf '\n=== the set-up failed, or the run was stopped\n'
  echo "0 passed, 1 failed"
}
