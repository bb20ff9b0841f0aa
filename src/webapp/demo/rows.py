"""The cast and its stories as rows of the tables."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from webapp.demo import billing, cast, eic
from webapp.demo.billing import Billed
from webapp.demo.cast import Account, Person, Portal, id_of
from webapp.demo.story import DIGITS, GRANTED, Ledger, Reading, Story
from webapp.rules.bills import Service
from webapp.rules.periods import KYIV, Window, day_of, month_at, month_before
from webapp.rules.policy import Policy
from webapp.rules.readings import digest_of

Rows = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "people": "id portal_id partition name language password_hash created_at",
    "logins": "id portal_id person_id kind contact verified_at",
    "accounts": "id company_id number settlement address holder kind",
    "links": "id person_id account_id level name position linked_at",
    "contracts": "id company_id account_id service number balance as_of price year_volume",
    "bills": "id company_id contract_id month number issued_on due_on opening charged paid closing",
    "charges": "id company_id contract_id month kind volume price amount charged_on bill_id meter read_from read_to"
    " reading_from reading_to source year_volume",
    "payments": "id company_id contract_id amount paid_on credited_at channel bill_id",
    "subsidies": "id company_id account_id kind starts_on ends_on monthly way decided_on number",
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
        policy = portal.policy
        self._contract(id, company_id(supplier), "supply", account.supply, story, story.supply(), policy)
        self._contract(id, company, "distribution", account.number, story, story.distribution(), policy)
        self._subsidies(id, company_id(supplier), story)
        if not account.norm:
            self._meters(id, company, account, story, sender)

    def _contract(
        self, account: UUID, company: UUID, service: Service, number: str, story: Story, ledger: Ledger,
        policy: Policy,
    ) -> None:  # fmt: skip
        id = id_of("contract", account, service)
        seller = story.supplier if service == "supply" else story.operator
        as_of = at(self.today - timedelta(days=1), 21)
        price, volume = seller.price(self.today), story.year_volume(self.today.year)
        self.rows["contracts"].append(
            (id, company, account, service, number, ledger.balance, as_of, price, volume)
        )
        told = billing.billed(id, number, service, ledger, policy)
        for bill in told.bills:
            sums = bill.sums
            self.rows["bills"].append(
                (
                    bill.id, company, id, bill.month, bill.number, bill.issued_on, bill.due_on, sums.opening,
                    sums.charged, sums.paid, sums.closing,
                )
            )  # fmt: skip
        self._charges(account, company, id, service, story, ledger, told)
        for n, paid in enumerate(ledger.payments):
            credited = at(paid.paid_on + timedelta(days=1), 9) if paid.credited else None
            channel = CHANNELS[(n + account.int) % len(CHANNELS)]
            self.rows["payments"].append(
                (
                    id_of("payment", id, n), company, id, paid.amount, paid.paid_on, credited, channel,
                    told.payments.get(n),
                )
            )  # fmt: skip

    def _charges(
        self, account: UUID, company: UUID, contract: UUID, service: Service, story: Story, ledger: Ledger,
        told: Billed,
    ) -> None:  # fmt: skip
        """Each with the readings, or the volume of the gas year, that it was counted from."""
        read = billing.readings_of(ledger.charges, story.readings()) if service == "supply" else {}
        for n, charge in enumerate(ledger.charges):
            one = read.get(n)
            between = (
                self._serial(account, story.account, one.end.old), one.start.read_on, one.end.read_on,
                one.start.value, one.end.value, one.end.source,
            ) if one else ("", None, None, None, None, "")  # fmt: skip
            year = story.year_volume(charge.month.year) if service == "distribution" else None
            self.rows["charges"].append(
                (
                    id_of("charge", contract, n), company, contract, charge.month, charge.kind, charge.volume,
                    charge.price, charge.amount, charge.charged_on, told.charges.get(n), *between, year,
                )
            )  # fmt: skip

    def _subsidies(self, account: UUID, company: UUID, story: Story) -> None:
        for monthly, way in ((story.account.subsidy, "cash"), (story.account.deducted, "bill")):
            if monthly is None:
                continue
            begun = story.ago(GRANTED - 1)
            ends = begun.replace(year=begun.year + 1) - timedelta(days=1)
            number = f"{account.int % 9000 + 1000}-{begun.year}"
            self.rows["subsidies"].append(
                (
                    id_of("subsidy", account, way), company, account, "subsidy", begun, ends, monthly, way,
                    begun.replace(day=12) - timedelta(days=20), number,
                )
            )  # fmt: skip

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
            if told.contested is not None and reading.month == story.ago(told.contested):
                earlier = replace(reading, value=reading.value - 8, source="consumer")
                self._reading(meter_id(account, reading.old), company, earlier, sender, state="beside")

    def _meter(
        self, old: bool, account: UUID, company: UUID, point: UUID, told: Account, installed: date,
        removed: date | None,
    ) -> None:  # fmt: skip
        id = meter_id(account, old)
        model, litres = MODELS[(told.model + old) % len(MODELS)]
        serial = self._serial(account, told, old)
        verified = installed.replace(year=installed.year + VERIFIED_YEARS)
        if told.verified_in is not None and removed is None:
            verified = self.today + timedelta(days=told.verified_in)
        self.rows["meters"].append(
            (id, company, account, point, serial, model, DIGITS, litres, installed, removed, verified)
        )

    def _serial(self, account: UUID, told: Account, old: bool) -> str:
        made = f"{meter_id(account, old).int % 90_000_000 + 10_000_000}"
        return told.serial if told.serial and not old else made

    def _reading(
        self, meter: UUID, company: UUID, reading: Reading, sender: UUID | None, state: str = "accepted"
    ) -> None:
        id = id_of("reading", meter, reading.month, *([] if state == "accepted" else [state]))
        taken = at(reading.read_on, 18, id.int % 60)
        by = sender if reading.source == "consumer" else None
        value = f"{reading.value:0{DIGITS}d}"
        digest = digest_of(str(id), str(meter), value, str(reading.read_on), taken.isoformat())
        self.rows["readings"].append(
            (
                id, company, meter, by, reading.source, reading.month, reading.value, reading.read_on, taken,
                taken + timedelta(minutes=1), 0, False, state, None, [], digest, None,
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
