"""docs/security.md names tests: a promise whose test is gone is no promise."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
SECURITY = (TESTS.parent / "docs" / "security.md").read_text()


def test_every_test_that_is_named_exists():
    sources = {path: path.read_text() for path in TESTS.rglob("test_*.py")}
    functions = {name for text in sources.values() for name in re.findall(r"def (test_\w+)", text)}
    named = set(re.findall(r"`((?:rules/)?test_\w+(?:\.py)?)`", SECURITY))
    files = {name for name in named if name.endswith(".py")}
    assert named and not {name for name in named - files if name not in functions}
    assert not {name for name in files if not any(path.match(name) for path in sources)}


def test_every_requirement_says_whether_it_is_met():
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\| ([^|]+) \|", SECURITY, re.M)
    assert len(rows) > 60 and all(met in ("+", "~", "–", "0") for _, met in rows)
