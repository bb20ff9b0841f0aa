"""What a browser says of itself, in words that a colleague of the support can use (B22)."""

import re
from typing import NamedTuple

from webapp.rules import devices

VERSIONS = {
    "Edge": r"Edg(?:A|iOS)?/(\d+)",
    "Opera": r"OPR/(\d+)",
    "Samsung Internet": r"SamsungBrowser/(\d+)",
    "Yandex": r"YaBrowser/(\d+)",
    "Vivaldi": r"Vivaldi/(\d+)",
    "Firefox": r"(?:Firefox|FxiOS)/(\d+)",
    "Chrome": r"(?:Chrome|CriOS)/(\d+)",
    "Chromium": r"Chromium/(\d+)",
    "Safari": r"Version/(\d+(?:\.\d+)?)",
    "Epiphany": r"Epiphany/(\d+)",
}
SYSTEMS = {
    "Android": r"Android (\d+(?:\.\d+)*)",
    "iPhone": r"iPhone OS (\d+(?:_\d+)?)",
    "iPad": r"CPU OS (\d+(?:_\d+)?)",
    "macOS": r"Mac OS X (\d+(?:[_.]\d+)?)",
}
MODEL = re.compile(r"Android [\d.]+; ([^;)]{2,40}?)(?: Build/[^;)]*)?[;)]")
NO_MODEL = re.compile(r"(?:K|Mobile|Tablet|wv|[a-z]{2}-[a-z]{2}|rv:.*)", re.I)
"""Browsers that keep the model to themselves say «K»."""


class Environment(NamedTuple):
    browser: str
    system: str
    device: str


def read(user_agent: str) -> Environment:
    """Empty where nothing is said; versions that browsers freeze («Windows NT 10.0») are left out."""
    browser, _, system = devices.name_of(user_agent[:400]).partition(", ")
    if not system and browser in {name for _, name in devices.SYSTEMS}:
        browser, system = "", browser
    model = MODEL.search(user_agent[:400])
    named = model[1].strip() if model and not NO_MODEL.fullmatch(model[1].strip()) else ""
    return Environment(
        _with(browser, VERSIONS, user_agent), _with(system, SYSTEMS, user_agent),
        named or (system if system in ("iPhone", "iPad") else ""),
    )  # fmt: skip


def _with(name: str, versions: dict[str, str], user_agent: str) -> str:
    found = re.search(versions[name], user_agent[:400]) if name in versions else None
    return f"{name} {found[1].replace('_', '.')}" if found else name
