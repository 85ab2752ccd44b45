#!/usr/bin/env bash
# The benchmarks print the same table every time, to the instruction, and every workload has its row.
. "$(dirname "$0")/tap.sh"

for topic in '' machine guest collections heap; do
    # shellcheck disable=SC2086 # no word where there is no topic
    run ./run.sh bench $topic
    check "bench $topic ends with 0" exits 0
    first=$output
    # shellcheck disable=SC2086
    run ./run.sh bench $topic
    check "bench $topic prints the same table twice" [ "$output" = "$first" ]
done
for name in bump linked_list bucket bitmap tlsf; do
    for trace in short1 short2 vector pages mix lifo coalescing exhaustion many_boxes larson boot; do
        check "$name has a row for $trace" matches "^$name +$trace +[0-9]+\.[0-9] +[0-9]+ +[0-9]+ +[0-9]+ % +[0-9]+"
    done
done
check "nothing but the bump runs out of memory" eval '! grep "ran out" <<<"$output" | grep -qv "^bump"'
check "one block of 90 % fits when all is given back" eval \
    '[ "$(grep -c "90 % of the heap: granted" <<<"$output")" = 3 ]'
run ./run.sh bench record
check "the recorded boot is what the demo asks for today" [ "$output" = "$(cat bench/arena/traces/boot.trace)" ]
run ./run.sh bench quickly
check "an unknown benchmark is wrong usage" exits 2
check "and the known ones are named" says "collections contention guest heap machine record"
finish
