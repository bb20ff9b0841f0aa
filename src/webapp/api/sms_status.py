"""The carrier tells what became of a message; it signs what it says."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency

from webapp.actions import messages
from webapp.database.queries import messages as queries
from webapp.outside import Outside


@post("/api/v1/sms/status", status_code=200)
async def sms_status(request: Request[Any, Any, Any], outside: NamedDependency[Outside]) -> Response[Any]:
    """The address that was signed is the portal's own, whatever a proxy made of it on the way here."""
    query = request.scope["query_string"].decode("latin-1")
    address = request.scope["auth"].address + request.scope["path"] + (f"?{query}" if query else "")
    said = (await request.body()).decode(errors="replace")
    form = dict(parse_qsl(said, keep_blank_values=True))
    report = outside.sms.read_report(address, form, request.headers.get("X-Twilio-Signature", ""))
    if report is None:
        return Response({"code": "bad_signature"}, status_code=403)
    id = _uuid(request.query_params.get("message", "")) or await queries.id_of(report.carrier_id)
    if id and report.state:
        await messages.reported(id, report.state, report.reason, outside.clock.now())
    return Response(None, status_code=204)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
