#!/usr/bin/env bash
# The handout: its check finds every untruth and names the place; its workshop verb says what a learner
# has done wrong. That all states build with both compilers, and that the rendered text leads to a running
# machine, is long: .ci/run does that.
. "$(dirname "$0")/tap.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/first"
# Two copies of what the check looks at: one to spoil, one to mend it from.
cp -r docs include src tools tests bench run.sh hypervisor.ld Makefile README.md "$scratch/first"
[ ! -d arena ] || cp -r arena "$scratch/first"
cp -r "$scratch/first" "$scratch/copy"
copy=$scratch/copy

says_not() { ! says "$1"; }
truth() { python3 -B "$copy/tools/handout/truth.py" "$@"; }
# line_of FILE PATTERN [NTH]: the number of the nth line that has it.
line_of() { grep -nE -- "$2" "$copy/$1" | sed -n "${3:-1}s/:.*//p"; }
# spoil FILE SED-COMMAND: in the copy; says so when it changes nothing.
spoil() {
    sed -i -E "$2" "$copy/$1"
    ! cmp -s "$copy/$1" "$scratch/first/$1" || echo "# $1: \"$2\" changes nothing"
}
mend() { cp "$scratch/first/$1" "$copy/$1"; }
# finds NAME FILE SED-COMMAND WORDS...: once the file is spoilt so, the check fails and says each of the words.
finds() {
    local name=$1 file=$2 word
    spoil "$file" "$3"
    shift 3
    run truth check
    check "$name is found" exits 1
    for word; do check "$name: $word" says "$word"; done
    mend "$file"
}

# --- The text is true ---------------------------------------------------------------------------
run truth check
check "the handout is true" exits 0

chapter=docs/handout/05-bump.md
fence=$(line_of $chapter '^```c') # the first text that is pasted: a line within it, and the line above it
paste=$(line_of $chapter '^<!-- paste ')
finds "a changed character of a text" $chapter "$((fence + 1))s/.$/~/" "$chapter:$((fence + 1)): the text of"
finds "a changed line above a text" $chapter "$((paste + 1))s/of the line/of a line/" "$chapter:$((paste + 1)): the line above"
finds "a text without provenance" $chapter "${paste}d" "nothing says where this fence comes from"
finds "a kind that is none" $chapter "${paste}s/paste/past/" "not \"<!-- past "
finds "a text that is not pasted" $chapter "${paste}s/paste (.*) -->/snippet \1 -->/" "no chapter pastes"
finds "a text that is pasted in another chapter" docs/handout/path 's/bump-take=5/bump-take=6/' "this is chapter 5"
finds "a region that the path does not know" docs/handout/path 's/ bump-take=5//' "nothing of"
finds "a source that has changed" src/heap/bump.c 's/return ERR_STATE;/return ERR_INVALID;/' "$chapter:" "ERR_INVALID"
finds "a marker that is gone" src/heap/bump.c '/\[\/bump-init\]/d' "src/heap/bump.c:"
finds "a marker that is there twice" src/heap/bump.c 's|^(/\* \[/bump-init\] \*/)|\1\n/* [bump-init] */\n/* [/bump-init] */|' "begins a second time"
finds "a marker that nobody uses" src/heap/bump.c 's|^(void \*bump_refuse.*)|/* [nobody] */\n/* [/nobody] */\n\1|' "nobody uses the region [nobody]"
finds "a marker that is misspelt" src/heap/bump.c 's|\[(/?)bump-init\]|[\1bump-inti]|' "[bump-init]"
link=$(line_of $chapter '\]\(symptoms\.md')
finds "a link to a file that is not there" $chapter "${link}s/\]\(symptoms\.md/](symptom.md/" "$chapter:$link: the link goes to symptom.md"
finds "a link to a heading that is not there" $chapter "${link}s/\]\(symptoms\.md[^)]*/](symptoms.md#nowhere/" "$chapter:$link: symptoms.md has no heading"
picture=$(line_of $chapter '^!\[')
finds "a picture without words" $chapter "${picture}s/!\[[^]]*\]/![]/" "$chapter:$picture: the picture's text says nothing"
finds "a picture with TODO for words" $chapter "${picture}s/!\[[^]]*\]/![TODO]/" "$chapter:$picture: the picture's text says nothing"
finds "a picture that is not there" $chapter "${picture}s/\.svg/.png/" "$chapter:$picture: the link goes to"
finds "minutes that are no number" $chapter 's/^minutes: .*/minutes: soon/' "$chapter:1: minutes is a number"
finds "front matter without a goal" $chapter '/^goal: /d' "$chapter:1: the front matter says no goal"
finds "a section that is gone" $chapter 's/^## Hint 2$/## Another/' '"## Hint 2" (0 times)'
finds "a console of another command" $chapter "s/^\\$ \.\/run\.sh$/$ .\/run.sh demo/" "the console's first line is"
finds "a last line that leads elsewhere" $chapter 's/^Next: \[Chapter 6/Next: [Chapter 7/' "does not lead to the next chapter"
finds "an old table of contents" docs/handout/README.md 's/^(\| 5 \|.*\| )[0-9]+ \|$/\17 |/' "the contents and the schedule are not those"

