"""The receipt of a reading: one text that is signed, a link that carries it, and what a check finds.

The text is twelve lines of UTF-8, each ended by a line feed, in this order and no other:

    blakyt-receipt-1            the form
    190417                      number of the reading
    АТ «Назва»                  the company that took it
    8830                        last digits of the account number
    0219044                     serial number of the meter
    04152                       m³ on the drums
    2026-11-03                  day of the reading, in Kyiv
    2026-10                     month that it counts for
    2026-11-03T17:31:08Z        written down, by the device's clock as corrected
    2026-11-03T17:40:55Z        received
    consumer                    source
    7f3c91a0                    key that signed it

Sealed, packed and signed as rules.signed says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from webapp.rules import signed
from webapp.rules.signed import Doubtful, Verify, line, moment, text_of

FORM = "blakyt-receipt-1"
SOURCES = ("consumer", "program", "inspector", "remote", "staff")
"""Who gives readings; a program is the consumer's own. What is planned was given by nobody, and gets no receipt."""

LINES = re.compile(
    FORM + r"\n(?P<number>[1-9][0-9]{0,18})\n(?P<company>[^\n]+)\n(?P<account>[^\n]+)\n(?P<meter>[^\n]+)\n"
    r"(?P<value>[0-9]{1,18})\n(?P<read_on>[0-9-]{10})\n(?P<month>[0-9-]{7})\n(?P<taken_at>[0-9TZ:-]{20})\n"
    r"(?P<received_at>[0-9TZ:-]{20})\n(?P<source>[a-z]+)\n(?P<key>[0-9a-f]{8})\n"
)


def giver(source: str, by_token: bool) -> str:
    """Of SOURCES: a program gives in the name of the consumer, and not by their hand."""
    return "program" if by_token else source


@dataclass(frozen=True)
class Receipt:
    number: int
    company: str
    account: str
    """Its last digits: rules.signed.masked."""
    meter: str
    value: str
    """As the drums show it, with their zeros."""
    read_on: date
    month: date
    taken_at: datetime
    received_at: datetime
    source: str
    key: str


def written(receipt: Receipt) -> str:
    """The text that is signed."""
    return text_of(
        FORM, str(receipt.number), line(receipt.company), line(receipt.account), line(receipt.meter),
        receipt.value, receipt.read_on.isoformat(), receipt.month.isoformat()[:7], moment(receipt.taken_at),
        moment(receipt.received_at), receipt.source, receipt.key,
    )  # fmt: skip


def read(text: str) -> Receipt | None:
    """The same backwards; None for whatever `written` would not have written."""
    found = LINES.fullmatch(text)
    if not found:
        return None
    told = found.groupdict()
    try:
        receipt = Receipt(
            int(told["number"]), told["company"], told["account"], told["meter"], told["value"],
            date.fromisoformat(told["read_on"]), date.fromisoformat(told["month"] + "-01"),
            datetime.fromisoformat(told["taken_at"]), datetime.fromisoformat(told["received_at"]),
            told["source"], told["key"],
        )  # fmt: skip
        return receipt if receipt.source in SOURCES and written(receipt) == text else None
    except (ValueError, OverflowError):
        return None


def opened(seal: bytes) -> Receipt | None:
    return signed.opened(seal, read)


def check(typed: str, keys: Mapping[str, bytes], verify: Verify) -> Receipt | Doubtful:
    """Genuine, or why not."""
    return signed.check(typed, keys, verify, read)
