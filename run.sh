#!/usr/bin/env bash
# run.sh: the one door. Alone it sets up what is missing, builds, and boots the demo.
# `./run.sh help` tells the rest. Works from any folder, without a terminal, with stdin closed.
#
# Exit codes: 0 well; 1 the machine panicked or a test failed; 2 wrong usage; 3 a tool is missing;
#             4 the build failed; 124 it ran past its time.
set -u -o pipefail
here=$PWD
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" || exit 1
{ : <&0; } 2>/dev/null || exec </dev/null # stdin may be closed; make it empty instead

# shellcheck source=tools/setup.sh
. tools/setup.sh
# shellcheck source=tools/qemu.sh
. tools/qemu.sh
# shellcheck source=tools/guest.sh
. tools/guest.sh
# shellcheck source=tools/workshop.sh
. tools/workshop.sh
# shellcheck source=tools/arena.sh
. tools/arena.sh

VERBS="demo shell hello uboot linux guest build test bench arena workshop docs soak gdb doctor clean help"
OPTIONS="--initrd --append --vcpus --guest-memory --guest-paging --passthrough --fault --smp --memory --heap --heap-at --paging --unchecked --csv --leaderboard --timeout --toolchain --qemu --dry-run --explain --ci --yes \
--no-install --help"
FAULTS="$(sed -nE 's/^ *\{ "([a-z-]+)", fault_.*/\1/p' src/demo/fault.c | tr '\n' ' ')stack $(echo stack{0..7})"
HEAPS="$(sed -nE 's/^ *\{ \.name = "([a-z_]+)".*/\1/p' src/heap/family.c | tr '\n' ' ')hart_caches"

usage() {
    sed "s/HEAPS/$HEAPS/; s/FAULTS/${FAULTS%% stack *}/" <<'EOF'
usage: ./run.sh [verb] [options]

  demo       build, boot the demo, power off (the default)
  shell      build, boot, and talk to the machine: help, map, harts, peek ...
  hello      boot the embedded guest of a few instructions
  linux      boot Debian's kernel as a guest, to a shell (fetched once)
  uboot      boot Debian's U-Boot as a guest, to its prompt
  guest FILE boot a Linux Image, an ELF or a flat binary
  build      build only
  test       build and run all tests
  bench      print the instruction counts; `bench heap` those of every allocator,
             `bench machine` those of traps, timers, page tables and harts,
             `bench collections` those of each operation by number of elements,
             `bench guest` those of a guest's exits,
             `bench contention` the lock's, in time; `bench record` the demo's trace
  arena NAME grade the allocator in arena/NAME.c (or a FILE.c) beside the built-in ones;
             `arena` alone: those; `arena --leaderboard FILE.csv...`: rank what --csv wrote
  workshop   the handout's steps: `workshop start DIR`, then check, exercise, hint ... there
  docs       the handout as pages and as a PDF, in build/docs (as `make docs`)
  soak       the tests with large counts and many boots
  gdb        start the demo stopped, for gdb in a second terminal
  doctor     look at the tools; install nothing
  clean      remove everything made

  --vcpus=N          the guest's harts, 1 to 64 (default 1)
  --guest-memory=SIZE  the guest's RAM, 2M to 32G (default 512M)
  --guest-paging=FORMAT  its second stage: sv39x4 (default), sv48x4 or sv57x4
  --initrd=FILE      the guest's initial RAM disk
  --append=WORDS     the guest's command line
  --passthrough      give the guest the machine's own UART: no exits for it, and no input by interrupt

  --fault=KIND       a mistake on purpose: FAULTS
                     (stackN: of hart N)
  --smp=N            harts, 1 to 64 (default 1; with a guest: as many as it has)
  --memory=SIZE      RAM, 128M to 64G (default 256M; with a guest: what it takes)
  --heap=NAME        the default heap: HEAPS
  --heap-at=ADDRESS  the heap at an address of its own, as 0x444444440000, on frames mapped there
  --paging=FORMAT    sv39, sv48 or sv57 (default: the smallest that reaches all)
  --unchecked        the heap without misuse detection, for speed
  --csv              the arena's figures as comma-separated values
  --timeout=SECONDS  end the machine after so long (default 60), exit code 124
  --toolchain=NAME   gcc or clang (default: gcc where one for RISC-V is found)
  --qemu=PATH        another qemu-system-riscv64
  --dry-run          print the QEMU line, start nothing
  --explain          say what each part of the QEMU line does, start nothing
  --ci               no colour, no question; versions first
  --yes              install what is missing without asking
  --no-install       never install

exit codes: 0 well, 1 panic or failed test, 2 wrong usage, 3 missing tool, 4 build failed, 124 timeout
EOF
}

