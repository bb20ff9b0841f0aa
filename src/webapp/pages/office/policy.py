"""The desk of the policy: every field of it as a form, the difference before it counts, what was and what will be."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from webapp.actions import policies as actions
from webapp.actions.policies import Contradiction, NothingNew, Quicker, Saved
from webapp.database.queries import policies as queries
from webapp.outside import Outside
from webapp.rules import policies as rules
from webapp.rules.policies import Slip
from webapp.rules.policy import Policy
from webapp.web.forms import Typed, typed
from webapp.web.office import HANDLERS, at_office, by, show

DESK, PAGE = "/office/policy", "pages/office/policy.html"
FIELDS = rules.all_fields()


class OfficePolicy(Controller):
    path = DESK
    guards = [at_office]
    exception_handlers = HANDLERS

    @get()
    async def form(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        newest = await queries.newest(request.scope["auth"].id)
        if newest is None:
            raise NotFoundException
        fields = Typed(rules.as_typed(newest.policy) | {"seen": str(newest.number), "id": str(uuid4())})
        return await _shown(request, outside, fields, newest=newest, status_code=200)

    @post()
    async def save(self, request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
        """First the difference; saved is only what was looked at."""
        sent, now = await typed(request), outside.clock.now()
        id, fields = sent.uuid("id"), _gathered(sent)
        record, slips = rules.read(fields)
        newest = await queries.newest(request.scope["auth"].id)
        if newest is None:
            raise NotFoundException
        told: dict[str, Any] = {"newest": newest}
        if slips:
            return await _shown(request, outside, fields, slips=slips, **told)
        policy = actions.policy_of(record)
        if isinstance(policy, Contradiction):
            return await _shown(request, outside, fields, wrong=policy.field or "policy", **told)
        begins = rules.begins(fields["starts"], now, newest.starts_at)
        if isinstance(begins, Slip):
            return await _shown(request, outside, fields, slips={"starts": begins}, **told)
        mark = _mark(policy, fields["starts"])
        if fields["looked"] != mark:
            fields["looked"] = mark
            return await _shown(request, outside, fields, preview=policy, status_code=200, **told)
        outcome = await actions.save(
            id, policy, fields["starts"], fields.text("note", 200), seen=_whole(fields["seen"]), by=by(request),
            now=now,
        )  # fmt: skip
        match outcome:
            case Saved():
                return Redirect(f"{DESK}?saved=1", status_code=303)
            case Quicker():
                return await _shown(request, outside, fields, trouble="quicker", status_code=409, **told)
            case NothingNew():
                return await _shown(request, outside, fields, trouble="nothing", **told)
            case Slip():
                return await _shown(request, outside, fields, slips={"starts": outcome}, **told)

    @post("/{version_id:uuid}/withdrawal")
    async def withdraw(
        self, request: Request[Any, Any, Any], version_id: FromPath[UUID], outside: NamedDependency[Outside]
    ) -> Response[Any]:
        if not await actions.withdraw(version_id, by=by(request), now=outside.clock.now()):
            raise NotFoundException
        return Redirect(DESK, status_code=303)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _gathered(sent: Typed) -> Typed:
    """Boxes and places of one field as the one line that the rules read."""
    fields = Typed({name: text.replace("\r\n", "\n") for name, text in sent.items()})
    for field in FIELDS:
        if field.kind == "several":
            chosen = [one for one in field.options if sent[f"{field.name}:{one}"]]
            fields[field.name] = ", ".join(chosen)
        elif field.kind == "ordered":
            places = [(_whole(sent[f"{field.name}:{one}"]), one) for one in field.options]
            fields[field.name] = ", ".join(one for place, one in sorted(places, key=_place) if place > 0)
    return fields


def _place(one: tuple[int, str]) -> int:
    """Sorting keeps the order of the options where two have one place."""
    return one[0]


def _mark(policy: Policy, starts: str) -> str:
    """Of what was looked at: whatever is changed afterwards is shown again."""
    return sha256(msgspec.json.encode(policy) + starts.encode()).hexdigest()[:32]


async def _shown(
    request: Request[Any, Any, Any],
    outside: Outside,
    fields: Typed,
    *,
    newest: queries.Newest,
    slips: dict[str, Slip] | None = None,
    wrong: str = "",
    preview: Policy | None = None,
    trouble: str = "",
    status_code: int = 422,
) -> Response[Any]:
    portal, now = request.scope["auth"], outside.clock.now()
    history = await queries.history(portal.id)
    found = rules.changes(newest.policy, preview) if preview else []
    groups: dict[str, list[rules.Field]] = {}
    for field in FIELDS:
        groups.setdefault(field.group, []).append(field)
    said: dict[str, Any] = {
        "fields": fields, "groups": groups, "slips": slips or {}, "wrong": wrong, "trouble": trouble,
        "changes": found, "touched": rules.touched(found), "previewed": preview is not None,
        "history": history, "steps": _steps(history), "now": now, "newest": newest, "section": DESK,
        "saved": "saved" in request.query_params and status_code == 200,
    }  # fmt: skip
    return show(request, PAGE, status_code=status_code, **said)


def _steps(history: list[queries.Version]) -> dict[UUID, list[rules.Change]]:
    """What each version changed of the one before it that was not called off."""
    found = {}
    for place, version in enumerate(history):
        before = next((one for one in history[place + 1 :] if one.withdrawn_at is None), None)
        found[version.id] = rules.changes(before.policy, version.policy) if before else []
    return found
