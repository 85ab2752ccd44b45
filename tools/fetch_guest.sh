#!/usr/bin/env bash
# fetch_guest linux|uboot: have a guest that the project boots, and print where it is.
#
#   linux   two lines: Debian's kernel as a raw Image, and an initramfs with a shell
#   uboot   one line: Debian's U-Boot for S-mode, the ELF; the flat u-boot.bin lies beside it
#
# Everything is kept in build/guests, and only what is missing is fetched. apt runs with a private
# configuration: lists, cache and status lie in a folder of this call, and the architecture is
# riscv64, so neither root nor the system's package database is needed. Debian's keyring says
# that the packages are Debian's. A file gets its name when it is whole, so an interrupted call
# leaves none behind that looks like one.
#
# Exit codes: 0 well; 1 a package has not what we look for; 2 wrong usage; 3 a tool or the network
# is missing.
set -u -o pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." || exit 1
guests=$PWD/build/guests
mirror=http://deb.debian.org/debian
release=trixie

# setup.sh says which tools are missing and how to get them. We install nothing.
# shellcheck disable=SC2034 # those are setup.sh's
yes='' no_install=1 ci='' qemu=qemu-system-riscv64 toolchain=''
# shellcheck source=tools/setup.sh
. tools/setup.sh

say() { printf 'fetch_guest: %s\n' "$1" >&2; }

fail() { # what came is not what we look for, or cannot be kept
    say "$1"
    exit 1
}