# Wrong usage: say what is wrong, and end with 2.
wrong() {
    printf 'run.sh: %s\n' "$1" >&2
    printf 'Type ./run.sh help for what there is.\n' >&2
    exit 2
}

# nearest WORD CANDIDATE...: the candidate with the smallest edit distance (Levenshtein).
nearest() {
    local word=$1
    shift
    printf '%s\n' "$@" | awk -v word="$word" '
        function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
        {
            for (i = 0; i <= length(word); i++) d[i, 0] = i
            for (j = 0; j <= length($0); j++) d[0, j] = j
            for (i = 1; i <= length(word); i++)
                for (j = 1; j <= length($0); j++)
                    d[i, j] = least(d[i - 1, j] + 1, d[i, j - 1] + 1,
                        d[i - 1, j - 1] + (substr(word, i, 1) != substr($0, j, 1)))
            distance = d[length(word), length($0)]
            if (NR == 1 || distance < best) { best = distance; answer = $0 }
        }
        END { print answer }'
}

one_of() { # one_of WORD CANDIDATE...
    local word=$1 candidate
    shift
    for candidate; do [ "$word" = "$candidate" ] && return 0; done
    return 1
}

# A file that was named where the caller stands.
in_caller_s_folder() {
    case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac
}

# --- What was asked for ---------------------------------------------------------------------------
verb=demo topic='' fault='' heap=bump heap_at='' paging='' unchecked='' smp=1 memory=256M timeout='' dry_run='' explain=''
yes='' no_install='' ci=${CI:+1}
guest_file='' initrd='' append='' vcpus=1 guest_memory=512M guest_paging=sv39x4 passthrough='' smp_given='' memory_given=''
csv='' leaderboard='' arena_words=()
build=${BUILD:-build} toolchain=${TOOLCHAIN:-} qemu=${QEMU:-qemu-system-riscv64}

