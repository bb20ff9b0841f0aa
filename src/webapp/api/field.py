"""An inspector's phone: fetches the rounds of the day, hands in what was done, asks whether it may go on.

`X-Device` names the phone. `Authorization: Ticket …`, which comes with the rounds, is enough for handing in (visits,
status, photos, contact) and opens nothing else. Besides the body each answer is told by its status: 401 sign in, 403
not an inspector, 410 ended by the supervisor, 429 and 503 later, with Retry-After. `unsent` (in the body of visits,
or in the address of contact) is what the phone still has: the supervisor sees it.
"""

from contextlib import suppress
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath

from webapp.actions import field_tickets, photos
from webapp.actions import visits as actions
from webapp.actions.visits import Entry
from webapp.api.photos import answered, told_id
from webapp.api.readings import Aware, Ids, Short, malformed, read, too_many
from webapp.database.queries import field
from webapp.database.queries.field import Carried, CarriedMeter, Deliverer
from webapp.outside import Outside
from webapp.rules import limits, periods
from webapp.rules import readings as readings_rules
from webapp.rules import rounds as round_rules
from webapp.rules import visits as rules
from webapp.rules.photos import MOST_BYTES
from webapp.rules.rounds import CARRIED
from webapp.web.field import HANDLERS, Ended, at_field, deliverer, may_deliver
from webapp.web.office import colleague_of
from webapp.web.rendering import zipped

MOST = 50
"""Entries in one request."""


class Said(msgspec.Struct):
    """One entry as the device sends it; `digest` is over these very strings."""

    id: UUID
    round_id: UUID
    stop_id: UUID
    kind: Short
    taken_at: Aware
    digest: Short
    meter_id: UUID | None = None
    value: Short | None = None
    read_on: Short | None = None
    reason: Short | None = None
    words: str | None = None
    position: Any = None
    has_photo: bool = False
    card_left: bool | None = None


class Envelope(msgspec.Struct):
    visits: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST)]
    sent_at: Aware | None = None
    unsent: int | None = None


