"""The form of a resource: its name, its week as people write it, and how it is booked."""

from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID, uuid4

from webapp.actions.schedules import Plan
from webapp.database.queries.appointments import Resource
from webapp.rules import slots
from webapp.rules.slots import Hours, Kind, Span
from webapp.web.forms import Typed

LENGTHS = {"name": 120, "place": 200, "bring": 200, "prefix": 2}
NUMBERS = {
    "minutes": (slots.SHORTEST, slots.LONGEST),
    "places": (1, slots.MOST_PLACES),
    "days_ahead": (0, slots.MOST_DAYS),
    "notice": (0, slots.MOST_NOTICE),
}
"""Field → the least and the most."""
MOST_DAY = 60


@dataclass
class HoursForm:
    id: UUID
    seen: int = 0
    """The version that was shown; 0 of a new one."""
    kind: str = ""
    is_open: bool = True
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    week: list[str] = field(default_factory=list)
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, kinds: list[str]) -> "HoursForm":
        numbers = {"minutes": "20", "places": "1", "days_ahead": "14", "notice": "60"}
        week = ["9:00-12:00, 13:00-17:00"] * 5 + ["", ""]
        return cls(uuid4(), 0, kinds[0], True, dict.fromkeys(LENGTHS, ""), numbers, week)

    @classmethod
    def shown(cls, one: Resource) -> "HoursForm":
        texts = {name: getattr(one, name) for name in LENGTHS}
        numbers = {name: str(getattr(one, name)) for name in NUMBERS}
        return cls(one.id, one.version, one.kind, one.is_open, texts, numbers, list(one.week))

    @classmethod
    def of(cls, id: UUID, typed: Typed) -> "HoursForm":
        seen = typed.text("seen", 9)
        return cls(
            id, int(seen) if seen.isascii() and seen.isdigit() else 0, typed.text("kind", 10),
            typed["is_open"] == "1", {name: typed[name].strip() for name in LENGTHS},
            {name: typed.text(name, 9) for name in NUMBERS}, [typed.text(f"day-{n}") for n in slots.WEEKDAYS],
        )  # fmt: skip

    def read(self, kinds: list[str]) -> Plan | None:
        if self.kind not in kinds:
            self.mistakes["kind"] = "empty"
        if not self.texts["name"]:
            self.mistakes["name"] = "empty"
        for name, most in LENGTHS.items():
            if len(self.texts[name]) > most:
                self.mistakes[name] = "long"
        numbers = {name: self._number(name, *within) for name, within in NUMBERS.items()}
        week = [self._day(n) for n in slots.WEEKDAYS]
        if self.mistakes:
            return None
        return Plan(
            cast(Kind, self.kind), **self.texts, hours=Hours(tuple(week), **numbers), is_open=self.is_open
        )

    def _number(self, name: str, least: int, most: int) -> int:
        text = self.numbers[name]
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            self.mistakes[name] = "number"
            return least
        return int(text)

    def _day(self, n: int) -> tuple[Span, ...]:
        spans = slots.parse_day(self.week[n])
        if spans is None or len(slots.written_day(spans)) > MOST_DAY:
            self.mistakes[f"day-{n}"] = "hours"
        return spans or ()


def resource_typed(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_typed(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
