#!/usr/bin/env bash
# run_one WHAT: run one test of any kind and print its TAP; for prove.
#   build/host/test_NAME                a host test
#   build/target/test_NAME.elf@HARTS    a target test
#   anything.t or .sh                   a test of the whole
cd "$(dirname "$0")/.." || exit 1
case $1 in
*.elf@*) exec tests/run_target.sh "${1%@*}" "${1#*@}" ;;
*.t | *.sh) exec bash "$1" ;;
*) CMOCKA_MESSAGE_OUTPUT=TAP exec "$1" ;;
esac
