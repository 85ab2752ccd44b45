#!/usr/bin/env bash
# The build: incremental, correct with -j, and the same with every compiler that is here.
. "$(dirname "$0")/tap.sh"

run make BUILD="$build" -j2 all
run make BUILD="$build" -j2 all
check "a second make does nothing" eval 'exits 0 && ! grep -qE "CC|AS|AR|LD" <<<"$output"'
touch include/lib/dt.h
run make BUILD="$build" all
check "a changed header builds what includes it" matches 'CC +src/lib/dt.c'
check "and nothing else" eval '! grep -q "src/heap/bump.c" <<<"$output"'

check "compile_commands.json is valid" perl -MJSON::PP -e \
    'local $/; open F, "compile_commands.json"; die unless @{decode_json(<F>)} > 10'

run make help
check "make help lists targets" matches '^  make all '

# Compilers: prefixes of gcc that are installed, and clang.
for cross in riscv64-unknown-elf- riscv64-elf- riscv64-linux-gnu-; do
    command -v ${cross}gcc >/dev/null || continue
    run make BUILD="$build/$cross" CROSS=$cross TOOLCHAIN=gcc -j2 all
    check "${cross}gcc builds without a warning" eval 'exits 0 && ! grep -qi warning <<<"$output"'
    run env BUMPVISOR_IMAGE="$build/$cross/hypervisor.elf" ./run.sh
    check "${cross}gcc's image shows the vector" says_line "v = ['a', 'b', 'c']"
done
run make BUILD="$build/clang" TOOLCHAIN=clang -j2 all
check "clang builds without a warning" eval 'exits 0 && ! grep -qi warning <<<"$output"'
run env BUMPVISOR_IMAGE="$build/clang/hypervisor.elf" ./run.sh
check "clang's image shows the vector" says_line "v = ['a', 'b', 'c']"
run env BUMPVISOR_IMAGE="$build/clang/hypervisor.elf" ./run.sh --fault=stack
check "clang's image reports a stack overflow" says "stack overflow"
for level in -O0 -Os; do
    run make BUILD="$build/opt$level" OPT=$level -j2 all
    check "$level builds" exits 0
    run env BUMPVISOR_IMAGE="$build/opt$level/hypervisor.elf" ./run.sh
    check "$level boots" says_line "v = ['a', 'b', 'c']"
done
finish