spoil $chapter "$((fence + 1))s/.$/~/"
spoil $chapter "$((paste + 1))s/.*/Somewhere:/"
run truth sync
check "sync mends text and line above" cmp "$copy/$chapter" "$scratch/first/$chapter"
run truth check 4
check "one chapter can be checked alone" exits 0
run truth chekc
check "a wrong word to truth.py ends with 2" exits 2

console=$(line_of docs/handout/04-heap.md '^Memory map:')
spoil docs/handout/04-heap.md "${console}s/map/mop/"
run python3 -B "$copy/tools/handout/consoles.py" check 4
check "a changed line of a console is found" exits 1
check "and named" says "docs/handout/04-heap.md:$console: the console of ./run.sh differs"
run python3 -B "$copy/tools/handout/consoles.py" update 4
run grep -c "Memory mop" "$copy/docs/handout/04-heap.md"
check "update mends it" says_line 0
mend docs/handout/04-heap.md

run python3 -B tools/handout/prove.py 4
check "chapter 4: both compilers, and an exercise that fails unsolved and passes solved" exits 0
spoil docs/handout/04-heap.md 's/^\+(HEAP_SIZE .*)/+\1 + 1;/'
run python3 -B "$copy/tools/handout/prove.py" 4
check "a solution that solves nothing is found" says "not ok - exercise 4, solved, passes"
mend docs/handout/04-heap.md

# --- The workshop verb ----------------------------------------------------------------------------
refuses() { # refuses WORDS ARGUMENTS...: exit code 2 and these words
    local words=$1
    shift
    run ./run.sh workshop "$@"
    check "workshop $* ends with 2" exits 2
    check "workshop $*: $words" says "$words"
}
refuses "did you mean check?" chek 5
refuses "is for your own folder, and this is the project" check 5
refuses "takes the folder to make" start
refuses "lies in the project" start build/machine
refuses "is not empty" start "$scratch"
refuses "has a space" start "$scratch/my machine"
refuses "takes the number of a chapter" hint five
refuses "two hints" hint 5 3
refuses "one word too many" list 5
for words in help list "hint 5" "hint 5 2" "solution 5"; do
    # shellcheck disable=SC2086
    run ./run.sh workshop $words
    check "workshop $words ends with 0" exits 0
done
run ./run.sh workshop hint 6
check "a hint has no comments of the page" says_not '<!--'
check "nor fences" says_not '```'
run ./run.sh workshop check 0
check "check 0: the tools are there, and a machine boots" exits 0

mine=$scratch/mine
run ./run.sh workshop start "$mine"
check "start makes a folder" exits 0
workshop() { (cd "$mine" && exec ./run.sh workshop "$@"); }
# texts KIND N: the folder as states.py has it: state, or opened
texts() {
    rm -rf "${mine:?}"/{src,include,hypervisor.ld,build,main.c,before-*}
    python3 -B -c 'import sys; sys.path.insert(0, "tools/handout")
import states; states.write(getattr(states, sys.argv[1])(int(sys.argv[2])), sys.argv[3])' "$1" "$2" "$mine"
}
# not_yet NAME N CODE WORDS...: check N ends with the code and says each of the words.
not_yet() {
    local name=$1 code=$3 word
    run workshop check "$2"
    check "$name ends with $code" exits "$code"
    shift 3
    for word; do check "$name: $word" says "$word"; done
}
run env -C "$mine" ./run.sh
check "an empty folder ends with 4" exits 4
check "and says where to begin" says "nothing to build yet"
not_yet "nothing typed yet" 1 1 "src/hello.S is not there. It comes in chapter 1"

texts state 5
not_yet "all of chapter 5" 5 0 "Chapter 5 is right" "workshop open 6"
(cd "$mine" && ./run.sh) >"$scratch/boot" 2>&1 </dev/null
check "./run.sh in the folder boots it" grep -q '^Booting hypervisor' "$scratch/boot"
export OPT=-Onone # the folder is right, and the compiler is not
not_yet "a build that fails for another reason" 5 4 "So it is not your typing" "./run.sh doctor"
unset OPT
sed -i 's/^/  /; s/\t/    /' "$mine/include/heap/bump.h"
not_yet "other spaces" 5 0 "Chapter 5 is right"
sed -i 's/$/\r/' "$mine"/src/heap/bump.c "$mine"/include/heap/bump.h "$mine"/src/riscv/boot.S
not_yet "Windows line ends" 5 0 "Chapter 5 is right" "(CRLF)"

