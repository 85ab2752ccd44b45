"""exercise: boots a learner's exercise with a main of ours that asks it hard questions.

    exercise.ask(folder, "main5.c", needed)     docs/handout/exercises/check/main5.c in place of src/main.c

Such a main prints "mistake: ..." for the first wrong answer and powers off; where all are right its last line
is "all answers are right". What is wrong raises machine.NotYet in plain words.
"""

import re
import shutil

import machine
import states

CHECK = states.HANDOUT / "exercises" / "check"
MISTAKE = "mistake: "
RIGHT = re.compile(r"^all (\d+) answers are right$", re.M)


def ask(folder, main, needed, smp=1, seconds=30, runs=1, prepare=None, look=None):
    """Boot a copy of the folder with the other main; `needed` are the files without which there is no exercise.
    prepare(copy) may change the copy before it is built; look(copy) may look at what was built, once all
    answers are right. Returns how many questions were asked."""
    for name in needed:
        if not (folder / name).exists():
            raise machine.NotYet(f"{name} is not there: `./run.sh workshop open {main[4]}` lays it out")
    with machine.copy(folder) as mine:
        for file, place in ((main, "src/main.c"), ("watch.c", "src/watch.c"), ("watch.h", "include/watch.h")):
            shutil.copyfile(CHECK / file, mine / place)
        if prepare:
            prepare(mine)
        try:
            machine.build(mine)
        except machine.BuildFailed as failed:
            raise machine.NotYet(f"it does not build:\n{failed}") from None
        for _ in range(runs):
            console = machine.boot(mine, smp=smp, seconds=seconds)
            judge(console)
        if look:
            look(mine)
    return int(RIGHT.search(console.text)[1])


def judge(console):
    for line in console.text.splitlines():
        if line.startswith(MISTAKE):
            raise machine.NotYet(line[len(MISTAKE) :])
    if not RIGHT.search(console.text):
        words = "\n".join(console.text.strip().splitlines()[:20])
        how = "did not end in time" if console.status == machine.ENDED_BY_TIME else "stopped"
        raise machine.NotYet(f"the machine {how} before the last question; it said:\n{words}")
