"""draw_faults: the pictures of what goes wrong: two harts in each other's way, and how a fault is found."""

from svg import Picture


def spinlock(s):
    p = Picture(
        "spinlock", 680, 456, "Two harts add one: without a lock, and with one",
        "Time runs downwards. Without a lock both harts load 5, both add 1, both store 6: one update is lost. With a "
        "lock hart 1 waits until hart 0 has stored 6 and released the lock; then it loads 6 and stores 7.",
    )
    # (hart, what it does, fill, the sum after it); None: both harts
    without = [(0, "load sum: 5", "code", 5), (1, "load sum: 5", "code", 5), (None, "add 1: 6", "plain", 5),
               (0, "store 6", "bad", 6), (1, "store 6", "bad", 6)]
    first = [("take the lock", "heap", 5), ("load sum: 5", "code", 5), ("add 1: 6", "plain", 5),
             ("store 6", "data", 6), ("release", "heap", 6)]
    second = [("take the lock", "heap", 6), ("load sum: 6", "code", 6), ("add 1: 7", "plain", 6),
              ("store 7", "data", 7), ("release", "heap", 7)]
    timeline(p, 12, "without a lock", without)
    timeline(p, 348, "with a spinlock", [(0, *step) for step in first] + [(1, *step) for step in second])
    for i in range(1, 5):
        timeline_step(p, 348, i, 1, "try: held" if i == 1 else "look again", "hole")
    p.text(12, 250, ("6, though two added one: a lost update", "small red"), "start")
    p.text(348, 420, ("7, as it must be", "small"), "start")
    p.path([(340, 12), (340, 428)], dashed=True)
    p.text(12, 442, ("Time runs downwards. What happens between taking and releasing nobody sees half done.", "small quiet"), "start")
    return p


def timeline(p, x, title, steps):
    """Two harts below their names, what each does in turn, and the sum between them."""
    p.text(x, 18, (title, "bold"), "start")
    for at, name in ((65, "hart 0"), (255, "hart 1")):
        p.text(x + at, 46, (name, "bold"))
    p.text(x + 160, 46, ("sum", "small quiet"))
    for i, (hart, words, fill, value) in enumerate(steps):
        for one in (0, 1) if hart is None else (hart,):
            timeline_step(p, x, i, one, words, fill)
        p.text(x + 160, 76 + i * 34, (str(value), "mono"))


def timeline_step(p, x, i, hart, words, fill):
    p.box(x + hart * 190, 62 + i * 34, 130, 28, [(words, "small")], fill)


def clinic(s):
    p = Picture(
        "clinic", 680, 536, "From a symptom to the fault",
        "The way from a symptom to a fault, as a decision tree. It asks first: did the machine say anything after the "
        "firmware's banner? If not, stop it with gdb and read pc, sepc, scause and stval: a trap that repeats in "
        "trap_entry means that the first trap came before tp and sscratch were set, so break at trap_entry and look "
        "at its first sepc. If it spoke: is there a panic report? If there is one and it has an scause line, an "
        "instruction trapped: sepc says where, stval which address, sp beside the memory map's stack whether the "
        "stack was left. If there is one without an scause line, our own code found a mistake: read its sentence and "
        "follow its addresses and the backtrace. If there is no report: does it hang? Then stop it and compare the "
        "backtraces of all harts: who waits for what, and who should bring it? If it ends well but shows a wrong "
        "value, ask where the value is kept: a watchpoint on that register or that memory stops at whoever writes it "
        "last.",
    )
    question(p, 16, ["Did it say anything", "after the firmware's", "banner?"], "no", "yes")
    question(p, 152, ["Is there a panic", "report?"], "yes", "no")
    question(p, 324, ["Does it hang?"], "yes", "no")
    question(p, 426, ["It ends, but with", "a wrong value?"], "yes")
    advice(p, 260, 16, 76, "gdb: stop it; read pc, sepc, scause, stval", [
        "A trap that repeats in trap_entry: the first one came",
        "before tp and sscratch were set. Break at trap_entry;", "its first sepc is the place."])
    p.box(260, 152, 104, 64, [("Has it a line", "small"), ("with scause?", "small")], "code")
    advice(p, 420, 122, 76, "an instruction trapped", ["sepc: where; stval: which address;", "sp: is it in the memory map's", "stack?"])
    advice(p, 420, 218, 62, "our own code found it", ["read its sentence; follow its", "addresses and the backtrace"])
    p.arrow((364, 170), (420, 170))
    p.text(392, 158, ("yes", "bold"))
    p.arrow((312, 216), (312, 249), (420, 249))
    p.text(392, 237, ("no", "bold"))
    advice(p, 260, 324, 64, "gdb: stop it; thread apply all bt", ["Compare all harts: who waits for what,", "and who should bring it?"])
    advice(p, 260, 426, 64, "Where is that value kept? gdb: watch", ["A watchpoint on that register or that memory", "stops at whoever writes it last."])
    p.text(20, 516, ("Answer one question, then ask the next. Change nothing before you know the line.", "small quiet"), "start")
    return p


def question(p, y, lines, aside, onward=None):
    """A question at the left: one answer leads to the right, the other one down to the next question."""
    below = {16: 152, 152: 324, 324: 426}
    p.box(20, y, 172, 64, lines, "code")
    p.arrow((192, y + 32), (260, y + 32))
    p.text(226, y + 20, (aside, "bold"))
    if onward:
        p.arrow((106, y + 64), (106, below[y]))
        p.text(116, (y + 64 + below[y]) / 2 - 4, (onward, "bold"), "start")


def advice(p, x, y, height, first, lines):
    p.box(x, y, 668 - x, height, [(first, "small bold")] + [(line, "small") for line in lines], "heap")


PICTURES = (spinlock, clinic)
