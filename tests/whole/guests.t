#!/usr/bin/env bash
# Guests: the embedded one, U-Boot to its prompt, Debian's Linux with one to eight vCPUs on as many
# harts and on fewer; what is typed arrives; each end is told apart; and files that are none.
# BUMPVISOR_BOOTS: so many boots of Linux with four vCPUs (./run.sh soak).
. "$(dirname "$0")/tap.sh"

# talk SECONDS 'LINE@LINE...' ARGUMENTS...: run.sh with these; each line is typed when a prompt is there. What it prints goes to $output.
talk() {
    local seconds=$1 words=() next=0 tail='' byte
    IFS='@' read -ra words <<<"$2"
    shift 2
    coproc GUEST { timeout "$seconds" ./run.sh "$@" --ci 2>&1; }
    local pid=$GUEST_PID # the shell forgets it when it has ended
    output=''
    while IFS= read -r -t "$seconds" -N 1 byte <&"${GUEST[0]}"; do
        output+=$byte
        tail=${output: -7}
        case $tail in
        "guest# " | *$'\n=> ')
            [ "$next" -lt "${#words[@]}" ] || continue
            printf '%s\n' "${words[next]}" >&"${GUEST[1]}"
            next=$((next + 1))
            ;;
        esac
    done 2>/dev/null
    wait "$pid"
    status=$?
    output=$(tr -d '\r' <<<"$output")
}

run ./run.sh hello --ci
check "hello ends with 0" exits 0
check "hello prints its line" says_line "Hello from a guest in VS-mode"
check "and how it ended" matches "^vm 0: power-off: it powers off \(vCPU 0, pc 0x8020[0-9a-f]+\)$"
check "its exits are counted" matches "^ +31  environment call from VS-mode$"

files=$(tools/fetch_guest.sh linux) && uboot=$(tools/fetch_guest.sh uboot)
check "Debian's kernel and U-Boot are there" [ -n "${uboot:-}" ]
kernel=${files%%$'\n'*}

talk 120 'version@poweroff' uboot
check "U-Boot comes to its prompt, and powers off" exits 0
check "it answers what is typed" matches "^U-Boot 20[0-9.]+"

# linux HARTS VCPUS: to a shell and off again.
linux() {
    talk 100 "nproc; grep -c ^processor /proc/cpuinfo; dmesg | grep -c 'SBI .* extension detected'@poweroff -f" \
        linux --smp="$1" --vcpus="$2"
    check "Linux with $2 vCPUs on $1 harts ends with 0" exits 0
    check "it sees $2 harts" [ "$(grep -cx "$2" <<<"$output")" -ge 2 ]
    check "it finds the SBI's extensions" matches "SBI TIME extension detected"
    check "its driver finds the counters" matches "riscv-pmu-sbi: 14 firmware and 2 hardware counters"
    check "and powers off" matches "^vm 1: power-off: "
}
for pair in '1 1' '1 2' '2 2' '2 4' '4 4' '8 8'; do
    # shellcheck disable=SC2086 # two words
    linux $pair
done

talk 100 'for i in 1 2 3 4; do (n=0; while [ $n -lt 20000 ]; do n=$((n + 1)); done; echo "loop $i done") & done; wait@grep -c . /proc/interrupts; poweroff -f' \
    linux --smp=2 --vcpus=4
check "load on all vCPUs ends" [ "$(grep -c '^loop [1-4] done' <<<"$output")" = 4 ]

# Long lines, typed as fast as the port takes them, while every hart is busy: each byte, in its place.
line=$(printf '%s' {a..z} {0..9} {A..Z} {a..z} {0..9} {A..Z})
talk 100 "(while :; do :; done) & (while :; do :; done) & (while :; do :; done) & echo busy@echo $line@echo $line@echo $line@echo $line@poweroff -f" \
    linux --smp=2 --vcpus=4
check "what is typed arrives as it was typed" [ "$(grep -cx "$line" <<<"$output")" = 4 ]

talk 100 'reboot -f@poweroff -f' linux --vcpus=2
check "a reboot boots the guest again" [ "$(grep -c 'Run /init as init' <<<"$output")" = 2 ]
check "and is told from a power-off" matches "^vm 1: reboot: it reboots"
check "which comes then" exits 0

talk 100 'poweroff -f' linux --guest-paging=sv57x4
check "a second stage of five levels" exits 0

talk 100 'poweroff -f' linux --passthrough
check "with the machine's own UART it takes at most 30 exits" [ \
    "$(sed -nE 's/^vm 1: ([0-9]+) exits.*/\1/p' <<<"$output")" -le 30 ]

talk 100 'echo c >/proc/sysrq-trigger@poweroff -f' linux --append 'console=ttyS0 panic=-1'
check "a kernel that panics and reboots boots again" [ "$(grep -c 'Run /init as init' <<<"$output")" -ge 2 ]

for ((boot = 0; boot < ${BUMPVISOR_BOOTS:-1}; boot++)); do
    talk 120 'poweroff -f' linux --vcpus=4
    check "boot $boot of four vCPUs comes to its end" exits 0
done

# Files that are none.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
gzip -c README.md >"$folder/packed"
head -c 100 "$kernel" >"$folder/short"
printf '\x7fELF\x02\x01\x01' | cat - <(head -c 57 /dev/zero) >"$folder/elf"
: >"$folder/empty"
refused() { # refused FILE WORDS
    run ./run.sh guest "$folder/$1" --guest-memory=16M --ci
    check "$1: refused, with 1" exits 1
    check "$1: it says why" says "$2"
}
refused packed "vm 1: the image is refused: "
refused short "vm 1: the image is refused: "
refused elf "vm 1: the image is refused: "
run ./run.sh guest "$folder/empty"
check "an empty file is wrong usage" exits 2
run ./run.sh guest
check "no file is wrong usage" exits 2
run ./run.sh guest "$folder/nowhere"
check "a file that is not there is wrong usage" exits 2
run ./run.sh linux --vcpus=65
check "65 vCPUs are wrong usage" exits 2
run ./run.sh linux --guest-paging=sv32x4
check "a second stage that is none is wrong usage" exits 2
run ./run.sh linux --guest-memory=1M
check "1M for a guest is wrong usage" exits 2
run ./run.sh linux --guest-memory=1G --memory=512M --ci
check "a guest that is larger than the machine is refused" exits 1
check "with what to do" says "start with more RAM"
run ./run.sh guest "$kernel" --guest-memory=16M --ci
check "a kernel that does not fit is refused" says "vm 1: the image is refused: "
finish
