"""Who receives at the portal's companies, and bookings of it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tests.factories.people import NOW
from tests.factories.portals import APortal, change_policy
from webapp.actions import booking
from webapp.actions.booking import Booked, Wanted
from webapp.database.engine import DB
from webapp.database.tables.appointments import Resource

KINDS = ("reception", "queue", "technician", "callback")
WEEK = ["09:00-12:00, 13:00-17:00"] * 5 + ["", ""]
MORNING = datetime.fromisoformat("2026-11-04T09:00+02:00")
"""Of the day after the tests' own, a Wednesday."""


async def offered(portal: APortal, *kinds: str) -> None:
    await change_policy(
        portal.id, {"languages": ["uk", "ru", "en"], "appointments": {"kinds": kinds or KINDS}}
    )


async def resource(
    company_id: UUID, kind: str = "reception", name: str = "Голова правління", **told: Any
) -> UUID:
    row = Resource(
        id=uuid4(), company_id=company_id, kind=kind, name=name, place="м. Миколаїв, вул. Погранична, 159",
        bring="паспорт", week=told.pop("week", WEEK), created_at=NOW,
        **({"prefix": "Б", "minutes": 20, "notice": 0} | told),
    )  # fmt: skip
    await row.save()
    return row.id


async def booked(
    person_id: UUID, portal: APortal, resource_id: UUID, starts_at: datetime = MORNING, now: datetime = NOW,
    **told: Any,
) -> UUID:  # fmt: skip
    wanted = Wanted(uuid4(), resource_id, starts_at, **told)
    done = await booking.book(wanted, by=person_id, portal_id=portal.id, kinds=KINDS, now=now)
    assert isinstance(done, Booked), done
    return done.id


async def states() -> list[str]:
    return (
        await DB.one("SELECT json_agg(state ORDER BY starts_at, place) FROM appointments", into=list[str])
        or []
    )
