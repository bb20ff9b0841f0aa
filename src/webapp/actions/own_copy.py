"""A person's own data as one file to keep: as JSON for machines, as tables for people, and the files that were sent."""

import asyncio
import re
import tempfile
import zipfile
from datetime import datetime
from typing import IO
from uuid import UUID

import msgspec

from webapp.actions import limiting
from webapp.database.queries import own_copy as queries
from webapp.database.queries.own_copy import File, Row
from webapp.outside.files import Files
from webapp.rules import limits, photos, spreadsheets

FOLDER = "data"


class TooMany(msgspec.Struct, frozen=True):
    """It has not changed since a minute ago."""


async def make(person_id: UUID, heads: dict[str, str], files: Files, now: datetime) -> IO[bytes] | TooMany:
    """A ZIP on the disk, without a name: closed, it is gone. `heads`: columns in the person's language."""
    if not await limiting.take(limits.COPY_PER_PERSON, str(person_id), now):
        return TooMany()
    tables = await queries.own_copy(person_id)
    made = tempfile.TemporaryFile()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        await asyncio.to_thread(_tables, pack, tables, heads, now)
        for file in await queries.files(person_id):
            body = await files.get(photos.name_of(file.id, file.digest))
            if body is not None:  # its row goes last, so a file may be gone before it
                await asyncio.to_thread(_put, pack, _named(file), body, now, zipfile.ZIP_STORED)
    made.seek(0)
    return made


def _tables(
    pack: zipfile.ZipFile, tables: dict[str, list[Row]], heads: dict[str, str], now: datetime
) -> None:
    said = {"made_at": now, **tables}
    _put(pack, f"{FOLDER}.json", msgspec.json.format(msgspec.json.encode(said), indent=2), now)
    for name, rows in tables.items():
        columns = list(rows[0]) if rows else []
        cells = [[_told(row[column]) for column in columns] for row in rows]
        text = spreadsheets.written([heads.get(column, column) for column in columns], cells)
        _put(pack, f"{name}.csv", text.encode(), now)


def _named(file: File) -> str:
    """By the number of the reading or letter that it belongs to; the start of its id tells two apart."""
    number = re.sub(r"[^\w-]", "", file.number)
    return f"{file.of}/{number}-{file.id.hex[:8]}{'-' + file.name if file.name else '.jpg'}"


def _put(
    pack: zipfile.ZipFile, name: str, content: bytes, now: datetime, way: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}", now.timetuple()[:6])
    entry.compress_type = way
    pack.writestr(entry, content)


def _told(value: object) -> object:
    """What is itself a table, such as the fields of a request, in one cell."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value