# --- Packages -------------------------------------------------------------------------------------
# begin: a folder for this call, and those of calls that were killed go.
begin() {
    local old
    for old in "$guests"/partial.*; do
        [ -d "$old" ] && ! kill -0 "${old##*.}" 2>/dev/null && rm -rf "$old"
    done
    partial=$guests/partial.$$
    mkdir -p "$partial"/{lists,archives}/partial || exit 1
    trap 'rm -rf "$partial"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# apt_settings: everything apt writes lies in $partial, and of the system's configuration we take
# only how to reach the network. Its hooks, which may refresh other caches in /var, stay out.
apt_settings() {
    local keyring
    keyring=$(find_debian_keyring)
    echo "deb [arch=riscv64 signed-by=$keyring] $mirror $release main" >"$partial/sources.list"
    : >"$partial/status"
    apt-config dump | grep -E '^Acquire::(https?|Check-[A-Za-z-]+|ForceIPv[46])(::| )'
    # apt would take http_proxy only where its configuration names no proxy.
    [ -z "${http_proxy:-}" ] || echo "Acquire::http::Proxy \"$http_proxy\";"
    cat <<EOF
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$partial/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$partial";
Dir::State::lists "$partial/lists";
Dir::State::status "$partial/status";
Dir::Cache "$partial";
Dir::Cache::archives "$partial/archives";
APT::Architecture "riscv64";
APT::Architectures "riscv64";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "1";
EOF
}

# update: get the list of packages.
update() {
    begin
    apt_settings >"$partial/apt.conf"
    export APT_CONFIG=$partial/apt.conf
    apt-get -q update >&2 || no_network
}

# unpack PACKAGE...: download and unpack under $partial/root, and note the versions.
unpack() {
    local package
    (cd "$partial/archives" && apt-get -q download "$@" >&2) || no_network
    for package in "$partial"/archives/*.deb; do
        dpkg-deb -x "$package" "$partial/root" || fail "cannot unpack $package; is the disk full?"
        dpkg-deb -W "$package" | tr '\t' ' ' | tee -a "$partial/packages" >&2
    done
}

# no_network: the end of a call that could not fetch, and the way round it.
no_network() {
    say "could not fetch the guest from $mirror ($release): no network? a proxy to name in http_proxy?"
    say "Try again with a network, or bring these from another machine:"
    printf '  %s\n' "${by_hand[@]}" >&2
    exit 3
}

# keep PLACE FILE...: move files of this call to where they stay. The last one is what tells the next
# call that all is there.
keep() {
    local place=$1
    shift
    { mkdir -p "$place" && mv -f "$partial/packages" "$@" "$place"; } || fail "cannot keep $*"
}

# --- Linux ----------------------------------------------------------------------------------------
# is_image FILE: is it a raw kernel image? 0x38: "RSC\x05" (Linux, Documentation/arch/riscv/boot-image-header.rst).
is_image() { [ "$(od -A n -t x1 -j 56 -N 4 "$1" 2>/dev/null | tr -d ' ')" = 52534305 ]; }

# word FILE OFFSET: the 32-bit number there.
word() { od -A n -t u4 -j "$2" -N 4 "$1" | tr -d ' '; }

# unpack_kernel FROM TO: the raw image in a kernel as a distribution may pack it: not at all, with
# gzip, or as an EFI program that unpacks itself (Linux, drivers/firmware/efi/libstub/zboot-header.S:
# "zimg" at 4, the payload's offset at 8, its size at 12, how it is packed at 24).
unpack_kernel() {
    local offset size
    if is_image "$1"; then
        cp "$1" "$2"
    elif [ "$(od -A n -t x1 -N 2 "$1" | tr -d ' ')" = 1f8b ]; then
        gzip -dc "$1" >"$2"
    elif [ "$(head -c 8 "$1" | tail -c 4 | tr -d '\0')" = zimg ] &&
        [ "$(head -c 28 "$1" | tail -c 4 | tr -d '\0')" = gzip ]; then
        offset=$(word "$1" 8) size=$(word "$1" 12)
        head -c $((offset + size)) "$1" | tail -c "$size" | gzip -dc >"$2"
    else
        return 1
    fi && is_image "$2"
}

# What the guest does. The kernel brings /dev/console itself, so the archive needs no device node.
init_script() {
    cat <<'EOF'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/ PS1='guest# '
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
memory=$(sed -n 's/^MemTotal: *//p' /proc/meminfo)
echo "Bumpvisor guest: $(nproc) CPUs, $memory"
setsid cttyhack sh
poweroff -f
EOF
}

zeros() { head -c "$1" /dev/zero; }

# member NAME MODE [FILE]: one member of a cpio archive of the kind "newc", which is all a kernel
# wants of cpio: a header of 13 hexadecimal numbers, name, content, each padded to 4 bytes
# (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). Always the same bytes for
# the same files: owner 0, time 0.
member() {
    local size=0 links=1 name_size=$((${#1} + 1))
    [ $# -lt 3 ] || size=$(wc -c <"$3")
    serial=$((serial + 1))
    printf '070701'
    printf '%08x' "$serial" "$2" 0 0 "$links" 0 "$size" 0 0 0 0 "$name_size" 0
    printf '%s\0' "$1"
    zeros $(((2 - name_size) & 3)) # the header has 110 bytes: 2 more than a multiple of 4
    [ $# -lt 3 ] || cat "$3"
    zeros $((-size & 3))
}

# initramfs BUSYBOX: the archive, on stdout.
initramfs() {
    local serial=0 directory
    init_script >"$partial/init"
    {
        for directory in bin dev proc sys; do member "$directory" 0040755; done
        member bin/busybox 0100755 "$1"
        member init 0100755 "$partial/init"
        member 'TRAILER!!!' 0
    } | gzip -9n
}

linux() {
    local place=$guests/linux version kernel
    local by_hand=("$place/Image: a RISC-V Linux kernel, not packed"
        "$place/busybox: from Debian's package busybox-static, for riscv64")
    if [ ! -s "$place/Image" ] || [ ! -s "$place/busybox" ]; then
        set_up guests
        update
        version=$(apt-cache depends linux-image-riscv64 | sed -n 's/^ *Depends: \(linux-image-\)/\1/p')
        unpack "${version:-linux-image-riscv64}" busybox-static
        kernel=$(find "$partial/root/boot" -name 'vmlinu[xz]-*')
        unpack_kernel "$kernel" "$partial/Image" ||
            fail "$version has no RISC-V kernel that we can unpack: ${kernel:-nothing in /boot}"
        keep "$place" "$partial/Image" "$partial/root/usr/bin/busybox"
    fi
    # This script says what is in the initramfs: make it again where the script is newer.
    if [ ! "$place/initramfs.gz" -nt tools/fetch_guest.sh ] ||
        [ ! "$place/initramfs.gz" -nt "$place/busybox" ]; then
        begin
        initramfs "$place/busybox" >"$partial/initramfs.gz" || fail "cannot make the initramfs"
        mv -f "$partial/initramfs.gz" "$place" || exit 1
    fi
    printf '%s\n' "$place/Image" "$place/initramfs.gz"
}

# --- U-Boot ---------------------------------------------------------------------------------------
uboot() {
    local place=$guests/uboot
    local by_hand=("$place/uboot.elf: from Debian's package u-boot-qemu, folder qemu-riscv64_smode")
    if [ ! -s "$place/uboot.elf" ]; then
        set_up guests
        update
        unpack u-boot-qemu
        keep "$place" "$partial"/root/usr/lib/u-boot/qemu-riscv64_smode/{u-boot.bin,uboot.elf}
    fi
    printf '%s\n' "$place/uboot.elf"
}

# A test that sources this file wants the functions alone.
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0
case $#:${1:-} in
1:linux | 1:uboot) "$1" ;;
*)
    printf 'usage: tools/fetch_guest.sh linux|uboot\n' >&2
    exit 2
    ;;
esac
