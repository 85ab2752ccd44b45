#!/usr/bin/env bash
# The address space: each format, a heap at an address of its own, too few frames, and a hart that
# has not what is asked for.
. "$(dirname "$0")/tap.sh"

for format in 39 48 57; do
    run ./run.sh --paging=sv$format
    check "Sv$format: the demo ends with 0" exits 0
    check "Sv$format is what runs" says "Address space: Sv$format, "
    check "Sv$format: audited" says "none writable and executable"
done
run ./run.sh
check "Sv39 is enough for what is in place" says "Address space: Sv39, "

for heap in bump tlsf hart_caches; do
    run ./run.sh --heap-at=0x444444440000 --heap="$heap"
    check "$heap mapped elsewhere: the demo ends with 0" exits 0
    check "$heap: the memory map shows where" matches \
        'heap +RW- +0x444444440000 - 0x44444a840000 +104857600 bytes'
    check "$heap: and so does a vector" matches '(in place|while it grew): 0x4444[0-9a-f]{8}$'
    check "$heap: the contract holds" says_line "v = ['a', 'b', 'c']"
    check "$heap: as many levels as it takes" says "Address space: Sv48, "
    check "$heap: nothing is lost" says "Heap statistics after: 0 live"
done
run ./run.sh --heap-at=0x3000000000
check "a lower address needs no more levels" says "Address space: Sv39, "
run ./run.sh --heap-at=0x80000000000000
check "a higher one needs Sv57" says "Address space: Sv57, "
check "and gets it" exits 0

run ./run.sh --heap-at=0x444444440000 --memory=128M
check "too few frames: exits with 1" exits 1
check "and says how many there are, and what helps" matches \
    'PANIC on hart 0: a heap of 104857600 bytes at 0x444444440000: out of memory; [0-9]+ bytes of frames are left: start with more RAM \(--memory=512M\)'
run ./run.sh --heap-at=0x80400000
check "on top of what is mapped: refused" matches 'PANIC on hart 0: a heap of 104857600 bytes at 0x80400000: not in its present state'
run ./run.sh --paging=sv39 --heap-at=0x444444440000
check "more than the format reaches: said" says "paging takes 3, 4 or 5 levels, and as many as heap-at needs"
run env BUMPVISOR_CPU=rv64,h=true,mmu=false ./run.sh
check "a hart without Sv39: exits with 1" exits 1
check "and says so" says "this hart has no Sv39; choose another with --paging, or a lower --heap-at"
for wrong in 444444440000 0x444444440001 0x x 0x4444444400000000000; do
    run ./run.sh --heap-at="$wrong"
    check "--heap-at=$wrong is refused" exits 2
done
run ./run.sh --paging=sv32
check "--paging=sv32 is refused" exits 2

# All the machine's RAM, in pages of 1 GiB where there is enough of it.
run ./run.sh --memory=4G
check "4 GiB: pages of 1 GiB" matches 'pages:.* [23] of 1 GiB'

# Many boots, with several harts: none hangs. soak: 200 of each.
boots=${BUMPVISOR_BOOTS:-4}
for harts in 1 2 4 8 16; do
    bad=0
    for ((i = 0; i < boots; i++)); do
        ./run.sh --smp=$harts >/dev/null 2>&1 </dev/null || bad=$((bad + 1))
    done
    check "$boots boots with $harts harts" [ "$bad" = 0 ]
done
run ./run.sh --smp=64
check "64 harts" says "Harts: 64 run, all answer"
finish