# What behaves as the text, but differs, is shown; what the exercises have changed is not.
sed -i 's/needed > self->end - next/next + needed > self->end/' "$mine/include/heap/bump.h"
sed -i 's/return NULL;/return heap;/' "$mine/src/exercise5.c"
not_yet "a difference that does not show" 5 0 "otherwise than in the text" "-    if (unlikely(needed > self->end - next))"
check "a solved exercise is none" says_not exercise5
export OPT=-Onone
not_yet "a build that fails beside a solved exercise" 5 4 "src/exercise5.c: it was changed"
check "and perhaps for it" says_not "not your typing"
unset OPT
run workshop exercise 5
check "exercise 5 names bump_take where that is wrong" says "Mend it in include/heap/bump.h first"

texts opened 5
hole=$(grep -n '\[bump-take\]' "$mine/include/heap/bump.h" | cut -d: -f1)
not_yet "an open hole" 5 1 "include/heap/bump.h:$hole: not done yet: chapter 5" "src/main.c is still that of chapter 4"

texts state 5
rm "$mine/src/main.c" "$mine/src/heap/allocator.c"
not_yet "missing files" 5 1 "src/main.c is not there. It comes in" "src/heap/allocator.c is not there. It is laid out by:  ./run.sh workshop open 5"
run workshop open 5
check "open lays out what is missing" [ -f "$mine/src/heap/allocator.c" ]
echo "/* mine */" >>"$mine/src/heap/allocator.c"
run workshop open 5
check "open overwrites nothing" grep -q "mine" "$mine/src/heap/allocator.c"
run workshop catch-up 5
check "catch-up keeps what was there" grep -q "mine" "$mine/before-catch-up-5/src/heap/allocator.c"
mv "$mine/src/main.c" "$mine/main.c"
not_yet "the wrong folder" 5 1 "There is main.c: if that is it"

texts state 5
python3 - "$mine/src/heap/bump.c" <<'END'
import sys
from pathlib import Path
path = Path(sys.argv[1])
text = path.read_text()
first = text.index("[[gnu::cold]] enum error bump_init")
last = text.index("\n}\n", first) + 3
region = text[first:last]
path.with_suffix(".twice").write_text(text + "\n" + region)
path.with_suffix(".moved").write_text(text[:first] + "/* [bump-init] */\n" + text[last:] + "\n" + region)
path.with_suffix(".beside").write_text(text[:first] + "/* [bump-init] */\n" + text[first:])
path.with_suffix(".gone").write_text(text[:first] + text[last:])
path.with_suffix(".alone").write_text(region)
END
spoilt() { cp "$mine/src/heap/bump.$1" "$mine/src/heap/bump.c"; }
right=$(cat "$mine/src/heap/bump.c")
spoilt twice
not_yet "a text pasted twice" 5 1 "stands here a second time" "Delete one"
spoilt moved
not_yet "a text in the wrong place" 5 1 "here stands what belongs to line" "[bump-init]"
spoilt beside
not_yet "a text beside its hole" 5 0 "can go now"
spoilt gone
not_yet "a text that is gone with its hole" 5 1 "about here is missing chapter 5"
spoilt alone
not_yet "a file replaced by a text" 5 1 "was all of it replaced"
printf '%s\n' "$right" >"$mine/src/heap/bump.c"
printf '```\n' >>"$mine/src/main.c"
not_yet "the page's own marks" 5 1 "belongs to the handout's page"
sed -i '$d' "$mine/src/main.c"
sed -i 's/    \*self = /    self = /' "$mine/src/heap/bump.c"
not_yet "a build that fails" 5 4 "src/heap/bump.c:" "error" "where your files differ"
printf '%s\n' "$right" >"$mine/src/heap/bump.c"
sed -i 's/low += bytes_to_align(low, 16);/low += 16;/' "$mine/src/heap/bump.c"
sed -i 's/Booting hypervisor/Booting something/' "$mine/src/main.c"
not_yet "another console" 5 1 "the chapter has:   Booting hypervisor" "your machine says: Booting something" "+ yours"
sed -i 's/^\t/        /' "$mine/Makefile"
not_yet "a Makefile without tabs" 5 1 "make wants a tab"
texts state 6
not_yet "a folder that is further" 5 1 "this folder is further than chapter 5"

# A main.c that was saved in the project: here in the copy, with a folder of its own.
run "$copy/run.sh" workshop start "$scratch/mine2"
run env -C "$scratch/mine2" ./run.sh workshop catch-up 4
run env -C "$scratch/mine2" ./run.sh workshop open 5
cp "$mine/src/main.c" "$copy/src/main.c" # chapter 6's is in chapter 6's state
run env -C "$scratch/mine2" ./run.sh workshop check 6
check "a file saved in the project is found" says "It was saved in the project, as $copy/src/main.c"

