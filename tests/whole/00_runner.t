#!/usr/bin/env bash
# The runner's own test, first of all: every image that lies is judged a failure, and for the right
# reason; the one that does not lie is judged good.
. "$(dirname "$0")/tap.sh"

judge() { # judge KIND: run the bad image
    run env BUMPVISOR_APPEND="kind=$1" BUMPVISOR_TIMEOUT=3 tests/run_target.sh "$build/target/bad.elf"
}

judge none
check "an honest image passes" exits 0

while read -r kind reason; do
    judge "$kind"
    check "$kind is a failure" exits 1
    check "$kind: $reason" matches "^not ok .* $reason"
done <<'EOF'
hang no end after 3 seconds
silence 0 boot banners
early_exit0 exit code 0
reboot exit code 0
two_banners 2 boot banners
missing_plan 0 plans
short_plan 1 results for a plan of 2
fake_tap 2 results for a plan of 1
not_ok a test failed
wrong_code exit code 34
panic exit code 35
panic_text a panic
EOF
finish
