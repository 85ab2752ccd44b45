#!/bin/sh
# Every example of a header is the same as the one that is compiled and run. TAP on standard output;
# exit code 1 iff a test failed.
#
# The header NAME.h says " * Example (tests/host/examples/NAME.c):", and then its lines, indented,
# up to the next line of plain text. In the file they stand between "Example:" and "End.".
set -u
cd "$(dirname "$0")/../.." || exit 1

in_header() {
    awk -v mark=" * Example ($2):" '
        inside && /^ \* [^ ]|^ \*\// { exit }
        inside { sub(/^ \*/, ""); sub(/^     /, ""); print }
        index($0, mark) == 1 { inside = 1 }' "$1" | sed -e '1{/^$/d}' -e '${/^$/d}'
}

in_file() {
    awk '/^ *\/\* End\. \*\/$/ { exit }
         inside { if (indented) sub(/^    /, ""); print }
         /^ *\/\* Example: \*\/$/ { inside = 1; indented = /^ / }' "$1"
}

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

old=$(mktemp) new=$(mktemp)
trap 'rm -f "$old" "$new"' EXIT
for file in tests/host/examples/*.c; do
    name=$(basename "$file" .c)
    header=$(ls include/*/"$name".h 2>/dev/null)
    in_header "${header:-/dev/null}" "$file" >"$old"
    in_file "$file" >"$new"
    [ -s "$new" ]
    result "$name.c has an example" $? "nothing stands between Example: and End."
    difference=$(diff "$old" "$new")
    result "the example of ${header:-$name.h, which is not there,} is the one that runs" $? "$difference"
done
for header in $(grep -lr '^ \* Example (' include); do
    file=$(sed -nE 's|^ \* Example \((.*)\):$|\1|p' "$header")
    [ -f "$file" ]
    result "the example that $header names is there" $? "there is no $file"
done
echo "1..$number"
exit $failed
