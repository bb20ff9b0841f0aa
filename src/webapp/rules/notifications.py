"""What people are told of, and by which ways: one table for everything that is sent after the fact."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

Channel = Literal["cabinet", "mail", "sms", "push"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
Kind = Literal[
    "security",
    "reading_reminder",
    "bill_reminder",
    "readings",
    "payments",
    "usage",
    "requests",
    "outage",
    "news",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Channels = frozenset[Channel]
LetterKind = Literal["mail", "phone"]


@dataclass(frozen=True)
class Row:
    """Ways of who has chosen nothing."""

    channels: Channels
    sms_without_mail: bool = True
    """An SMS costs money: it goes to who has no mailbox, and to who asks for it."""
    always: bool = False
    """By every login, at any hour, and nobody can turn it off: whoever got in would do so first."""


TOLD: Channels = frozenset({"cabinet", "mail", "push"})
TABLE: dict[Kind, Row] = {
    "security": Row(frozenset(CHANNELS), always=True),
    "reading_reminder": Row(TOLD),
    "bill_reminder": Row(TOLD),
    "readings": Row(TOLD),
    "payments": Row(TOLD),
    "usage": Row(TOLD),
    "requests": Row(TOLD),
    "outage": Row(TOLD),
    "news": Row(frozenset({"cabinet", "mail"}), sms_without_mail=False),
}
CHOSEN_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS if not TABLE[kind].always)
BROADCAST: tuple[Kind, ...] = ("outage", "news")
"""What the staff writes to many."""

OF_NOTICES: dict[Kind, tuple[str, ...]] = {
    "security": (
        "already-registered", "account-linked", "access-ended", "account-closed", "annulment-asked",
        "annulment-refused", "annulment-done", "joining-asked", "joining-granted", "password-changed",
        "second-step-changed", "new-sign-in", "login-added", "login-removed", "login-replaced", "login-will-change",
        "consent-withdrawn", "registration-deleted",
    ),
    "reading_reminder": ("reading-reminder",),
    "bill_reminder": ("bill-reminder",),
    "readings": ("reading-replaced", "reading-taken", "no-access", "verification-due"),
    "payments": ("payment-received", "payment-returned"),
    "usage": ("usage-leak", "usage-unusual", "balance-above"),
    "news": ("news",),
}  # fmt: skip
KIND_OF: dict[str, Kind] = {notice: kind for kind, notices in OF_NOTICES.items() for notice in notices}
CODES = frozenset({
    "sign-up-code", "sign-up-link", "sign-up-both", "recovery-code", "recovery-link", "set-password",
    "new-contact-code", "new-contact-both", "old-contact-code",
})  # fmt: skip
"""Asked for by whoever waits for them: they are no notifications, and nobody chooses anything about them."""
ONCE = frozenset({
    "payment-received", "payment-returned", "reading-replaced", "reading-taken", "new-sign-in", "company-changed",
})  # fmt: skip
"""Of these the thing they are about happens once: whoever is told again of the same one is not told."""
PAGES = {
    "reading-reminder": "/readings",
    "bill-reminder": "/bills/due",
    "reading-replaced": "/readings",
    "reading-taken": "/readings",
    "no-access": "/readings",
    "verification-due": "/readings",
    "payment-received": "/payments/{about}",
    "payment-returned": "/payments/{about}",
    "usage-leak": "/statistics",
    "usage-unusual": "/statistics",
    "balance-above": "/bills",
    "account-linked": "/accounts",
    "access-ended": "/accounts",
    "account-closed": "/accounts",
    "joining-asked": "/accounts",
    "joining-granted": "/accounts",
    "appointment-booked": "/appointments/{about}",
    "appointment-reminder": "/appointments/{about}",
    "appointment-cancelled": "/appointments/{about}",
    "callback-missed": "/appointments",
    "volumes-decided": "/business",
    "company-changed": "/accounts",
    "new-sign-in": "/profile/devices",
    "second-step-changed": "/profile/security",
}


def kind_of(notice: str) -> Kind:
    """What nobody has put into the table answers something that the person has asked for."""
    return KIND_OF.get(notice, "requests")


def page_of(notice: str, about: UUID | None) -> str:
    """Where one goes on from a notification; the profile has what has no page."""
    page = PAGES.get(notice, "" if kind_of(notice) != "security" else "/profile")
    return page.format(about=about)


@dataclass(frozen=True)
class Login:
    """Something proved: a mailbox, or a mobile. The phone to be called at is none, and may be a landline."""

    id: UUID
    kind: LetterKind
    contact: str


def ways(kind: Kind, chosen: Collection[Channel] | None, has: Collection[Channel]) -> Channels:
    """By which ways somebody is told. What was chosen and is not there any more is not replaced by another way."""
    row = TABLE[kind]
    if row.always:
        return frozenset(has)
    if chosen is not None:
        return frozenset(chosen).intersection(has)
    found = row.channels.intersection(has)
    return found | {"sms"} if row.sms_without_mail and "mail" not in has and "sms" in has else found


def has(logins: Iterable[Login], pushes: bool) -> Channels:
    """The ways that reach this person at all."""
    found: set[Channel] = {"cabinet"}
    found |= {"mail" if login.kind == "mail" else "sms" for login in logins}
    return frozenset(found | {"push"} if pushes else found)


def logins_for(kind: Kind, found: Channels, logins: Sequence[Login]) -> list[Login]:
    """Whom letters and SMS go to: the oldest mailbox and the oldest mobile, or all of them."""
    named: dict[LetterKind, Channel] = {"mail": "mail", "phone": "sms"}
    meant = [login for login in logins if named[login.kind] in found]
    if TABLE[kind].always:
        return meant
    first = {login.kind: login for login in reversed(meant)}
    return [login for login in meant if first[login.kind] is login]


def changed(
    kind: Kind, before: Collection[Channel] | None, wanted: Collection[Channel], reach: Collection[Channel]
) -> Channels | None:
    """What is to be remembered of a choice; None where it says what holds anyway.

    A way that the page could not offer stays as it was, so that it holds when there is a phone or a mailbox;
    unless nothing at all is wanted.
    """
    if ways(kind, before, reach) == frozenset(wanted).intersection(reach):
        return None
    if not frozenset(wanted).intersection(reach):
        return frozenset()
    kept = TABLE[kind].channels if before is None else frozenset(before)
    return frozenset(wanted).intersection(reach) | kept.difference(reach)


def grid(chosen: Mapping[Kind, Collection[Channel]], reach: Collection[Channel]) -> dict[Kind, Channels]:
    """The whole table as it holds for one person."""
    return {kind: ways(kind, chosen.get(kind), reach) for kind in KINDS}
