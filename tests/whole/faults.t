#!/usr/bin/env bash
# Every mistake is told: decoded cause, values, place, backtrace, and exit code 1.
. "$(dirname "$0")/tap.sh"

while read -r kind words; do
    run ./run.sh demo --fault="$kind"
    check "$kind exits with 1" exits 1
    check "$kind says: $words" says "$words"
    check "$kind: one report with an end" eval '[ "$(grep -c "PANIC on hart" <<<"$output")" = 1 ] &&
        grep -q "END OF PANIC" <<<"$output"'
    check "$kind: the place is named" matches '(sepc|#[0-9]+) +0x[0-9a-f]{16}.*src/demo/fault\.c:[0-9]+'
    check "$kind: the backtrace reaches main" matches '#[0-9]+ +0x[0-9a-f]{16}.* main at src/main\.c'
    check "$kind: all registers" matches 't6 0x[0-9a-f]{16}'
done <<'EOF'
load load access fault: nothing may be read at 0x8
store store or AMO page fault: nothing may be written at 0x80200000
fetch instruction page fault: there is no code at 0x
illegal illegal instruction
breakpoint breakpoint
assert assertion failed: statistics.left_bytes == statistics.left_bytes + 1
oom out of memory: 4611686018427387903 bytes aligned to 16
stack stack overflow
EOF
finish
