"""The receipt of a reading for those who have it, and its check for everybody."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from markupsafe import Markup

from webapp.actions import receipts as actions
from webapp.outside import Outside
from webapp.outside.receipt_keys import verify
from webapp.rules import receipts as rules
from webapp.rules.signed import Doubt, Doubtful, packed
from webapp.web.forms import asked
from webapp.web.guards import signed_in
from webapp.web.rendering import render

SHOW, CHECK = "pages/receipts/show.html", "pages/receipts/check.html"


class ReceiptsPages(Controller):
    @get("/receipts/keys.json")
    async def keys(self, outside: NamedDependency[Outside]) -> Response[Any]:
        """With them anybody can check receipts by a program of their own."""
        return Response(
            {"form": rules.FORM, "algorithm": "Ed25519", "keys": _told(outside.receipts.public())}
        )

    @get("/receipts/{reading_id:uuid}", guards=[signed_in])
    async def show(
        self, request: Request[Any, Any, Any], reading_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        portal, person = request.scope["auth"], request.scope["user"]
        policy = portal.policy
        if not policy.readings.taken_by:
            raise NotFoundException  # what was not given to us, we did not take
        seal = await actions.receipt_of(reading_id, of=person.id, policy=policy, keys=outside.receipts)
        receipt = rules.opened(seal) if seal else None
        if seal is None or receipt is None:
            raise NotFoundException
        link = f"{portal.address}/check?r={packed(seal)}"
        return render(request, SHOW, offline=True, receipt=receipt, link=link, square=square_of(link))

    @get("/check")
    async def check(
        self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        """Everything that the check needs stands in the link: no sign-in, no look into the database."""
        typed, keys = asked(request).get("r"), outside.receipts.public()
        outcome = None if typed is None else rules.check(typed, keys, verify)
        # Without a receipt it is the page that the worker keeps for a time without a network: nobody's.
        nobody: dict[str, Any] = {"person": None, "partition": ""} if outcome is None else {}
        unreadable = isinstance(outcome, Doubtful) and outcome.why is Doubt.UNREADABLE
        # `<` cannot stand in it: names of keys and base64url.
        known = Markup(msgspec.json.encode(_told(keys)).decode())  # noqa: S704
        context: dict[str, Any] = {
            "typed": typed,
            "keys": known,
            "receipt": None if isinstance(outcome, Doubtful) else outcome,
            "doubt": outcome if isinstance(outcome, Doubtful) else None,
        }
        return render(request, CHECK, status_code=422 if unreadable else 200, **context, **nobody)


def square_of(link: str) -> str:
    """The link as a QR code, for the address of a picture."""
    import segno  # at the first use: most processes never draw one

    return segno.make(link, error="l", micro=False).svg_data_uri(border=2, dark="#000", light="#fff")


def _told(keys: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [{"id": id, "public": urlsafe_b64encode(key).decode().rstrip("=")} for id, key in keys.items()]
