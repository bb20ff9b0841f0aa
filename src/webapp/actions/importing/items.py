"""Items that a billing system sends: as files are taken, but each stands or falls alone."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import uuid4

import asyncpg
import msgspec

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.actions.hashing import Turns
from webapp.actions.importing import applying, reporting, resolving, undoing
from webapp.actions.importing.batch import Batch
from webapp.actions.importing.batches import Absent, Busy, NotYours
from webapp.actions.importing.cells import quoted
from webapp.database.engine import DB
from webapp.rules.company_keys import ANSWERS_KEPT
from webapp.rules.exchange.forms import FORMS, Form, Kind
from webapp.rules.exchange.wrong import Mistake, Wrong

Item = dict[str, Any]
"""Field → text, number or nothing, as JSON has it; numbers with a point are text already."""
Outcome = Literal["new", "changed", "unchanged", "refused"]
OUTCOMES: dict[str, Outcome] = {"new": "new", "changed": "changed", "same": "unchanged"}
MOST_PROBLEMS = 20
"""That are told of one item."""
LONGEST_NAME = 20
SPOILT = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL does not hold."""
BOUNDED = ("SET LOCAL statement_timeout = '20s'", "SET LOCAL lock_timeout = '1s'")
"""A program waits for the company's turn so long, and comes again."""
TURNS = Turns(3)
"""Batches that one process works on: pages need connections too."""


class Problem(msgspec.Struct, frozen=True):
    field: str
    code: str


class Result(msgspec.Struct, frozen=True):
    index: int
    outcome: Outcome
    problems: list[Problem] = []


class Results(msgspec.Struct, frozen=True):
    results: list[Result]
    """One for each item, in their order."""


class KeyReused(msgspec.Struct, frozen=True):
    """The same Idempotency-Key, and another request."""


class Request(msgspec.Struct, frozen=True):
    kind: Kind
    items: list[Item]
    idempotency: str
    body: bytes
    name: str
    """Of the key it came with."""

    @property
    def sha256(self) -> bytes:
        return sha256(self.kind.encode() + b"\n" + self.body).digest()


async def take_in(
    request: Request, *, dry_run: bool, by: By, now: datetime
) -> bytes | KeyReused | NotYours | Busy | Absent:
    """The answer as it goes out, also for a request that comes again."""
    async with TURNS:
        told = None if dry_run else await _told_before(request, by, now)
        try:
            return told or await _take_in(request, dry_run, by, now)
        except asyncpg.LockNotAvailableError:
            return Busy()


async def _take_in(
    request: Request, dry_run: bool, by: By, now: datetime
) -> bytes | KeyReused | NotYours | Absent:
    async with DB.transaction() as transaction:
        for setting in BOUNDED:
            await DB.do(setting)
        if not dry_run:
            await DB.do(ALONE, by.company_id)
            told = await _told_before(request, by, now)
            if told:
                return told
        role = await DB.one("SELECT to_json(role) FROM companies WHERE id = $1", by.company_id, into=str)
        form = FORMS[request.kind]
        if role is None or by.company_id is None:
            return Absent()
        if form.operators_only and role != "operator":
            return NotYours()
        columns = frozenset(form.required).union(*request.items) & {one.name for one in form.columns}
        batch = Batch(
            uuid4(), by.company_id, request.kind, "wanted", columns, len(request.items), role, "api"
        )
        known = _seen(request.items, form)
        await _stage(batch, request.items)
        await resolving.resolve(batch, now, known)
        wrong = await resolving.leave_out(batch, now)
        answer = await _answer(batch, known)
        if dry_run:
            await transaction.rollback()
            return answer
        await _apply(batch, request, wrong, by, now)
        await DB.do(
            REMEMBER, uuid4(), by.company_id, request.idempotency, request.sha256, answer.decode(), now
        )
    return answer


ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::uuid, 0))"
"""The same lock as files have: batches.ALONE."""


async def _told_before(request: Request, by: By, now: datetime) -> bytes | KeyReused | None:
    found = await DB.one(TOLD, by.company_id, request.idempotency, now - ANSWERS_KEPT, into=tuple[str, str])
    if found is None:
        return None
    return found[1].encode() if found[0] == request.sha256.hex() else KeyReused()


