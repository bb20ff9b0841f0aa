"""Readings by a token: what is known, and what a program hands in, the same way as the queue of a device."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody, QueryParameter

from webapp.actions import readings as actions
from webapp.actions.readings import Accepted, KeyReused, Outcome, Refused, Submission
from webapp.actions.tokens import Bearer
from webapp.api.personal.frame import AT_ONCE, COMMON, chosen, cursor_of, needs, problems, read_cursor
from webapp.database.queries import personal as queries
from webapp.database.queries.personal import Reading
from webapp.outside import Outside
from webapp.rules import periods
from webapp.rules import problems as words
from webapp.rules import readings as rules
from webapp.web import tokens
from webapp.web.problems import PERSONAL
from webapp.web.tokens import allows, bearer_of

MOST = 50
LONGEST_KEY = 255


class NewReading(msgspec.Struct):
    meter_id: UUID
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    """Whole m³ in digits, as the drums show them; what stands behind the comma is left out."""
    submission_id: UUID | None = None
    """Made by the program, the same at every try. Without it the Idempotency-Key of the request counts."""
    read_on: date | None = None
    """Today in Kyiv where it is left out."""
    taken_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When it was read off; now where it is left out."""
    corrects: UUID | None = None
    """The reading of the same month that this one is to replace."""


class Handed(msgspec.Struct):
    readings: Annotated[list[NewReading], msgspec.Meta(min_length=1)]


class Result(msgspec.Struct):
    submission_id: UUID
    outcome: str
    """`accepted` or `rejected`; a repeated id gets the answer of the first time."""
    code: str | None = None
    """Why it was rejected."""
    detail: str | None = None
    number: int | None = None
    month: str | None = None
    """What it counts for, 2026-10."""
    value: int | None = None
    counts: bool | None = None
    """False: the value of somebody else, such as an inspector, stands for the month."""
    doubts: list[str] = []
    """It was taken, and looks odd."""
    receipt: str | None = None
    """The page of the signed receipt."""


class Results(msgspec.Struct):
    results: list[Result]
    """One for each reading, in the same order. One that is missing could not be decided: send it again."""


class Readings(msgspec.Struct):
    readings: list[Reading]
    """Newest first."""
    next: str | None


class PersonalReadingsApi(Controller):
    path = f"{PERSONAL}/readings"
    tags = ["readings"]
    guards, exception_handlers = COMMON["guards"], COMMON["exception_handlers"]

    @get(
        operation_id="readings",
        summary="Readings, newest first",
        guards=[allows("readings:write", "usage:read")],
        security=needs("readings:write", "usage:read"),
        responses=problems(404),
    )
    async def list(
        self,
        request: Request[Any, Any, Any],
        account: Annotated[UUID | None, QueryParameter(name="account")] = None,
        cursor: Annotated[str | None, QueryParameter(name="cursor")] = None,
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=AT_ONCE)] = 24,
    ) -> Readings:
        bearer, ids = chosen(request, account)
        before = read_cursor(cursor, tuple[Annotated[int, msgspec.Meta(ge=0, le=2**53)]])
        found = await queries.readings(bearer.person.id, ids, before and before[0], limit + 1)
        page = found[:limit]
        return Readings(page, cursor_of((page[-1].number,)) if len(found) > limit else None)

    @post(
        operation_id="hand_in",
        summary="Hand in up to 50 readings",
        guards=[allows("readings:write")],
        security=needs("readings:write"),
        status_code=200,
        responses=problems(413),
    )
    async def hand_in(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[Handed],
        outside: NamedDependency[Outside],
        key: Annotated[str, HeaderParameter(name="Idempotency-Key", max_length=LONGEST_KEY)] = "",
    ) -> Results:
        bearer, now = bearer_of(request), outside.clock.now()
        if len(data.readings) > MOST:
            raise tokens.Refused("too_many_records", detail=f"At most {MOST}.")
        wait = await actions.wait(bearer.person, len(data.readings), now)
        if wait:
            raise tokens.Refused("too_many", tokens.retry_after(wait))
        batch = [_submission(one, at, key, bearer, now) for at, one in enumerate(data.readings)]
        wanted = [sent.meter_id for sent in batch]
        own = await queries.meter_ids(bearer.person.id, bearer.account_ids, wanted)
        decided = await actions.submit_all(
            [sent for sent in batch if sent.meter_id in own], by=bearer.person,
            policy=request.scope["auth"].policy, now=now, keys=outside.receipts,
        )  # fmt: skip
        told = {id(sent): outcome for sent, outcome in decided}
        answers = [_result(sent, told.get(id(sent)), sent.meter_id in own) for sent in batch]
        return Results([answer for answer in answers if answer])


def _submission(one: NewReading, at: int, key: str, bearer: Bearer, now: datetime) -> Submission:
    """An id of its own, or that of the key and its place in the request: a repeated request has the same ids."""
    id = one.submission_id or (uuid5(bearer.person.id, f"{key}\n{at}") if key else None)
    if id is None:
        raise tokens.Refused("idempotency_required")
    taken_at = one.taken_at or now
    read_on = one.read_on or periods.day_of(taken_at) if periods.is_credible(taken_at) else None
    if read_on is None or not periods.is_credible(read_on):
        raise tokens.Refused("malformed", detail="A day or a moment outside the years 1970-2069.")
    said = (one.read_on, one.taken_at, one.corrects)
    digest = rules.digest_of(str(id), str(one.meter_id), one.value, *(str(part or "") for part in said))
    return Submission(
        id, one.meter_id, one.value, read_on, taken_at, digest, device_id=bearer.id, corrects=one.corrects,
        by_token=True,
    )  # fmt: skip


def _result(sent: Submission, outcome: Outcome | None, own: bool) -> Result | None:
    match outcome:
        case Accepted():
            return Result(
                sent.id, "accepted", number=outcome.number, month=f"{outcome.month:%Y-%m}", value=outcome.value,
                counts=outcome.stands, doubts=[words.doubt_code(doubt) for doubt in outcome.doubts],
                receipt=f"/receipts/{sent.id}",
            )  # fmt: skip
        case Refused():
            code = words.refusal_code(outcome.reason)
        case KeyReused():
            code = words.KEY_REUSED
        case None if own:
            return None
        case _:
            code = words.NO_METER
    return Result(sent.id, "rejected", code, words.SENTENCES[code])
