#!/usr/bin/env bash
# fetch_qemu: get the newest QEMU of Debian's backports, unpacked under build/qemu-new without
# touching the system, and print its path. Fails where it cannot be had (another system, no
# network, no such release).
set -u
cd "$(dirname "$0")/.." || exit 1
place=$PWD/build/qemu-new
program=$place/usr/bin/qemu-system-riscv64
if [ ! -x "$program" ]; then
    # shellcheck source=/dev/null
    . /etc/os-release
    [ "${ID:-}" = debian ] && command -v apt-get >/dev/null || exit 1
    mkdir -p "$place"/apt/{lists/partial,archives/partial}
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
http://deb.debian.org/debian $VERSION_CODENAME-backports main" >"$place/apt/sources.list"
    options=(-o Dir::Etc::sourcelist="$place/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists="$place/apt/lists" -o Dir::Cache::archives="$place/apt/archives"
        -o APT::Sandbox::User=root -o Acquire::Retries=2)
    {
        apt-get "${options[@]}" update &&
            (cd "$place/apt" && apt-get "${options[@]}" download qemu-system-riscv \
                qemu-system-common qemu-system-data opensbi) || exit 1
        for package in "$place"/apt/*.deb; do dpkg -x "$package" "$place" || exit 1; done
    } >&2
fi
"$program" --version >/dev/null 2>&1 || exit 1
echo "$program"
