#!/usr/bin/env bash
# The demo's contract: its lines, in order, and exit code 0; with stdin closed, into a pipe, from
# another folder, with 1 to 8 harts and little memory.
. "$(dirname "$0")/tap.sh"

run ./run.sh --ci
check "the demo ends with 0" exits 0
check "v = ['a', 'b', 'c'], exactly" says_line "v = ['a', 'b', 'c']"

# Each pattern is looked for after the line where the one before it was found.
in_order() {
    awk 'NR == FNR { pattern[++n] = $0; next }
         found < n && $0 ~ pattern[found + 1] { found++ }
         END { if (found < n) print "# missing, in this order: " pattern[found + 1]
               exit found < n }' - <(printf '%s\n' "$output") <<'EOF'
^Booting hypervisor\.\.\.
^Firmware: OpenSBI [0-9]+\.[0-9]+
^Machine: .* hart
^Memory map:
\.text +R-X +0x80200000 - 0x802[01][0-9a-f]000 
stack +RW- +0x[0-9a-f]+ - 0x[0-9a-f]+ +1048576 bytes
heap +RW- +0x[0-9a-f]+ - 0x[0-9a-f]+ +104857600 bytes
^Heap statistics before: 0 live
^v = \['a', 'b', 'c'\]$
capacity as they are pushed:( [0-9]+)+
sum 499500; moved 0 times while it grew, in place: 0x
^s = "bumpvisor
^run queue = \[guest 1, guest 2, guest 3\]; they run: 1 2 3 2 3 3$
^timers = \[tick at 100, wake at 200, watchdog at 300\]$
^devices = \{0xc000000: PLIC, 0x10000000: UART, 0x80000000: RAM\}; 0x10000005 is UART
^interrupts, most urgent first: 10 \(priority 7\) 8 \(priority 5\) 1 \(priority 3\)$
^Hello from a guest in VS-mode$
^vm 0: power-off: it powers off
^  its frames are back: [0-9]+ bytes in use before and after$
^Heap statistics after: 0 live
EOF
}
check "the contract's lines, in order" in_order

# The README shows this output: compared with what differs between compilers left out.
normalised() { sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/^(  \.[a-z]+ .*) +[0-9]+ bytes/\1 BYTES/; s/ +$//'; }
readme_is_true() {
    local shown
    shown=$(sed -n '/^Booting hypervisor/,/^All done/p' README.md | normalised)
    [ "$shown" = "$(sed -n '/^Booting hypervisor/,/^All done/p' <<<"$output" | tr -d '\r' | normalised)" ]
}
check "README.md shows what one sees" readme_is_true

check "versions are shown" matches '^QEMU [0-9.]+, OpenSBI'
check "how to quit is said before the boot" says "Ctrl-A, release, then x"

check "no colour in a pipe" eval '! grep -q $'"'\\e'"'\\[ <<<"$output"'

output=$(./run.sh <&- 2>&1)
status=$?
check "stdin closed" exits 0
check "stdin closed: the vector is there" says_line "v = ['a', 'b', 'c']"

output=$(cd / && "$OLDPWD/run.sh" 2>&1 </dev/null | cat)
check "from another folder, into a pipe" says_line "v = ['a', 'b', 'c']"

for harts in 2 4 8; do
    run ./run.sh --smp=$harts
    check "--smp=$harts ends with 0" exits 0
    check "--smp=$harts is seen" says "$harts harts"
done
run ./run.sh --memory 128M
check "128M are enough" exits 0
check "128M are seen" says "128 MiB of RAM"
for heap in linked_list bucket bitmap tlsf hart_caches; do
    run ./run.sh --heap="$heap"
    check "on $heap it ends with 0" exits 0
    check "and nothing leaks" says "Heap statistics after: 0 live"
    run ./run.sh --heap="$heap" --unchecked
    check "unchecked too" exits 0
done
run env BUMPVISOR_CPU=rv64,h=true,sstc=false ./run.sh --smp=4
check "without Sstc it ends with 0" exits 0
check "and its timer is the firmware's" says "Harts: 4 run, all answer; a timer by SBI TIME woke us"
run ./run.sh --heap=dummy
check "on dummy it runs out of memory" exits 1
check "and says so" matches "^PANIC on hart 0: out of memory: [0-9]+ bytes aligned to 1 wanted by 0x"
finish
