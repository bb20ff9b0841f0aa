"""The device hands in a photo, apart from the reading it belongs to. Only a typed answer means that it is here."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from webapp.actions import photos as actions
from webapp.actions import tickets
from webapp.api.readings import malformed, needs_login, too_many
from webapp.outside import Outside
from webapp.rules.photos import MOST_BYTES, digest_of
from webapp.web.guards import may_hand_in

STATUS: dict[type[actions.Outcome], int] = {
    actions.Kept: 200,
    actions.Refused: 422,
    actions.KeyReused: 422,
    actions.NotYours: 403,
    actions.NotYet: 409,
}


class PhotosApi(Controller):
    path = "/api/v1/readings/photos"
    """Under the readings, because a device's ticket goes no further."""
    guards = [may_hand_in]

    @post("/{photo_id:uuid}", request_max_body_size=MOST_BYTES)
    async def keep(
        self, request: Request[Any, Any, Any], photo_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        reading, person = told_id(request, "X-Reading"), request.scope["user"]
        if reading is None:
            return malformed()
        if "by_ticket" in request.scope["state"] and not await tickets.fits(
            person.sign_in_id, told_id(request, "X-Device")
        ):
            return needs_login()
        wait = await actions.wait(person.id, outside.clock.now())
        if wait:
            return too_many(wait)
        body = await request.body()
        if request.headers.get("X-Partition", str(person.partition)) != str(person.partition):
            return answered(photo_id, body, actions.NotYours())  # another person's, on the same device
        outcome = await actions.keep(
            photo_id, subject="reading", subject_id=reading, owner_person=person.id, body=body,
            now=outside.clock.now(), files=outside.files,
        )  # fmt: skip
        return answered(photo_id, body, outcome)


def told_id(request: Request[Any, Any, Any], header: str) -> UUID | None:
    try:
        return UUID(request.headers.get(header, ""))
    except ValueError:
        return None


def answered(photo_id: UUID, body: bytes, outcome: actions.Outcome) -> Response[Any]:
    """With what was sent named by its own content: a proxy's answer cannot know it."""
    told = {"id": photo_id, "sha256": digest_of(body)} | msgspec.to_builtins(outcome)
    headers = {"Retry-After": "5"} if isinstance(outcome, actions.NotYet) else {}
    return Response(told, status_code=STATUS[type(outcome)], headers=headers)
