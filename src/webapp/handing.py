"""`blakyt hand-over`: accounts of one company go to another, by the list of an act that both have signed."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5

from webapp.actions import handover
from webapp.actions.audit import By
from webapp.actions.handover import AT_ONCE, Foreseen, Moved, NotPossible, Number, Taken, UnderWay, Unknown
from webapp.database.engine import DB
from webapp.exchanging import company_of
from webapp.outside.clock import WallClock
from webapp.rules import handover as rules
from webapp.rules.exchange.wrong import Mistake
from webapp.settings import MissingSetting, Settings

ACTS = UUID("6f0d7a52-0c1e-5c52-9a52-3b1f4e8d2a71")
"""An act said again under its number has the same id."""
SHOWN = 20
"""Numbers that a refusal names."""


async def do(chosen: argparse.Namespace, settings: Settings) -> str:
    async with DB.opened(settings.database_url, patient=True):
        return await hand_over(chosen, now=WallClock().now())


async def hand_over(chosen: argparse.Namespace, *, now: datetime) -> str:
    """What is to be printed, where the database is open already. Raises MissingSetting for what cannot go."""
    numbers = _numbers(chosen.file)
    giver, taker = await company_of(chosen.giver, "--from"), await company_of(chosen.taker, "--to")
    act = uuid5(ACTS, f"{giver}/{taker}/{chosen.act.strip()}")
    parts = [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
    seen = [_going(await handover.foresee(act, giver, taker, part)) for part in parts]
    count = sum(one.count for one in seen)
    people = len({person for one in seen for person in one.people})
    told = f"people told {people}, gone before {len(numbers) - count}"
    if chosen.dry_run:
        balance = sum((one.balance for one in seen), Decimal())
        return f"would go: accounts {count}, balance {balance}, {told}"
    moved = 0
    by = By(None, giver, "", UUID(int=0), "")
    for part in parts:
        moved += _gone(await handover.move(act, giver, taker, part, by=by, now=now), moved)
    return f"went: accounts {moved}, {told}"


def _numbers(file: str) -> Sequence[Number]:
    try:
        read = rules.read(Path(file).read_bytes())
    except OSError as error:
        raise MissingSetting(f"the file cannot be read: {error}") from error
    if isinstance(read, Mistake):
        where = f" in row {read.line}" * bool(read.line) + f", column {read.column}" * bool(read.column)
        raise MissingSetting(f"{file} is not taken: {read.code}{where}")
    return [Number(one.old, one.new) for one in read]


def _going(answer: Foreseen | handover.Outcome) -> Foreseen:
    """Nothing went yet, so that what cannot go stops all of it."""
    match answer:
        case Foreseen():
            return answer
        case Moved():
            return Foreseen(0, Decimal(), [])
    raise MissingSetting(f"nothing was changed: {_why(answer)}")


def _gone(answer: handover.Outcome, before: int) -> int:
    if isinstance(answer, Moved):
        return answer.count
    went = f"{before} accounts went, say it again for the rest" if before else "nothing was changed"
    raise MissingSetting(f"{went}: {_why(answer)}")


def _why(answer: handover.Outcome) -> str:
    match answer:
        case Unknown(numbers=numbers):
            return f"the old company does not have {_some(numbers)}"
        case Taken(numbers=numbers):
            return f"the new company has {_some(numbers)} already"
        case UnderWay(numbers=numbers):
            return f"somebody is paying right now on {_some(numbers)}"
        case NotPossible() | Moved():
            return "the companies are one, or of two kinds"


def _some(numbers: list[str]) -> str:
    more = len(numbers) - SHOWN
    return ", ".join(numbers[:SHOWN]) + (f" and {more} more" if more > 0 else "")
