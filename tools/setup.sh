# shellcheck shell=bash
# setup: which tools there must be, how to find them, and how to install them. Sourced by run.sh.
# Reads: yes, no_install, ci, qemu, toolchain.
# shellcheck disable=SC2154 # those are run.sh's

# A tool: name | how to find it | what for | verbs that need it | apt | dnf | pacman | brew.
# How: a command, several with commas (any of them), file:PATH,... (any), or call:FUNCTION.
# Packages: words; a/b is the first of the two that this release has; none where there is none.
TOOLS='
make|make|builds|demo|make|make|make|make
RISC-V compiler|call:find_compiler|compiles the hypervisor|demo|gcc-riscv64-unknown-elf|gcc-riscv64-linux-gnu|riscv64-elf-gcc|riscv64-elf-gcc
QEMU|call:find_qemu|is the machine (7.0 or newer)|demo|qemu-system-riscv/qemu-system-misc|qemu-system-riscv|qemu-system-riscv|qemu
OpenSBI|call:find_opensbi|is the firmware|demo|opensbi|edk2-riscv64|qemu-system-riscv-firmware|qemu
awk|awk|small computations|demo|gawk|gawk|gawk|gawk
timeout|timeout|ends a machine that hangs|demo|coreutils|coreutils|coreutils|coreutils
Python|python3|checks the steps of the workshop|workshop test docs|python3|python3|python|python3
patch|patch|puts a solution into a folder|workshop test|patch|patch|patch|gpatch
cmark-gfm|cmark-gfm|makes pages of Markdown|docs ci|cmark-gfm|cmark-gfm|cmark-gfm|cmark-gfm
weasyprint|weasyprint|makes the book|docs ci|weasyprint|weasyprint|python-weasyprint|weasyprint
pdfinfo|pdfinfo|looks at the book|ci|poppler-utils|poppler-utils|poppler|poppler
C compiler|gcc|compiles the host tests|test|gcc libc6-dev|gcc libasan libubsan|gcc|gcc
cmocka|file:/usr/include/cmocka.h,/opt/homebrew/include/cmocka.h|frames the host tests|test|libcmocka-dev|libcmocka-devel|cmocka|cmocka
libfdt|file:/usr/include/libfdt.h,/opt/homebrew/include/libfdt.h|is the oracle of the device-tree tests|test|libfdt-dev|libfdt-devel|dtc|dtc
dtc|dtc|compiles device trees for the tests|test|device-tree-compiler|dtc|dtc|dtc
prove|prove|runs the tests|test|perl|perl-Test-Harness|perl|perl
readelf|readelf|looks at the image|test|binutils|binutils|binutils|binutils
git|git|names the files to check|test|git|git|git|git
clang and lld|call:find_clang|is the second compiler|test|clang lld llvm|clang lld llvm|clang lld llvm|llvm lld
shellcheck|shellcheck|checks the scripts|test|shellcheck|ShellCheck|shellcheck|shellcheck
apt|apt-get|fetches the guests from Debian|guests test|apt|apt|apt|
dpkg|dpkg-deb|unpacks them|guests test|dpkg|dpkg|dpkg|dpkg
Debian keyring|call:find_debian_keyring|says that they come from Debian|guests test|debian-archive-keyring|debian-keyring|debian-archive-keyring|
gzip|gzip|packs the initramfs|guests test|gzip|gzip|gzip|gzip
clang-format|clang-format|checks the layout|ci|clang-format|clang-tools-extra|clang|clang-format
clang-tidy|clang-tidy|analyses|ci|clang-tidy|clang-tools-extra|clang|llvm
cppcheck|cppcheck|analyses|ci|cppcheck|cppcheck|cppcheck|cppcheck
gcovr|gcovr|measures coverage|ci|gcovr|gcovr|gcovr|gcovr
gdb|gdb-multiarch,riscv64-unknown-elf-gdb,riscv64-elf-gdb|debugs|gdb test|gdb-multiarch|gdb|riscv64-elf-gdb|riscv64-elf-gdb
'

find_compiler() {
    [ "$toolchain" = clang ] && { find_clang; return; }
    local prefix
    for prefix in riscv64-unknown-elf- riscv64-elf- riscv64-linux-gnu-; do
        command -v "${CROSS:-$prefix}gcc" && return
    done
    [ "$toolchain" != gcc ] && find_clang
}
find_clang() { command -v ld.lld >/dev/null && command -v llvm-ar >/dev/null && command -v clang; }
# 7.0 is the first whose harts have the hypervisor extension without an experimental flag.
find_qemu() {
    local version
    version=$(version_of "$qemu") && [ "${version%%.*}" -ge 7 ] 2>/dev/null && command -v "$qemu"
}
find_opensbi() {
    local data file
    data=$(dirname "$(dirname "$(command -v "$qemu" || echo /usr/bin/x)")")/share
    for file in "$data"/{qemu,opensbi/lp64/generic/firmware}/*fw_dynamic.bin \
        /usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin; do
        [ -e "$file" ] && echo "$file" && return
    done
    return 1
}

find_debian_keyring() { # .pgp is Debian 13's name for it
    local file
    for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        [ -e "$file" ] && echo "$file" && return
    done
    return 1
}

# locate HOW: print where the tool is; fail where it is not.
locate() {
    local how=$1 one
    local IFS=,
    case $how in
    call:*) "${how#call:}" ;;
    file:*) for one in ${how#file:}; do [ -e "$one" ] && echo "$one" && return; done; return 1 ;;
    *) for one in $how; do command -v "$one" && return; done; return 1 ;;
    esac
}

# needed_by NAME VERBS: is a tool with these verbs needed for `set_up NAME`?
needed_by() {
    case "$1:$2" in
    guests:demo | docs:demo) return 1 ;; # to fetch a guest is not to boot it, nor is to print a text
    ci:* | *:demo) return 0 ;;
    *) [[ " $2 " == *" $1 "* ]] ;;
    esac
}

# missing NAME: the rows of TOOLS that `set_up NAME` needs and this machine has not.
missing() {
    local row name how for verbs rest
    while IFS= read -r row; do
        [ -n "$row" ] || continue
        IFS='|' read -r name how for verbs rest <<<"$row"
        needed_by "$1" "$verbs" || continue
        locate "$how" >/dev/null || printf '%s\n' "$row"
    done <<<"$TOOLS"
}

# packages ROWS FIELD: the packages that a system's column names.
packages() {
    cut -d'|' -f"$2" <<<"$1" | tr ' ' '\n' | sort -u | while IFS= read -r package; do
        case $package in
        */*)
            if [ "$2" = 5 ] && apt-cache show "${package%%/*}" >/dev/null 2>&1; then
                printf '%s ' "${package%%/*}"
            else
                printf '%s ' "${package##*/}"
            fi
            ;;
        ?*) printf '%s ' "$package" ;;
        esac
    done
}

