#!/usr/bin/env bash
# The guests that are fetched: what they are, that a second call needs nothing, and that a call
# which fails or is killed leaves nothing behind that looks like a guest.
. "$(dirname "$0")/tap.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# only NAME TOOL...: a PATH with these tools alone.
only() {
    local tool place=$scratch/$1
    shift
    mkdir "$place"
    for tool; do ln -s "$(command -v "$tool")" "$place/$tool"; done
}
# copy NAME: the script in a tree of its own, with an empty cache.
copy() {
    mkdir "$scratch/$1"
    cp -r tools "$scratch/$1"
}
files() { find "$scratch/$1/build" ! -type d 2>/dev/null | wc -l; }
leftovers() { find "$1" -maxdepth 1 -name 'partial.*' | wc -l; }

run tools/fetch_guest.sh
check "without a guest's name: wrong usage" eval 'exits 2 && says "usage:"'
run tools/fetch_guest.sh windows
check "with a name that it does not know: too" exits 2

# --- Without tools, without a network ---
copy bare
only bare_bin bash env dirname readlink cut tr sort
run env PATH="$scratch/bare_bin" "$scratch/bare/tools/fetch_guest.sh" linux
check "without apt it ends with 3" exits 3
check "and names what is missing" matches 'apt +fetches the guests'
check "and how to get it" matches '^  apt install .*apt.*debian-archive-keyring|^  apt install .*apt.*dpkg'

copy offline
by_hand='busybox: .*busybox-static'
for guest in linux uboot; do
    run env http_proxy=http://127.0.0.1:9 "$scratch/offline/tools/fetch_guest.sh" "$guest"
    check "$guest without a network ends with 3" exits 3
    check "it says what is missing" matches 'could not fetch .*: no network\?'
    check "and what to do without one" matches "^  $scratch/offline/build/guests/$guest/$by_hand"
    check "no file is left" [ "$(files offline)" = 0 ]
    by_hand='uboot.elf: .*u-boot-qemu'
done

# --- Killed in the middle ---
# An apt-get that has half a package when its caller is killed.
copy killed
mkdir "$scratch/killing_bin"
cat >"$scratch/killing_bin/apt-get" <<'EOF'
#!/usr/bin/env bash
[[ " $* " == *" download "* ]] || exit 0
echo half >half.deb
kill -KILL "$(cat "$KILLED")"
EOF
chmod +x "$scratch/killing_bin/apt-get"
run env PATH="$scratch/killing_bin:$PATH" KILLED="$scratch/pid" bash -c \
    'echo $$ >"$KILLED"; exec "$0" uboot' "$scratch/killed/tools/fetch_guest.sh"
check "a killed call ends so" exits 137
check "it leaves a partial folder" [ "$(leftovers "$scratch/killed/build/guests")" = 1 ]
check "but no guest" [ ! -e "$scratch/killed/build/guests/uboot" ]
run env http_proxy=http://127.0.0.1:9 "$scratch/killed/tools/fetch_guest.sh" uboot
check "the next call clears that away" eval 'exits 3 && [ "$(files killed)" = 0 ]'

# --- Kernels as they may be packed ---
unpack() { bash -c '. tools/fetch_guest.sh; unpack_kernel "$@"' unpack "$1" "$scratch/unpacked"; }
number() { printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8)))\\0\\0"; }
image=$scratch/image packed=$scratch/image.gz
{
    head -c 56 /dev/zero
    printf 'RSC\005 and what follows'
} >"$image"
gzip -c "$image" >"$packed"
{ # EFI's: a head, the packed kernel at 64, and more behind it
    printf 'MZ\0\0zimg'
    number 64
    number "$(wc -c <"$packed")"
    printf '\0\0\0\0\0\0\0\0gzip'
    head -c 36 /dev/zero
    cat "$packed"
    echo 'the end'
} >"$scratch/zboot"
for kind in image image.gz zboot; do
    run unpack "$scratch/$kind"
    check "a kernel packed as $kind is unpacked" eval 'exits 0 && cmp -s "$image" "$scratch/unpacked"'
done
echo 'no kernel at all, whatever it may be called, and longer than its header' >"$scratch/text"
gzip -c "$scratch/text" >"$scratch/text.gz"
for kind in text text.gz nothing; do
    run unpack "$scratch/$kind"
    check "$kind is refused" [ "$status" != 0 ]
done

# --- The guests themselves: the first run fetches them ---
run tools/fetch_guest.sh linux
check "linux is there" exits 0
run tools/fetch_guest.sh uboot
check "uboot is there" exits 0
check "no partial folder is left" [ "$(leftovers build/guests)" = 0 ]

# Now without apt, dpkg and a network, and quickly.
only cached_bin bash env dirname readlink
started=$(date +%s%N)
run env PATH="$scratch/cached_bin" tools/fetch_guest.sh linux
check "a second call needs nothing" exits 0
check "it takes less than 2 s" [ $((($(date +%s%N) - started) / 1000000)) -lt 2000 ]
check "and prints two paths, nothing else" [ "$output" = "$PWD/build/guests/linux/Image
$PWD/build/guests/linux/initramfs.gz" ]
run env PATH="$scratch/cached_bin" tools/fetch_guest.sh uboot
check "the same for uboot: one path" [ "$output" = "$PWD/build/guests/uboot/uboot.elf" ]

check "the kernel has a RISC-V kernel's magic" \
    [ "$(head -c 60 build/guests/linux/Image | tail -c 4)" = $'RSC\005' ]
run readelf -h build/guests/uboot/uboot.elf
check "U-Boot is an ELF for RISC-V" matches 'Machine: +RISC-V'
check "and starts where a kernel does" matches 'Entry point address: +0x80200000'

# The archive, read by another hand than the one that wrote it: mode, links, size, name.
members() {
    gzip -dc build/guests/linux/initramfs.gz | perl -0777 -ne '
        for (my $at = 0; ; ) {
            my ($magic, @field) = unpack "A6 (A8)13", substr $_, $at, 110;
            die "no header at $at\n" if $magic ne "070701" or $at % 4;
            my (undef, $mode, $uid, $gid, $links, undef, $size) = map hex, @field;
            my $name_size = hex $field[11];
            my $name = substr $_, $at + 110, $name_size;
            die "the name at $at does not end\n" unless $name =~ s/^([^\0]+)\0$/$1/;
            my $data = $at + 110 + $name_size + 3 & ~3;
            $at = $data + $size + 3 & ~3;
            last if $name eq "TRAILER!!!";
            printf "%o %d:%d %s %s\n", $mode, $uid, $gid, $name, substr $_, $data, 4;
        }'
}
run members
check "the initramfs can be read to its end" exits 0
check "it has /init, a script" says_line "100755 0:0 init #!/b"
check "and busybox, an ELF" says_line "100755 0:0 bin/busybox "$'\x7f'"ELF"
for directory in bin dev proc sys; do check "and /$directory" matches "^40755 0:0 $directory "; done

# It is made by the script as it is: a newer script makes it again, from what is there.
copy newer
mkdir -p "$scratch/newer/build/guests/linux"
cp -p build/guests/linux/{Image,busybox} "$scratch/newer/build/guests/linux"
echo old >"$scratch/newer/build/guests/linux/initramfs.gz"
touch -d '1 minute' "$scratch/newer/tools/fetch_guest.sh"
run env http_proxy=http://127.0.0.1:9 "$scratch/newer/tools/fetch_guest.sh" linux
check "an initramfs older than the script is made again" eval 'exits 0 &&
    cmp -s build/guests/linux/initramfs.gz "$scratch/newer/build/guests/linux/initramfs.gz"'
finish
