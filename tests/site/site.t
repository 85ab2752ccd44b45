#!/usr/bin/env bash
# The handout as pages and as a PDF: each page is there, no link is dead, no text is changed or cut; and where a link
# of the Markdown leads nowhere, `make docs` fails and names the page. .ci/run calls this: it needs more tools
# (`./run.sh docs`) than the rest of the tests.
# shellcheck source=tests/whole/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../whole/tap.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
site=$scratch/build/docs

run make --no-print-directory BUILD="$scratch/build" docs
check "make docs ends with 0" exits 0
check "and says what it has made" says "$site/index.html"
check "index.html is there" [ -f "$site/index.html" ]
for page in docs/handout/*.md docs/*.md; do
    name=$(basename "$page" .md)
    [ "$name" = README ] || check "$page has a page" [ -f "$site/$name.html" ]
done

# looks NAME PYTHON: the program, which has the site's folder as argument, says nothing.
looks() {
    local name=$1
    run python3 -B -c "import re, sys
from pathlib import Path
sys.path.insert(0, 'tools/handout')
import chapters, render
site = Path(sys.argv[1])
texts = {path.name: path.read_text() for path in site.glob('*.html')}
$2" "$site"
    check "$name" [ "$status:$output" = 0: ]
}
looks "no link and no picture of a page leads nowhere, or out of the folder" "
names = {name: set(re.findall(r'\bid=\"([^\"]*)\"', text)) for name, text in texts.items()}
for name, text in texts.items():
    for target in re.findall(r'(?:href|src)=\"([^\"]*)\"', text):
        goal, _, anchor = target.partition('#')
        if target.startswith(('https:', 'http:')):
            continue
        if not (site / (goal or name)).is_file() or '..' in goal or anchor and anchor not in names[goal or name]:
            print(name, target)"
looks "nothing is fetched from elsewhere" "
for path in [*site.glob('*.html'), *site.glob('*.css'), *site.glob('*.js')]:
    for found in re.findall(r'<(?:script|link|img)[^>]*http[^>]*>|@import|url\(|\bfetch\(|XMLHttpRequest', path.read_text()):
        print(path.name, found) if path.name != 'search.js' else None"
looks "every block of the Markdown is there, letter by letter, with its language and below its caption" "
for page in sorted(Path('docs/handout').glob('*.md')):
    name = 'index.html' if page.name == 'README.md' else page.stem + '.html'
    blocks = re.findall(r'(?:<figcaption>([^\n]*)</figcaption>\n)?<pre[^>]*><code(?: class=\"language-([a-z]+)\")?>(.*?)</code></pre>', texts[name], re.S)
    fences = chapters.fences(page.read_text().splitlines(), page)
    if len(blocks) != len(fences):
        print(name, len(blocks), len(fences))
    for (caption, language, html), fence in zip(blocks, fences):
        placed = fence.kind in ('paste', 'snippet', 'typed')
        if (language, render.words_of(html)) != (fence.language, fence.text) or placed and render.words_of(caption) != fence.caption.replace('\`', ''):
            print(name, fence.line, language, caption)"
looks "no comment is left, and no goal or title is there twice" "
for name, text in texts.items():
    if '<!--' in text or text.count('<h1') != 1 or '<strong>Goal:' in text:
        print(name)"
looks "each chapter's box has its minutes" "
for chapter in chapters.chapters('docs/handout'):
    if '<dt>Minutes</dt><dd>%d</dd>' % chapter.meta['minutes'] not in texts[chapter.path.stem + '.html']:
        print(chapter.path)"

# --- The PDF --------------------------------------------------------------------------------------
pdf=$site/bumpvisor-handout.pdf
pages=$(pdfinfo "$pdf" | sed -nE 's/^Pages: +//p')
check "the PDF has pages: ${pages:-none}" [ "${pages:-0}" -gt 50 ]
pdftotext -layout "$pdf" "$scratch/text"
run sed -n '/^Contents/,/\f/p' "$scratch/text" # up to the end of its page
while IFS= read -r title; do
    check "its contents have \"$title\", with a page" matches "$title .*[0-9]+\$"
done < <(sed -n 's/^title: //p' docs/handout/[0-9]*.md)
run awk -F'"' '/<page/ { page++ } /<word/ && ($6 > 560 || $2 < 35) { print "page", page, $0 }' <(pdftotext -bbox "$pdf" -)
check "no word runs off a page" [ -z "$output" ]
if [ -f docs/handout/cheat-card.md ]; then
    title=$(sed -n 's/^# //p; s/^title: //p' docs/handout/cheat-card.md | head -n 1)
    first=$(awk -v RS='\f' -v title="$title" 'index($0, title) && !/^Contents/ { page = NR } END { print page }' "$scratch/text")
    check "the cheat card has two pages at most" [ $((pages - first)) -le 1 ]
fi

# --- What is wrong is named ------------------------------------------------------------------------
cp -r docs include src tools bench README.md LICENSE "$scratch"
# refuses NAME FILE SED-COMMAND WORDS: once the file is spoilt so, no page is written, and the words are said.
refuses() {
    cp "$scratch/$2" "$scratch/kept"
    sed -i -E "$3" "$scratch/$2"
    run python3 -B "$scratch/tools/handout/site.py" --html "$scratch/spoilt"
    check "$1 ends with 1" exits 1
    check "and is named" says "$2: $4"
    check "and nothing is written" [ ! -e "$scratch/spoilt/index.html" ]
    cp "$scratch/kept" "$scratch/$2"
}
refuses "a link to a page that is not there" docs/handout/05-bump.md 's/\]\(symptoms\.md/](symptom.md/' "the link goes to symptom.md"
refuses "a link to a heading that is not there" docs/handout/05-bump.md 's/(symptoms\.md#)[a-z]/\1nowhere-/' \
    "docs/handout/symptoms.md has no heading for #nowhere-"
refuses "a link to a source that is not there" docs/collections.md 's/vec\.h\)/vec.hh)/' "the link goes to ../include/collections/vec.hh"
refuses "a picture that is not there" docs/handout/05-bump.md 's/bump\.svg/bumped.svg/' "the link goes to pictures/bumped.svg"
run python3 -B "$scratch/tools/handout/site.py" --html "$scratch/spoilt"
check "without the mistakes it ends with 0" exits 0

mkdir "$scratch/bin"
for tool in bash sh env awk sed grep cut tr sort head cat dirname readlink id mktemp python3; do
    ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
run env PATH="$scratch/bin" ./run.sh --no-install docs
check "docs without its tools ends with 3" exits 3
check "and names them" says "makes the book"
check "and not those of the machine" [ -n "${output##*is the machine*}" ]
finish
