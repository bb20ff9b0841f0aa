"""The devices' outboxes against the table: one row for each reading, saying what its device was told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from bench.soak.device import Device, Entry

ROWS = """
SELECT id::text, number, person_id::text, meter_id::text, month::text, value, state, reason, digest
FROM readings WHERE person_id = ANY($1::uuid[])
"""
STATES = {"accepted": "accepted", "rejected": "refused"}
Row = dict[str, Any]


@dataclass
class Found:
    lost: int = 0
    """Readings without a row, without an answer, or whose row says something else than their answer."""
    doubled: int = 0
    """Rows that no device has typed, second rows of a reading, second readings accepted for a month."""
    why: list[str] = field(default_factory=list)


async def rows(database_url: str, devices: Iterable[Device]) -> list[Row]:
    connection = await asyncpg.connect(database_url)
    try:
        people = list({device.resident.id for device in devices})
        return [dict(row) for row in await connection.fetch(ROWS, people)]
    finally:
        await connection.close()


def compare(entries: Iterable[Entry], rows: Iterable[Row]) -> Found:
    found, typed = Found(), {entry.id: entry for entry in entries}
    by_id: dict[str, Row] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["id"] in by_id or row["id"] not in typed:
            found.doubled += 1
            found.why.append(f"one row too many: {row}")
        by_id[row["id"]] = row
        taken[row["meter_id"], row["month"]] += row["state"] == "accepted"
    for month, count in taken.items():
        if count > 1:
            found.doubled += count - 1
            found.why.append(f"accepted {count} times: {month}")
    for entry in typed.values():
        row = by_id.get(entry.id)
        if row is None or entry.answer is None or expected(entry) != seen(row):
            found.lost += 1
            found.why.append(f"{entry.told}, answered {entry.answer}, stored {row}")
    return found


def expected(entry: Entry) -> Row:
    """The row that proves the answer."""
    answer = entry.answer or {}
    row = {
        "meter_id": entry.told["meter_id"],
        "digest": entry.told["digest"],
        "state": STATES[answer["outcome"]],
    }
    if answer["outcome"] == "accepted":
        return (
            row | {name: answer[name] for name in ("number", "month")} | {"value": int(entry.told["value"])}
        )
    return row | {"reason": answer["reason"]}


def seen(row: Row) -> Row:
    proof = ("number", "month", "value") if row["state"] == "accepted" else ("reason",)
    return {name: row[name] for name in ("meter_id", "digest", "state", *proof)}
