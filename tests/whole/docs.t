#!/usr/bin/env bash
# What the documents draw is what the image is. Numbers that differ between compilers are left out.
. "$(dirname "$0")/tap.sh"

normalised() { sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/[0-9]+ (bytes|KiB|MiB)$/SIZE/'; }
drawn() { # drawn NAME: the block below its mark in docs/memory.md
    awk -v mark="<!-- drawing: $1 -->" '
        $0 == mark { here = 1; next }
        here && /^```/ { if (inside) exit; inside = 1; next }
        inside { print }' docs/memory.md
}
for drawing in image space; do
    run tools/draw_memory "$drawing" "$build/hypervisor.elf"
    check "docs/memory.md has the drawing: $drawing" [ -n "$(drawn "$drawing")" ]
    check "and it is true" [ "$(drawn "$drawing" | normalised)" = "$(normalised <<<"$output")" ]
done
run tools/draw_memory nothing
check "another drawing is wrong usage" exits 2
finish