verb_given=''
while [ $# -gt 0 ]; do
    option=$1 value=''
    case $option in
    --unchecked=* | --csv=* | --leaderboard=* | --passthrough=* | --dry-run=* | --explain=* | --ci=* | --yes=* | --no-install=* | --help=*)
        wrong "${option%%=*} takes no value"
        ;;
    --*=*)
        value=${option#*=} option=${option%%=*}
        [ -n "$value" ] || wrong "$option needs a value, as in $option=VALUE"
        ;;
    --initrd | --append | --vcpus | --guest-memory | --guest-paging | --fault | --smp | --memory | --heap | --heap-at | --paging | \
        --timeout | --toolchain | --qemu)
        [ $# -gt 1 ] || wrong "$option needs a value, as in $option=VALUE"
        value=$2
        shift
        ;;
    esac
    case $option in
    --fault) fault=$value ;;
    --smp) smp=$value smp_given=$value ;;
    --memory) memory=$value memory_given=$value ;;
    --vcpus) vcpus=$value ;;
    --guest-memory) guest_memory=$value ;;
    --guest-paging) guest_paging=$value ;;
    --initrd) initrd=$(in_caller_s_folder "$value") ;;
    --append) append=$value ;;
    --passthrough) passthrough=1 ;;
    --heap) heap=$value ;;
    --heap-at) heap_at=$value ;;
    --paging) paging=$value ;;
    --timeout) timeout=$value ;;
    --toolchain) toolchain=$value ;;
    --qemu)
        case $value in */*) qemu=$(in_caller_s_folder "$value") ;; *) qemu=$value ;; esac
        ;;
    --unchecked) unchecked=1 ;;
    --csv) csv=1 ;;
    --leaderboard) leaderboard=1 ;;
    --dry-run) dry_run=1 ;;
    --explain) explain=1 ;;
    --ci) ci=1 ;;
    --yes) yes=1 ;;
    --no-install) no_install=1 ;;
    --help | -h) verb=help verb_given=1 ;;
    -*)
        # shellcheck disable=SC2086
        wrong "there is no option $option; did you mean $(nearest "$option" $OPTIONS)?"
        ;;
    *)
        if [ -z "$verb_given" ]; then
            # shellcheck disable=SC2086
            one_of "$option" $VERBS ||
                wrong "there is no verb \"$option\"; did you mean $(nearest "$option" $VERBS)?"
            verb=$option verb_given=1
        elif [ "$verb" = guest ] && [ -z "$guest_file" ]; then
            guest_file=$(in_caller_s_folder "$option")
        elif [ "$verb" = bench ]; then
            one_of "$option" collections contention guest heap machine record ||
                wrong "bench knows no \"$option\"; there are: collections contention guest heap machine record"
            topic=$option
        elif [ "$verb" = arena ]; then
            arena_words+=("$option")
        elif [ "$verb" = workshop ]; then
            workshop_words+=("$option")
        else
            wrong "\"$option\" is one word too many after \"$verb\""
        fi
        ;;
    esac
    shift
done

# shellcheck disable=SC2086
if [ -n "$fault" ]; then
    one_of "$fault" $FAULTS || wrong "no fault is called \"$fault\"; there are: $FAULTS"
    [ "$verb" = demo ] || [ "$verb" = gdb ] || wrong "--fault goes with the demo"
fi
# shellcheck disable=SC2086
one_of "$heap" $HEAPS || wrong "no heap is called \"$heap\"; there are: $HEAPS"
[[ $smp =~ ^([1-9]|[1-5][0-9]|6[0-4])$ ]] || wrong "--smp takes a number of harts from 1 to 64, not \"$smp\""
[[ ${heap_at:-0x1000} =~ ^0x[0-9a-fA-F]{1,11}000$ ]] ||
    wrong "--heap-at takes a hexadecimal multiple of 4096, as in 0x444444440000, not \"$heap_at\""
case $paging in
'' | sv39 | sv48 | sv57) ;;
*) wrong "--paging is sv39, sv48 or sv57, not \"$paging\"" ;;
esac
memory_is_valid "$memory" || wrong "--memory takes 128M to 64G, as in 256M or 2G, not \"$memory\""
[[ $vcpus =~ ^([1-9]|[1-5][0-9]|6[0-4])$ ]] || wrong "--vcpus takes a number from 1 to 64, not \"$vcpus\""
{ [[ $guest_memory =~ ^[1-9][0-9]{0,4}[MG]$ ]] && [ "$(mebibytes "$guest_memory")" -ge 2 ] &&
    [ "$(mebibytes "$guest_memory")" -le 32768 ]; } ||
    wrong "--guest-memory takes 2M to 32G, as in 512M, not \"$guest_memory\""
one_of "$guest_paging" sv39x4 sv48x4 sv57x4 ||
    wrong "--guest-paging is sv39x4, sv48x4 or sv57x4, not \"$guest_paging\""
[[ ${timeout:-1} =~ ^[1-9][0-9]{0,4}$ ]] ||
    wrong "--timeout takes seconds from 1 to 99999, not \"$timeout\""
[ -z "$toolchain" ] || one_of "$toolchain" gcc clang || wrong "--toolchain is gcc or clang"

[ -z "$csv$leaderboard" ] || [ "$verb" = arena ] || wrong "--csv and --leaderboard go with arena"

if [ -n "$dry_run$explain" ]; then
    one_of "$verb" demo shell gdb hello linux uboot guest ||
        wrong "--dry-run and --explain go with demo, shell, gdb and guests"
fi

# Colour only on a terminal that wants it.
bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ -z "$ci" ]; then
    bold=$'\e[1m' plain=$'\e[0m'
fi
note() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }

make_words=(BUILD="$build" --no-print-directory)
[ -z "$toolchain" ] || make_words+=(TOOLCHAIN="$toolchain")

build_target() { # build_target WHAT...: quiet when all is well, the compiler's words when not
    local log
    log=$(make -j2 "${make_words[@]}" "$@" 2>&1) && return 0
    printf '%s\n' "$log" >&2
    printf 'run.sh: the build failed; the first error above says where\n' >&2
    exit 4
}

# The image: the small one has the bump alone. BUMPVISOR_IMAGE: another one, that is there already.
image() {
    [ -z "${BUMPVISOR_IMAGE:-}" ] || { echo "$BUMPVISOR_IMAGE"; return; }
    case $heap in
    bump) echo "$build/hypervisor.elf" ;;
    *) echo "$build/hypervisor-heaps.elf" ;;
    esac
}

# What the hypervisor is told through the device tree.
boot_words() {
    [ -z "$workshop" ] || return 0
    local levels=''
    case $paging in sv39) levels=3 ;; sv48) levels=4 ;; sv57) levels=5 ;; esac
    echo "heap=$heap${heap_at:+ heap-at=$heap_at}${levels:+ paging=$levels}${unchecked:+ checked=no}${fault:+ fault=$fault}"
}

# With --dry-run or --explain the QEMU line is shown, and that is all.
shown_only() {
    if [ -n "$dry_run" ]; then
        qemu_print
    elif [ -n "$explain" ]; then
        qemu_explain
    else
        return 1
    fi
}

# --- The verbs ------------------------------------------------------------------------------------
run_demo() {
    local status
    qemu_line "$(image)" "$smp" "$memory" "$(boot_words)"
    shown_only && return 0
    set_up demo
    [ -n "${BUMPVISOR_IMAGE:-}" ] || build_target all
    [ -z "$ci" ] || versions
    note "Booting on $("$qemu" --version | sed -n '1s/ (.*//p').$([ -n "$workshop" ] ||
        echo " It powers off by itself.") To quit: Ctrl-A, release, then x."
    qemu_boot "${timeout:-60}" "$(image)"
    status=$?
    [ -z "$workshop" ] || [ "$status" -ne 0 ] || exit 0 # the learner has quit
    qemu_verdict "$status" "${timeout:-60}"
}

