"""A company's billing system: its key, and what it says with it."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.factories.portals import APortal
from webapp.actions import company_keys
from webapp.actions.audit import By
from webapp.actions.tokens import Made
from webapp.database.engine import DB
from webapp.rules.company_keys import SCOPES

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
CHARGE = {
    "id": "H1",
    "contract": "0920209901",
    "month": "2026-09",
    "amount": "10.00",
    "charged_on": "2026-10-03",
}


PAYMENT = {"contract": "0920209901", "amount": "5", "paid_on": "2026-11-02"}


class System:
    """A billing system with its key."""

    def __init__(self, http: httpx.AsyncClient, key: str) -> None:
        self.http, self.headers = http, {"Authorization": f"Bearer {key}"}

    async def bring(
        self, kind: str, *sent: dict[str, Any], once: str | None = None, **query: Any
    ) -> httpx.Response:
        headers = self.headers | {"Idempotency-Key": once or uuid4().hex}
        return await self.http.post(
            f"/api/v1/company/{kind}", json={"items": list(sent)}, headers=headers, params=query
        )

    async def told(self, kind: str, *sent: dict[str, Any], **query: Any) -> list[Any]:
        """Outcome by outcome; of a refused item its fields and codes."""
        answer = await self.bring(kind, *sent, **query)
        assert answer.status_code == 200, answer.text
        results = answer.json()["results"]
        assert [one["index"] for one in results] == list(range(len(sent)))
        return [
            {wrong["field"]: wrong["code"] for wrong in one["problems"]} or one["outcome"] for one in results
        ]

    async def take(self, kind: str, **query: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1/company/{kind}", params=query, headers=self.headers)


async def key_of(portal: APortal, company: UUID, scopes: Any = SCOPES, days: int = 90) -> str:
    made = await company_keys.make(uuid4(), "Білінг", scopes, days, by=by(portal, company), now=NOW)
    assert isinstance(made, Made)
    return made.token


def by(portal: APortal, company: UUID) -> By:
    return By(uuid4(), company, "company_admin", portal.id, "192.0.2.1")


async def all_have_ended() -> None:
    """Who writes elsewhere in the same PostgreSQL holds an export back: until those who do so now have ended."""
    mine = await DB.pool.fetchval("SELECT pg_current_xact_id()::text::bigint")
    while await DB.pool.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") <= mine:
        await asyncio.sleep(0)
