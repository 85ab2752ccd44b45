#!/usr/bin/env bash
# run_images gcc|clang: build the target tests with that compiler and run them all; on the QEMU that
# BUMPVISOR_QEMU names.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
make -j2 BUILD="$build" TOOLCHAIN="$1" target-tests || exit 4
# shellcheck source=tests/variants.sh
. tests/variants.sh
mapfile -t tests < <(variants "$build")
prove --merge --exec tests/run_one.sh "${tests[@]}"
