"""The device's queue hands in what it kept. Each reading gets a typed answer; no answer means: send again."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from math import ceil
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency

from webapp.actions import readings as actions
from webapp.actions import tickets
from webapp.actions.readings import Submission
from webapp.outside import Outside
from webapp.rules import periods
from webapp.rules import readings as rules
from webapp.web.guards import may_hand_in

T = TypeVar("T")
PROTOCOL = 1
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Short = Annotated[str, msgspec.Meta(max_length=64)]


class QueuedReading(msgspec.Struct):
    submission_id: UUID
    meter_id: UUID
    value: Short
    reading_date: Short
    taken_at: Aware
    digest: Short
    v: int = 1
    corrects: UUID | None = None
    reason: Short | None = None
    """A newer device may know more of them than we do: then it is «other»."""


class Spoken(msgspec.Struct):
    """All that is sure of a request whose protocol we may not know."""

    protocol: Annotated[int, msgspec.Meta(ge=1)]


class Envelope(Spoken, kw_only=True):
    readings: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=50)]
    device_id: UUID | None = None
    sent_at: Aware | None = None


class Ids(msgspec.Struct):
    ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=200)]


class ReadingsApi(Controller):
    path = "/api/v1/readings"
    guards = [may_hand_in]

    @post(status_code=200)
    async def submit(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        spoken = await read(request, Spoken)
        if spoken and spoken.protocol > PROTOCOL:
            return Response({"code": "upgrade", "protocol": PROTOCOL}, status_code=426)
        envelope = await read(request, Envelope)
        if envelope is None or envelope.sent_at and not periods.is_credible(envelope.sent_at):
            return malformed()
        now, person = outside.clock.now(), request.scope["user"]
        if "by_ticket" in request.scope["state"] and not await tickets.fits(
            person.sign_in_id, envelope.device_id
        ):
            return needs_login()
        wait = await actions.wait(person, len(envelope.readings), now)
        if wait:
            return too_many(wait)
        batch, answers = _read(envelope)
        portal = request.scope["auth"]
        if request.headers.get("X-Partition", str(person.partition)) != str(person.partition):
            # another person's queue on this device, sent under the sign-in of today
            foreign = [_answer(sent.id, sent.digest, actions.NotYours()) for sent in batch]
            return Response({"protocol": PROTOCOL, "received_at": now, "results": answers + foreign})
        decided = await actions.submit_all(
            batch, by=person, policy=portal.policy, now=now, keys=outside.receipts
        )
        answers += [_answer(sent.id, sent.digest, outcome) for sent, outcome in decided]
        return Response({"protocol": PROTOCOL, "received_at": now, "results": answers})

    @post("/status", status_code=200)
    async def status(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        asked = await read(request, Ids)
        if asked is None:
            return malformed()
        wait = await actions.wait(request.scope["user"], 0, outside.clock.now())
        if wait:
            return too_many(wait)
        known = await actions.status(asked.ids, by=request.scope["user"])
        return Response(
            {
                "protocol": PROTOCOL,
                "results": [
                    _answer(id, "", known[id]) if id in known else {"submission_id": id, "outcome": "unknown"}
                    for id in asked.ids
                ],
            }
        )


async def read(request: Request[Any, Any, Any], shape: type[T]) -> T | None:
    """The body as `shape`; None for what is no JSON, too deep or of another shape."""
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def malformed() -> Response[Any]:
    return Response({"code": "malformed"}, status_code=400)


def needs_login() -> Response[Any]:
    return Response({"code": "needs_login"}, status_code=401)


def too_many(wait: timedelta) -> Response[Any]:
    headers = {"Retry-After": str(ceil(wait.total_seconds()))}
    return Response({"code": "too_many"}, status_code=429, headers=headers)


def _read(envelope: Envelope) -> tuple[list[Submission], list[dict[str, Any]]]:
    """Each reading stands alone: one that cannot be read is refused by its id, the others go on."""
    batch, answers = [], []
    for item in envelope.readings:
        queued = _queued(item)
        if queued is None:
            refused = {"outcome": "rejected", "reason": rules.Refusal.NOT_A_READING, "standing": None}
            answers.append({name: item.get(name) for name in ("submission_id", "digest")} | refused)
            continue
        if queued.v > 1 and "corrects" not in item:
            continue  # a worker of before has left out what its page has signed: it comes again, whole
        told = (queued.reason if queued.reason in rules.REASONS else "other") if queued.reason else None
        batch.append(
            Submission(
                queued.submission_id,
                queued.meter_id,
                queued.value,
                _day(queued),
                queued.taken_at,
                queued.digest,
                envelope.sent_at,
                envelope.device_id,
                _digest(item, queued) == queued.digest,
                queued.corrects,
                told,
            )  # fmt: skip
        )
    return batch, answers


def _digest(item: dict[str, Any], queued: QueuedReading) -> str:
    """Of the strings as they came; what older devices say beside them was never signed."""
    said = [str(item[name]) for name in ("submission_id", "meter_id", "value", "reading_date", "taken_at")]
    said += [str(item.get(name) or "") for name in ("corrects", "reason") if queued.v > 1]
    return rules.digest_of(*said)


def _queued(item: dict[str, Any]) -> QueuedReading | None:
    try:
        queued = msgspec.convert(item, QueuedReading)
    except msgspec.ValidationError:
        return None
    return queued if periods.is_credible(queued.taken_at) else None


def _day(queued: QueuedReading) -> date:
    """The day the person states; a device that cannot write dates means the day of the entry."""
    with suppress(ValueError):
        stated = date.fromisoformat(queued.reading_date)
        if periods.is_credible(stated):
            return stated
    return periods.day_of(queued.taken_at)


def _answer(id: UUID, digest: str, outcome: actions.Outcome) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(outcome)
    if isinstance(outcome, actions.Accepted):
        told["receipt"] = f"/receipts/{id}"
    return {"submission_id": id, "digest": digest} | told
