# shellcheck shell=bash
# qemu: the QEMU line, what it means, and how a machine is started and judged. Sourced by run.sh
# and by the test runner. Reads: qemu (the program). Sets: QEMU_LINE.
# shellcheck disable=SC2154 # qemu and build are run.sh's

# 128M holds the image with its heap of 100 MiB, the firmware and the device tree.
memory_is_valid() {
    local size
    [[ $1 =~ ^([1-9][0-9]{0,5})([MG])$ ]] || return 1
    size=${BASH_REMATCH[1]}
    [ "${BASH_REMATCH[2]}" = G ] && size=$((size * 1024))
    [ "$size" -ge 128 ] && [ "$size" -le 65536 ]
}

# qemu_line IMAGE HARTS MEMORY [WORDS]: fill QEMU_LINE. With `serial` set the serial port is that, not
# mon:stdio; with `reboots` set a reset boots again. BUMPVISOR_CPU and
# BUMPVISOR_MACHINE: another hart, another board, for tests.
qemu_line() {
    QEMU_LINE=("$qemu")
    # A QEMU that was unpacked beside its data rather than installed needs to be told where it is.
    local data
    data=$(dirname "$(dirname "$(command -v "$qemu" 2>/dev/null || echo /usr/bin/x)")")/share/qemu
    [ "$data" = /usr/share/qemu ] || [ ! -d "$data" ] || QEMU_LINE+=(-L "$data")
    QEMU_LINE+=(-machine "${BUMPVISOR_MACHINE:-virt}" -cpu "${BUMPVISOR_CPU:-rv64,h=true}" -smp "$2" -m "$3" -bios default -kernel "$1"
        -nodefaults -display none -serial "${serial:-mon:stdio}")
    [ -n "${reboots:-}" ] || QEMU_LINE+=(-no-reboot)
    [ -z "${4:-}" ] || QEMU_LINE+=(-append "$4")
}

qemu_print() {
    printf '%q ' "${QEMU_LINE[@]}"
    printf '\n'
}

qemu_explain() {
    local words=("${QEMU_LINE[@]}") i text
    for ((i = 0; i < ${#words[@]}; i++)); do
        case ${words[i]} in
        -L) text="where QEMU's firmware and ROMs lie" ;;
        -machine) text="the board: RISC-V's generic virtual one" ;;
        -cpu) text="a 64-bit hart with the hypervisor extension" ;;
        -smp) text="how many harts; the firmware starts one of them" ;;
        -m) text="how much RAM, from 0x80000000 on" ;;
        -bios) text="the firmware: OpenSBI, which comes with QEMU" ;;
        -kernel) text="our image, loaded to 0x80200000" ;;
        -display) text="no window" ;;
        -serial) text="the serial port and QEMU's monitor share this terminal (Ctrl-A c switches)" ;;
        -nodefaults) text="no device that nobody asked for: no network card, no sound" ;;
        -S) text="wait for the debugger before the first instruction" ;;
        -gdb) text="where the debugger attaches: from this machine only" ;;
        -no-reboot) text="a reset ends QEMU, so nothing can boot for ever" ;;
        -device) text="a file for the guest: QEMU puts it there and says so in the device tree" ;;
        -append) text="words for the hypervisor, through the device tree (/chosen bootargs)" ;;
        -*) text="" ;;
        *) text="the emulator" ;;
        esac
        case $i:${words[i]} in
        0:* | *:-no-reboot | *:-nodefaults | *:-S) printf '%-52s %s\n' "${words[i]}" "$text" ;;
        *)
            printf '%-52s %s\n' "${words[i]} ${words[i + 1]}" "$text"
            i=$((i + 1))
            ;;
        esac
    done
}

# qemu_boot SECONDS IMAGE: start QEMU_LINE; returns QEMU's exit code, or 124. The console goes through
# tools/symbolize, which copies every line at once and names code addresses in a panic's report.
# With no terminal QEMU gets an empty stdin, else it would fight for the terminal; but with `talk`
# set it gets ours.
qemu_boot() {
    local status reader
    qemu_folder=$(mktemp -d) && mkfifo "$qemu_folder/console" || exit 1
    exec 3<&0
    [ -t 0 ] || [ -n "${talk:-}" ] || exec 3</dev/null
    tools/symbolize "$2" <"$qemu_folder/console" &
    reader=$!
    # Behind the shell, so that the shell hears signals; it waits for the end that it asked for, so
    # that no machine outlives it, not even as a dead process that somebody else must reap.
    timeout --foreground -k 2 "$1" "${QEMU_LINE[@]}" <&3 >"$qemu_folder/console" 2>&1 &
    qemu_timeout=$!
    trap 'kill "$qemu_timeout" 2>/dev/null; wait "$qemu_timeout"; rm -rf "$qemu_folder"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    wait "$qemu_timeout"
    status=$?
    wait "$reader"
    trap - EXIT HUP INT TERM
    rm -rf "$qemu_folder"
    [ "$status" -ne 137 ] || status=124
    return "$status"
}

# qemu_verdict STATUS SECONDS: what QEMU's exit code means for us, in words; exits with ours.
qemu_verdict() {
    case $1 in
    33) exit 0 ;;
    34)
        echo "run.sh: a test failed; see \"not ok\" above" >&2
        exit 1
        ;;
    35)
        echo "run.sh: the machine panicked; its report is above" >&2
        exit 1
        ;;
    36)
        echo "run.sh: the guest did not end by itself, or not well; the line that begins with \"vm\" says why" >&2
        exit 1
        ;;
    124)
        echo "run.sh: no end after $2 seconds; ended. Look with: ./run.sh gdb" >&2
        exit 124
        ;;
    0) echo "run.sh: the machine ended without saying that all is well (QEMU exit code 0)" >&2 ;;
    *) echo "run.sh: QEMU ended with code $1, which none of our ends has; its words are above" >&2 ;;
    esac
    exit 1
}

# A TCP port of this machine that nobody listens on.
free_port() {
    local port
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 20000))
        (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || {
            echo "$port"
            return
        }
    done
    echo "run.sh: no free port found" >&2
    exit 1
}
