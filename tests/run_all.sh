#!/usr/bin/env bash
# run_all test|soak: every test there is, through prove; the last line counts them. run.sh calls it
# when everything is built. soak runs the same code with larger counts.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=tests/variants.sh
. tests/variants.sh
build=${BUILD:-build}
export BUILD=$build

repeat=1
if [ "${1:-test}" = soak ]; then
    export BUMPVISOR_CASES=${BUMPVISOR_CASES:-3000000}
    export BUMPVISOR_DEPTH=${BUMPVISOR_DEPTH:-8}
    export BUMPVISOR_TARGET_CASES=${BUMPVISOR_TARGET_CASES:-40000} # 25 times: a million calls, deadlines
    export BUMPVISOR_BOOTS=${BUMPVISOR_BOOTS:-200} BUMPVISOR_LINES=${BUMPVISOR_LINES:-10000}
    repeat=25
fi
echo "seed ${BUMPVISOR_SEED:-fixed}, cases ${BUMPVISOR_CASES:-as each test has them}, boots $repeat"

# The runner's own test goes first: if it is broken, no other result means anything.
log=$build/test.log
: >"$log"
prove_all() {
    prove "$@" 2>&1 | tee -a "$log" | grep -E '^(not ok|# .*(fail|seed)|Result|Files|.*(Failed|Dubious|No plan|Wstat))|\.\. ok$|\.\. $'
    return "${PIPESTATUS[0]}"
}
result=0
prove_all --merge -v --exec tests/run_one.sh tests/whole/00_runner.t || {
    echo "the test runner itself is broken: nothing else was run" >&2
    echo "$(grep -c '^ok ' "$log") passed, $(grep -c '^not ok ' "$log") failed"
    exit 1
}

tests=()
for test in "$build"/host/test_*; do [ -x "$test" ] && [ ! -d "$test" ] && tests+=("$test"); done
tests+=(tests/host/no_compile.sh tests/host/examples.sh)
mapfile -t boots < <(variants "$build")
for ((i = 0; i < repeat; i++)); do tests+=("${boots[@]}"); done
prove_all --merge -v --exec tests/run_one.sh "${tests[@]}" || result=1

whole=()
for test in tests/whole/*.t; do [ "$test" = tests/whole/00_runner.t ] || whole+=("$test"); done
prove_all --merge -v --timer --exec tests/run_one.sh "${whole[@]}" || result=1

skipped=$(grep -cE '^(ok [0-9].*|1\.\.0 *)# *SKIP' "$log")
passed=$(grep -E '^ok [0-9]' "$log" | grep -cvE '# *SKIP') failed=$(grep -cE '^not ok [0-9]' "$log")
[ "$result" = 0 ] || [ "$failed" -gt 0 ] || failed=1 # a test that died says no "not ok"
[ "$skipped" = 0 ] || echo "$skipped skipped: counted neither as passed nor as failed"
echo "the whole log is in $log"
echo "$passed passed, $failed failed"
exit "$result"
