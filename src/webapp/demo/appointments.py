"""Appointments of the demo: who receives on each portal as its policy says, and what is booked for the next days."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import Portal, id_of
from webapp.rules import slots
from webapp.rules.periods import day_of
from webapp.rules.slots import Hours

USUAL = ("09:00-12:00, 13:00-17:00",) * 4 + ("09:00-12:00, 13:00-16:00", "", "")
ONCE_A_WEEK = ("", "", "", "14:00-16:40", "", "", "")


class Receives(NamedTuple):
    role: str
    kind: str
    name: str
    place: str
    prefix: str
    week: tuple[str, ...] = USUAL
    minutes: int = 20
    places: int = 1
    bring: str = "паспорт і договір"


RECEIVE = {
    "hub": (
        Receives("supplier", "queue", "Договори та нарахування", "м. Миколаїв, вул. Чкалова, 20", "Б",
                 minutes=15, places=2),
        Receives("operator", "queue", "Технічні питання", "м. Миколаїв, вул. Погранична, 159", "Т", minutes=15),
        Receives("operator", "technician", "Технік дільниці", "", "В", minutes=120, places=3, bring=""),
    ),
    "chernihiv": (
        Receives("operator", "reception", "Голова правління ПАТ «Чернігівгаз»", "м. Чернігів, вул. Любецька, 68", "О",
                 ONCE_A_WEEK),
        Receives("supplier", "reception", "Директор ТОВ «Чернігівгаз Збут»", "м. Чернігів, вул. Любецька, 68", "П",
                 ONCE_A_WEEK),
    ),
}  # fmt: skip
"""By the brand of the portal."""
TOPICS = (
    "Перерахунок за серпень",
    "Договір після купівлі квартири",
    "Перенесення лічильника",
    "Тиск газу взимку",
)
EACH_DAY = 4
"""Booked slots of a day, for the next two working days."""


async def load(portals: tuple[Portal, ...], now: datetime) -> None:
    """Who receives comes once, and stays as the company has changed it; bookings come where none are for the day."""
    for portal in portals:
        for receives in RECEIVE.get(portal.brand, ()):
            company = rows.company_id(portal.company(receives.role))
            id = id_of("resource", portal.brand, receives.role, receives.name)
            await DB.do(
                RESOURCE, id, company, receives.kind, receives.name, receives.place, receives.bring,
                receives.prefix, list(receives.week), receives.minutes, receives.places, now,
            )  # fmt: skip
            await _bookings(portal, receives, id, company, now)
        if "callback" in portal.policy.appointments.kinds:
            await _callbacks(portal, now)


RESOURCE = """
INSERT INTO resources (id, company_id, kind, name, place, bring, prefix, week, minutes, places, days_ahead, notice,
                       is_open, version, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 21, 10, true, 1, $11) ON CONFLICT (id) DO NOTHING
"""


async def _bookings(portal: Portal, receives: Receives, id: UUID, company: UUID, now: datetime) -> None:
    hours = Hours(slots.week_of(receives.week), receives.minutes, receives.places)
    everybody = [
        (person, person.all_accounts[0])
        for person in cast.people()[portal.brand].people[1:]
        if person.all_accounts
    ]
    days = [day for day in _days(now) if slots.slots_of(hours, day)][:2]
    for day in days if everybody else []:
        if await DB.one("SELECT to_json(true) FROM appointments WHERE resource_id = $1 AND day = $2 LIMIT 1",
                        id, day, into=bool):  # fmt: skip
            continue
        coming = [slot for slot in slots.slots_of(hours, day) if slot.starts_at > now]
        for n, slot in enumerate(coming[1 : 1 + 2 * EACH_DAY : 2]):
            person, account = everybody[n % len(everybody)]
            await DB.do(
                BOOKED, id_of("appointment", id, day, n), company, portal.id, id, receives.kind,
                rows.person_id(portal, person), rows.account_id(portal, account), day, slot.starts_at,
                slot.ends_at, n + 1, TOPICS[n % len(TOPICS)], now - timedelta(days=2),
            )  # fmt: skip


def _days(now: datetime) -> list[date]:
    return [day_of(now) + timedelta(days=n) for n in range(14)]


BOOKED = """
INSERT INTO appointments (id, company_id, portal_id, resource_id, kind, person_id, account_id, day, starts_at, ends_at,
                          place, number, topic, state, moves, created_at, booked_at, desk, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, 'booked', 0, $13, $13, '', '') ON CONFLICT DO NOTHING
"""


async def _callbacks(portal: Portal, now: datetime) -> None:
    for n, person in enumerate(cast.people()[portal.brand].people[1:3]):
        if not person.all_accounts:
            continue
        await DB.do(
            CALLBACK, id_of("callback", portal.brand, n), rows.company_id(portal.company("supplier")), portal.id,
            rows.person_id(portal, person), rows.account_id(portal, person.all_accounts[0]), f"+38067000010{n}",
            day_of(now), ("morning", "evening")[n], TOPICS[n], now,
        )  # fmt: skip


CALLBACK = """
INSERT INTO callbacks (id, company_id, portal_id, person_id, account_id, phone, day, part, topic, state, tries,
                       created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 0, $10) ON CONFLICT DO NOTHING
"""
