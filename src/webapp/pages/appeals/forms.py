"""A letter to a company: what it can be about, where it goes, and what was typed."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from webapp.actions.appeals import Draft
from webapp.database.queries.appeals import Business, Place, Writer
from webapp.database.queries.visits import Company, Portal
from webapp.rules import appeals as rules
from webapp.rules.appeals import About, Desk, Kind, Mistake
from webapp.rules.digits_only import reading_in
from webapp.web.forms import Typed
from webapp.web.letters import MOST_KEPT, text_of


@dataclass(frozen=True)
class Way:
    """Where a letter goes, said before it is sent (B04, B05, B06)."""

    about: About
    desk: Desk
    company: Company
    mail: str = ""
    phone: str = ""
    person: str = ""
    """The personal manager of a business."""


def ways(portal: Portal, businesses: list[Business]) -> list[Way]:
    """All that one may write about, in the order in which it is offered; none where nobody answers it."""
    every = [way_of(one, portal, place=None, business=next(iter(businesses), None)) for one in rules.ABOUT]
    return [one for one in every if one and (one.about != "business" or businesses)]


def way_of(about: About, portal: Portal, *, place: Place | None, business: Business | None) -> Way | None:
    """Of the account's own companies, where one is meant: a portal may have several of a kind."""
    desk = rules.desk_of(about)
    contacts = portal.policy.contacts
    if desk == "manager":
        company = business and next((one for one in portal.companies if one.id == business.company_id), None)
        if not business or not company:
            return None
        return Way(about, desk, company, business.contact_mail, business.contact_phone, business.contact_name)
    if desk == "support":
        return Way(about, desk, portal.controller, contacts.mail, contacts.phone)
    own = (place.operator if desk == "operator" else place.supplier) if place else None
    company = next((one for one in portal.companies if one.id == own), None) or portal.company(desk)
    return Way(about, desk, company, company.mail, company.phone) if company else None


def kinds_of(portal: Portal) -> list[Kind]:
    """A technical problem has a form of its own (B18)."""
    return [one for one in portal.policy.appeals.kinds if one != "technical"]


@dataclass(frozen=True)
class AppealForm:
    id: UUID
    about: About
    kind: str = ""
    account: str = ""
    business: str = ""
    title: str = ""
    text: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)
    reading: int | None = None
    """The message is nothing but this (K35), and the person has not said that it is meant all the same."""

    @classmethod
    def empty(cls, about: About, portal: Portal, writer: Writer) -> "AppealForm":
        kinds = kinds_of(portal)
        only = str(writer.accounts[0].id) if len(writer.accounts) == 1 else ""
        return cls(uuid4(), about, kinds[0] if len(kinds) == 1 else "", only)

    @classmethod
    def of(cls, typed: Typed, about: About, portal: Portal, writer: Writer) -> "AppealForm":
        """Raises NotFoundException where the id that the page carried is missing."""
        kinds = kinds_of(portal)
        kind = typed["kind"] if typed["kind"] in kinds else kinds[0] if len(kinds) == 1 else ""
        title = rules.clean_line(typed["title"][:MOST_KEPT])
        text, wrong = text_of(typed)
        found: dict[str, str | None] = {
            "kind": None if kind else Mistake.EMPTY,
            "title": rules.mistake_of(title, rules.MOST_TITLE), "text": wrong,
        }  # fmt: skip
        mistakes = {name: str(one) for name, one in found.items() if one}
        said = "" if typed["meant"] else text or title
        reading = reading_in(said) if said and mistakes.keys() <= {"title"} else None
        accounts = {str(one.id) for one in writer.accounts}
        businesses = {str(one.id) for one in writer.businesses}
        return cls(
            typed.uuid("id"), about, kind, typed["account"] if typed["account"] in accounts else "",
            typed["business"] if typed["business"] in businesses else "", title, text, mistakes, reading,
        )  # fmt: skip

    def place(self, writer: Writer) -> Place | None:
        return next((one for one in writer.places if str(one.id) == self.account), None)

    def business_of(self, writer: Writer) -> Business | None:
        own = (one for one in writer.businesses if str(one.id) == self.business)
        return next(own, next(iter(writer.businesses), None)) if self.about == "business" else None

    def draft(self, way: Way, portal: Portal, writer: Writer, *, by: UUID, language: str) -> Draft:
        place, business = self.place(writer), self.business_of(writer)
        kind: Any = self.kind
        return Draft(
            id=self.id, kind=kind, about=self.about, title=self.title, text=self.text,
            company_id=way.company.id, portal_id=portal.id, language=language, person_id=by,
            account_id=place.id if place else None, business_id=business.id if business else None,
            branch=place.branch if place else "", mailbox=way.mail,
        )  # fmt: skip