# On a terminal it talks to whoever sits there. Else it is told what stands on stdin, and then to
# power off, so that no end of input leaves a machine behind that waits for more.
run_shell() {
    local status seconds=${timeout:-60}
    local reboots=1 serial=mon:stdio talk=1
    [ -t 0 ] || serial=stdio # every byte is for the machine: no Ctrl-A that QEMU would keep
    qemu_line "$(image)" "$smp" "$memory" "$(boot_words) run=shell"
    shown_only && return 0
    set_up demo
    [ -n "${BUMPVISOR_IMAGE:-}" ] || build_target all
    [ -z "$ci" ] || versions
    note "To quit: type poweroff; or Ctrl-A, release, then x."
    if [ -t 0 ]; then
        seconds=${timeout:-86400}
        qemu_boot "$seconds" "$(image)"
    else
        qemu_boot "$seconds" "$(image)" < <(
            printf '\n' # the firmware swallows what is there before it has set the UART up
            cat
            printf '\npoweroff\n'
        )
    fi
    status=$?
    qemu_verdict "$status" "$seconds"
}

run_gdb() {
    local port
    port=$(free_port)
    qemu_line "$(image)" "$smp" "$memory" "$(boot_words)"
    QEMU_LINE+=(-S -gdb "tcp:127.0.0.1:$port")
    shown_only && return 0
    set_up gdb
    [ -n "${BUMPVISOR_IMAGE:-}" ] || build_target all
    note "The machine waits. In a second terminal, in ${workshop:-$PWD}:"
    printf '  gdb-multiarch %s -ex "target remote 127.0.0.1:%s" -ex "break main" -ex continue\n' \
        "$(image)" "$port"
    note "To quit: Ctrl-A, release, then x."
    qemu_boot "${timeout:-86400}" "$(image)"
    qemu_verdict $? "${timeout:-86400}"
}

run_bench() {
    set_up demo
    build_target all bench-image
    [ -z "$ci" ] || [ "$topic" = record ] || versions
    BUMPVISOR_QEMU="$qemu" BUILD="$build" bash bench/run.sh ${topic:+"$topic"}
}

run_tests() { # run_tests test|soak
    set_up test
    versions
    build_target all host-tests target-tests bench-image
    BUMPVISOR_QEMU="$qemu" BUILD="$build" bash tests/run_all.sh "$1"
}

[ -z "$workshop" ] || enter_workshop
case $verb in
help) if [ -n "$workshop" ]; then run_workshop; else usage; fi ;;
demo) run_demo ;;
shell) run_shell ;;
hello) run_hello ;;
uboot) run_uboot ;;
linux) run_linux ;;
guest) run_guest ;;
build)
    set_up demo
    [ -n "${BUMPVISOR_IMAGE:-}" ] || build_target all
    printf 'built %s\n' "$(image)"
    ;;
test | soak) run_tests "$verb" ;;
bench) run_bench ;;
arena) run_arena ;;
workshop) run_workshop ;;
docs)
    set_up docs
    python3 -B tools/handout/site.py "$build/docs" || exit 1
    ;;
gdb) run_gdb ;;
doctor) doctor ;;
clean) make "${make_words[@]}" clean ;;
esac
