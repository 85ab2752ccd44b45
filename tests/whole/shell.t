#!/usr/bin/env bash
# The shell: each command, wrong input, faults that it survives, its ends; and random lines.
. "$(dirname "$0")/tap.sh"

# shell WORDS... <LINES: what is typed, on stdin.
shell() {
    output=$(set -o pipefail; ./run.sh shell --ci "$@" 2>&1 | tr -d '\r')
    status=$?
}

shell --smp=4 <<'EOF'
help
help peek
help nothing
map
map 0x80200004
map 0x10001000
map 12
map x
heap
harts
harts stop 2
harts
harts start 2
harts start 2
harts stop 0
harts stop 9
harts jump 1
timer
timer 20
timer 99999
suspend 5
peek 0x80200000 32
peek 0x80200000 8 4
peek 0x80200001 2 1
peek 0x80200001 8 8
peek 0x10 8
peek 0x100000000000000 8
peek 0x80200000 8 3
peek
poke 0x80200000 1
poke 0x86000000 0x1122334455667788
peek 0x86000000 8
poke 0x86000004 0xff 1
peek 0x86000000 8
echo  two  words
traps
nothing
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17
EOF
check "the shell ends with 0 when its input does" exits 0
check "no prompt is lost" says "bumpvisor> help peek"
check "help: every command" matches '^  suspend +MS '
check "help of one" says_line "peek ADDRESS [BYTES [WIDTH]]: show memory, in hex"
check "help of none" says_line 'there is no command "nothing"'
check "map: regions" matches '^  0x000080200000 - 0x0000802[0-9a-f]{5}  R-X  \.text$'
check "map: summary" says "none writable and executable"
check "map of an address" says_line "0x80200004 is in .text (R-X)"
check "map of an address: its page" says_line "  a page of 4 KiB, R-X, at physical address 0x80200004"
check "map of a device" says_line "0x10001000 is in the device virtio_mmio@10001000, which is not mapped"
check "map of NULL" says_line "0xc is NULL + 12"
check "map of no number" says_line '"x" is no number: 4096 and 0x1000 are'
check "heap: report" matches '^Heap: 0 live'
check "heap: frames" matches '^Frames: [0-9]+ KiB used, [0-9]+ KiB left$'
check "harts: four, one of them ours" [ "$(grep -cE '^ +[0-3] +[0-3] +[0-9]+ +(idle|runs the monitor)$' <<<"$output")" = 7 ]
check "harts: one stopped" [ "$(grep -cE '^ +2 +[0-3] +[0-9]+ +stopped$' <<<"$output")" = 1 ]
check "harts: a running one does not start" matches '^hart 2 cannot be started: '
check "harts: ours does not stop" matches '^hart 0 cannot be stopped: '
check "harts: no such" says_line "there are harts 0 to 3"
check "harts: no such word" says_line "usage: harts [stop INDEX | start INDEX]"
check "timer" matches '^  by (Sstc|SBI TIME), 10000000 ticks a second; now [0-9]+; 0 timers run$'
check "timer: sleep" matches '^  woke [0-9]+ us late$'
check "timer: a minute at most" says_line "a minute, 60000 ms, is the most"
check "suspend" says_line "  back after a suspension by the firmware"
check "peek: two rows" [ "$(grep -cE '^0x00000000802000[01]0  [0-9a-f]{16} [0-9a-f]{16}$' <<<"$output")" = 2 ]
check "peek: by four bytes" matches '^0x0000000080200000  [0-9a-f]{8} [0-9a-f]{8}$'
check "peek: by bytes" matches '^0x0000000080200001  [0-9a-f]{2} [0-9a-f]{2}$'
check "peek: misaligned" says_line "0x80200001 is no multiple of 8"
check "peek: nowhere" says_line "0x10 cannot be read: it is NULL + 16"
check "peek: beyond every format" says_line "0x100000000000000 cannot be read: it is where nothing is mapped"
check "peek: no width" says_line "a width is 1, 2, 4 or 8 bytes"
check "peek: usage" says_line "usage: peek ADDRESS [BYTES [WIDTH]]"
check "poke: code" says_line "0x80200000 cannot be written: it is in .text (R-X)"
check "poke: memory" says_line "0x0000000086000000  1122334455667788"
check "poke: one byte of it" says_line "0x0000000086000000  112233ff55667788"
check "echo: as it stands" says_line "two  words"
check "traps: interrupts" matches '^  hart 0 +[0-9]+  external interrupt$'
check "an unknown command" says_line 'there is no command "nothing"; help shows all'
check "too many words" says_line "too long: a command has up to 16 words"

