"""A picture that somebody sent is drawn anew: what is kept has no place, no name of a device and nothing behind it."""

import asyncio
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps

from webapp.actions.hashing import Turns
from webapp.rules import photos as rules
from webapp.rules.photos import Refusal

TURNS = Turns(1)
"""One at a time, off the event loop: the largest picture that is decoded takes some 50 MB."""
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, MemoryError)
"""All that Pillow has been seen to say of a file that is none; `struct.error` and its kin are ValueErrors."""


@dataclass(frozen=True)
class Picture:
    jpeg: bytes
    width: int
    height: int


async def redrawn(body: bytes) -> Picture | Refusal:
    if len(body) > rules.MOST_BYTES:
        return Refusal.TOO_LARGE
    async with TURNS:
        return await asyncio.to_thread(_redraw, body)


def _redraw(body: bytes) -> Picture | Refusal:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # our own limit is the stricter one
            with Image.open(io.BytesIO(body), formats=list(rules.MOST_PIXELS)) as found:
                return rules.refusal_of(found.format, *found.size) or _small(found)
    except Image.DecompressionBombError:  # said before ours is asked: some 180 megapixels and more
        return Refusal.TOO_LARGE
    except UNREADABLE:
        return Refusal.NOT_A_PHOTO


def _small(found: ImageFile.ImageFile) -> Picture:
    """Upright, without transparency, the longer side at most LONGEST."""
    found.draft("RGB", (rules.LONGEST, rules.LONGEST))  # a JPEG is decoded at an eighth, a quarter or a half
    found.thumbnail((rules.LONGEST, rules.LONGEST))
    upright = ImageOps.exif_transpose(found)
    if upright.mode != "RGB":
        ground = Image.new("RGBA", upright.size, "white")
        ground.alpha_composite(upright.convert("RGBA"))
        upright = ground.convert("RGB")
    bare = Image.new("RGB", upright.size)  # pixels alone come along: no EXIF, no profile, no comment
    bare.paste(upright)
    made = io.BytesIO()
    bare.save(made, "JPEG", quality=rules.QUALITY, optimize=True)
    return Picture(made.getvalue(), *bare.size)
