"""Which shelf may take from which: a map that cannot go out of date."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "webapp"
NEIGHBOURS = {"database", "documents", "outside", "rules", "settings"}
TAKES_FROM = {
    "rules": set[str](),
    "outside": {"rules", "settings"},
    "documents": {"rules", "settings"},
    "database": {"rules"},
    "actions": NEIGHBOURS,
    "web": {"actions"} | NEIGHBOURS,
    "demo": {"actions"} | NEIGHBOURS,
    "jobs": {"actions", "web"} | NEIGHBOURS,
    "api": {"actions", "web"} | NEIGHBOURS,
    "pages": {"actions", "web"} | NEIGHBOURS,
    "partials": {"actions", "web"} | NEIGHBOURS,
}
"""`settings` lies on no shelf: values alone, read once at the start."""
STANDS_ALONE = {"settings", "ports", "cluster"}
"""Needed before there is an application; they know nothing of it."""
HOLDS = {
    "components": {"components"},
    "partials": {"partials", "components"},
    "layouts": {"layouts", "partials", "components"},
    "pages": {"pages", "layouts", "partials", "components"},
}
NAMED = re.compile(r"""{%-? *(?:include|extends|from|import) +["']([^"']+)["']""")
WRITES = re.compile(r"\b(?:INSERT INTO|DELETE FROM|UPDATE \w+ SET|MERGE INTO|\.save\(|\.insert\()")


def imports(place: Path) -> Iterator[str]:
    """Modules, and what is taken from them: `webapp.database.tables` however it is written."""
    for file in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}: imports say the whole name"
                yield from (f"{node.module}.{name.name}" for name in node.names)
            elif isinstance(node, ast.Import):
                yield from (name.name for name in node.names)


def taken(place: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(place) if name.startswith("webapp.")} - {place.name}


def test_every_shelf_is_on_the_map():
    shelves = {folder.name for folder in SRC.iterdir() if any(folder.rglob("*.py"))}
    assert shelves - {"__pycache__"} <= set(TAKES_FROM)


@pytest.mark.parametrize("shelf", TAKES_FROM)
def test_a_shelf_takes_only_from_those_below(shelf: str):
    assert taken(SRC / shelf) <= TAKES_FROM[shelf]


@pytest.mark.parametrize("module", sorted(STANDS_ALONE))
def test_what_comes_before_the_application_does_not_know_it(module: str):
    assert taken(SRC / module) == set()


def test_rules_need_nothing_but_the_standard_library():
    allowed = sys.stdlib_module_names | {"webapp"}
    assert {name.split(".")[0] for name in imports(SRC / "rules")} <= allowed


@pytest.mark.parametrize("shelf", ["pages", "partials", "web"])
def test_what_shows_reads_by_queries_and_never_writes(shelf: str):
    read = [name for name in imports(SRC / shelf) if name.startswith("webapp.database")]
    assert [name for name in read if not name.startswith("webapp.database.queries.")] == []


def test_questions_to_the_database_change_nothing():
    texts = [file.read_text() for file in (SRC / "database" / "queries").glob("*.py")]
    assert not any(WRITES.search(text) for text in texts)


@pytest.mark.parametrize("shelf", HOLDS)
def test_a_template_holds_only_what_lies_below(shelf: str):
    """A layout holds a page, a page partials, a partial components."""
    for file in (SRC / shelf).rglob("*.html"):
        for name in NAMED.findall(file.read_text()):
            assert name.split("/")[0] in HOLDS[shelf], f"{file.relative_to(SRC)}: {name}"
