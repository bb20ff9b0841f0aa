"""What the staff writes to many: how long it may be, and what it would cost."""

from collections.abc import Sequence

from webapp.rules import sms
from webapp.rules.notifications import TABLE, Kind

LONGEST_TITLE, LONGEST_TEXT = 50, 2000
"""The title is the SMS: with the sender's name before it, it fits into one part."""
AT_ONCE = 500
"""People of a portion: the next one is looked for when these are told, so that the queue stays short."""


def places(known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(branch, settlement) as they can be chosen: each branch as a whole, then its settlements."""
    found: list[tuple[str, str]] = []
    for branch, settlement in known:
        if (branch, "") not in found:
            found.append((branch, ""))
        if settlement:
            found.append((branch, settlement))
    return found


def mistakes(title: str, text: str) -> dict[str, str]:
    found = {}
    if not title.strip():
        found["title"] = "empty"
    elif len(title.strip()) > LONGEST_TITLE:
        found["title"] = "long"
    if not text.strip():
        found["text"] = "empty"
    elif len(text.strip()) > LONGEST_TEXT:
        found["text"] = "long"
    return found


def sms_text(name: str, title: str) -> str:
    """As notices/news/sms.txt writes it."""
    return f"{name}. {title}"


def parts(name: str, title: str) -> int:
    return sms.parts(sms_text(name, title))


def defaults(kind: Kind) -> tuple[bool, bool, bool]:
    """For who has chosen nothing: mail, push, and SMS where there is no mailbox."""
    row = TABLE[kind]
    return "mail" in row.channels, "push" in row.channels, row.sms_without_mail
