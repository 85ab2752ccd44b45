#!/usr/bin/env bash
# The image: what the linker was told, and what it did.
. "$(dirname "$0")/tap.sh"
elf=$build/hypervisor.elf

symbol() { # symbol NAME: its address, as a decimal number
    printf '%d' "0x$(nm "$elf" | awk -v name="$1" '$3 == name { print $1 }')"
}
heap=$(symbol __heap) heap_end=$(symbol __heap_end) stack_top=$(symbol __stack_top)
check "the heap has 100 MiB" [ $((heap_end - heap)) = $((100 * 1024 * 1024)) ]
check "the heap lies after the stack" [ "$heap" -ge "$stack_top" ]
check "the entry is first" [ "$(symbol _start)" = $((0x80200000)) ]

segments=$(readelf -lW "$elf" | grep -E '^ +LOAD')
check "three segments" [ "$(grep -c LOAD <<<"$segments")" = 3 ]
check "none is writable and executable" eval '! grep -q "RWE" <<<"$segments"'
check "the first byte in memory is the entry's" grep -q '0x0000000080200000 .* R E' <<<"$segments"

bytes=$(make -s size BUILD="$build" | sed -nE 's/^image: ([0-9]+) .*/\1/p')
echo "# $bytes loadable bytes"
check "the image has at most 112 KiB" [ "$bytes" -le $((112 * 1024)) ]

check "no path of this machine in the image" eval '! strings -a "$elf" | grep -qF "$PWD"'

# An ASSERT of the linker script does stop the build.
broken=$(mktemp)
sed 's/^HEAP_SIZE .*/HEAP_SIZE = 64 * 1024;/' hypervisor.ld >"$broken"
run make V=1 -n BUILD="$build" -W hypervisor.ld "$elf"
run bash -c "$(grep -E -- '-T hypervisor.ld' <<<"$output" | sed "s|-T hypervisor.ld|-T $broken|; s|-o [^ ]*|-o /dev/null|")"
check "another heap size does not link" eval '! exits 0 && says "the heap is 100 MiB"'
rm -f "$broken"
finish