TOLD = """
SELECT json_build_array(encode(asked_sha256, 'hex'), answer) FROM company_answers
WHERE company_id = $1 AND idempotency = $2 AND created_at > $3
"""
REMEMBER = """
INSERT INTO company_answers (id, company_id, idempotency, asked_sha256, answer, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (company_id, idempotency) DO UPDATE SET asked_sha256 = $4, answer = $5, created_at = $6
"""


def _seen(items: Sequence[Item], form: Form) -> list[Mistake]:
    """What a table of text cannot hold: names that the form does not know, and values that are none."""
    known = {one.name for one in form.columns}
    found = []
    for at, item in enumerate(items):
        wrong = [(name, code) for name, value in item.items() if (code := _wrong(name, value, known))]
        found += [Mistake(code, at + 1, _shown(name)) for name, code in wrong[:MOST_PROBLEMS]]
    return found


def _wrong(name: str, value: Any, known: set[str]) -> Wrong | None:
    if name not in known:
        return Wrong.EXTRA_COLUMN
    if isinstance(value, str):
        return Wrong.CONTROL if SPOILT.search(value) else None
    return None if value is None or type(value) is int else Wrong.NOT_PLAIN


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:LONGEST_NAME]


def _text(value: Any) -> str | None:
    if isinstance(value, str) and not SPOILT.search(value):
        return value
    return str(value) if type(value) is int else None


async def _stage(batch: Batch, items: Sequence[Item]) -> None:
    """As text, and beside it which fields the item has."""
    columns = sorted(batch.columns)
    await DB.do(
        f"CREATE UNLOGGED TABLE {batch.raw} (line integer, has text[],"
        f" {', '.join(f'{quoted(name)} text' for name in columns)})"
    )
    schema, _, table = batch.raw.partition(".")
    rows = [
        (at + 1, [name for name in columns if name in item], *(_text(item.get(name)) for name in columns))
        for at, item in enumerate(items)
    ]
    await DB.speaker.copy_records_to_table(
        table, schema_name=schema, columns=["line", "has", *columns], records=rows
    )
    await DB.do(f"ANALYZE {batch.raw}")


async def _answer(batch: Batch, known: Sequence[Mistake]) -> bytes:
    """What was seen first counts of a field: an empty cell is where nothing could be laid down."""
    states, found = (
        await reporting.states(batch),
        await DB.one(FOUND, batch.id, into=list[tuple[int, str, str]]),
    )
    problems: dict[int, dict[str, str]] = {}
    for line, field, code in [(one.line, one.column, str(one.code)) for one in known] + (found or []):
        told = problems.setdefault(line, {})
        if len(told) < MOST_PROBLEMS:
            told.setdefault(field, code)
    results = []
    for at in range(batch.rows):
        wrong = [Problem(field, code) for field, code in problems.get(at + 1, {}).items()]
        results.append(Result(at, "refused" if wrong else OUTCOMES[states[at + 1]], wrong))
    return msgspec.json.encode(Results(results))


FOUND = """
SELECT json_agg(json_build_array(line, named, code) ORDER BY line, named, code) FROM import_mistakes WHERE batch_id = $1
"""


async def _apply(batch: Batch, request: Request, wrong: int, by: By, now: datetime) -> None:
    """A batch of which nothing is left is told in the history, and makes no figure fresher."""
    told = await reporting.report(batch, now)
    applied = any(told[name] for name in ("new", "changed", "same"))
    if applied:
        await applying.write(batch, now)
        await undoing.keep(batch)
    await resolving.drop(batch, raw=True)
    once = sha256(batch.id.bytes + request.sha256).digest()  # what comes under another key is another batch
    await DB.do(
        DONE, batch.id, batch.company_id, batch.kind, "applied" if applied else "wrong", request.name, once,
        len(request.body), sorted(batch.columns), batch.rows, wrong, msgspec.json.encode(told).decode(), now,
        now if applied else None,
    )  # fmt: skip
    changed = {"import": str(batch.id), "kind": batch.kind, "rows": batch.rows, "wrong": wrong}
    await audit.write("import_applied" if applied else "import_brought", by, now=now, changed=changed)


DONE = """
INSERT INTO import_batches (id, company_id, kind, source, state, name, sha256, size, columns, rows, wrong, report,
    transaction, created_at, checked_at, applied_at)
VALUES ($1, $2, $3, 'api', $4, $5, $6, $7, $8, $9, $10, $11::jsonb, pg_current_xact_id()::text::bigint, $12, $12, $13)
"""
