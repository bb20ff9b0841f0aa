"""`blakyt import` and `blakyt export`: files of a billing system, for whoever keeps the server or its timetable."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TextIO
from uuid import UUID

from webapp.actions import exporting
from webapp.actions.audit import By
from webapp.actions.importing import batches
from webapp.actions.importing.batches import Absent, Brought, Busy, Done, NotRead, NotYours
from webapp.database.engine import DB
from webapp.database.queries import exchange as queries
from webapp.outside.clock import WallClock
from webapp.rules import spreadsheets
from webapp.settings import MissingSetting, Settings

COMPANY = "SELECT json_agg(id) FROM companies WHERE $1 IN (name, short, nullif(edrpou, ''))"
WAIT = 2.0
"""Seconds between two looks whether the other import of the company has ended."""


async def bring(chosen: argparse.Namespace, settings: Settings) -> str:
    """What is to be printed. Raises MissingSetting with a sentence for whatever cannot be taken over."""
    async with DB.opened(settings.database_url, patient=True):
        return await bring_file(chosen)


async def bring_file(chosen: argparse.Namespace) -> str:
    """Where the database is open already."""
    by, clock = await _by(chosen.company), WallClock()
    try:
        with Path(chosen.file).open("rb") as file:
            outcome = await batches.bring(
                chosen.kind, file, Path(chosen.file).name, by=by, now=clock.now(), queued=False
            )
    except OSError as error:
        raise MissingSetting(f"the file cannot be read: {error}") from error
    match outcome:
        case NotRead(mistake=wrong):
            where = f" in row {wrong.line}" * bool(wrong.line) + f", column {wrong.column}" * bool(
                wrong.column
            )
            raise MissingSetting(f"{chosen.file} is not taken: {wrong.code}{where}")
        case NotYours():
            raise MissingSetting(f"a file of {chosen.kind} is the operator's")
        case Absent():
            raise MissingSetting("the company is gone")
        case Brought(id=id):
            return await _carry_on(id, chosen.dry_run, by, clock)


async def _carry_on(id: UUID, dry: bool, by: By, clock: WallClock) -> str:
    assert by.company_id
    first = "" if dry else await _wanted(id, by, clock)
    state = await _settled(id, clock)
    seen = await queries.one(id, by.company_id)
    assert seen
    if state == "wrong":
        told = [f"row {one.line}, {one.named}: {one.code} ({one.value})" for one in seen.mistakes]
        raise MissingSetting(f"{seen.batch.wrong} mistakes, nothing was changed\n" + "\n".join(told))
    report = seen.report
    missing = "" if report.missing is None else f", known and not in the file {report.missing}"
    before = " before, by this very file" if first == "applied" else ""
    return f"{state}{before}: new {report.new}, changed {report.changed}, unchanged {report.same}{missing}"


async def _wanted(id: UUID, by: By, clock: WallClock) -> str:
    """What was never looked at is checked while it is applied, once; returns how it stood, if otherwise."""
    for state in ("staged", "checked"):
        done = await batches.decide(id, frm=state, to="wanted", by=by, now=clock.now(), queued=False)
        if isinstance(done, Done) and done.state == "wanted":
            return ""
    return done.state if isinstance(done, Done) else ""


async def _settled(id: UUID, clock: WallClock) -> str:
    """Waits for another import of the company."""
    while isinstance(done := await batches.work(id, clock.now()), Busy):
        await asyncio.sleep(WAIT)
    return done.state if isinstance(done, Done) else "cancelled"


async def take(chosen: argparse.Namespace, settings: Settings) -> None:
    async with DB.opened(settings.database_url, patient=True):
        await take_to(chosen, sys.stdout, sys.stderr)


async def take_to(chosen: argparse.Namespace, out: TextIO, told: TextIO) -> None:
    by = await _by(chosen.company)
    assert by.company_id
    span = await exporting.begin(chosen.kind, chosen.after, by=by, now=WallClock().now())
    columns = queries.COLUMNS[chosen.kind]
    out.write(spreadsheets.written(columns, []))
    async for rows in queries.exported(by.company_id, chosen.kind, span.after, span.upto):
        out.write(spreadsheets.lines([row[name] for name in columns] for row in rows))
    print(span.upto, file=told)


async def _by(company: str) -> By:
    return By(None, await company_of(company, "--company"), "", UUID(int=0), "")


async def company_of(said: str, option: str) -> UUID:
    """By its name, short name or code."""
    found = await DB.one(COMPANY, said, into=list[UUID]) or []
    if len(found) != 1:
        raise MissingSetting(f"{option} must name one company, not {len(found)}")
    return found[0]
