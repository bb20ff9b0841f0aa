"""What a photo of a meter may be, before anybody decodes it. The device makes it smaller: static/js/photo.js."""

from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid5

MOST_BYTES = 10 * 1024 * 1024
"""As a phone's camera makes it; the device sends a twentieth of that."""
MOST_PIXELS = {"JPEG": 40_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
"""The kinds that are read at all. A JPEG is decoded at the size that is kept, the others whole: 48 MB at most."""
LONGEST = 1600
"""Pixels of the longer side of what is kept: the drums are read easily, a face across the street is not."""
QUALITY = 82
MOST = 5
"""Photos of one reading or visit."""


class Refusal(StrEnum):
    """Why a photo is not taken. The reading it belongs to is taken all the same."""

    NOT_A_PHOTO = "not_a_photo"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


def refusal_of(kind: str | None, width: int, height: int) -> Refusal | None:
    """By what the head of the file says: nothing has been decoded yet."""
    if kind not in MOST_PIXELS or width < 1 or height < 1:
        return Refusal.NOT_A_PHOTO
    return Refusal.TOO_LARGE if width * height > MOST_PIXELS[kind] else None


def digest_of(body: bytes) -> str:
    """What the device hears back, so that it knows that the very same bytes have arrived."""
    return sha256(body).hexdigest()


def name_of(photo_id: UUID, digest: str) -> str:
    """Of the file. Another body under the same id never writes over the first one's."""
    return f"{photo_id}-{digest[:16]}"


def of_form(reading_id: UUID) -> UUID:
    """A plain form sends no id of its own: repeated, it is the same photo."""
    return uuid5(reading_id, "photo")
