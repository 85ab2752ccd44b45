# shellcheck shell=bash
# guest: the verbs that boot a guest on the hypervisor. Sourced by run.sh.
#
#     guest FILE   a Linux Image, an ELF or a flat binary
#     linux        Debian's kernel and a shell, fetched once (tools/fetch_guest.sh)
#     uboot        Debian's U-Boot
#     hello        the guest of a few instructions that the image has with it
#
# QEMU's guest-loader puts the files into RAM behind the hypervisor's image and heap and names them
# in the device tree (lib/machine.h, struct machine_modules).
# shellcheck disable=SC2154 # those are run.sh's

GUEST_BASE=$((0x88000000)) # behind the heap, which ends at 0x86800000 (hypervisor.ld)

mebibytes() { # mebibytes SIZE: of 512M or 2G
    case $1 in
    *G) echo $((${1%G} * 1024)) ;;
    *M) echo "${1%M}" ;;
    esac
}

# Of the files, up to whole 2 MiB, in bytes.
file_bytes() { echo $((($(stat -Lc %s "$1") + 0x1fffff) / 0x200000 * 0x200000)); }

# guest_line FILE: QEMU_LINE for that guest.
guest_line() {
    local kernel=$1 words memory_needed ramdisk=()
    local levels=3
    case $guest_paging in sv48x4) levels=4 ;; sv57x4) levels=5 ;; esac
    local at=$((GUEST_BASE + $(file_bytes "$kernel")))
    words="$(boot_words) run=guest vcpus=$vcpus guest-memory=$(($(mebibytes "$guest_memory") << 20)) guest-levels=$levels"
    [ -z "$passthrough" ] || words+=" passthrough=uart"
    memory_needed=$(($(mebibytes "$guest_memory") + (at - 0x80000000) / 0x100000 + 16))
    if [ -n "$initrd" ]; then
        ramdisk=(-device "guest-loader,addr=$(printf '0x%x' $at),initrd=${initrd//,/,,}")
        memory_needed=$((memory_needed + $(file_bytes "$initrd") / 0x100000))
    fi
    # The device tree lies at the end of RAM, but below 3 GiB, and the frames are one piece: a guest
    # that does not fit below the tree needs all its room above it.
    [ $((memory_needed + 64)) -le 1024 ] || memory_needed=$((1024 + $(mebibytes "$guest_memory")))
    [ -n "$memory_given" ] || memory=$(((memory_needed + 127) / 64 * 64))M
    qemu_line "$(image)" "${smp_given:-$vcpus}" "$memory" "$words"
    QEMU_LINE+=(-device "guest-loader,addr=$(printf '0x%x' $GUEST_BASE),kernel=${kernel//,/,,},bootargs=${append//,/,,}"
        "${ramdisk[@]}")
}

# On a terminal it talks to whoever sits there, else the guest reads what stands on stdin.
boot_guest() {
    # shellcheck disable=SC2034 # qemu.sh reads them
    local seconds=${timeout:-300} serial=mon:stdio talk=1
    # shellcheck disable=SC2034
    [ -t 0 ] || serial=stdio
    [ ! -t 0 ] || seconds=${timeout:-86400}
    guest_line "$1"
    shown_only && return 0
    set_up demo
    build_target all
    [ -z "$ci" ] || versions
    note "To quit: Ctrl-A, release, then x."
    qemu_boot "$seconds" "$(image)"
    qemu_verdict $? "$seconds"
}

readable() {
    if [ ! -f "$1" ] || [ ! -r "$1" ] || [ ! -s "$1" ]; then
        wrong "there is no file \"$1\" that can be read and has a byte"
    fi
}

run_guest() {
    [ -n "$guest_file" ] || wrong "guest needs a file: ./run.sh guest FILE [--initrd FILE] [--append WORDS]"
    readable "$guest_file"
    [ -z "$initrd" ] || readable "$initrd"
    boot_guest "$guest_file"
}

run_linux() {
    local files
    files=$(tools/fetch_guest.sh linux) || exit $?
    [ -n "$initrd" ] || initrd=${files#*$'\n'}
    [ -n "$append" ] || append=console=ttyS0
    readable "$initrd"
    boot_guest "${files%%$'\n'*}"
}

run_uboot() {
    local file
    file=$(tools/fetch_guest.sh uboot) || exit $?
    boot_guest "$file"
}

run_hello() {
    qemu_line "$(image)" "$smp" "$memory" "$(boot_words) run=hello"
    shown_only && return 0
    set_up demo
    build_target all
    qemu_boot "${timeout:-60}" "$(image)"
    qemu_verdict $? "${timeout:-60}"
}
