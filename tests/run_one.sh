#!/usr/bin/env bash
# run_one WHAT: run one test of any kind and print its TAP; for prove.
#   build/host/test_NAME                a host test
#   build/target/test_NAME.elf@HARTS@WORDS    a target test, and its boot arguments, with commas;
#                                       and cases=$BUMPVISOR_TARGET_CASES, how much it is to do
#   anything.t or .sh                   a test of the whole
cd "$(dirname "$0")/.." || exit 1
case $1 in
*.elf@*)
    IFS=@ read -r image harts words <<<"$1"
    BUMPVISOR_APPEND="${words//,/ }${BUMPVISOR_TARGET_CASES:+ cases=$BUMPVISOR_TARGET_CASES}" exec tests/run_target.sh "$image" "$harts"
    ;;
*.t | *.sh) exec bash "$1" ;;
*) CMOCKA_MESSAGE_OUTPUT=TAP exec "$1" ;;
esac
