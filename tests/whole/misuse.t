#!/usr/bin/env bash
# Every row of heap misuse, one boot each: the exact words, and the machine ends with the code that
# says panic (35), or with 33 where the request is refused and the machine goes on.
. "$(dirname "$0")/tap.sh"
. tools/qemu.sh
# shellcheck disable=SC2034 # tools/qemu.sh reads it
qemu=${QEMU:-qemu-system-riscv64}

boot() { # boot HEAP KIND
    qemu_line "$build/target/misuse.elf" 1 256M "heap=$1 kind=$2"
    run timeout -k 2 60 "${QEMU_LINE[@]}"
    output=$(tr -d '\r' <<<"$output")
}

address='0x[0-9a-f]+'
places="allocated by $address, freed by ($address|0x0), noticed for $address on hart [0-9]+"
block="block $address of 100 bytes aligned to 8"
while IFS='|' read -r kind words; do
    for heap in bump linked_list bucket bitmap tlsf; do
        boot "$heap" "$kind"
        check "$kind on $heap ends with the panic's code" exits 35
        check "$kind on $heap is named, once" eval \
            '[ "$(grep -cE "^PANIC on hart [0-9]+: $words" <<<"$output")" = 1 ]'
    done
done <<EOF
double_free|heap misuse: double free: $block \(asked: 100, 8\), number 1, $places
wrong_size|heap misuse: wrong size: $block \(asked: 96, 8\), number 1, $places
wrong_align|heap misuse: wrong alignment: $block \(asked: 100, 16\), number 1, $places
foreign|heap misuse: foreign pointer: $address \(100 bytes aligned to 8\) is no block of the heap from
interior|heap misuse: interior pointer: it points into this block: $block
overflow|heap misuse: overflow: bytes behind the block were written: $block
underflow|heap misuse: underflow: the header before the block is damaged: $block
write_after_free|heap misuse: write after free: $block
leak|assertion failed: heap_leaks\(\) == 0 \(0x1 and 0x0\)
in_trap|heap misuse: allocation inside a trap, by $address on hart
lock_twice|second take of a lock by the same hart: lock $address is held by hart [0-9]+, taken at $address; wanted by hart [0-9]+ at $address
init_twice|heap_init a second time: the heap from $address to $address is in use
oom|out of memory: 1099511627776 bytes aligned to 8 wanted by $address, [0-9]+ bytes left \(out of memory\)
before_init|out of memory: 100 bytes aligned to 8 wanted by $address, 0 bytes left \(not in its present state\)
EOF

# Links in free memory: bump and bitmap keep none there. One that leads out of the heap, to where
# nothing is mapped, is stopped by the address space.
for heap in linked_list bucket tlsf; do
    boot "$heap" free_list
    check "a damaged free list of $heap ends with the panic's code" exits 35
    check "and is noticed" matches "^PANIC on hart [0-9]+: (assertion failed: .* \(src/heap/${heap}(_check)?\.c:|dealloc of|free list damaged: |(load|store or AMO) page fault: nothing may be (read|written) at $address, where nothing is mapped)"
done

boot dummy dummy_free
check "a block given to dummy ends with the panic's code" exits 35
check "and is named" matches "the dummy allocator never hands out a block"

boot tlsf leak
check "a leak is reported" says "Leak: 1 blocks were not given back"
check "with size and place" matches "^ +1 of 100 bytes, allocated by $address"
check "and a map" says "a character: . free  # used"

for heap in bump linked_list bucket bitmap tlsf hart_caches dummy; do
    boot "$heap" bad_requests
    check "$heap refuses bad requests and goes on" exits 33
    for words in "alignment 3: refused, invalid argument or input" "alignment 0: refused, invalid argument or input" \
        "SIZE_MAX: refused, size or number too large" "SIZE_MAX / 8 + 1 numbers: refused, size or number too large" \
        "1 TiB: refused, out of memory" "zero bytes: NULL, no failure is counted: 1" \
        "live as before: 1"; do
        check "$heap: $words" says_line "$words"
    done
done
boot bump bad_bounds
check "bad bounds are refused" exits 33
check "end before start" says_line "end before start: invalid argument or input"
check "no start" says "no start: invalid argument or input"
check "too small" says "too small: invalid argument or input"
finish
