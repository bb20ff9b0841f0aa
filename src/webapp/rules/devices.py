"""What a device is called in a list: its browser and its system, as far as it says so itself."""

import re

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex"),
    ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Epiphany", "Epiphany"),
    ("Safari", "Safari"),
)
"""The first that is named: almost everybody says «Safari» as well, and many say «Chrome»."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 60
"""Characters of a name, as the column has them."""


def name_of(user_agent: str) -> str:
    """«Chrome, Android»; what cannot be told is left out, so a silent browser has no name."""
    named = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(name for name in named if name)[:LONGEST]


def is_phone(name: str) -> bool:
    return bool(re.search("Android|iPhone", name))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
