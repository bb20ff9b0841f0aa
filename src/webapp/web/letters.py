"""Letters with files: what was typed, cleaned and judged, and what came along."""

from typing import Any

from litestar import Request

from webapp.actions import limiting
from webapp.actions.attachments import Given
from webapp.outside import Outside
from webapp.rules import appeals as rules
from webapp.rules import attachments, limits
from webapp.rules.photos import MOST_BYTES
from webapp.web.addresses import ip_of
from webapp.web.forms import Typed, typed_with_files

MOST_FORM = attachments.MOST_ALTOGETHER + 2 * 1024 * 1024
"""Of a form: the files and far more text than is taken, so that a long letter comes back instead of being lost."""
FILES = {"most_files": attachments.MOST_ALTOGETHER}
"""Of a route: who sends more is told so (web.errors.too_large)."""
MOST_KEPT = 200_000
"""Characters of a letter that is too long and comes back to be shortened."""


async def letter(request: Request[Any, Any, Any]) -> tuple[Typed, list[Given]]:
    fields, files = await typed_with_files(request, "files", MOST_BYTES)
    return fields, [Given(*one) for one in files]


def text_of(fields: Typed, name: str = "text") -> tuple[str, rules.Mistake | None]:
    text = rules.clean(fields[name][:MOST_KEPT])
    return text, rules.mistake_of(text, rules.MOST_TEXT)


def line_of(fields: Typed, name: str, most: int = rules.MOST_FIELD) -> str:
    """A short answer that may be missing."""
    return rules.clean_line(fields[name][: 4 * most])[:most].strip()


async def may_bring(request: Request[Any, Any, Any], given: list[Given], outside: Outside) -> bool:
    """Whether so many files more are looked at for this address."""
    if not given:
        return True
    subject = limits.address_alone(ip_of(request))
    wait = await limiting.wait(
        limits.FILES_PER_ADDRESS, subject, outside.clock.now(), min(len(given), attachments.MOST)
    )
    return not wait