install_lines() { # install_lines ROWS
    local line words
    for line in '5 apt install' '6 dnf install' '7 pacman -S' '8 brew install'; do
        words=$(packages "$1" "${line%% *}")
        [ -z "$words" ] || printf '  %s %s\n' "${line#* }" "$words" # not every system has them all
    done
}

# set_up NAME: have every tool that NAME (demo, test, ci, gdb, guests, workshop, docs) needs, or end with 3.
set_up() {
    local rows as_root=''
    rows=$(missing "$1")
    [ -n "$rows" ] || return 0
    if [ -z "$no_install" ] && command -v apt-get >/dev/null && may_install as_root; then
        apt_install "$as_root" "$rows"
        rows=$(missing "$1")
        [ -n "$rows" ] || return 0
    fi
    {
        printf 'run.sh: tools are missing:\n'
        while IFS='|' read -r name _ for _; do printf '  %-16s %s\n' "$name" "$for"; done <<<"$rows"
        printf 'Install them with the line of your system, then try again:\n'
        install_lines "$rows"
    } >&2
    exit 3
}

# May we install, and how do we become root? Sets the variable named by $1 to "" or "sudo".
may_install() {
    local answer
    if [ "$(id -u)" = 0 ]; then
        printf -v "$1" ''
        return 0
    fi
    command -v sudo >/dev/null || return 1
    printf -v "$1" 'sudo'
    [ -n "$yes" ] && return 0
    [ -t 0 ] && [ -z "$ci" ] || return 1
    read -r -p "Some tools are missing. Install them with apt and sudo? [y/N] " answer
    [[ $answer == [yY]* ]]
}

apt_install() { # apt_install AS_ROOT ROWS
    local words
    printf 'run.sh: installing what is missing with apt; this happens once\n' >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-cache show make >/dev/null 2>&1 || $1 apt-get update >&2
    read -r -a words <<<"$(packages "$2" 5)"
    $1 apt-get install -y --no-install-recommends "${words[@]}" >&2 && return 0
    # Old lists name packages that are gone: get new ones and try once more.
    $1 apt-get update >&2
    read -r -a words <<<"$(packages "$2" 5)"
    $1 apt-get install -y --no-install-recommends "${words[@]}" >&2
}

# The version that a tool says it has: the first number with a dot in its first lines.
version_of() {
    "$1" --version 2>/dev/null </dev/null | head -n 3 | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1
}

# OpenSBI says its version in its banner and nowhere else: start it, without an image, and read.
opensbi_version() {
    local banner machine
    banner=$(mktemp)
    "$qemu" -machine virt -bios default -nodefaults -display none -serial "file:$banner" \
        </dev/null >/dev/null 2>&1 &
    machine=$!
    for _ in {1..50}; do
        grep -q 'OpenSBI v' "$banner" && break
        kill -0 "$machine" 2>/dev/null || break
        sleep 0.1
    done
    kill "$machine" 2>/dev/null
    wait "$machine" 2>/dev/null
    grep -aoE 'OpenSBI v[0-9.]+' "$banner" | grep -oE '[0-9.]+'
    rm -f "$banner"
}

versions() {
    printf 'QEMU %s, OpenSBI %s, %s\n' "$(version_of "$qemu")" "$(opensbi_version)" \
        "$("$(find_compiler | head -n 1)" --version | head -n 1)"
}

doctor() {
    local name how for verbs rest where rows
    while IFS='|' read -r name how for verbs rest; do
        [ -n "$name" ] || continue
        if where=$(locate "$how"); then
            where=${where%%$'\n'*}
            case $where in
            *.h | *.bin | *.gpg | *.pgp) printf '  ok       %-16s %s\n' "$name" "$where" ;;
            *) printf '  ok       %-16s %s %s\n' "$name" "$where" "$(version_of "$where")" ;;
            esac
        else
            printf '  missing  %-16s %s (for: %s)\n' "$name" "$for" "$verbs"
        fi
    done <<<"$TOOLS"
    rows=$(missing ci)
    if locate call:find_qemu >/dev/null; then
        printf 'QEMU %s, OpenSBI %s\n' "$(version_of "$qemu")" "$(opensbi_version)"
    fi
    if [ -n "$rows" ]; then
        printf 'To install what is missing:\n'
        install_lines "$rows"
    fi
    [ -z "$(missing demo)" ] || exit 3
    [ -n "$rows" ] || printf 'All is there.\n'
}
