"""What differs between portals is data: no portal, company or brand of the demo is named in the product."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from webapp.demo import cast

ROOT = Path(__file__).parents[2]
SRC, STATIC = ROOT / "src" / "webapp", ROOT / "static"
PALETTES = "css/portals.css"
"""Palettes have names, and a row says which one its portal wears: there alone brands are named."""
TOO_SHORT = {"104"}
"""Also the number of the emergency line."""
LISTS = {"common_passwords.txt"}


def names() -> list[str]:
    """Brands by the word they would be compared with; the rest as people write it."""
    told = {part for portal in cast.portals() for part in (portal.name, portal.subdomain, portal.sms_name)}
    told |= {part for company in cast.companies().values() for part in (company.name, company.short)}
    quoted = {f'"{portal.brand}"' for portal in cast.portals()} | {
        f"'{portal.brand}'" for portal in cast.portals()
    }
    return sorted((told | quoted) - TOO_SHORT - {""})


@cache
def sources() -> dict[Path, str]:
    """In small letters."""
    mine = [path for path in SRC.rglob("*") if SRC / "demo" not in path.parents]
    texts = [
        path
        for path in [*mine, *STATIC.rglob("*")]
        if path.suffix in {".py", ".html", ".txt", ".po", ".js", ".css", ".json"}
    ]
    left = [path for path in texts if path.name not in LISTS and not path.match(f"static/{PALETTES}")]
    return {path: path.read_text().lower() for path in left}


@pytest.mark.parametrize("name", names())
def test_no_portal_is_named_in_the_product(name: str):
    said = re.compile(rf"(?<!\w){re.escape(name.lower())}(?!\w)")
    found = [path for path, text in sources().items() if name.lower() in text and said.search(text)]
    assert [str(path.relative_to(ROOT)) for path in found] == []


def test_every_brand_of_the_demo_has_its_palette():
    """The first wears the palette of tokens.css, as any new portal does."""
    painted = set(re.findall(r'\[data-portal="(\w+)"\]', (STATIC / PALETTES).read_text()))
    assert painted == {portal.brand for portal in cast.portals()[1:]}


def test_the_manifest_keeps_no_portals_colour():
    own = {portal.policy.look.theme for portal in cast.portals()}
    assert len(own) == len(cast.portals())
    assert json.loads((STATIC / "manifest.json").read_text())["theme_color"] not in own
