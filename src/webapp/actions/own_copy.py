"""A person's own data as one file to keep: the same as JSON for machines and as tables for people."""

import asyncio
import io
import zipfile
from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import limiting
from webapp.database.queries import own_copy as queries
from webapp.database.queries.own_copy import Row
from webapp.rules import limits, spreadsheets

FOLDER = "data"


class TooMany(msgspec.Struct, frozen=True):
    """It has not changed since a minute ago."""


async def make(person_id: UUID, heads: dict[str, str], now: datetime) -> bytes | TooMany:
    """A ZIP in memory: rows are bounded by the question. `heads`: columns in the person's language."""
    if not await limiting.take(limits.COPY_PER_PERSON, str(person_id), now):
        return TooMany()
    tables = await queries.own_copy(person_id)
    return await asyncio.to_thread(_packed, tables, heads, now)


def _packed(tables: dict[str, list[Row]], heads: dict[str, str], now: datetime) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        said = {"made_at": now, **tables}
        _put(pack, f"{FOLDER}.json", msgspec.json.format(msgspec.json.encode(said), indent=2), now)
        for name, rows in tables.items():
            columns = list(rows[0]) if rows else []
            cells = [[_told(row[column]) for column in columns] for row in rows]
            text = spreadsheets.written([heads.get(column, column) for column in columns], cells)
            _put(pack, f"{name}.csv", text.encode(), now)
    return made.getvalue()


def _put(pack: zipfile.ZipFile, name: str, content: bytes, now: datetime) -> None:
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}", now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    pack.writestr(entry, content)


def _told(value: object) -> object:
    """What is itself a table, such as the fields of a request, in one cell."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value
