"""Exercise 7: reserve and shrink, for a vector of numbers."""

import exercise


def check(folder):
    asked = exercise.ask(folder, "main7.c", ["include/exercise7.h", "src/exercise7.c"])
    return (f"{asked} questions, on an allocator that moves every block and spoils what it gets back: "
            "no number was lost, no failure changed anything.")
