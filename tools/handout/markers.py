"""markers: do the regions in the sources, docs/handout/path and the chapters' fences agree?

    check(pages)     what is wrong, each as "file:line: words": a region that nobody uses, that is missing,
                     pasted twice, or that the path says is typed and no chapter pastes
"""

import chapters
import regions
import states
import steps

ROOT = states.ROOT


def marked_sources():
    """Every source of the project that may have markers."""
    for folder in ("include", "src", "bench", "arena", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".S", ".ld"):
                yield path
    for path in sorted((states.HANDOUT / "exercises").rglob("*")):
        if path.suffix in (".c", ".h", ".S", ".ld"):
            yield path
    yield ROOT / "hypervisor.ld"
    yield ROOT / "Makefile"


def fences_of(pages):
    """(here, kind, (file, region)) of every paste and snippet."""
    for path in pages:
        try:
            for fence in chapters.read_chapter(path).fences():
                if fence.kind in ("paste", "snippet"):
                    here = f"{path}:{fence.first}"
                    yield here, fence.kind, steps.words_of(fence, here)
        except chapters.Mistake:
            continue  # truth.py says it


def check(pages):
    """Each marker is used once, and each use has its marker."""
    known = states.read_path()
    shown, pasted = set(), {}
    for here, kind, what in fences_of(pages):
        if kind == "snippet":
            shown.add(what)
        elif what in pasted:
            yield f"{here}: {what[0]} [{what[1]}] is pasted here a second time; first at {pasted[what]}"
        else:
            pasted[what] = here
    for path in marked_sources():
        name = str(path.relative_to(ROOT))
        short = name.removeprefix("docs/handout/exercises/")  # as the path and the chapters call it
        yield from check_source(path, short if short in known else name, known, shown)
    for name, file in known.items():
        if file.kind != "own" and not states.source(file.origin).is_file():
            yield f"docs/handout/path: there is no file {file.origin} in the project"
        elif file.kind != "own":
            yield from unpasted(file, pasted)


def check_source(path, name, known, shown):
    """The markers of one file."""
    try:
        whole = regions.parse(path.read_text(encoding="utf-8"), name)
    except regions.RegionError as mistake:
        yield str(mistake)
        return
    when = known[name].when if name in known else {}
    template = (states.FOLDER / "Makefile").read_text(encoding="utf-8")
    for region in whole.regions():
        here = f"{name}:{region.line}: nobody uses the region [{region.name}]"
        if region.name is None or (name, region.name) in shown or (name, None) in shown:
            continue
        if name == "Makefile":
            if region.marker not in template:
                yield f"{here}: docs/handout/folder/Makefile does not name it"
        elif region.name not in when:
            yield f"{here}: docs/handout/path does not know it"
        elif when[region.name] == 0:
            yield f"{here}: docs/handout/path says that it is only shown, and no chapter shows it"
    for missing in sorted(set(when) - {r.name for r in whole.regions()}):
        yield f"{name}:1: there is no region [{missing}], which docs/handout/path names"


def unpasted(file, pasted):
    """Regions that the path says are typed, and that no chapter pastes, nor a region around them."""
    around = {}

    def descend(region, outer):
        for part in region.parts:
            if isinstance(part, regions.Region):
                around[part.name] = outer
                descend(part, [*outer, part.name])

    descend(states.project_file(file.origin), [])
    for name, chapter in file.when.items():
        outer = [o for o in around.get(name, []) if file.when.get(o) == chapter]
        if chapter and not any((file.path, n) in pasted for n in [name, *outer]):
            yield f"docs/handout/path: no chapter pastes {file.path} [{name}]; it says that chapter {chapter} does"
