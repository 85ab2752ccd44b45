#!/usr/bin/env bash
# run_target IMAGE [HARTS]: boot a test image and judge it. Prints its TAP and one result more, the
# verdict, which is ok iff all of these agree:
#   - QEMU's exit code is 33, which the image asks for when every test passed;
#   - the plan 1..N, once, and exactly N results, all ok, numbered 1 to N;
#   - exactly one boot banner; no panic; the end came in time.
# Environment: BUMPVISOR_QEMU, BUMPVISOR_APPEND, BUMPVISOR_TIMEOUT (seconds, default 120).
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=tools/qemu.sh
. tools/qemu.sh
qemu=${BUMPVISOR_QEMU:-qemu-system-riscv64}
seconds=${BUMPVISOR_TIMEOUT:-120}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
qemu_line "$1" "${2:-1}" 256M "${BUMPVISOR_APPEND:-}"
timeout -k 2 "$seconds" "${QEMU_LINE[@]}" </dev/null 2>&1 | tr -d '\r' >"$log"
status=${PIPESTATUS[0]}

plan=$(grep -cE '^1\.\.[0-9]+$' "$log")
planned=$(sed -nE 's/^1\.\.([0-9]+)$/\1/p' "$log" | head -n 1)
results=$(grep -cE '^(not )?ok\b' "$log")
reasons=()
[ "$status" = 33 ] || reasons+=("exit code $status, not 33")
[ "$status" != 124 ] && [ "$status" != 137 ] || reasons+=("no end after $seconds seconds")
[ "$plan" = 1 ] || reasons+=("$plan plans, not 1")
[ "$results" = "${planned:--}" ] || reasons+=("$results results for a plan of ${planned:-nothing}")
numbers=$(sed -nE 's/^ok ([0-9]+)\b.*/\1/p' "$log" | tr '\n' ' ')
[ "$numbers" = "$(seq -s ' ' 1 "${planned:-0}") " ] || [ "$results" != "${planned:-}" ] ||
    reasons+=("the results are not ok 1 to ok ${planned:-0}")
! grep -q '^not ok' "$log" || reasons+=("a test failed")
! grep -qE '^ok .*# *(SKIP|TODO)|^Bail out' "$log" || reasons+=("a result that is none")
banners=$(grep -c '^Booting hypervisor' "$log")
[ "$banners" = 1 ] || reasons+=("$banners boot banners, not 1")
! grep -q 'PANIC' "$log" || reasons+=("a panic")

# Everything from the banner on; without one, all there is, as a remark.
if [ "$banners" -gt 0 ]; then
    sed -n '/^Booting hypervisor/,$p' "$log" | grep -vE '^1\.\.[0-9]+$'
else
    sed 's/^/# /' "$log"
fi
name="verdict on $(basename "$1" .elf) with ${2:-1} harts${BUMPVISOR_APPEND:+, $BUMPVISOR_APPEND}"
if [ ${#reasons[@]} -eq 0 ]; then
    echo "ok $((results + 1)) - $name"
    echo "1..$((results + 1))"
    exit 0
fi
echo "not ok $((results + 1)) - $name: $(printf '%s; ' "${reasons[@]}")"
echo "1..$((results + 1))"
exit 1
