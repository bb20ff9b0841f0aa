"""What may come with an appeal: pictures, which are drawn anew, and PDF, of which the bare pages are kept."""

import re
from enum import StrEnum
from uuid import UUID, uuid5

from webapp.rules.photos import MOST_BYTES, digest_of, name_of

MOST = 3
"""Files of one message."""
MOST_ALTOGETHER = MOST * MOST_BYTES
MOST_PAGES = 60
JPEG, PDF = "image/jpeg", "application/pdf"
ENDINGS = {JPEG: "jpg", PDF: "pdf"}
HEAD = 1024
"""A PDF may say within so many bytes what it is (ISO 32000-1, annex H)."""
LONGEST_NAME = 60


class Refusal(StrEnum):
    """Why a file is not taken. The letter waits in the form until it is taken away or replaced."""

    NOT_READABLE = "not_readable"
    """Neither a picture nor a PDF, whatever its name says."""
    TOO_LARGE = "too_large"
    """In bytes, in pixels or unpacked."""
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    """Pages."""
    ACTIVE = "active"
    """A PDF that does something: scripts, forms that send, other files inside."""
    LOCKED = "locked"
    """Behind a password."""


def is_pdf(body: bytes) -> bool:
    """By what it is; names and types are the sender's word."""
    return b"%PDF-" in body[:HEAD]


def shown_name(name: str, media: str) -> str:
    """As the person called it, without folders, signs that turn the line round, or an ending that lies."""
    base = re.split(r"[/\\]", name)[-1]
    base = re.sub(r"[^\w\s.()№-]", "", re.sub(r"\s+", " ", base)).strip(" .")
    stem = base.rpartition(".")[0] or base
    return f"{stem[:LONGEST_NAME].strip(' .') or 'file'}.{ENDINGS[media]}"


def id_of(message_id: UUID, body: bytes) -> UUID:
    """The same file of the same message, sent twice, is one."""
    return uuid5(message_id, digest_of(body))


def file_of(attachment_id: UUID, digest: str) -> str:
    """Its name in the store."""
    return name_of(attachment_id, digest)
