#!/usr/bin/env bash
# The arena: what is right gets its points, the same on every run; what is wrong gets its operation
# named, and never ends in silence.
. "$(dirname "$0")/tap.sh"

# A folder as a learner's, always the same, so that its images are built in the same place.
project=$PWD
case $build in /*) ;; *) build=$project/$build ;; esac
scratch=$build/test-arena
rm -rf "$scratch"
mkdir -p "$scratch/arena"
arena() { run env -C "$scratch" "$project/run.sh" arena "$@"; }
# spoil NAME MISTAKE...: arena/NAME.c makes the first in the first trace, the second in the second ...
spoil() {
    local name=$1 option='' code=1
    shift
    case ${!#} in --timeout=*) option=${!#} code=124 ;; esac
    {
        echo "#define PLAN $(sed 's/ --.*//; s/ /, /g' <<<"$*")"
        cat tests/whole/arena/wrong.c
    } >"$scratch/arena/$name.c"
    arena "$name" ${option:+"$option"}
    check "$name ends with $code" exits "$code"
}
# named WORDS: they match a whole line that tells a failure.
named() { check "named: $1" matches "^wrong__and_ fails $1$"; }

# The built-in ones.
run ./run.sh arena
check "without a name it ends with 0, though bump fails" exits 0
check "bump fails where memory must be used again" says "bump fails pages, mix, stress: what is given back it can use again only from its end"
check "linked_list and bucket do not" eval '! says "linked_list fails" && ! says "bucket fails"'
for trace in short1 short2 vector lifo coalescing exhaustion; do
    check "all three have points for $trace" matches "^$trace( +[0-9]+\.[0-9]{2}){3}$"
done
for trace in pages mix; do
    check "only bump fails $trace" matches "^$trace +fails( +[0-9]+\.[0-9]{2}){2}$"
done
check "boot passes" matches "^boot( +passes){3}$"
check "the stress has its row" matches "^stress +fails( +passes){2}$"
run ./run.sh arena --csv
check "--csv ends with 0" exits 0
first=$output
run ./run.sh arena --csv
check "every figure is the same on every run" [ "$output" = "$first" ]
check "the first line names the columns" [ "${output%%$'\n'*}" = allocator,trace,result,utilisation,mean,worst,points,words ]
check "each line has them" eval '! grep -vE "^([^,]*,){7}(\"([^\"]|\"\")*\")?$" < <(sed 1d <<<"$output")'
check "a score is the mean of the traces' points" awk -F, '
    $1 == "linked_list" && $2 != "total" && $7 != "" { sum += $7; n++ }
    $1 == "linked_list" && $2 == "total" { total = $7 }
    END { exit !(n == 8 && total > sum / n - 0.02 && total < sum / n + 0.02) }' <<<"$output"

# From nothing to the template.
arena mine
check "without the file it is wrong usage" exits 2
check "and says how to make it" says "mkdir -p arena && cp $project/bench/arena/template.c arena/mine.c"
(cd "$scratch" && eval "$(sed -n 's/^  \(mkdir.*\)/\1/p' <<<"$output")")
check "that line makes it" cmp "$scratch/arena/mine.c" bench/arena/template.c
rm -rf "$build"/arena/mine-*
arena mine
check "the template ends with 1" exits 1
check "and is told that this is expected" says_line "mine: 0 of 8 traces, as expected; start with short1"
check "and what to begin with" says "mine fails short1 op 1: block 0 of 16 bytes is refused: out of memory"

# The first milestone, in its place: better than last time.
sed s/my_bump/mine/ docs/handout/exercises/10/bump.c >"$scratch/arena/mine.c"
arena mine
check "a bump of one's own does not pass" exits 1
check "but some" says_line "mine: 5 of 8 traces; next: pages"
check "what changed is said" matches "^short1 .*  \+[0-9]+\.[0-9]{2}$"
check "for the score, too" matches "^score .*  \+[0-9]+\.[0-9]{2}$"
arena mine
check "nothing changed, nothing said" eval '! says "since last time"'

# The solution.
rm -rf "$build"/arena/mine-*
run ./run.sh arena docs/handout/exercises/10/mine.c
check "the solution of chapter 10 ends with 0" exits 0
check "a first run compares with nothing" eval '! says "since last time"'
check "it passes all, and beats the linked list" matches \
    "^segregated: 8 of 8 traces, boot and stress; [0-9.]+ points: [0-9.]+ more than linked_list, which is beaten$"
run ./run.sh arena docs/handout/exercises/10/mine.c --csv
best=$output
run ./run.sh arena docs/handout/exercises/10/mine.c --csv
check "its figures are the same on every run" [ "$output" = "$best" ]

