"""What people type: strings as they were typed. Bad input is normal input, so nothing here ends in a 500."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, NotFoundException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

MOST_FIELDS = 200
MOST_BYTES = 64 * 1024
"""Of a form; the queue of readings may be larger."""


class Typed(dict[str, str]):
    """Field by field, the last one of a name counts; whoever asks for a field that did not come gets ""."""

    def __missing__(self, name: str) -> str:
        return ""

    def text(self, name: str, most: int = 254) -> str:
        return self[name].strip()[:most]

    def uuid(self, name: str) -> UUID:
        """An id that the page itself carried; without it the form is not ours. Raises NotFoundException."""
        try:
            return UUID(self[name])
        except ValueError:
            raise NotFoundException from None


def asked(request: Request[Any, Any, Any]) -> Typed:
    """The fields of the address: of a form sent by GET, or of a link that fills one in."""
    return Typed({name: value.replace("\0", "") for name, value in request.query_params.items()})


async def typed(request: Request[Any, Any, Any]) -> Typed:
    """The fields of the posted form. Raises ClientException (400, 413) for what no form of ours sends."""
    return read(await request.body())


async def typed_with_file(request: Request[Any, Any, Any], name: str, most: int) -> tuple[Typed, bytes]:
    """The same of a form with one file in it: `most` bytes of it and one more, or nothing where none was chosen."""
    fields, files = await typed_with_files(request, name, most)
    return fields, files[-1][1] if files else b""


async def typed_with_files(
    request: Request[Any, Any, Any], name: str, most: int
) -> tuple[Typed, list[tuple[str, bytes]]]:
    """The same with several: what each is called, and `most` bytes of it and one more."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await typed(request), []
    try:
        form = await request.form()
    except (
        UnicodeDecodeError,
        LookupError,
    ):  # a charset that nobody knows, or that is not the one of the bytes
        raise ClientException("unreadable form") from None
    fields, files = Typed(), []
    for key, said in form.multi_items():
        if isinstance(said, UploadFile):
            if key == name and said.filename:
                files.append((said.filename, await said.read(most + 1)))
        elif "\0" in key or "\0" in str(said):
            raise ClientException("NUL in a form")
        else:
            fields[key] = str(said)
    return fields, files


def read(body: bytes) -> Typed:
    if len(body) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:  # not ASCII, not UTF-8 inside, or far too many fields
        raise ClientException("unreadable form") from None
    if any("\0" in part for field in fields for part in field):
        raise ClientException("NUL in a form")
    return Typed(fields)
