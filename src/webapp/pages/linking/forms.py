"""What is typed to link an account, to prove it, and to ask for what is missing."""

from dataclasses import dataclass, field
from typing import ClassVar

from webapp.actions.identifying import Claim
from webapp.database.queries.visits import Portal
from webapp.pages.entry.forms import Missing, Mistake, payments_of
from webapp.rules import account_numbers, answers
from webapp.rules.addresses import LEVELS, NONE, Place
from webapp.rules.answers import Answer, Kind
from webapp.web.forms import Typed

FIELDS: dict[Kind, str] = {
    "last_payment": "amount", "previous_payment": "previous", "meter_serial": "serial", "last_charge": "charge",
    "pin": "pin", "eic": "eic", "address": "place",
}  # fmt: skip
"""Where the answer of a kind is typed; `place` is five lists."""


@dataclass
class LinkForm:
    proof: Kind
    second: Kind | None = None
    """Where the tries of the account are used up."""
    company: str = ""
    number: str = ""
    typed: Typed = field(default_factory=Typed)
    place: Place = field(default_factory=Place)
    sought: str = ""
    """In a long list of names."""
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    understood: str = ""
    """The number as it is kept, where it was written otherwise (R10)."""

    @classmethod
    def of(cls, typed: Typed, portal: Portal) -> "LinkForm":
        offered = answers.offered(portal.policy.proofs)
        proof = _kind(typed["proof"], offered) or ("pin" if typed["pin"] and "pin" in offered else offered[0])
        second = _kind(typed["second"], answers.second(portal.policy.proofs, proof))
        parts = [typed.text(level, 80) for level in LEVELS]
        place = Place(*("" if part == NONE else part or None for part in parts))
        company = typed.text("company") or (str(portal.companies[0].id) if len(portal.companies) == 1 else "")
        return cls(proof, second, company, typed.text("number"), typed, place, typed.text("q", 80))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (self.proof, self.second) if self.second else (self.proof,)

    @property
    def fields(self) -> list[str]:
        """In their order on the page."""
        asked = [FIELDS[kind] for kind in self.kinds if kind in FIELDS]
        return ["place", "number", *asked[1:]] if self.proof == "address" else ["company", "number", *asked]

    def read(self, portal: Portal) -> Claim | None:
        number = self.read_number(portal)
        companies = tuple(one.id for one in portal.companies if str(one.id) == self.company)
        if self.proof == "address":
            companies = tuple(one.id for one in portal.companies)
        elif not companies:
            self.mistakes["company"] = Missing.COMPANY
        given = [self._answer(kind, portal) for kind in self.kinds]
        if number is None or self.mistakes:
            return None
        return Claim(companies, number, tuple(one for one in given if isinstance(one, Answer)))

    def read_number(self, portal: Portal) -> str | None:
        read = account_numbers.read(self.number, portal.policy.numbers)
        if isinstance(read, account_numbers.WrongNumber):
            self.mistakes["number"] = read
            return None
        self.understood = read.canonical if read.understood else ""
        return read.canonical

    def _answer(self, kind: Kind, portal: Portal) -> Answer | None:
        if kind == "address":
            if self.place.is_whole:
                return Answer(kind, text=self.place.key)
            self.mistakes["place"] = answers.Mistake.PLACE
            return None
        typed_in = portal.policy.money.typed_in
        given = answers.read(kind, self.typed.text(FIELDS.get(kind, "")), typed_in=typed_in)
        if not isinstance(given, Answer):
            self.mistakes[FIELDS[kind]] = given
            return None
        if kind == "last_payment" and self.second != "previous_payment":
            return Answer(kind, amount=given.amount, places=payments_of(portal))
        return Answer(kind, amount=given.amount, places=(2,)) if kind == "previous_payment" else given


def _kind(name: str, among: tuple[Kind, ...]) -> Kind | None:
    return next((kind for kind in among if kind == name), None)


@dataclass
class ControlForm:
    """The control question: which one, and one answer (R15, R16, R18)."""

    kind: Kind
    answer: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed, portal: Portal) -> "ControlForm":
        questions = answers.control(portal.policy.proofs)
        return cls(_kind(typed["kind"], questions) or questions[0], typed.text("answer"))

    def read(self, portal: Portal) -> Answer | None:
        given = answers.read(self.kind, self.answer, typed_in=portal.policy.money.typed_in)
        if not isinstance(given, Answer):
            self.mistakes["answer"] = given
            return None
        if self.kind == "last_payment":
            return Answer(self.kind, amount=given.amount, places=payments_of(portal))
        return given


@dataclass
class CompanyForm:
    """«My company is not in the list» (A19)."""

    company_name: str = ""
    settlement: str = ""
    contact: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "CompanyForm":
        return cls(typed.text("company_name", 120), typed.text("settlement", 120), typed.text("contact", 120))

    def read(self) -> bool:
        self.mistakes |= {name: "empty" for name in ("company_name", "settlement") if not getattr(self, name)}
        return not self.mistakes


@dataclass
class AddressForm:
    """«My address is not there» (K24)."""

    NAMES: ClassVar[tuple[str, ...]] = ("settlement", "street", "house", "flat", "number", "contact")

    settlement: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    number: str = ""
    contact: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "AddressForm":
        """Also from the address of the link: what was chosen in the lists stays."""
        form = cls()
        for name in cls.NAMES:
            setattr(form, name, "" if typed[name] == NONE else typed.text(name, 80))
        return form

    @property
    def typed(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.NAMES if getattr(self, name)}

    def read(self) -> bool:
        self.mistakes |= {
            name: "empty" for name in ("settlement", "street", "house") if not getattr(self, name)
        }
        return not self.mistakes


@dataclass
class PinForm:
    """«A PIN, please» (R17)."""

    company: str = ""
    number: str = ""
    contact: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "PinForm":
        return cls(typed.text("company"), typed.text("number"), typed.text("contact", 120))

    def read(self, portal: Portal) -> dict[str, str] | None:
        link = LinkForm("number", company=self.company, number=self.number)
        claim = link.read(portal)
        self.mistakes = link.mistakes
        if claim is None:
            return None
        said = {"number": claim.number, "contact": self.contact}
        return {name: value for name, value in said.items() if value}
