#!/usr/bin/env bash
# The verb gdb: the machine waits, a debugger attaches, main is reached, and the end is the demo's.
. "$(dirname "$0")/tap.sh"

for debugger in gdb-multiarch riscv64-unknown-elf-gdb riscv64-elf-gdb ''; do
    command -v "$debugger" >/dev/null && break
done
if [ -z "$debugger" ]; then
    echo "1..0 # SKIP no gdb that knows RISC-V"
    exit 0
fi

log=$(mktemp)
./run.sh gdb --ci --timeout=30 >"$log" 2>&1 </dev/null &
machine=$!
for ((i = 0; i < 100; i++)); do
    port=$(grep -oE '127\.0\.0\.1:[0-9]+' "$log" | head -n 1)
    [ -z "$port" ] || break
    sleep 0.1
done
# gdb itself tries again until QEMU listens ("set tcp auto-retry", on by default).
run timeout 20 "$debugger" -batch -nx "$build/hypervisor.elf" -ex "target remote $port" \
    -ex 'break main' -ex continue -ex delete -ex continue
check "a debugger stops in main" matches '^Breakpoint 1, main .*src/main\.c'
wait "$machine"
status=$?
output=$(cat "$log")
rm -f "$log"
check "the verb ends with 0 when the machine does" exits 0
check "the command to type is shown" says 'target remote 127.0.0.1:'
run timeout 20 ./run.sh gdb --dry-run
check "--dry-run of gdb: the line has -S and a port" matches ' -S -gdb tcp:127\.0\.0\.1:[0-9]+'
run timeout 20 ./run.sh gdb --explain
check "--explain of gdb explains -S" matches '^-S +wait'
finish
