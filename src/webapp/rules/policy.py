"""What a portal's companies have decided: one record a portal, each field with a default that works.

The keys P-01..P-21 are those of the requirements; a portal's own values live in its row, never in the code.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from webapp.rules import answers
from webapp.rules.account_numbers import AccountFormat
from webapp.rules.periods import Window

LoginKind = Literal["mail", "phone"]
Language = Literal["uk", "ru", "en"]
ProofKind = answers.Kind
Role = Literal["operator", "supplier"]


class BadPolicy(ValueError):
    """The record contradicts itself: whoever changes it is told, nobody is served by it."""


@dataclass(frozen=True)
class Logins:
    """P-01, P-04: what a login is, how it is made and how it is got back."""

    kinds: tuple[LoginKind, ...] = ("mail", "phone")
    several: bool = True
    sign_up: Literal["plain", "identified"] = "plain"
    """`identified`: account and payment are asked in the same form as the contacts (A12)."""
    introduced: bool = False
    """A page before the form says what will be needed (A09)."""
    steps: Literal[1, 2] = 1
    """2: the login first, the password on the next page (B10)."""
    recovery: Literal["code", "link", "code_or_link"] = "code"


@dataclass(frozen=True)
class Accounts:
    """P-02: how many accounts («особові рахунки») one person may link (B14, A07)."""

    maximum: int = 25
    exclusive: bool = False
    business: bool = False
    """Whether there is a business cabinet beside the personal one (B11, B17)."""


@dataclass(frozen=True)
class Passwords:
    """P-03: the portal's own minimum; common passwords are refused everywhere, long ones never."""

    minimum: int = 10
    repeated: bool = False
    """Typed twice at sign-up (R03)."""


@dataclass(frozen=True)
class Resending:
    """P-05: when the button wakes up, and what the text promises (A29, K08)."""

    after_seconds: int = 60
    mail_hint_minutes: int = 60
    sms_hint_minutes: int = 15


@dataclass(frozen=True)
class Consent:
    """P-08: whether the person agrees before the form or signs before the first account (A11, R07)."""

    moment: Literal["before", "after"] = "before"


@dataclass(frozen=True)
class Readings:
    """P-09: whose portal takes readings; where nobody does, the operator is named with a link (K35)."""

    taken_by: tuple[Role, ...] = ("operator", "supplier")
    forwarded: bool = False
    """The supplier takes them for the operator and passes them on."""
    reminder_days: tuple[int, ...] = (1, 4)
    """Of the month, on which those who have not sent are reminded; none where nobody is."""


@dataclass(frozen=True)
class Payments:
    """P-11: from which day of the month on, and which sums (K10, K13, R13)."""

    opens_after_day: int | None = None
    amounts: tuple[Literal["debt", "own", "with_reading"], ...] = ("debt", "own")


@dataclass(frozen=True)
class Bills:
    """What stands on a bill, and until when it is paid; the days of a month are 1-28, which every month has."""

    qr: Literal["003", "002", "none"] = "003"
    """The format of the National Bank's code (NBU 97/2025); companies move from 002 to 003."""
    pin: bool = False
    """The PIN that proves the account is printed, in figures and as a QR code, for who owns it."""
    supply_due_day: int | None = None
    """Of the month after the billed one; none means its last day."""
    distribution_due_day: int = 20
    """Of the billed month itself (contract 2498, 6.6)."""
    remind_days: int | None = 3
    """Before the last day to pay; none where nobody is reminded."""


@dataclass(frozen=True)
class Freshness:
    """P-12: how old a figure may be, in days; `working` counts working days only (A18, K18, K19)."""

    payments_days: int = 1
    working: bool = False
    charges_by_day: int | None = None


@dataclass(frozen=True)
class Browsers:
    """P-14: the browsers that the companies promise to serve (A08, B03)."""

    named: tuple[str, ...] = ("Google Chrome", "Microsoft Edge", "Mozilla Firefox", "Safari", "Opera")


@dataclass(frozen=True)
class Mail:
    """P-15: mail domains that are warned about, never blocked (A22)."""

    discouraged_domains: tuple[str, ...] = ("yandex.ru", "yandex.ua", "mail.ru", "bk.ru", "inbox.ru")


@dataclass(frozen=True)
class Annulment:
    """P-16: days for the decision about a registration that nobody can sign in to (A48)."""

    days: int = 7


@dataclass(frozen=True)
class Money:
    """P-17: how sums are typed: hryvnias with comma or point, or whole kopecks (A16, R16)."""

    typed_in: Literal["hryvnia", "kopeck"] = "hryvnia"


@dataclass(frozen=True)
class Branch:
    """As the accounts of its people name it."""

    name: str
    phones: tuple[str, ...] = ()
    address: str = ""
    hours: str = ""
    pause: str = ""


