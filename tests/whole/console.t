#!/usr/bin/env bash
# What stands between QEMU and the reader: text passes at once, a report gets the right places, and
# no machine outlives run.sh.
. "$(dirname "$0")/tap.sh"
scratch=$(mktemp -d)
elf=$build/hypervisor.elf

# A prompt has no end of line; whoever reads it must see it before the next one comes.
prompt_is_seen() {
    { printf 'prompt> ' && sleep 3; } | tools/symbolize "$elf" |
        { IFS= read -r -n 7 -t 2 text && [ "$text" = 'prompt>' ]; }
}
check "half a line is shown at once" prompt_is_seen
printf 'a\n\nb  c\tend without newline' >"$scratch/in"
tools/symbolize "$elf" <"$scratch/in" >"$scratch/out"
check "text passes unchanged" cmp "$scratch/in" "$scratch/out"
# An end of line that comes just as symbolize's 0.1 s are over: bash's read may lose it. Ten streams at once.
late_ends_of_line() {
    local i
    for i in {1..10}; do
        for _ in {1..15}; do sleep "0.097$i" && echo; done | tools/symbolize "$elf" >"$scratch/late.$i" &
    done
    wait
    [ "$(cat "$scratch"/late.* | wc -l)" = 150 ]
}
check "no end of line is lost" late_ends_of_line

# A call of panic() returns to the line after: the report must name the call all the same.
line=$(grep -n 'ASSERT_COMPARE' src/demo/fault.c | head -n 1 | cut -d: -f1)
run ./run.sh --fault=assert
check "a failed assertion is placed in its own function" matches "#1 .* at src/demo/fault\.c:$line$"
line=$(grep -n '"ebreak"' src/demo/fault.c | cut -d: -f1)
run ./run.sh --fault=breakpoint
check "a trap is placed at its very instruction" matches "#0 .* at src/demo/fault\.c:$line$"

# shellcheck disable=SC2016 # the script's own variables
printf '#!/bin/sh\ncase $* in --version) echo "QEMU emulator version 7.2.0" ;; *-kernel*) echo $$ >%s; exec sleep 40 ;; esac\n' \
    "$scratch/pid" >"$scratch/qemu"
chmod +x "$scratch/qemu"
./run.sh --qemu="$scratch/qemu" >/dev/null 2>&1 </dev/null &
script=$!
for ((i = 0; i < 100; i++)); do
    [ -s "$scratch/pid" ] && break
    sleep 0.1
done
kill -TERM "$script"
wait "$script"
status=$?
check "run.sh ends on SIGTERM" exits 143
machine=$(cat "$scratch/pid")
check "and its machine with it" eval '! kill -0 "$machine" 2>/dev/null'
kill "$machine" 2>/dev/null

run bash -c "cd '$scratch' && '$PWD/run.sh' --dry-run --qemu=./qemu"
check "--qemu=./qemu is meant from where the caller stands" says "$scratch/"
printf '#!/bin/sh\necho "QEMU emulator version 6.2.0"\n' >"$scratch/qemu"
run ./run.sh --no-install --qemu="$scratch/qemu"
check "a QEMU that is too old is a missing tool" exits 3
check "and the version that is needed is said" says "7.0 or newer"
rm -rf "$scratch"
finish
