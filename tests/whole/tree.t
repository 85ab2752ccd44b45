#!/usr/bin/env bash
# The tree: includes go down only, scripts are clean, what must not compile does not.
. "$(dirname "$0")/tap.sh"

run tests/floors.sh
check "includes go down only" exits 0

scratch=$(mktemp -d)
mkdir -p "$scratch/src/lib" "$scratch/include/heap"
echo '#include <heap/heap.h>' >"$scratch/src/lib/up.c"
run tests/floors.sh "$scratch"
check "an include that goes up is found" eval 'exits 1 && says "src/lib/up.c"'
rm -rf "$scratch"

run shellcheck -x run.sh tools/*.sh tools/symbolize tests/*.sh bench/run.sh .ci/run
check "shellcheck finds nothing in the scripts" exits 0
finish
