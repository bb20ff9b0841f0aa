"""What is typed about an appointment: the hour, what about, whose account; or the phone to be called at."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from webapp.actions.booking import Wanted
from webapp.actions.callbacks import Order
from webapp.actions.proofs import Contact
from webapp.database.queries.visits import Portal
from webapp.rules import queue, slots
from webapp.rules.queue import Part
from webapp.web.contacts import read_phone
from webapp.web.forms import Typed

MOST_WORDS = 300


@dataclass
class BookingForm:
    id: UUID = field(default_factory=uuid4)
    kind: str = ""
    resource: str = ""
    day: str = ""
    starts: str = ""
    topic: str = ""
    account: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "BookingForm":
        """Raises NotFoundException where the id that the page carried is missing."""
        kind, resource, day, starts, account = (
            typed.text(name, 40) for name in ("kind", "resource", "day", "starts", "account")
        )
        return cls(typed.uuid("id"), kind, resource, day, starts, typed["topic"].strip(), account)

    def read(self) -> Wanted | None:
        starts_at, resource, account = (
            slots.begins(self.starts),
            uuid_of(self.resource),
            uuid_of(self.account),
        )
        if starts_at is None:
            self.mistakes["starts"] = "empty"
        if not self.topic and self.kind != "queue":
            self.mistakes["topic"] = "empty"
        elif len(self.topic) > MOST_WORDS:
            self.mistakes["topic"] = "long"
        if account is None and self.kind == "technician":
            self.mistakes["account"] = "empty"
        if self.mistakes or starts_at is None or resource is None:
            return None
        return Wanted(self.id, resource, starts_at, self.topic, account)


@dataclass
class CallbackForm:
    id: UUID = field(default_factory=uuid4)
    company: str = ""
    phone: str = ""
    when: str = ""
    topic: str = ""
    account: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "CallbackForm":
        company, phone, when, account = (
            typed.text(name, 40) for name in ("company", "phone", "when", "account")
        )
        return cls(typed.uuid("id"), company, phone, when, typed["topic"].strip(), account)

    def read(self, portal: Portal) -> Order | None:
        companies = portal.companies
        company = next((one.id for one in companies if str(one.id) == self.company), None)
        if company is None and len(companies) == 1:
            company = companies[0].id
        phone, when = read_phone(self.phone), when_of(self.when)
        if company is None:
            self.mistakes["company"] = "empty"
        if not isinstance(phone, Contact):
            self.mistakes["phone"] = phone.value
        if when is None:
            self.mistakes["when"] = "empty"
        if not self.topic:
            self.mistakes["topic"] = "empty"
        elif len(self.topic) > MOST_WORDS:
            self.mistakes["topic"] = "long"
        if self.mistakes or company is None or when is None or not isinstance(phone, Contact):
            return None
        return Order(self.id, company, phone.value, *when, self.topic, uuid_of(self.account))


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_of_text(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def when_of(text: str) -> tuple[date, Part] | None:
    """«2026-11-12:morning», as the form offers it."""
    said, _, told = text.partition(":")
    day, part = day_of_text(said), next((part for part in queue.PARTS if part == told), None)
    return (day, part) if day and part else None


def times(now: datetime) -> list[tuple[date, tuple[Part, ...]]]:
    """When somebody can be called."""
    return [(day, queue.parts_of(day, now)) for day in queue.call_days(now)]
