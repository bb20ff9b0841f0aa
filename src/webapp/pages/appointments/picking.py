"""The picker of an hour: who receives, the days that have slots, and the slots of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from webapp.database.queries.appointments import Resource
from webapp.rules import slots
from webapp.rules.slots import Slot

SHOWN = 10
"""Days at once."""


@dataclass(frozen=True)
class Day:
    on: date
    free: int


@dataclass(frozen=True)
class Offered:
    code: str
    starts_at: datetime
    is_free: bool


@dataclass(frozen=True)
class Picker:
    resources: Sequence[Resource]
    resource: Resource | None
    days: list[Day]
    """The page of days that is shown."""
    day: date | None
    slots: list[Offered]
    before: date | None
    """A day of the page before, and of the next one."""
    after: date | None

    @property
    def is_full(self) -> bool:
        return not any(day.free for day in self.days)


def pick(resources: Sequence[Resource], chosen: str, day: date | None, now: datetime) -> Picker:
    """The first resource and its first day with a free slot, unless others are asked for."""
    resource = next((one for one in resources if str(one.id) == chosen), resources[0] if resources else None)
    if resource is None:
        return Picker(resources, None, [], None, [], None, None)
    found = _days(resource, now)
    known = {one.on for one in found}
    first = next((one.on for one in found if one.free), found[0].on if found else None)
    day = day if day in known else first
    at = next((n for n, one in enumerate(found) if one.on == day), 0) // SHOWN * SHOWN
    page = found[at : at + SHOWN]
    before = found[at - SHOWN].on if at else None
    after = found[at + SHOWN].on if at + SHOWN < len(found) else None
    return Picker(resources, resource, page, day, _slots(resource, day, now), before, after)


def _days(resource: Resource, now: datetime) -> list[Day]:
    """Those that have slots at all."""
    found = []
    for on in slots.days_ahead(resource.hours, now):
        offered = slots.free_slots(resource.hours, on, resource.busy, resource.closed, now)
        if offered:
            found.append(Day(on, sum(free for _, free in offered)))
    return found


def _slots(resource: Resource, day: date | None, now: datetime) -> list[Offered]:
    if day is None:
        return []
    offered: list[tuple[Slot, bool]] = slots.free_slots(
        resource.hours, day, resource.busy, resource.closed, now
    )
    return [Offered(slots.code_of(slot.starts_at), slot.starts_at, free) for slot, free in offered]
