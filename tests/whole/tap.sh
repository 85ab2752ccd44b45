# shellcheck shell=bash
# tap: for tests of the whole, in bash. Sourced. Each check prints one TAP line; `finish` the plan.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=${BUILD:-build}
count=0 failures=0
output='' status=0

# run COMMAND...: keep what it prints in $output and its exit code in $status.
run() {
    output=$("$@" 2>&1 </dev/null)
    status=$?
}

# check NAME COMMAND...: ok iff the command succeeds.
check() {
    local name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $name"
    else
        failures=$((failures + 1))
        echo "not ok $count - $name"
        echo "# failed: $*"
        printf '%s\n' "status $status, output:" "$output" | tail -n 40 | sed 's/^/#   /'
    fi
}

# What checks ask of the last run.
exits() { [ "$status" = "$1" ]; }
says() { grep -qF -- "$1" <<<"$output"; }
says_line() { grep -qxF -- "$1" <<<"$output"; }
matches() { grep -qE -- "$1" <<<"$output"; }

finish() {
    echo "1..$count"
    [ "$failures" = 0 ]
    exit
}
