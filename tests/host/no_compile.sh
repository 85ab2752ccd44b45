#!/bin/sh
# What must not compile. TAP on standard output; exit code 1 iff a test failed.
#
#     tests/host/no_compile.sh [CC...]          default: gcc and clang, those that are there
#     tests/host/no_compile.sh 'clang --target=riscv64-unknown-elf'
#
# Each file in no_compile/ holds a right and a wrong program:
#
#     // expect: an extended regular expression that the compiler's message matches
#     #ifndef WRONG
#         right
#     #else
#         wrong
#     #endif
#
# The right one must compile with the house's warnings as errors. The wrong one must not, and for
# the reason that the file expects, so that a mistake in the test itself is not taken for success.
set -u
cd "$(dirname "$0")/../.." || exit 1

# Those of the Makefile. No -fsyntax-only: gcc looks for ignored results in a later pass.
flags="-std=gnu2x -Wall -Wextra -Werror -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wundef
       -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Iinclude -c -o /dev/null"

if [ $# -eq 0 ]; then
    for cc in gcc clang; do
        command -v $cc >/dev/null && set -- "$@" "$cc"
    done
fi
if [ $# -eq 0 ]; then
    echo "1..0 # SKIP neither gcc nor clang was found"
    exit 0
fi

number=0
failed=0
# result NAME STATUS TEXT: one line of TAP; the text is shown iff the status is not 0.
result() {
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        echo "$3" | sed 's/^/# /'
        failed=1
    fi
}

for cc in "$@"; do
    for file in tests/host/no_compile/*.c; do
        name="$(basename "$file" .c) ($cc)"
        expect=$(sed -n 's|^// expect: ||p' "$file")

        # $cc and $flags are lists of words on purpose.
        message=$($cc $flags "$file" 2>&1)
        result "$name: the right program compiles" $? "$message"

        if message=$(LC_ALL=C $cc $flags -DWRONG "$file" 2>&1); then
            result "$name: the wrong program does not" 1 "it compiled"
        elif [ -z "$expect" ]; then
            result "$name: the wrong program does not" 1 "the file has no line '// expect: '"
        else
            echo "$message" | grep -Eq -e "$expect"
            result "$name: the wrong program does not" $? "expected: $expect
$message"
        fi
    done
done
echo "1..$number"
exit $failed
