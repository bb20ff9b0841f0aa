"""The cast and its stories as rows of the tables."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from webapp.demo import cast, eic
from webapp.demo.cast import Account, Person, Portal, id_of
from webapp.demo.story import DIGITS, Ledger, Reading, Story
from webapp.rules.periods import KYIV, Window, day_of, month_at, month_before
from webapp.rules.readings import digest_of

Rows = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "people": "id portal_id partition name language password_hash created_at",
    "logins": "id portal_id person_id kind contact verified_at",
    "accounts": "id company_id number settlement address holder kind",
    "links": "id person_id account_id level name position linked_at",
    "contracts": "id company_id account_id service number balance as_of price year_volume",
    "charges": "id company_id contract_id month kind volume price amount charged_on",
    "payments": "id company_id contract_id amount paid_on credited_at channel",
    "meter_points": "id company_id account_id eic profile",
    "meters": "id company_id account_id meter_point_id serial model digits max_hourly_litres installed_on"
    " removed_on verified_until",
    "readings": "id company_id meter_id person_id source month value read_on taken_at received_at"
    " skew_seconds late state reason doubts digest device_id",
}
MODELS = (("BK-G4T", 6000), ("BK-G2,5", 4000), ("Самгаз G4 RS/2001-2P", 6000), ("Октава G4", 6000))
"""With Qmax in litres an hour (EN 1359)."""
CHANNELS = ("bank", "card", "terminal", "post")
VERIFIED_YEARS = 8


class Writer:
    """Collects the rows of what is missing."""

    def __init__(self, now: datetime, password_hash: str) -> None:
        self.now, self.today = now, day_of(now)
        self.last = month_before(month_at(now, Window()))
        self.password_hash = password_hash
        self.rows: Rows = defaultdict(list)

    def person(self, portal: Portal, person: Person) -> None:
        id, since = person_id(portal, person), self.now - timedelta(days=420)
        self.rows["people"].append(
            (id, portal.id, id_of("partition", id), person.name, "uk", self.password_hash, since)
        )
        for contact in person.logins:
            kind = "mail" if "@" in contact else "phone"
            self.rows["logins"].append((id_of("login", id, contact), portal.id, id, kind, contact, since))

    def link(self, portal: Portal, person: Person, account: Account, position: int) -> None:
        holder, linked = person_id(portal, person), account_id(portal, account)
        at = self.now - timedelta(days=400 - position)
        self.rows["links"].append(
            (id_of("link", holder, linked), holder, linked, account.level, account.name, position, at)
        )

    def account(self, portal: Portal, account: Account, sender: UUID | None) -> None:
        """`sender`: who sent the consumer's readings, where the portal takes them."""
        supplier, operator = portal.company("supplier"), portal.company("operator")
        companies = cast.companies()
        story = Story(account, self.last, self.today, companies[supplier], companies[operator])
        id, company = account_id(portal, account), company_id(operator)
        self.rows["accounts"].append(
            (id, company, account.number, account.settlement, account.address, account.holder, account.kind)
        )
        self._contract(id, company_id(supplier), "supply", account.supply, story, story.supply())
        self._contract(id, company, "distribution", account.number, story, story.distribution())
        if not account.norm:
            self._meters(id, company, account, story, sender)

    def _contract(
        self, account: UUID, company: UUID, service: str, number: str, story: Story, ledger: Ledger
    ) -> None:
        id = id_of("contract", account, service)
        seller = story.supplier if service == "supply" else story.operator
        as_of = at(self.today - timedelta(days=1), 21)
        price, volume = seller.price(self.today), story.year_volume(self.today.year)
        self.rows["contracts"].append(
            (id, company, account, service, number, ledger.balance, as_of, price, volume)
        )
        for n, charge in enumerate(ledger.charges):
            self.rows["charges"].append(
                (
                    id_of("charge", id, n), company, id, charge.month, charge.kind, charge.volume,
                    charge.price, charge.amount, charge.charged_on,
                )
            )  # fmt: skip
        for n, paid in enumerate(ledger.payments):
            credited = at(paid.paid_on + timedelta(days=1), 9) if paid.credited else None
            channel = CHANNELS[(n + account.int) % len(CHANNELS)]
            self.rows["payments"].append(
                (id_of("payment", id, n), company, id, paid.amount, paid.paid_on, credited, channel)
            )

    def _meters(self, account: UUID, company: UUID, told: Account, story: Story, sender: UUID | None) -> None:
        point = id_of("point", account)
        self.rows["meter_points"].append((point, company, account, eic.of_point(told.number), told.profile))
        changed = story.replaced_on
        if changed:
            installed = changed.replace(year=changed.year - VERIFIED_YEARS)
            self._meter(True, account, company, point, told, installed, changed)
        installed = changed or (
            self.today - timedelta(days=9) if not told.history else date(self.today.year - 4, 6, 18)
        )
        self._meter(False, account, company, point, told, installed, None)
        for reading in story.readings():
            self._reading(meter_id(account, reading.old), company, reading, sender)

    def _meter(
        self, old: bool, account: UUID, company: UUID, point: UUID, told: Account, installed: date,
        removed: date | None,
    ) -> None:  # fmt: skip
        id = meter_id(account, old)
        model, litres = MODELS[(told.model + old) % len(MODELS)]
        serial = told.serial if told.serial and not old else f"{id.int % 90_000_000 + 10_000_000}"
        verified = installed.replace(year=installed.year + VERIFIED_YEARS)
        self.rows["meters"].append(
            (id, company, account, point, serial, model, DIGITS, litres, installed, removed, verified)
        )

    def _reading(self, meter: UUID, company: UUID, reading: Reading, sender: UUID | None) -> None:
        id = id_of("reading", meter, reading.month)
        taken = at(reading.read_on, 18, id.int % 60)
        by = sender if reading.source == "consumer" else None
        value = f"{reading.value:0{DIGITS}d}"
        digest = digest_of(str(id), str(meter), value, str(reading.read_on), taken.isoformat())
        self.rows["readings"].append(
            (
                id, company, meter, by, reading.source, reading.month, reading.value, reading.read_on, taken,
                taken + timedelta(minutes=1), 0, False, "accepted", None, [], digest, None,
            )
        )  # fmt: skip

    def in_order(self) -> Iterable[tuple[str, list[tuple[Any, ...]]]]:
        """Readings come as they were received, so their numbers grow with time."""
        received = COLUMNS["readings"].split().index("received_at")
        self.rows["readings"].sort(key=lambda row: row[received])
        return ((table, self.rows[table]) for table in COLUMNS if self.rows[table])


def company_id(key: str) -> UUID:
    return id_of("company", key)


def person_id(portal: Portal, person: Person) -> UUID:
    return id_of("person", portal.brand, person.key)


def account_id(portal: Portal, account: Account) -> UUID:
    return id_of("account", portal.brand, account.number)


def meter_id(account: UUID, old: bool) -> UUID:
    return id_of("meter", account, "old" if old else "new")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), KYIV)
