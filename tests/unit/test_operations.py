"""docs/operations.md names every variable that the product reads, and none that it does not; and the version."""

import re
import tomllib
from pathlib import Path

from webapp.settings import VERSION

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""environ(?:\.get\(|\[)"([A-Z_]+)"|_needed\(environ, "([A-Z_]+)"\)""")
NOT_FOR_PEOPLE = {"PICCOLO_CONF"}


def test_every_variable_is_described():
    sources = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    read = {first or second for first, second in READ.findall(sources)} - NOT_FOR_PEOPLE
    described = set(
        re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    )
    assert described == read


def test_the_version_under_the_pages_is_that_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