# Mistakes, each in a trace of its own.
spoil first OVERLAPS MISALIGNED HANGS BESIDE SCRIBBLES CRASHES LOSES NEVER_NULL CHECK
named 'short1 op 4: block 2 overlaps block 1'
named 'short2 op 2: block 1 at 0x[0-9a-f]+ is not aligned to 64'
named 'vector op 2: no answer after 20000000 instructions; it hangs near my_free at arena/first\.c:[0-9]+'
named 'pages op 2: it wrote behind the region, 0 bytes from its end'
named 'mix op [0-9]+: block [0-9]+ has changed at byte 5 of [0-9]+'
named 'lifo op 101: a crash: store or AMO page fault, address 0x0 \(.*\), at my_free at arena/first\.c:[0-9]+'
named 'coalescing op [0-9]+: block 500 of 600000 bytes is refused: out of memory'
named 'exhaustion op 11: block [0-9]+ overlaps block 0'
named 'boot op 13: its own check says: a "list", broken'
check "none passes" says_line "wrong__and_: 0 of 8 traces; next: short1"
spoil second REFUSES OUTSIDE JUMPS BEFORE ILLEGAL DEEP HANGS_IN_CHECK FORGETS ASSERTS
named 'short1 before op 1: my_init says that 786432 bytes are too few'
named 'short2 op 2: block 1 at 0x[0-9a-f]+ lies outside the region'
named 'vector op 2: a crash: instruction page fault, address 0x0 .*'
named 'pages op 2: it wrote before the region, 8 bytes from its start'
named 'mix op 28: a crash: illegal instruction at my_free at arena/second\.c:[0-9]+'
named 'lifo op 1: a crash: store or AMO page fault, address 0x[0-9a-f]+ \(.*stack.*\), at deeper at arena/second\.c:[0-9]+'
named 'coalescing op 64: no answer after 20000000 instructions; it hangs near my_check at arena/second\.c:[0-9]+'
named 'exhaustion op 11: [0-9]+ blocks of 64 bytes fitted, and then only 0'
named 'boot op 2: .*size == 17.*arena/second\.c:[0-9]+.*'
named 'stress before op 1: my_init says that 786432 bytes are too few'
# shellcheck disable=SC2046 # words: a trace that passes is one for the gate, and one to be counted
spoil third $(yes LOSES | head -n 20)
named 'exhaustion op 11: [0-9]+ blocks of 64 bytes fitted, and then only [0-9]+'

# A crash at an address that is as long as that of code; then a file that includes no other's code.
spoil follows FOLLOWS
named 'short1 op 3: a crash: load page fault, address 0x4141414141414141 \(.*\), at my_free at arena/follows\.c:[0-9]+'
sed 's/^    if (--live == 0)/    while (live == 2)/; s/^        next = start;/        __asm__ volatile("");/' \
    docs/handout/exercises/10/bump.c >"$scratch/arena/alone.c"
arena alone
check "a place is in the file as its author calls it" matches \
    '^my_bump fails short1 op 3: no answer .*; it hangs near my_free at arena/alone\.c:[0-9]+$'

# Where the machine itself does not live to tell: the trace, at least.
spoil ends NONE NONE ENDS
check "an end of the machine is told with its trace" matches 'the machine itself ended \(QEMU exit code 35\) in: wrong__and_ short2$'
spoil ends NONE NONE ENDS_WELL
check "also where it says that all is well" matches 'the machine itself ended \(QEMU exit code 33\) in: wrong__and_ short2$'
spoil ends NONE NONE MASKED --timeout=4
check "so is a hang that no timer ends" matches 'in: wrong__and_ short2$'

# Mistakes that only several harts show.
spoil shares SHARES SHARES
named 'stress[1-4] op [0-9]+: block [0-9]+ .*'
spoil crashes CRASHES_ON_TWO
named 'stress2 op 1: a crash: store or AMO page fault, address 0x0 \(.*\), at .* at arena/crashes\.c:[0-9]+'
spoil hangs HANGS_ON_FOUR
named 'stress4 op 1: no answer after [0-9]+ seconds'
check "all but the stress has passed" says_line "wrong__and_: 8 of 8 traces, but stress fails"

# What else there is in files.
{
    echo '#define PLAN PRINTS'
    cat tests/whole/arena/wrong.c
} >"$scratch/arena/prints.c"
arena prints
check "an allocator may print" eval 'exits 0 && says_line "said by the allocator"'
check "a name is made fit for tables" matches '^wrong__and_: 8 of 8'
sed -i '1i #define LARGE' "$scratch/arena/prints.c"
arena prints
check "5,000 bytes beside the region are too many" eval \
    'exits 1 && matches "arena/prints.c keeps [0-9]+ bytes in variables of its own; up to 4096 are allowed"'
echo 'int x = "y"' >"$scratch/arena/broken.c"
arena broken
check "what does not compile ends with 4" exits 4
check "and the compiler names the file as its author does" matches '^arena/broken\.c:1:'

# The leaderboard.
env -C "$scratch" "$project/run.sh" arena mine --csv >"$scratch/ann.csv" 2>&1
echo "$best" >"$scratch/ben.csv"
arena --leaderboard ann.csv ben.csv
check "the leaderboard ends with 0" exits 0
check "it is ranked: the solution, the linked list, then the rest" [ "$(awk 'NR > 1 { print $1, $2 }' <<<"$output" | tr '\n' ';')" = "1 segregated;2 linked_list;3 bump;4 bucket;5 mine;" ]
check "with the file that somebody is in" matches '^ +1  segregated +[0-9.]+  8 of 8 .* ben\.csv$'
sed 's/^bump,total,.*/bump,total,6 of 8,1,1,1,99.00,/' "$scratch/ann.csv" >"$scratch/carl.csv"
arena --leaderboard ben.csv carl.csv
check "figures that cannot be compared are said" says "carl.csv: bump has other figures than in the first file"
for words in "--leaderboard" "--leaderboard absent.csv" "mine --leaderboard $project/Makefile" "mine again" "a/b" "mine --csv=1"; do
    # shellcheck disable=SC2086 # words
    arena $words
    check "arena $words is wrong usage" exits 2
done
run ./run.sh build --csv
check "--csv is the arena's" exits 2
finish
