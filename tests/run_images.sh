#!/usr/bin/env bash
# run_images gcc|clang: build the target tests with that compiler and run them all; on the QEMU that
# BUMPVISOR_QEMU names.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
make -j2 BUILD="$build" TOOLCHAIN="$1" target-tests || exit 4
tests=()
for source in tests/target/test_*.c; do
    read -ra smp < <(sed -nE 's|^// smp: ||p' "$source")
    for harts in "${smp[@]}"; do
        tests+=("$build/target/$(basename "$source" .c).elf@$harts")
    done
done
prove --merge --exec tests/run_one.sh "${tests[@]}"
