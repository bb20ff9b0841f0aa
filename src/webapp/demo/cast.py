"""Who is in the demo, as the files beside tell it. Ids come from names: they are the same at every start."""

from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid5

import msgspec

from webapp.rules import pins
from webapp.rules.policy import Policy
from webapp.settings import Settings

T = TypeVar("T")
FOLDER = Path(__file__).parent
NAMESPACE = UUID("6b1a7c1e-8f0e-5d0c-9a51-6f0d0c1b1a04")
PASSWORD = "demo-Blakyt-2026"


def id_of(*names: object) -> UUID:
    return uuid5(NAMESPACE, ":".join(map(str, names)))


class Company(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Literal["operator", "supplier"]
    name: str
    short: str
    phone: str
    mail: str
    site: str
    prices: dict[date, Decimal]
    """From which day on; грн per m³ with VAT."""
    iban: str
    """Of the National Bank itself and invented: nobody's money comes anywhere."""
    edrpou: str = "12345678"
    address: str = ""

    def price(self, month: date) -> Decimal:
        """Months before the first price have that one."""
        return self.prices[max((day for day in self.prices if day <= month), default=min(self.prices))]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address with its story. Months are counted back from the last one that is booked: 0 is that one."""

    number: str
    """Of the contract of distribution, and of the account itself."""
    supply: str
    """Of the contract of supply: another company, another number."""
    settlement: str
    address: str
    holder: str
    name: str = ""
    kind: Literal["household", "trader"] = "household"
    level: Literal["basic", "extended"] = "extended"
    profile: Literal["stove", "stove_heater", "heating"] = "stove"
    annual: int = 0
    """m³ a year; without it the usual volume of the profile."""
    model: int = 0
    serial: str = ""
    last: int = 0
    """What the meter showed at the end of the last month, or when it was taken down to be replaced."""
    last_volume: int | None = None
    pays: Literal["monthly", "ahead"] = "monthly"
    unpaid: int = 1
    """For how many of the last months nothing was paid."""
    paid: tuple[Decimal, ...] = ()
    """The last payments for gas, newest first, where they must be known beforehand."""
    pending: Decimal | None = None
    """A payment of yesterday that is still under way."""
    inspected: tuple[int, ...] = ()
    contested: int | None = None
    """For which of them the consumer had sent another value before the inspector came."""
    missed: tuple[int, ...] = ()
    """Months for which nobody sent a reading."""
    replaced: int | None = None
    surplus: int = 0
    """m³ that went astray in each of the last two months."""
    verified_in: int | None = None
    """Days from today until the verification of the meter ends."""
    history: bool = True
    norm: int | None = None
    """m³ a month where there is no meter (КМУ 143)."""
    since: date | None = None
    opening: Decimal | None = None
    """What was owed the month before `since`."""
    volumes: tuple[int, ...] = ()
    """m³ of the months from `since` on, where they are told; `payments` likewise."""
    payments: tuple[Decimal, ...] = ()
    subsidy: Decimal | None = None
    """грн a month, in cash from the Pension Fund; `deducted`: on the bill, as it was before 2023."""
    deducted: Decimal | None = None

    @property
    def pin(self) -> str:
        """Printed on its bill: the same at every start."""
        return pins.written(int.from_bytes(sha256(f"PIN {self.number}".encode()).digest()[:8]))


class Flats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All flats of a house in one person's hands."""

    first: str
    supply: str
    count: int
    settlement: str
    street: str
    holder: str
    profile: Literal["stove", "stove_heater", "heating"]

    def accounts(self) -> list[Account]:
        return [
            Account(
                number=_following(self.first, n),
                supply=_following(self.supply, n),
                settlement=self.settlement,
                address=f"{self.street}, кв. {n + 1}",
                holder=self.holder,
                profile=self.profile,
                annual=84 + n * 5,
                model=n % 4,
                last=1200 + n * 317,
            )
            for n in range(self.count)
        ]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    name: str
    logins: tuple[str, ...]
    accounts: tuple[Account, ...] = ()
    flats: Flats | None = None
    totp_secret: str | None = None
    """Who has one signs in with the code of an application too."""

    @property
    def all_accounts(self) -> list[Account]:
        return [*self.accounts, *(self.flats.accounts() if self.flats else [])]


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    people: tuple[Person, ...]
    """The first has the fullest data."""
    unlinked: tuple[Account, ...]
    """For trying to sign up, or to add one."""

    @property
    def all_accounts(self) -> list[Account]:
        return [*self.unlinked, *(account for person in self.people for account in person.all_accounts)]


class Portal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    brand: str
    subdomain: str
    name: str
    sms_name: str
    companies: tuple[str, ...]
    policy: Policy

    @property
    def id(self) -> UUID:
        return id_of("portal", self.brand)

    def host(self, port: int) -> str:
        name = f"{self.subdomain}.localhost" if self.subdomain else "localhost"
        return name if port in (80, 443) else f"{name}:{port}"

    def url(self, port: int) -> str:
        return f"http://{self.host(port)}"

    def company(self, role: str) -> str:
        """The key of the company that does it on this portal."""
        return next(key for key in self.companies if companies()[key].role == role)


@cache
def companies() -> dict[str, Company]:
    return _read("companies.json", dict[str, Company])


@cache
def portals() -> tuple[Portal, ...]:
    return _read("portals.json", tuple[Portal, ...])


@cache
def people() -> dict[str, People]:
    """By the brand of the portal."""
    return _read("people.json", dict[str, People])


@cache
def keepers() -> dict[str, set[str]]:
    """By the brand of the portal: the keys of those who keep a business cabinet."""
    told = _read("businesses.json", dict[str, tuple[dict[str, Any], ...]])
    return {brand: {one["owner"] for one in some if one.get("owner")} for brand, some in told.items()}


def people_json(settings: Settings) -> dict[str, Any]:
    """The contract of `blakyt demo --json`: where to go, as whom, and which accounts are free to be added."""
    return {
        "portals": [{"name": portal.name, "url": portal.url(settings.port)} for portal in portals()],
        "people": [
            {
                "portal": portal.name,
                "role": "business" if person.key in keepers().get(portal.brand, ()) else "consumer",
                "name": person.name,
                "login": person.logins[0],
                "password": PASSWORD,
                "totp_secret": person.totp_secret,
            }
            for portal in portals()
            for person in people()[portal.brand].people
        ],
        "unlinked": [
            {
                "portal": portal.name,
                "company": companies()[portal.company("supplier")].name,
                "number": account.supply,
                "last_payment": str(account.paid[0]),
                "meter_serial": account.serial,
                "pin": account.pin,
            }
            for portal in portals()
            for account in people()[portal.brand].unlinked
        ],
    }


def _following(number: str, n: int) -> str:
    return f"{int(number) + n:0{len(number)}d}"


def _read(name: str, kind: type[T]) -> T:
    return msgspec.json.decode((FOLDER / name).read_bytes(), type=kind)
