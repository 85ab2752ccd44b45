"""schedule: a workshop's day and half day, from the minutes in the chapters' front matter.

    schedule(chapters)    the lines that stand in README.md between <!-- schedule --> and <!-- /schedule -->
"""

HALF_DAY = (0, 1, 2, 3, 4, 5, 9)
BEGIN = 9 * 60  # minutes after midnight
NOON = 12 * 60
AT_A_STRETCH = 95  # minutes without a break
BREAK, LUNCH = 15, 60


def clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"


def day(chapters, has_lunch):
    """(begin, what) of each chapter and break, and of the end."""
    now, since_break, rows = BEGIN, 0, []
    for chapter in chapters:
        minutes = chapter.meta["minutes"]
        if has_lunch and now + minutes > NOON + 30:
            rows.append((now, f"*lunch, {LUNCH} minutes*"))
            now, since_break, has_lunch = now + LUNCH, 0, False
        elif since_break + minutes > AT_A_STRETCH:
            rows.append((now, f"*break, {BREAK} minutes*"))
            now, since_break = now + BREAK, 0
        rows.append((now, f"{chapter.number}: [{chapter.meta['title']}]({chapter.path.name}), {minutes} minutes"))
        now, since_break = now + minutes, since_break + minutes
    return [*rows, (now, "*end*")]


def table(title, rows):
    return [f"**{title}**", "", "| From | |", "|---|---|", *(f"| {clock(when)} | {what} |" for when, what in rows)]


def schedule(chapters):
    short = [chapter for chapter in chapters if chapter.number in HALF_DAY]
    return [*table("One day", day(chapters, True)), "", *table("Half a day: 0 to 5, and 9", day(short, False))]