class RoundsApi(Controller):
    path = "/api/v1/field/rounds"
    guards = [at_field]
    exception_handlers = HANDLERS

    @get()
    async def carry(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """The rounds of today and tomorrow, whole, and a ticket for this phone."""
        colleague, by = colleague_of(request), deliverer(request)
        if by.device_id is None:
            return malformed()
        now = outside.clock.now()
        if wait := await actions.wait(by, 0, now):
            return too_many(wait)
        today = periods.day_of(now)
        found = await field.carried(by.id, by.company_id, [today, today + CARRIED])
        issued = await field_tickets.issue(
            by.id, company_id=by.company_id, portal_id=request.scope["auth"].id,
            sign_in_id=colleague.sign_in_id, device_id=by.device_id,
            expires_at=round_rules.ticket_until([one.day for one in found], today), now=now,
        )  # fmt: skip
        if issued is None:
            raise NotAuthorizedException
        told = {
            "now": now,
            "inspector": {"id": colleague.id, "initials": colleague.initials},
            "company": colleague.company,
            "rounds": [
                {
                    "id": one.id, "day": one.day, "title": one.title, "ends_at": round_rules.ends_at(one.day),
                    "stops": _stops(one),
                }
                for one in found
            ],
            "reasons": {"no_access": rules.NO_ACCESS, "doubt": rules.DOUBT},
            "photo_on_doubt": True,
            "ticket": {"token": issued.token, "expires_at": issued.expires_at},
        }  # fmt: skip
        return zipped(request, msgspec.json.encode(told), "application/json")


class VisitsApi(Controller):
    path = "/api/v1/field"
    guards = [may_deliver]
    exception_handlers = HANDLERS

    @post("/visits", status_code=200)
    async def visits(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        by, now = _going_on(request), outside.clock.now()
        envelope = await read(request, Envelope)
        if envelope is None or envelope.sent_at and not periods.is_credible(envelope.sent_at):
            return malformed()
        if wait := await actions.wait(by, len(envelope.visits), now):
            return too_many(wait)
        batch, results = _read(envelope)
        decided = await actions.hand_in(
            batch, by=by, policy=request.scope["auth"].policy, now=now, keys=outside.receipts
        )
        results += [_answer(entry.id, entry.digest, outcome) for entry, outcome in decided]
        if by.ticket_id:
            await field_tickets.heard(by.ticket_id, envelope.unsent, now)
        return Response({"now": now, "results": results})

    @post("/status", status_code=200)
    async def status(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Only what is known: what is absent never came, and is sent again."""
        by = _going_on(request)
        asked = await read(request, Ids)
        if asked is None:
            return malformed()
        if wait := await actions.wait(by, 0, outside.clock.now()):
            return too_many(wait)
        known = await actions.status(asked.ids, by=by)
        return Response({"results": [_answer(id, *told) for id, told in known.items()]})

    @post("/photos/{photo_id:uuid}", request_max_body_size=MOST_BYTES)
    async def photo(
        self, request: Request[Any, Any, Any], photo_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        by, visit, now = _going_on(request), told_id(request, "X-Visit"), outside.clock.now()
        if visit is None:
            return malformed()
        if wait := await photos.wait(by.id, now, limits.PHOTOS_PER_INSPECTOR):
            return too_many(wait)
        body = await request.body()
        outcome = await photos.keep(
            photo_id, subject="visit", subject_id=visit, owner_colleague=by.id, body=body, now=now,
            files=outside.files,
        )  # fmt: skip
        return answered(photo_id, body, outcome)

    @get("/contact")
    async def contact(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        by, now = deliverer(request), outside.clock.now()
        if wait := await actions.wait(by, 0, now):
            return too_many(wait)
        if by.ticket_id:
            text = request.query_params.get("unsent", "")
            unsent = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
            await field_tickets.heard(by.ticket_id, unsent, now)
        since = periods.day_of(now) - round_rules.TICKET_LASTS
        valid = [] if by.ended else await field.valid(by.id, by.company_id, since)
        return Response({"now": now, "rounds": valid, "ended": by.ended})


def _going_on(request: Request[Any, Any, Any]) -> Deliverer:
    by = deliverer(request)
    if by.ended:
        raise Ended
    return by


def _stops(carried: Carried) -> list[dict[str, Any]]:
    """The settlement stands before the street where there are several: each has a Садова."""
    several = len({stop.settlement for stop in carried.stops}) > 1
    return [
        {
            "id": stop.id, "seq": stop.seq, "house": stop.house, "flat": stop.flat,
            "street": f"{stop.settlement}, {stop.street}" if several else stop.street,
            "meters": [_meter(meter, carried.day) for meter in stop.meters],
        }
        | ({"note": stop.note} if stop.note else {})
        for stop in carried.stops
    ]  # fmt: skip


def _meter(meter: CarriedMeter, day: date) -> dict[str, Any]:
    """With what this household takes in such a time: the door is where an odd value is asked about."""
    told: dict[str, Any] = {
        "id": meter.id, "serial": meter.serial, "model": meter.model, "digits": meter.digits, "last": meter.last,
        "usual": None,
    }  # fmt: skip
    if meter.last:
        last = readings_rules.Reading(meter.last[0].value, meter.last[0].on)
        usual = readings_rules.judge(last.value, day, last, meter.dial).usual
        days = max((day - last.taken_on).days, 1)
        told["usual"] = {"low": usual[0], "high": usual[1]} if usual else None
        told["capacity"] = meter.max_hourly_litres * 24 * days // 1000
    return told


def _read(envelope: Envelope) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Each entry stands alone: one that cannot be read is refused by its id, the others go on."""
    batch, answers = [], []
    for item in envelope.visits:
        said = _said(item)
        if said is None:
            told = {name: item.get(name) for name in ("id", "digest")}
            answers.append(told | {"outcome": "rejected", "reason": rules.Refusal.NOT_A_VISIT})
            continue
        names = ("id", "stop_id", "kind", "meter_id", "value", "read_on", "taken_at", "reason")
        digest = rules.digest(*(str(item.get(name) or "") for name in names))
        place = said.position if isinstance(said.position, dict) else {}
        batch.append(
            Entry(
                said.id, said.round_id, said.stop_id, said.kind, said.taken_at, _day(said), said.digest,
                meter_id=said.meter_id, value=said.value or "", reason=said.reason or "",
                words=(said.words or "").strip()[: rules.LONGEST_WORDS],
                position=rules.position(place.get("lat"), place.get("lon"), place.get("accuracy")),
                has_photo=said.has_photo, card_left=said.card_left, sent_at=envelope.sent_at,
                intact=digest == said.digest,
            )
        )  # fmt: skip
    return batch, answers


def _said(item: dict[str, Any]) -> Said | None:
    try:
        said = msgspec.convert(item, Said)
    except msgspec.ValidationError:
        return None
    texts = (said.kind, said.value, said.reason, said.words, said.digest)
    clean = not any("\0" in text for text in texts if text)
    return said if clean and periods.is_credible(said.taken_at) else None


def _day(said: Said) -> date:
    """The day that is stated; a device that cannot write dates means the day of the entry."""
    with suppress(ValueError):
        stated = date.fromisoformat(said.read_on or "")
        if periods.is_credible(stated):
            return stated
    return periods.day_of(said.taken_at)


def _answer(id: UUID, digest: str, outcome: actions.Outcome) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(outcome)
    return {"id": id, "digest": digest} | told
