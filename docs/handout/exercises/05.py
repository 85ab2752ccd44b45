"""Exercise 5: whole pages from a bump, also where the size is hostile."""

import exercise


def check(folder):
    asked = exercise.ask(folder, "main5.c", ["include/exercise5.h", "src/exercise5.c"])
    return f"{asked} requests: no page is handed out twice, and the sizes near SIZE_MAX are refused."
