"""docs/operations.md names every variable that the product reads, and none that it does not."""

import re
from pathlib import Path

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