texts state 2
echo >"$mine/src/hello.S"
not_yet "a file that should be gone" 2 1 "rm src/hello.S"
rm "$mine/src/hello.S"
sed -i 's/(NOLOAD) : ALIGN(64)/(NOLAOD) : ALIGN(64)/' "$mine/hypervisor.ld"
not_yet "a mistake in the linker script" 2 4 "hypervisor.ld:61: "
check "without make's words" says_not '***'
sed -i 's/(NOLAOD)/(NOLOAD)/; s/li      fp, 0/lii     fp, 0/' "$mine/hypervisor.ld" "$mine/src/riscv/boot.S"
not_yet "a mistake in assembly" 2 4 "Error: unrecognized opcode"
sed -i 's/lii     fp, 0/li      fp, 0/' "$mine/src/riscv/boot.S"
printf 'linker: the entry must be first\nconsole: silent\n' >"$mine/exercise2.txt"
run workshop exercise 2
check "exercise 2 says which word it cannot read" says 'has "silent"; it must be one of'
sed -i 's/silent/"Silence."/' "$mine/exercise2.txt"
run workshop exercise 2
check "exercise 2 does not mind capitals and dots" exits 0
texts state 3
(cd "$mine" && ./run.sh --toolchain=clang) >"$scratch/boot" 2>/dev/null </dev/null
check "clang, too, names files as the project calls them" grep -q '  _start at src/riscv/boot\.S:' "$scratch/boot"
check "and sources of C" grep -q '  main at src/main\.c:' "$scratch/boot"
sed -i '1s/^/\n/; s/-98/-99/' "$mine/src/main.c" # the empty line moves line numbers
not_yet "a wrong line behind a gap" 3 1 "your machine says: Numbers: -99 1987" "(the registers)"
check "without the registers" says_not "   sp 0x"
sed -i 's/-99/-98/' "$mine/src/main.c"
not_yet "other line numbers" 3 0 "Chapter 3 is right"
(cd "$mine" && ./run.sh workshop solution 3 2>/dev/null | patch -s -p1)
sed -i 's/-(uint64_t)value/(uint64_t)-value/' "$mine/src/lib/format.c"
run workshop exercise 3
check "exercise 3 refuses what is right by luck" says "a signed number overflows"
texts state 3
run env -C "$mine" ./run.sh # chapter 3 ends with a panic on purpose
check "a panic in the folder ends with 1" exits 1
run workshop catch-up 2
run workshop check 2
check "catch-up leads back, and what it leaves builds" exits 0
texts state 3
echo 'int broken(' >>"$mine/src/main.c"
run env -C "$mine" ./run.sh
check "a broken source in the folder ends with 4" exits 4
check "with the compiler's words" matches 'src/main\.c:[0-9]+:[0-9]+: error'
for words in linux "--fault=load"; do
    run env -C "$mine" ./run.sh "$words"
    check "$words in the folder ends with 2" exits 2
    check "$words in the folder: it belongs to the project" says "to the project"
done
run env -C "$mine" ./run.sh --dry-run
check "--dry-run in the folder names its image" says "$mine/build/hypervisor.elf"

texts state 4
sed -i 's/^HEAP_SIZE .*/HEAP_SIZE = 100 * 1024 * 1024/' "$mine/hypervisor.ld"
not_yet "a typo in a text of one line" 4 4 "hypervisor.ld:5: this is nearly what belongs there" "+HEAP_SIZE = 100 * 1024 * 1024"
sed -i 's/^HEAP_SIZE .*/HEAP_SIZE = 64 * 1024;/' "$mine/hypervisor.ld"
run workshop exercise 4
check "exercise 4 says that its first refusal is meant" says "Mend it there too"
texts state 4
run workshop exercise 4
check "an unsolved exercise ends with 1" exits 1
check "and offers a hint" says "workshop hint 4"
(cd "$mine" && ./run.sh workshop solution 4 2>/dev/null | patch -s -p1)
run workshop exercise 4
check "a solved one ends with 0" exits 0
cp "$mine/hypervisor.ld" "$scratch/right.ld"
for condition in "__heap_end <= 0x88000000" "__image_end - __image_start <= 128M"; do
    sed "s/__image_end <= 0x88000000/$condition/" "$scratch/right.ld" >"$mine/hypervisor.ld"
    run workshop exercise 4
    check "ASSERT($condition) lets too much pass" says "a page behind 0x88000000 is not refused"
done
run workshop exercise 10
check "exercise 10 without a file" says "workshop open 10"
run workshop open 10
run workshop exercise 10
check "exercise 10 with the template" says "it fails short1"
finish
