#!/usr/bin/env bash
# Exit codes and words of run.sh itself.
. "$(dirname "$0")/tap.sh"

refuses() { # refuses WORDS ARGUMENTS...: exit code 2 and these words
    local words=$1
    shift
    run ./run.sh "$@"
    check "$* ends with 2" exits 2
    check "$*: $words" says "$words"
}
refuses "did you mean doctor?" docter
refuses "did you mean test?" tset
refuses "did you mean --timeout?" --timout=3
refuses "there are: load null-call store" demo --fault=laod
refuses "there are: dummy bump linked_list bucket bitmap tlsf hart_caches" --heap=slab
refuses "from 1 to 64" --smp=65
refuses "from 1 to 64" --smp 0
refuses "takes a hexadecimal multiple of 4096" --heap-at=0x123
refuses "sv39, sv48 or sv57" --paging=sv40
refuses "did you mean shell?" shel
refuses "128M to 64G" --memory=64M
refuses "128M to 64G" --memory=lots
refuses "seconds from 1" --timeout=-1
refuses "gcc or clang" --toolchain=tcc
refuses "needs a value" --smp
refuses "needs a value" --fault=
refuses "needs a value" --qemu=
refuses "takes no value" --dry-run=no
refuses "go with demo, shell, gdb and guests" test --dry-run
refuses "one word too many" demo test
refuses "goes with the demo" doctor --fault=load
refuses "go with arena" bench --csv
refuses "did you mean arena?" areena

run ./run.sh help
check "help ends with 0" exits 0
for verb in demo shell build test bench arena workshop docs soak gdb doctor clean; do
    check "help names $verb" matches "^  $verb "
done

run ./run.sh --dry-run --smp=4 --fault=load
check "--dry-run ends with 0" exits 0
check "--dry-run prints the QEMU line" matches '^.*qemu-system-riscv64 .*-smp 4 .*fault=load'
check "--dry-run starts nothing" eval '! grep -q OpenSBI <<<"$output"'
run ./run.sh shell --dry-run
check "shell --dry-run: no empty word, no -no-reboot" matches '-serial stdio -append .*run=shell'
run ./run.sh --explain
check "--explain ends with 0" exits 0
check "--explain explains -bios" matches '^-bios default +the firmware'

run env BUMPVISOR_IMAGE="$build/target/bad.elf" ./run.sh --timeout=60
check "an image that ends well ends with 0" exits 0
for case in "34 1" "0 1" "99 1"; do
    read -r code expected <<<"$case"
    # A QEMU that ends with any code we want.
    printf '#!/bin/sh\ncase $1 in --version) echo "QEMU emulator version 7.2.0" ;; *) exit %s ;; esac\n' \
        "$code" >"$build/fake-qemu"
    chmod +x "$build/fake-qemu"
    run ./run.sh --qemu="$build/fake-qemu"
    check "QEMU's code $code becomes $expected" exits "$expected"
done
printf '#!/bin/sh\ncase $1 in --version) echo "QEMU emulator version 7.2.0" ;; *) exec sleep 60 ;; esac\n' >"$build/fake-qemu"
run ./run.sh --qemu="$build/fake-qemu" --timeout=1
check "a hang ends with 124" exits 124
check "a hang is said" says "no end after 1 seconds"
rm -f "$build/fake-qemu"
finish