shell <<'EOF'
panic all is lost
EOF
check "panic: exits with 1" exits 1
check "panic: with the words" matches '^PANIC on hart [0-9]+: all is lost$'
shell </dev/null
check "no input at all: exits with 0" exits 0
check "with several harts a panic is one report" eval '
    shell --smp=8 <<<"panic" && [ "$(grep -c "PANIC on hart" <<<"$output")" = 1 ]'

# Without a PLIC what is typed comes from the firmware, which has room for one byte: type slowly.
output=$({
    sleep 2
    for c in e c h o ' ' h i $'\n' p o w e r o f f $'\n'; do
        printf '%s' "$c"
        sleep 0.05
    done
} | BUMPVISOR_MACHINE=virt,aia=aplic ./run.sh shell --ci 2>&1 | tr -d '\r')
check "without a PLIC it is said" says "No UART by interrupt: what is typed comes from the firmware"
check "and what is typed arrives" says_line "hi"

# After a reboot it is a new machine. What is typed waits until its shell is there.
output=$({
    sleep 2
    echo "poke 0x86000000 1"
    echo reboot
    sleep 3
    echo poweroff
} | ./run.sh shell --ci 2>&1)
status=$?
check "reboot boots again" [ "$(grep -c '^Booting hypervisor' <<<"$output")" = 2 ]
check "and poweroff ends it" exits 0

# Editing, by the keys that a terminal sends.
shell <<<$'ehco hi\e[D\e[D\e[D\e[D\e[D\x7f\e[Ch\b\x01\x05\nhe\tp\nechq\x7fo done\n\e[A\n'
check "backspace and arrows" says "bumpvisor> "
check "a line is edited" says_line "done"
check "the line before, again" [ "$(grep -cx 'done' <<<"$output")" = 2 ]

# Random lines: words of the shell, numbers, junk; never a poke of memory that is used. Whatever
# comes, it answers to the end. soak: 10,000 lines.
lines=${BUMPVISOR_LINES:-500}
seed=${BUMPVISOR_SEED:-1}
echo "# $lines random lines, seed $seed"
random_lines() {
    awk -v lines="$lines" -v seed="$seed" 'BEGIN {
        srand(seed)
        n = split("help map heap harts timer traps peek echo suspend stop start poke 0 1 2 8 0x10 " \
            "0x80200000 0x80400000 0x444444440000 0xffffffffffffffff 99999999999999999999 -1 x \" " \
            "%s%n ; \\ ~ 4096", word, " ")
        for (i = 0; i < lines; i++) {
            line = ""
            for (w = int(rand() * 5); w >= 0; w--) line = line word[1 + int(rand() * n)] " "
            if (rand() < 0.2) for (w = int(rand() * 60); w > 0; w--)
                line = line sprintf("%c", 4 + int(rand() * 240))
            sub(/poke *0x8/, "poke 0x9", line)
            gsub(/[\003\n]/, "", line)
            print line
        }
    }'
}
output=$(set -o pipefail; { random_lines; echo; echo echo the end; } | LC_ALL=C ./run.sh shell --ci --smp=3 --timeout=500 2>&1 | tr -d '\r')
status=$?
check "$lines random lines: no panic" eval '! grep -aq PANIC <<<"$output"'
check "and it answers after them" eval 'grep -aqx "the end" <<<"$output"'
check "and ends with 0" exits 0
finish
