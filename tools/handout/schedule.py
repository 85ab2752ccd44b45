"""schedule: a class's day, from the minutes in the chapters' front matter, for README.md.

    tables(chapters)    the lines of two tables: one day, and a half day

Nobody sits longer than SITTING minutes without a break, and the first break after NOON is lunch.
"""

DAY = range(0, 11)
HALF_DAY = (0, 1, 2, 3, 4, 5, 9)
START = 9 * 60
SITTING = 80
BREAK, LUNCH = 15, 60
NOON = 11 * 60 + 30
CATCH_UP = 15  # before lunch and at the end: somebody is always behind
LAST = 10  # questions, and where to go on


def rows(chapters, with_lunch):
    """(begin, words, minutes) of each part of the day."""
    now, sat, lunch = START, 0, not with_lunch
    for chapter in chapters:
        minutes = chapter.meta["minutes"]
        if sat + minutes > SITTING:
            if not lunch and now >= NOON:
                yield now, "Catch up", CATCH_UP
                yield now + CATCH_UP, "**Lunch**", LUNCH
                now, lunch = now + CATCH_UP + LUNCH, True
            else:
                yield now, "**Break**", BREAK
                now += BREAK
            sat = 0
        yield now, f"{chapter.number}. [{chapter.meta['title']}]({chapter.path.name})", minutes
        now, sat = now + minutes, sat + minutes
    yield now, "Catch up", CATCH_UP
    yield now + CATCH_UP, "Questions, and where to go on", LAST
    yield now + CATCH_UP + LAST, "**End**", ""


def table(chapters, with_lunch):
    lines = ["| Time | | Minutes |", "|---|---|---|"]
    for begin, words, minutes in rows(chapters, with_lunch):
        lines.append(f"| {begin // 60}:{begin % 60:02} | {words} | {minutes} |".replace("|  |", "| |"))
    return lines


def tables(chapters):
    def chosen(numbers):
        return [chapter for chapter in chapters if chapter.number in numbers]

    return [
        "### One day",
        "",
        *table(chosen(DAY), True),
        "",
        "### A half day",
        "",
        "Chapters 0 to 5, and the clinic: its machines are laid out for you, so chapters 6 to 8 need not be typed before.",
        "",
        *table(chosen(HALF_DAY), False),
    ]
