#!/usr/bin/env bash
# The debug clinic, chapter 9: each machine is made from the sources, shows its symptom with gcc and with
# clang, is refused a wrong verdict and granted the right one, and is accepted when it is repaired.
. "$(dirname "$0")/tap.sh"

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
folder=$home/machine

# ask CODE ARGUMENTS...: Python, with the clinic and the folder at hand.
ask() {
    local code=$1
    shift
    PYTHONPATH=tools/handout python3 -B -c "
import re, sys
from pathlib import Path
import chapters, clinic, machine, sessions, states
folder = Path('$folder')
ward = {p.number: p for p in clinic.patients()}
chapter = next(c for c in chapters.chapters(states.HANDOUT) if c.number == clinic.CHAPTER)
$code" "$@"
}
workshop() { run "$folder/run.sh" workshop "$@"; }

run ask 'states.write(states.state(8), folder); print(*ward)'
check "six machines fit the sources" says_line "1 2 3 4 5 6"
[ "$status" = 0 ] || finish

for tool in gcc clang; do
    if ! (. tools/setup.sh && toolchain=$tool && missing demo | grep -q compiler); then
        run ask '
for p in ward.values():
    where = folder / ("clinic" if sys.argv[1] == "gcc" else "clang") / str(p.number)
    states.write(p.files, where)
    machine.build(where, sys.argv[1])
    boot = machine.boot(where, smp=p.harts, seconds=p.seconds)
    print(p.number, clinic.shows_symptom(p, boot) or "as it should be", flush=True)' "$tool"
        for k in 1 2 3 4 5 6; do
            check "$tool: machine $k shows its symptom" says_line "$k as it should be"
        done
    fi
done

command="timeout 3 $("$folder/clinic/1/run.sh" --dry-run) -d int"
run bash -c "$command 2>&1 </dev/null | grep -m 4 'epc:0x00000000802'"
check "QEMU's log shows the first trap of machine 1" [ "$(grep -c 'cause:0*7, ' <<<"$output")" = 4 ]

for debugger in gdb-multiarch riscv64-unknown-elf-gdb riscv64-elf-gdb ''; do
    command -v "$debugger" >/dev/null && break
done
if [ -n "$debugger" ]; then
    run python3 -B tools/handout/sessions.py check
    check "gdb says what the chapter shows" exits 0
    run ask 'print("\n".join(sessions.talk(folder / "clinic/6", 2, [("continue", True), ("thread apply all bt", False),
        ("thread apply all info registers sie sip", False)])))'
    check "the sleeper sleeps" matches 'sleeper \(argument=0x0\)'
    check "and is waited for" matches 'demo_second_hart \(\)'
    check "an interrupt is pending" matches '^sip +0x2'
    check "and none is let through" [ "$(grep -cE '^sie +0x0' <<<"$output")" = 2 ]
fi

workshop clinic
check "the list" matches '^ +6  The sleeper +with two harts'
rm -rf "$folder/clinic/4"
workshop clinic 4
check "a machine is laid out, built and booted" matches '^Booting hypervisor\.\.\. \(hart 2[0-9]{9}\)$'
check "what to type next is said" says "./run.sh workshop clinic 4 FILE:LINE"
workshop clinic 7
check "there is no seventh: wrong usage" exits 2
workshop clinic 1 hint
check "a hint" matches "^Break at .trap_entry. before"
workshop clinic 6 hint 2
check "another hint" matches "^.sie. is 0"
workshop check 9
check "nothing is solved: check 9 fails" exits 1
check "and names what is missing" says "4, A hart that is not there: no verdict yet"

run ask '
for p in ward.values():
    where = p.lines
    for line in (where.start - 1, where.stop):
        print(p.number, "beside", clinic.main(folder, [str(p.number), f"{p.fault}:{line}"]))
    other = next(f for k, f, _, _ in p.sections if k == "elsewhere")
    print(p.number, "elsewhere", clinic.main(folder, [str(p.number), f"{other}:1"]))
    print(p.number, "nowhere", clinic.main(folder, [str(p.number), "src/none.c:1"]), clinic.main(folder, [str(p.number), "x"]))'
for k in 1 2 3 4 5 6; do
    check "machine $k: a wrong line in the right file is refused" [ "$(grep -cx "$k beside 1" <<<"$output")" = 2 ]
    check "machine $k: another file is refused" says_line "$k elsewhere 1"
    check "machine $k: no such file, no verdict" says_line "$k nowhere 1 2"
done
check "a wrong verdict is answered with words" says "look further up"
check "and with others elsewhere" says "trap.S is the victim"

printf '1 src/main.c:1\n2 repaired\n' >"$folder/clinic/verdicts"
workshop check 9
check "check 9 does not believe the file of verdicts" says "0 of 6 machines are solved"
rm "$folder/clinic/verdicts"

run ask '
for p in ward.values():
    print(p.number, "right", clinic.main(folder, [str(p.number), f"{p.fault}:{p.lines.start}"]))'
for k in 1 2 3 4 5 6; do check "machine $k: the right line is granted" says_line "$k right 0"; done
check "and it is told why" says "stores through tp one instruction before tp has a value"
workshop check 9
check "with all verdicts check 9 passes" exits 0

# Whoever stands in a machine's folder, for gdb, types the verdict there.
rm "$folder/clinic/verdicts"
run "$folder/clinic/3/run.sh" workshop clinic 3 src/demo/string.c:12
check "a verdict may be given in the machine's own folder" exits 0
check "and counts in the learner's" eval '[ "$(cat "$folder/clinic/verdicts")" = "3 src/demo/string.c:12" ] && [ ! -e "$folder/clinic/3/clinic" ]'
workshop clinic 1 src/riscv/boot.S:2300
check "a line that is not there is not called right" says "lines, and none with the number 2300"

# Lines that the learner adds do not shift the verdict.
sed -i '1i /* mine */' "$folder/clinic/4/src/riscv/boot.S"
line=$(grep -n 'lla *s1, __bss_end' "$folder/clinic/4/src/riscv/boot.S" | cut -d: -f1)
workshop clinic 4 "boot.S:$line"
check "a verdict counts lines in the learner's own file" exits 0

rm "$folder/clinic/verdicts"
workshop clinic 5 check
check "an ill machine is not accepted as repaired" exits 1
check "and says how it is known" says "Not yet: it is still ill. It says:"
workshop clinic 1 check
check "also where it says nothing" says "Not yet: it is still ill. It says nothing. A sound machine prints this line"
ask '
for p in ward.values():
    (folder / "clinic" / str(p.number) / p.fault).write_text(clinic.healthy(p)[p.fault])'
for k in 1 2 3 4 5 6; do
    workshop clinic "$k" check
    check "machine $k: repaired, it is accepted" exits 0
done
workshop check 9
check "with all repaired check 9 passes" exits 0

run ask '
try:
    clinic.replace({"a.c": "x x"}, "file", "a.c", "x", "y", 3)
except clinic.Drift as drift:
    print(drift)'
check "a text that is not there once is an error that names it" says 'file:3: the text to replace is found 2 times in a.c, not once: "x"'
# shellcheck disable=SC2016 # backquotes of the text
run ask 'print(chapter.section("Solution").endswith("```text\n" + clinic.solutions() + "```\n\n"))'
check "the chapter's solutions are those of the machines" says_line True

finish
