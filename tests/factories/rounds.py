"""An inspector's round: the doors of accounts that are there already, and the phone that carries it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.factories.accounts import AnAccount
from tests.factories.people import NOW
from tests.factories.portals import APortal
from tests.factories.staff import AColleague
from webapp.database.tables.rounds import Round, Stop
from webapp.rules import visits as rules

TODAY = date(2026, 11, 3)
API = "/api/v1/field"


@dataclass(frozen=True)
class ARound:
    id: UUID
    stops: tuple[UUID, ...]


async def round_of(portal: APortal, inspector: AColleague, *accounts: AnAccount, day: date = TODAY) -> ARound:
    """One stop for each account, in this order."""
    row = Round(
        company_id=portal.operator, portal_id=portal.id, inspector_id=inspector.id, day=day, title="вул. Садова",
        created_at=NOW,
    )  # fmt: skip
    await row.save()
    stops = [
        Stop(company_id=portal.operator, round_id=row.id, account_id=one.id, day=day, seq=n + 1)
        for n, one in enumerate(accounts)
    ]
    for stop in stops:
        await stop.save()
    return ARound(row.id, tuple(stop.id for stop in stops))


def entry(
    at: ARound, meter_id: UUID | None = None, value: str | None = None, *, stop: int = 0, **said: Any
) -> dict[str, Any]:
    """As the phone writes it down: a reading, unless the test says otherwise."""
    told: dict[str, Any] = {
        "id": str(uuid4()), "round_id": str(at.id), "stop_id": str(at.stops[stop]), "kind": "reading",
        "meter_id": str(meter_id) if meter_id else None, "value": value, "read_on": TODAY.isoformat(),
        "taken_at": NOW.isoformat(),
    } | said  # fmt: skip
    names = ("id", "stop_id", "kind", "meter_id", "value", "read_on", "taken_at", "reason")
    return {"digest": rules.digest(*(str(told.get(name) or "") for name in names))} | told


class Phone:
    """An inspector's: what it sends, and as whom. With a ticket it does not need the sign-in any more."""

    def __init__(self, http: httpx.AsyncClient, token: str = "") -> None:
        self._http, self.staff, self.ticket, self.device = http, token, "", str(uuid4())

    def headers(self, **more: str) -> dict[str, str]:
        told = {"Sec-Fetch-Site": "same-origin", "X-Device": self.device} | more
        if self.staff:
            told["Cookie"] = f"staff={self.staff}"
        return told | ({"Authorization": f"Ticket {self.ticket}"} if self.ticket else {})

    async def get(self, path: str) -> httpx.Response:
        return await self._http.get(f"{API}{path}", headers=self.headers())

    async def fetch(self) -> dict[str, Any]:
        """The rounds; the phone keeps the ticket."""
        answer = await self.get("/rounds")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        self.ticket = told["ticket"]["token"]
        return told

    async def send(self, *entries: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"sent_at": NOW.isoformat(), "visits": list(entries)} | more
        return await self._http.post(f"{API}/visits", json=body, headers=self.headers())

    async def results(self, *entries: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        answer = await self.send(*entries, **more)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    async def status(self, *ids: str) -> httpx.Response:
        return await self._http.post(f"{API}/status", json={"ids": list(ids)}, headers=self.headers())

    async def photo(self, visit: str, body: bytes, id: str = "") -> httpx.Response:
        headers = self.headers(**{"X-Visit": visit, "Content-Type": "image/jpeg"})
        return await self._http.post(f"{API}/photos/{id or uuid4()}", content=body, headers=headers)
