#!/usr/bin/env bash
# Missing tools and broken sources: each has its exit code and its words.
. "$(dirname "$0")/tap.sh"

# A PATH with everything but the tools that the demo needs.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
for tool in bash sh env awk sed grep cut tr sort head cat dirname readlink id mktemp timeout ls; do
    ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
run env PATH="$scratch/bin" ./run.sh --no-install
check "missing tools end with 3" exits 3
check "QEMU is named, and why" matches 'QEMU +is the machine'
check "the compiler is named" says "compiles the hypervisor"
for line in "apt install .*make" "dnf install .*qemu-system-riscv" "pacman -S" "brew install"; do
    check "a line to install with: $line" matches "^  $line"
done
run env PATH="$scratch/bin" ./run.sh --no-install workshop list
check "the workshop needs Python" matches 'Python +checks the steps of the workshop'
run env PATH="$scratch/bin" ./run.sh doctor
check "doctor ends with 3 where a tool is missing" exits 3
check "doctor names it" matches 'missing +QEMU'
run ./run.sh doctor
check "doctor ends with 0 here" exits 0
check "doctor shows QEMU's and OpenSBI's version" matches '^QEMU [0-9.]+, OpenSBI [0-9.]+'

# A source that does not compile, in a copy.
mkdir "$scratch/copy"
cp -r Makefile hypervisor.ld run.sh tools src include "$scratch/copy"
echo 'int broken(' >>"$scratch/copy/src/main.c"
run env BUILD=build "$scratch/copy/run.sh" --no-install
check "a broken source ends with 4" exits 4
check "the compiler's words are shown" matches 'src/main\.c:[0-9]+:[0-9]+: error'
finish
