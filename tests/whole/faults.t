#!/usr/bin/env bash
# Every mistake is told: decoded cause, values, place, the region it lies in, backtrace, and exit
# code 1.
. "$(dirname "$0")/tap.sh"

# report KIND: what every report has; $output is the run's.
report() {
    check "$1 exits with 1" exits 1
    check "$1: one report with an end" eval '[ "$(grep -c "PANIC on hart" <<<"$output")" = 1 ] &&
        grep -q "END OF PANIC" <<<"$output"'
    check "$1: all registers" matches 't6 0x[0-9a-f]{16}'
}

while read -r kind words; do
    run ./run.sh demo --fault="$kind"
    report "$kind"
    check "$kind says: $words" matches "^PANIC on hart [0-9]+: $words"
    check "$kind: the place is named" matches '(sepc|#[0-9]+) +0x[0-9a-f]{16}.*src/demo/fault\.c:[0-9]+'
    check "$kind: the backtrace reaches main" matches '#[0-9]+ +0x[0-9a-f]{16}.* (main|demo) at src/main\.c'
done <<'EOF'
load load page fault: nothing may be read at 0x8, NULL \+ 8$
null-call instruction page fault: there is no code at 0x0, NULL \+ 0; a call
store store or AMO page fault: nothing may be written at 0x80200000, in \.text \(R-X\)$
rodata store or AMO page fault: nothing may be written at 0x802[0-9a-f]{5}, in \.rodata \(R--\)$
fetch instruction page fault: there is no code at 0x80400000, in the heap \(RW-\);
data-fetch instruction page fault: there is no code at 0x802[0-9a-f]{5}, in \.data \(RW-\);
stack-fetch instruction page fault: there is no code at 0x80[0-9a-f]{6}, in the stack \(RW-\);
illegal illegal instruction: the instruction is 0x
breakpoint breakpoint: an ebreak was reached
assert assertion failed: statistics\.left_bytes == statistics\.left_bytes \+ 1
oom out of memory: 4611686018427387903 bytes aligned to 16
heap-underrun load page fault: nothing may be read at 0x803ffff8, in the gap between the stack \(it ended [0-9]+ bytes before\) and the heap \(it begins 8 bytes later\)
heap-overrun store or AMO page fault: nothing may be written at 0x86800000, in the gap between the heap \(it ended 0 bytes before\)
gap load page fault: nothing may be read at 0x802[0-9a-f]{5}, in the gap between \.rodata \(it ended [0-9]+ bytes before\) and \.data
device load page fault: nothing may be read at 0x10001000, in the device virtio_mmio@10001000, which is not mapped$
firmware load page fault: nothing may be read at 0x80000000, in the firmware's memory, which is not mapped$
EOF

# The stack of each of 8 harts: the report is the hart's own, whichever hart it is.
for index in 0 1 2 3 4 5 6 7; do
    run ./run.sh demo --smp=8 --fault="stack$index"
    report "stack$index"
    hart=$(sed -nE 's/^PANIC on hart ([0-9]+):.*/\1/p' <<<"$output")
    check "stack$index: the guard page and the hart are named" matches \
        "stack overflow: store or AMO page fault at 0x[0-9a-f]+, in the guard page below the stack of hart $hart; sp is 0x"
    check "stack$index: what called itself is named" matches 'recurse at src/demo/fault\.c:[0-9]+'
done
run ./run.sh demo --fault=stack7
check "a hart that is not there: said" says "there is no hart 7 to overflow the stack of: start with --smp=8"
check "and exits with 1" exits 1

# The same with a heap elsewhere.
run ./run.sh demo --fault=heap-underrun --heap-at=0x444444440000
check "below a mapped heap" matches 'nothing may be read at 0x44444443fff8, 8 bytes before the mapped heap$'
run ./run.sh demo --fault=heap-overrun --heap-at=0x444444440000
check "behind a mapped heap" matches 'nothing may be written at 0x44444a840000, 0 bytes behind the mapped heap$'
run ./run.sh demo --fault=fetch --heap-at=0x444444440000
check "code in a mapped heap" matches 'there is no code at 0x444444440000, in the mapped heap \(RW-\)'
finish