@dataclass(frozen=True)
class Contacts:
    """P-18: how people reach the portal's support (A02, A06, A27, K15, K33, H10). Phones are E.164."""

    phone: str = ""
    phones: tuple[str, ...] = ()
    mail: str = ""
    hours: str = ""
    """Days and hours, as people read them: «Пн–Чт 8:00–17:15»."""
    pause: str = ""
    """The break of each working day (K33): «12:00–13:00»."""
    address: str = ""
    business_mail: str = ""
    """Where technical problems of business cabinets go (B06)."""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Navigation:
    """P-19: accounts in a switcher on top (B12) or as a list in the left menu (K16)."""

    accounts: Literal["switcher", "left"] = "switcher"


@dataclass(frozen=True)
class Appeals:
    """P-20: kinds of letters the companies answer."""

    kinds: tuple[Literal["question", "complaint", "suggestion", "technical"], ...] = (
        "question",
        "complaint",
        "suggestion",
        "technical",
    )


@dataclass(frozen=True)
class Appointments:
    """P-21: what can be booked."""

    kinds: tuple[Literal["reception", "queue", "technician", "callback"], ...] = ()


@dataclass(frozen=True)
class Volumes:
    """Requests of businesses for the gas of the months to come."""

    until_day: int = 20
    """Of the month before, in Kyiv: then the supplier orders the gas himself."""


@dataclass(frozen=True)
class Energy:
    """How gas is told in kWh; the operator of the network publishes the exact factor of each month."""

    kwh_per_m3: Decimal = Decimal("10.5")


@dataclass(frozen=True)
class Look:
    """What the device paints around the pages. The palette of the pages is named by the portal's brand."""

    theme: str = "#002f6a"


@dataclass(frozen=True)
class Policy:
    logins: Logins = field(default_factory=Logins)
    accounts: Accounts = field(default_factory=Accounts)
    passwords: Passwords = field(default_factory=Passwords)
    resending: Resending = field(default_factory=Resending)
    proofs: tuple[ProofKind, ...] = ("last_payment", "previous_payment")
    """P-06, in the order they are offered."""
    numbers: AccountFormat = AccountFormat("[0-9]{4,12}")
    """P-07"""
    consent: Consent = field(default_factory=Consent)
    readings: Readings = field(default_factory=Readings)
    window: Window = field(default_factory=Window)
    """P-10"""
    payments: Payments = field(default_factory=Payments)
    bills: Bills = field(default_factory=Bills)
    freshness: Freshness = field(default_factory=Freshness)
    languages: tuple[Language, ...] = ("uk", "en")
    """P-13: the first is the default."""
    browsers: Browsers = field(default_factory=Browsers)
    mail: Mail = field(default_factory=Mail)
    annulment: Annulment = field(default_factory=Annulment)
    money: Money = field(default_factory=Money)
    contacts: Contacts = field(default_factory=Contacts)
    navigation: Navigation = field(default_factory=Navigation)
    appeals: Appeals = field(default_factory=Appeals)
    appointments: Appointments = field(default_factory=Appointments)
    volumes: Volumes = field(default_factory=Volumes)
    energy: Energy = field(default_factory=Energy)
    look: Look = field(default_factory=Look)

    def __post_init__(self) -> None:
        for wrong, why in (
            (not self.logins.kinds, "a portal needs a kind of login"),
            (self.languages[:1] != ("uk",), "Ukrainian comes first (Law 2704-VIII, art. 27)"),
            (not 5 <= self.passwords.minimum <= 64, "a password minimum lies between 5 and 64"),
            (not 1 <= self.accounts.maximum <= 1000, "a person may link 1 to 1000 accounts"),
            (self.accounts.exclusive and self.accounts.maximum > 1, "an exclusive portal links one account"),
            (self.logins.sign_up == "identified" and "mail" not in self.logins.kinds, "A12 needs e-mail"),
            (not self.proofs, "an account is linked by some proof"),
            (
                "previous_payment" in self.proofs and "last_payment" not in self.proofs,
                "the payment before helps out where the last one does not fit",
            ),
            (
                not all(1 <= day <= 28 for day in self.readings.reminder_days),
                "people are reminded on days 1-28, which every month has",
            ),
            (not 1 <= self.volumes.until_day <= 28, "volumes are asked for until a day that every month has"),
            (not 5 <= self.energy.kwh_per_m3 <= 15, "a cubic metre of gas holds 5 to 15 kWh"),
            (
                not all(
                    1 <= day <= 28
                    for day in (self.bills.supply_due_day or 1, self.bills.distribution_due_day)
                ),
                "a bill is due on days 1-28, which every month has",
            ),
            (not re.fullmatch("#[0-9a-f]{6}", self.look.theme), "a colour is told as #002f6a"),
        ):
            if wrong:
                raise BadPolicy(why)
