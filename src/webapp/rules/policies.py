"""A policy as something people edit: its fields by name, what each may be, which pages it touches, what has changed.

Everything is read off the types of rules.policy: a new field there is a new field of the form.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from webapp.rules.periods import KYIV, day_of
from webapp.rules.policy import Branch, Policy

Kind = Literal[
    "yes", "one", "several", "ordered", "whole", "maybe", "number", "text", "list", "days", "branches"
]
PHONE = re.compile(r"\+[0-9]{7,15}")
FURTHEST = 366
"""Days ahead that a version may begin."""
PARTS = ("name", "phones", "address", "hours", "pause")
"""Of a branch, on one line, with a stroke between them."""
TOUCHES: dict[str, tuple[str, ...]] = {
    "logins": ("/sign-up", "/sign-in", "/recovery"), "accounts": ("/accounts", "/linking"),
    "passwords": ("/sign-up", "/profile/password"), "resending": ("/sign-up/confirm", "/recovery/confirm"),
    "proofs": ("/linking",), "numbers": ("/linking",), "consent": ("/sign-up", "/linking/consent"),
    "readings": ("/readings", "/cabinet"), "window": ("/readings", "/cabinet"), "payments": ("/payments",),
    "bills": ("/bills", "/bills/due"), "freshness": ("/cabinet", "/bills"), "languages": ("/",),
    "browsers": ("/help",), "mail": ("/sign-up",), "annulment": ("/annulment",), "money": ("/linking",),
    "contacts": ("/help", "/support"), "navigation": ("/cabinet",), "appeals": ("/appeals/new",),
    "appointments": ("/appointments",), "energy": ("/statistics",), "look": ("/manifest.json",),
    "volumes": ("/business",),
}  # fmt: skip
"""By the group of a field: where people will notice."""
ORDERED = ("proofs", "languages")
"""Whose order is what people see: of each option its place is typed."""
WRONG: dict[str, str] = {
    "a portal needs a kind of login": "logins.kinds",
    "Ukrainian comes first (Law 2704-VIII, art. 27)": "languages",
    "a password minimum lies between 5 and 64": "passwords.minimum",
    "a person may link 1 to 1000 accounts": "accounts.maximum",
    "an exclusive portal links one account": "accounts.exclusive",
    "A12 needs e-mail": "logins.sign_up",
    "an account is linked by some proof": "proofs",
    "the payment before helps out where the last one does not fit": "proofs",
    "people are reminded on days 1-28, which every month has": "readings.reminder_days",
    "a cubic metre of gas holds 5 to 15 kWh": "energy.kwh_per_m3",
    "a bill is due on days 1-28, which every month has": "bills.distribution_due_day",
    "a colour is told as #002f6a": "look.theme",
    "volumes are asked for until a day that every month has": "volumes.until_day",
    "a window opens and closes on days 1-28, which every month has": "window.opens_day",
}
"""Beside which field it stands what rules.policy says of a record that contradicts itself."""


class Slip(StrEnum):
    WHOLE = "whole"
    NUMBER = "number"
    CHOICE = "choice"
    BRANCH = "branch"
    PHONE = "phone"
    OF_MONTH = "of_month"
    DAY = "day"
    PAST = "past"
    FAR = "far"
    BEFORE_ANOTHER = "before_another"


@dataclass(frozen=True)
class Field:
    name: str
    """«logins.kinds»"""
    kind: Kind
    options: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


def all_fields() -> list[Field]:
    """In the order of the policy."""
    return list(_fields(Policy, ""))


def _fields(of: type, before: str) -> Iterator[Field]:
    hints = get_type_hints(of)
    for one in fields(of):
        told, name = hints[one.name], f"{before}{one.name}"
        if is_dataclass(told):
            yield from _fields(told, f"{name}.")  # type: ignore[arg-type]
        else:
            yield _field(name, told)


def _field(name: str, told: Any) -> Field:
    if told is bool:
        return Field(name, "yes")
    if told is Decimal:
        return Field(name, "number")
    if told is str:
        return Field(name, "text")
    if told is int:
        return Field(name, "whole")
    if get_origin(told) is Literal:
        options = get_args(told)
        return Field(name, "whole") if isinstance(options[0], int) else Field(name, "one", options)
    if get_origin(told) is UnionType and NoneType in get_args(told):
        return Field(name, "maybe")
    inner = get_args(told)[0]
    if inner is Branch:
        return Field(name, "branches")
    if inner is int:
        return Field(name, "days")
    if get_origin(inner) is not Literal:
        return Field(name, "list")
    return Field(name, "ordered" if name in ORDERED else "several", get_args(inner))


def value_of(policy: Policy, name: str) -> Any:
    found: Any = policy
    for part in name.split("."):
        found = getattr(found, part)
    return found


def written(field: Field, value: Any) -> str:
    """As it stands in the form."""
    match field.kind:
        case "yes":
            return "1" if value else ""
        case "several" | "ordered" | "days":
            return ", ".join(str(one) for one in value)
        case "list":
            return "\n".join(value)
        case "branches":
            return "\n".join(" | ".join(_said(one)).rstrip(" |") for one in value)
        case _:
            return "" if value is None else str(value)


def _said(branch: Branch) -> list[str]:
    return [branch.name, ", ".join(branch.phones), branch.address, branch.hours, branch.pause]


def as_typed(policy: Policy) -> dict[str, str]:
    """The whole form."""
    return {field.name: written(field, value_of(policy, field.name)) for field in all_fields()}


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Slip]]:
    """What was typed as the record that a policy is made of, and what cannot be one."""
    record: dict[str, Any] = {}
    slips: dict[str, Slip] = {}
    for field in all_fields():
        value = _read(field, typed.get(field.name, ""))
        if isinstance(value, Slip):
            slips[field.name] = value
            continue
        *groups, last = field.name.split(".")
        place = record
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return record, slips


def _read(field: Field, text: str) -> Any:
    value = _parsed(field, text.strip())
    if field.name.endswith("_day") and value is not None and value not in range(1, 29):
        return Slip.WHOLE if value is Slip.WHOLE else Slip.OF_MONTH
    if field.name.endswith((".phone", ".phones")) and value:
        phones = [value] if isinstance(value, str) else value
        return value if all(map(PHONE.fullmatch, phones)) else Slip.PHONE
    return value


def _parsed(field: Field, said: str) -> Any:
    match field.kind:
        case "yes":
            return bool(said)
        case "one":
            return said if said in field.options else Slip.CHOICE
        case "several" | "ordered":
            chosen = [part.strip() for part in said.split(",") if part.strip()]
            return chosen if set(chosen) <= set(field.options) else Slip.CHOICE
        case "whole":
            return _whole(said)
        case "maybe":
            return _whole(said) if said else None
        case "number":
            return _number(said)
        case "days":
            days = [_whole(part.strip()) for part in said.split(",") if part.strip()]
            return Slip.WHOLE if Slip.WHOLE in days else days
        case "list":
            return [line.strip()[:120] for line in said.splitlines() if line.strip()]
        case "branches":
            return _branches(said)
        case "text":
            return said[:300]


def _whole(said: str) -> int | Slip:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else Slip.WHOLE


def _number(said: str) -> str | Slip:
    try:
        number = Decimal(said.replace(",", "."))
    except InvalidOperation:
        return Slip.NUMBER
    return str(number) if number.is_finite() and len(said) < 12 else Slip.NUMBER


def _branches(said: str) -> list[dict[str, Any]] | Slip:
    found = []
    for line in said.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if not any(parts):
            continue
        if not parts[0] or len(parts) > len(PARTS):
            return Slip.BRANCH
        branch: dict[str, Any] = dict(zip(PARTS, parts, strict=False))
        branch["phones"] = [one.strip() for one in branch.get("phones", "").split(",") if one.strip()]
        if not all(map(PHONE.fullmatch, branch["phones"])):
            return Slip.PHONE
        found.append(branch)
    return found


@dataclass(frozen=True)
class Change:
    field: Field
    before: str
    after: str


def changes(before: Policy, after: Policy) -> list[Change]:
    told = ((field, value_of(before, field.name), value_of(after, field.name)) for field in all_fields())
    return [Change(field, written(field, old), written(field, new)) for field, old, new in told if old != new]


def touched(found: list[Change]) -> list[str]:
    """Addresses of pages, each once."""
    pages = [page for change in found for page in TOUCHES.get(change.field.group, ())]
    return list(dict.fromkeys(pages))


def begins(typed: str, now: datetime, after: datetime | None) -> datetime | Slip:
    """The first moment of the day in Kyiv, or now; `after`: when the version before begins."""
    today = day_of(now)
    try:
        day = date.fromisoformat(typed.strip()) if typed.strip() else today
    except ValueError:
        return Slip.DAY
    if not today <= day <= today + timedelta(days=FURTHEST):
        return Slip.PAST if day < today else Slip.FAR
    moment = now if day == today else datetime.combine(day, time.min, KYIV)
    return Slip.BEFORE_ANOTHER if after and moment < after else moment
