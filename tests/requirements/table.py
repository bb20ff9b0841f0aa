"""docs/requirements.md: what docs/requirements.toml lists, beside the tests that say they prove it."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.requirements.marks import Mark, collect

DOCS = Path(__file__).parents[2] / "docs"
LIST = DOCS / "requirements.toml"
TABLE = DOCS / "requirements.md"
HEAD = """\
# What the systems before us did, and where a test shows it

Made by `python -m tests.requirements` from the marks on the tests and the list in
[requirements.toml](requirements.toml): a change by hand does not last, and a check fails when this page is stale.

Five portals of gas companies were there before. Each thing they did has an ID; where it was unsafe or unkind,
something better stands in its place, told after «Instead». Tests lie in `tests/`; pages are those that a test opens.
"""


@dataclass(frozen=True)
class System:
    letter: str
    name: str
    behaviours: dict[str, str]


def systems(file: Path = LIST) -> list[System]:
    return [System(**one) for one in tomllib.loads(file.read_text())["system"]]


def mistakes(marks: Iterable[Mark], known: Iterable[System]) -> list[str]:
    """What is wrong with the marks, a sentence each."""
    ids = {id for system in known for id in system.behaviours}
    said = []
    for mark in marks:
        where = f"{mark.file}::{mark.test}"
        said += [f"{where}: there is no {id}" for id in mark.ids if id not in ids]
        if mark.of_a_unit:
            said.append(f"{where}: a mark belongs to a test that goes through a page, not to one of a unit")
    return said


def written(marks: list[Mark], known: list[System]) -> str:
    proofs: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        for id in mark.ids:
            proofs[id].append(mark)
    lines = [HEAD, *summary(known, proofs)]
    for system in known:
        lines += ["", f"## {system.letter}. {system.name}", "", *of_system(system, proofs)]
    return "\n".join(lines) + "\n"


def summary(known: list[System], proofs: dict[str, list[Mark]]) -> Iterator[str]:
    yield "| | system | behaviours | with a test |"
    yield "| --- | --- | ---: | ---: |"
    for system in known:
        done = sum(id in proofs for id in system.behaviours)
        yield f"| {system.letter} | {system.name} | {len(system.behaviours)} | {done} |"


def of_system(system: System, proofs: dict[str, list[Mark]]) -> Iterator[str]:
    yield "| ID | behaviour | pages | test | portal |"
    yield "| --- | --- | --- | --- | --- |"
    for id, behaviour in system.behaviours.items():
        if id in proofs:
            yield row(id, behaviour, proofs[id])
    missing = [f"- {id}: {behaviour}" for id, behaviour in system.behaviours.items() if id not in proofs]
    if missing:
        yield from ("", "Not yet:", "", *missing)


def row(id: str, behaviour: str, marks: list[Mark]) -> str:
    instead = "".join(f" *Instead: {one}.*" for one in unique(mark.instead for mark in marks))
    cells = (
        id,
        behaviour.replace("|", "\\|") + instead.replace("|", "\\|"),
        ", ".join(unique(f"`{page}`" for mark in marks for page in mark.pages)),
        "<br>".join(unique(f"`{mark.file}::{mark.test}`" for mark in marks)),
        ", ".join(unique(mark.portal for mark in marks)),
    )
    return f"| {' | '.join(cells)} |".replace("  |", " |")


def unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


def now() -> str:
    """The page as it should be."""
    return written(collect(), systems())
