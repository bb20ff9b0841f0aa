"""Addresses of the network: branch, settlement, street, house and flat, as lists that narrow (K22)."""

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from webapp.rules import alphabet

Level = Literal["branch", "settlement", "street", "house", "flat"]
LEVELS: tuple[Level, ...] = get_args(Level)
END = "\t"
"""Behind each part of a key: sorted before all that a part may hold."""
PAST = "\n"
"""In its place, the first key that is not under it any more."""
LAST = "\x7f"
"""Behind all keys."""
LONGEST = 400
NONE = "-"
"""Chosen where a house has no flats, or a company no branches."""
KINDS = re.compile(
    r"^(м|с|смт|с-ще|селище|вул|вулиця|просп|пр-т|пров|площа|пл|бульв|б-р|туп|шосе|набережна|наб|узвіз)\.?\s+(?=\S)",
    re.IGNORECASE,
)
"""«вул. Садова» stands under С."""
FLAT = re.compile(r"^кв\.?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """As far as it is chosen: a part that is None leaves open all that follow."""

    branch: str | None = None
    settlement: str | None = None
    street: str | None = None
    house: str | None = None
    flat: str | None = None

    @property
    def parts(self) -> tuple[str | None, ...]:
        return self.branch, self.settlement, self.street, self.house, self.flat

    @property
    def is_whole(self) -> bool:
        return None not in self.parts

    @property
    def depth(self) -> int:
        """How many parts are chosen in a row."""
        return next((n for n, part in enumerate(self.parts) if part is None), len(LEVELS))

    @property
    def key(self) -> str:
        """Of a whole address; of another one, what the keys of all addresses under it begin with."""
        return "".join(part_key(part or "") + END for part in self.parts[: self.depth])[:LONGEST]

    def cut(self, depth: int) -> "Place":
        gone: dict[str, None] = dict.fromkeys(LEVELS[depth:])
        return replace(self, **gone)

    def with_part(self, level: Level, text: str) -> "Place":
        return replace(self, **{level: text})


def part_key(part: str) -> str:
    """By the name itself; what kind of street or place it is comes after it."""
    kind = KINDS.match(part)
    if not kind:
        return alphabet.key(part)
    return f"{alphabet.key(part[kind.end() :])} {alphabet.key(kind[1])}"


def split(address: str) -> tuple[str, str, str]:
    """Street, house and flat of «вул. Садова, 18, кв. 42»."""
    street, house, flat = (*(part.strip() for part in address.split(",")), "", "")[:3]
    return street, house, FLAT.sub("", flat)


def place_of(branch: str, settlement: str, address: str) -> Place:
    return Place(branch, settlement, *split(address))
