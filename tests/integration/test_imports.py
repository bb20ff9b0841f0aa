"""The Company brings its files: looked at, compared, applied wholly or not at all, and taken back."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.factories.portals import APortal
from webapp.actions.audit import By
from webapp.actions.importing import batches
from webapp.actions.importing.batches import Brought, Done, NotRead
from webapp.database.engine import DB

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def of(company: UUID) -> By:
    return By(None, company, "company_admin", UUID(int=0), "")


async def bring(kind: Any, content: bytes | str, company: UUID) -> Any:
    body = content.encode() if isinstance(content, str) else content
    return await batches.bring(kind, io.BytesIO(body), f"{kind}.csv", by=of(company), now=NOW)


async def apply(kind: Any, content: bytes | str, company: UUID) -> UUID:
    brought = await bring(kind, content, company)
    assert isinstance(brought, Brought), brought
    assert await batches.work(brought.id, NOW) == Done("checked"), await wrong(brought.id)
    await batches.decide(brought.id, frm="checked", to="wanted", by=of(company), now=NOW)
    assert await batches.work(brought.id, NOW) == Done("applied"), await wrong(brought.id)
    return brought.id


async def wrong(id: UUID) -> list[tuple[int, str, str]]:
    rows = await DB.pool.fetch(
        "SELECT line, named, code FROM import_mistakes WHERE batch_id = $1 ORDER BY 1, 2", id
    )
    return [tuple(row) for row in rows]


async def test_the_examples_of_the_documents_fill_an_empty_company(portal: APortal):
    for kind in ("accounts", "holders", "addresses", "meters", "readings"):
        await apply(kind, (EXAMPLES / f"{kind}.csv").read_bytes(), portal.operator)
    for kind in ("contracts", "charges", "payments", "tariffs", "subsidies"):
        await apply(kind, (EXAMPLES / f"{kind}.csv").read_bytes(), portal.supplier)
