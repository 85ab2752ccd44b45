#!/usr/bin/env bash
# bench/run.sh: boot the benchmark under -icount shift=0, where one instruction is one tick, and
# print its table; run.sh bench calls it. `heap`: the table of the allocators. `record`: the demo's
# trace for bench/arena. `machine`: traps, timers, page tables, harts.
# `collections`: each operation by the number of elements. `guest`: exits. `contention` instead runs with
# host threads and prints times, which differ from run to run.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=tools/qemu.sh
. tools/qemu.sh
qemu=${BUMPVISOR_QEMU:-qemu-system-riscv64} build=${BUILD:-build}

boot() { # boot IMAGE HARTS APPEND QEMU_OPTIONS...: print from the banner on
    local image=$1 harts=$2 append=$3
    shift 3
    exec 3</dev/null
    [ -z "${serial:-}" ] || exec 3<&0
    qemu_line "$image" "$harts" 256M "$append"
    timeout -k 2 300 "${QEMU_LINE[@]}" "$@" <&3 2>&1 | tr -d '\r' | sed -n '/^Booting/,$p'
    [ "${PIPESTATUS[0]}" = 33 ] || {
        echo "bench: the machine did not end well" >&2
        exit 1
    }
}

if [ "${1:-}" = contention ]; then
    for harts in 4 8; do
        boot "$build/bench.elf" "$harts" contention=1 -accel tcg,thread=multi
    done
    exit
fi
if [ "${1:-}" = machine ]; then
    boot "$build/bench-machine.elf" 1 "" -icount shift=0
    for harts in 2 4 8; do
        boot "$build/bench-machine.elf" "$harts" "" -icount shift=0 | sed 1,2d
    done
    for harts in 1 8; do
        printf '%s harts: ' "$harts"
        { sleep 3; printf '\npoweroff\n'; } |
            serial=stdio boot "$build/hypervisor.elf" "$harts" "count=1 run=shell" -icount shift=0 |
            grep '^Instructions'
    done
    exit
fi
if [ "${1:-}" = guest ]; then
    boot "$build/bench-guest.elf" 1 "" -icount shift=0
    exit
fi
if [ "${1:-}" = collections ]; then
    boot "$build/bench-collections.elf" 1 "" -icount shift=0
    exit
fi
if [ "${1:-}" = record ]; then
    boot "$build/record.elf" 1 "" | sed -n 's/^trace: //p'
    exit
fi
if [ "${1:-}" = heap ]; then
    boot "$build/bench-heap.elf" 1 "" -icount shift=0
    echo
    echo "code and constants, in bytes"
    for name in bump linked_list bucket bitmap tlsf hart_caches checked locked; do
        size "$build/src/heap/$name.c.o" | awk -v name="$name" 'NR == 2 { printf "%-12s %6d\n", name, $1 }'
    done
    exit
fi
boot "$build/bench.elf" 1 "" -icount shift=0
# The demo sleeps; sleep=off makes the clock jump over that at once, by the same step each time.
boot "$build/hypervisor.elf" 1 count=instructions -icount shift=0,sleep=off | grep '^Instructions' || exit 1
make -s size BUILD="$build" | tail -n 1
