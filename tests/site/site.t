#!/usr/bin/env bash
# site: the handout's pages and its book are made, whole, and lead nowhere wrong. .ci/run calls it: it needs
# more tools (`./run.sh docs`) than the rest of the tests.
# shellcheck source=tests/whole/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../whole/tap.sh"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
made=$folder/docs

run python3 -B tools/handout/site.py "$made"
check "the site and the book are made" exits 0
for page in docs/handout/*.md docs/*.md; do
    name=$(basename "$page" .md)
    [ "$page" = docs/handout/README.md ] && name=index
    check "$page is a page" test -s "$made/$name.html"
done
run grep -c '<img ' "$made/05-bump.html"
check "a page has its pictures" says_line 2
check "and they are there" test -s "$made/files/docs/handout/pictures/bump.svg"
run grep -l "raw HTML omitted\|<!-- " "$made"/*.html
check "nothing is left out, and no comment is left" exits 1
run grep -lE '(href|src)="(https?:)?//' "$made"/*.html
check "no page asks another machine for what it shows" exits 1
run pdfinfo "$made/bumpvisor-handout.pdf"
check "the book has pages" matches '^Pages: +[1-9][0-9]+'
check "of A4" matches 'A4'
run pdftotext -layout "$made/bumpvisor-handout.pdf" -
check "its contents name pages" matches 'Chapter 8: String.*\.\.\..* [0-9]+$'
check "the cheat card is its end" matches 'Cheat card'
last=$(pdfinfo "$made/bumpvisor-handout.pdf" | sed -nE 's/^Pages: +//p')
card=$(for page in $((last - 2)) $((last - 1)) "$last"; do
    pdftotext -f "$page" -l "$page" "$made/bumpvisor-handout.pdf" - | grep -qx 'Cheat card' && echo $((last - page + 1))
done)
run echo "$card"
check "and has two pages" says_line 2

# Nothing runs off a page: no word ends right of the margin of 20 mm (an A4 page is 595 points wide).
pdftotext -bbox "$made/bumpvisor-handout.pdf" "$folder/words"
run awk -F'"' '/<word/ && $6 > 595 - 34 { print; found = 1 } END { exit found }' "$folder/words"
check "no word runs off a page" exits 0

cp -r docs tools README.md LICENSE Makefile hypervisor.ld include src bench tests "$folder"
sed -i 's/(symptoms.md#where-do-i-paste-this)/(symptoms.md#where-do-i-past-this)/' "$folder/docs/handout/README.md"
run python3 -B "$folder/tools/handout/site.py" "$folder/wrong"
check "a dead link ends it with 1" exits 1
check "and is named" says "index.html: symptoms.html has no place called #where-do-i-past-this"
run env PATH="$folder" /usr/bin/python3 -B tools/handout/site.py "$made"
check "a tool that is missing is named" matches 'there is no cmark-gfm and no weasyprint; .*apt install'
finish
