"""Certificates («довідки») and acts: which can be issued at once, and the text that is signed.

The text is twelve lines of UTF-8, each ended by a line feed, in this order and no other:

    blakyt-certificate-1        the form
    1042                        number of the certificate
    ТОВ «Назва»                 the company that issued it
    supply                      or distribution
    8830                        last digits of the contract's number
    no_debt                     or state, act, subsidy
    2026-11-22                  issued on, in Kyiv
    2026-12-22                  the last day that it is valid
    2026-11-21                  day of the figures
    2026-08/2026-10             months of an act; - for the others
    -71.68                      грн, positive = the consumer owes; - where it names no sum
    7f3c91a0                    key that signed it

Sealed, packed and signed as rules.signed says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal, cast, get_args

from webapp.rules import signed
from webapp.rules.periods import day_of
from webapp.rules.signed import Doubtful, Verify, line, text_of

Kind = Literal["state", "no_debt", "act", "subsidy"]
Service = Literal["supply", "distribution"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORM = "blakyt-certificate-1"
VALID_DAYS = 30
MOST_MONTHS = 36
"""Of an act: three years, as long as a debt can be claimed (Civil Code, article 257)."""
SLACK_DAYS = 2
"""Beyond what the portal promises a figure may be this much older: nights, holidays, a late file."""
NONE = "-"
LINES = re.compile(
    FORM + r"\n(?P<number>[1-9][0-9]{0,18})\n(?P<company>[^\n]+)\n(?P<service>supply|distribution)\n"
    r"(?P<account>[^\n]*)\n(?P<kind>state|no_debt|act|subsidy)\n(?P<issued_on>[0-9-]{10})\n(?P<valid_until>[0-9-]{10})\n"
    r"(?P<as_of>[0-9-]{10})\n(?P<months>-|[0-9]{4}-[0-9]{2}/[0-9]{4}-[0-9]{2})\n"
    r"(?P<sum>-|-?(?:0|[1-9][0-9]{0,9})\.[0-9]{2})\n(?P<key>[0-9a-f]{8})\n"
)


@dataclass(frozen=True)
class Certificate:
    number: int
    company: str
    service: Service
    account: str
    """Its last digits: rules.signed.masked."""
    kind: Kind
    issued_on: date
    valid_until: date
    as_of: date
    months: tuple[date, date] | None
    sum: Decimal | None
    key: str

    def is_valid(self, today: date) -> bool:
        return today <= self.valid_until


class Lack(StrEnum):
    """Why the cabinet cannot answer by itself; somebody of the staff can."""

    STALE = "stale"
    """The figures are older than the portal promises."""
    OVERDUE = "overdue"
    """There is a debt whose last day to pay has passed."""
    HISTORY = "history"
    """Charges and payments that are known here do not explain the balance, or begin later."""
    UNKNOWN = "unknown"
    """No subsidy is known here, which does not mean that there is none."""


@dataclass(frozen=True)
class Known:
    """What is known of the contract at the moment of the order."""

    as_of: datetime
    overdue: Decimal
    is_explained: bool
    """Opening, charges and payments give the balance."""
    known_since: date | None
    """The first day of the first month with a charge."""
    has_grants: bool


def lack(kind: Kind, known: Known, *, starts_on: date | None, fresh_days: int, today: date) -> Lack | None:
    """None: it can be issued at once."""
    if (today - day_of(known.as_of)).days > fresh_days + SLACK_DAYS:
        return Lack.STALE
    if kind == "no_debt" and known.overdue > 0:
        return Lack.OVERDUE
    if kind == "act" and not (known.is_explained and starts_on and _knows(known, starts_on)):
        return Lack.HISTORY
    if kind == "subsidy" and not known.has_grants:
        return Lack.UNKNOWN
    return None


def fresh_days(payments_days: int, working: bool) -> int:
    """Calendar days of what the portal promises (P-12)."""
    return payments_days + 2 * -(-payments_days // 5) if working else payments_days


def _knows(known: Known, starts_on: date) -> bool:
    return known.known_since is not None and known.known_since <= starts_on


class Wrong(StrEnum):
    """What is the matter with the months of an act."""

    EMPTY = "empty"
    BACKWARDS = "backwards"
    FUTURE = "future"
    LONG = "long"


@dataclass(frozen=True)
class WrongMonth:
    field: Literal["first", "last"]
    why: Wrong


def period(first: str, last: str, today: date) -> tuple[date, date] | WrongMonth:
    """The first days of both months («2026-08», as browsers send a month), or the field and what is wrong with it."""
    start, end = _month(first), _month(last)
    if start is None:
        return WrongMonth("first", Wrong.EMPTY)
    if end is None:
        return WrongMonth("last", Wrong.EMPTY)
    if end > today:
        return WrongMonth("last", Wrong.FUTURE)
    if end < start:
        return WrongMonth("last", Wrong.BACKWARDS)
    if (end.year - start.year) * 12 + end.month - start.month >= MOST_MONTHS:
        return WrongMonth("first", Wrong.LONG)
    return start, end


def _month(text: str) -> date | None:
    try:
        return (
            date.fromisoformat(f"{text.strip()}-01")
            if re.fullmatch(r"\s*[0-9]{4}-[0-9]{2}\s*", text)
            else None
        )
    except ValueError:
        return None


def valid_until(issued_on: date) -> date:
    return issued_on + timedelta(days=VALID_DAYS)


def written(one: Certificate) -> str:
    """The text that is signed."""
    months = f"{one.months[0]:%Y-%m}/{one.months[1]:%Y-%m}" if one.months else NONE
    return text_of(
        FORM, str(one.number), line(one.company), one.service, one.account, one.kind, one.issued_on.isoformat(),
        one.valid_until.isoformat(), one.as_of.isoformat(), months,
        NONE if one.sum is None else f"{one.sum:.2f}", one.key,
    )  # fmt: skip


def read(text: str) -> Certificate | None:
    """The same backwards; None for whatever `written` would not have written."""
    found = LINES.fullmatch(text)
    if not found:
        return None
    told = found.groupdict()
    try:
        first, _, last = told["months"].partition("/")
        months = (date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")) if last else None
        one = Certificate(
            int(told["number"]), told["company"], cast(Service, told["service"]), told["account"],
            cast(Kind, told["kind"]), date.fromisoformat(told["issued_on"]), date.fromisoformat(told["valid_until"]),
            date.fromisoformat(told["as_of"]), months,
            None if told["sum"] == NONE else Decimal(told["sum"]), told["key"],
        )  # fmt: skip
        return one if written(one) == text else None
    except (ValueError, OverflowError):
        return None


def opened(seal: bytes) -> Certificate | None:
    return signed.opened(seal, read)


def check(typed: str, keys: Mapping[str, bytes], verify: Verify) -> Certificate | Doubtful:
    """Genuine, or why not. Whether it is still valid is another question: `is_valid`."""
    return signed.check(typed, keys, verify, read)
