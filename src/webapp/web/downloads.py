"""Files of people: handed out to be saved, never to be opened in our own pages."""

from urllib.parse import quote

from litestar import Response
from litestar.exceptions import NotFoundException

from webapp.database.queries.attachments import Attachment

SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


def as_attachment(found: Attachment | None, body: bytes | None) -> Response[bytes]:
    """Raises NotFoundException for what is not there, or is somebody else's."""
    if found is None or body is None:
        raise NotFoundException
    ending = found.name.rpartition(".")[2]
    named = f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(found.name)}"
    return Response(body, media_type=found.media, headers=SANDBOX | {"Content-Disposition": named})
