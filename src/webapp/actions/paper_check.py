"""A process of its own that reads a stranger's PDF: `python paper_check.py < given > made`, a word and the pages.

It knows nothing of the product and has no share of its memory, files or connections. The first line of the answer
is `ok` or why not; after `ok` comes a PDF of the bare pages, written anew: what no page points to stays behind.
"""

import io
import sys
import zlib
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

MEMORY, SECONDS = 768 * 1024 * 1024, 10
MOST_OBJECTS = 50_000
MOST_UNPACKED = 300 * 1024 * 1024
"""Of all streams together: a page scanned in colour is 25 MB, a bomb is thousands."""
ACTS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
        "/RichMedia", "/RichMediaExecute", "/FileAttachment", "/EmbeddedFile", "/Filespec"}  # fmt: skip
KEYS = {"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/AF"}
FLATE = ("/FlateDecode", "/Fl")


def check(body: bytes, most_pages: int) -> tuple[str, bytes]:
    reader = PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted:
        return "locked", b""
    objects, budget = 0, MOST_UNPACKED
    for one in _objects(reader):
        objects += 1
        if objects > MOST_OBJECTS:
            return "too_large", b""
        if isinstance(one, StreamObject):
            budget -= _unpacked(one, budget)
            if budget <= 0:
                return "too_large", b""
        if isinstance(one, DictionaryObject) and _acts(one):
            return "active", b""
    if not 0 < len(reader.pages) <= most_pages:
        return ("too_long" if len(reader.pages) else "not_readable"), b""
    return "ok", _bare(reader)


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, and whatever lies in it, also what nothing points to."""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    waiting: list[Any] = [reader.trailer]
    waiting += [reader.get_object(IndirectObject(number, 0, reader)) for number in sorted(numbers) if number]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, dict):
            waiting += [inner for inner in dict.values(one) if isinstance(inner, dict | list)]
        elif isinstance(one, list):
            waiting += [inner for inner in list.__iter__(one) if isinstance(inner, dict | list)]


def _acts(one: DictionaryObject) -> bool:
    """Scripts, actions beyond a jump inside or a link, files within the file."""
    opening = one.get("/OpenAction")
    if isinstance(opening, DictionaryObject) and opening.get("/S") not in (None, "/GoTo"):
        return True
    named = {str(one.get(key)) for key in ("/S", "/Subtype", "/Type")}
    return bool(KEYS & set(one) or ACTS & named)


def _unpacked(stream: StreamObject, most: int) -> int:
    """How much it holds, counted without keeping it; one packing inside another is a bomb's way."""
    filters = stream.get("/Filter", [])
    names = [str(one) for one in filters] if isinstance(filters, list) else [str(filters)]
    packed = bytes(stream._data)
    if sum(name in FLATE for name in names) > 1:
        return most
    if not names or names[0] not in FLATE:
        return len(packed)
    unpacker, size = zlib.decompressobj(), 0
    while packed and size <= most:
        try:
            size += len(unpacker.decompress(packed, 1 << 20))
        except zlib.error:
            break
        packed = unpacker.unconsumed_tail
    return size


def _bare(reader: PdfReader) -> bytes:
    """Pages and what they show: no catalogue of theirs, no forms, no notes, no names, no metadata."""
    writer = PdfWriter()
    for page in reader.pages:
        kept = writer.add_page(page)
        for key in ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/B"):
            kept.pop(key, None)
    writer.metadata = None
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except ImportError:  # another system than POSIX: the parent's patience is the limit
        pass
    body = sys.stdin.buffer.read()
    try:
        word, made = check(body, int(sys.argv[1]))
    except MemoryError:
        word, made = "too_large", b""
    except Exception:  # pypdf says of a broken file whatever comes first
        word, made = "not_readable", b""
    sys.stdout.buffer.write(word.encode() + b"\n" + made)


if __name__ == "__main__":
    main()
