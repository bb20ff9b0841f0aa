"""The five fields of a request for annulment (A47), and where the answer goes; kept as they were typed."""

from dataclasses import dataclass, field
from decimal import Decimal

from webapp.actions.annulment import Request
from webapp.actions.proofs import Contact
from webapp.database.queries.visits import Portal
from webapp.rules import account_numbers, cases, money
from webapp.web.contacts import read_login
from webapp.web.forms import Typed

FIELDS = ("company", "number", "holder", "address", "amount", "contact")
KINDS = ("mail", "phone")
"""Where an answer can go, whatever the portal's logins are."""
MOST = 160


@dataclass
class AnnulmentForm:
    token: str
    """Minted with the form; the browser that sends it is told the number again."""
    company: str = ""
    number: str = ""
    holder: str = ""
    address: str = ""
    amount: str = ""
    contact: str = ""
    mistakes: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "AnnulmentForm":
        company, number, holder, address, amount, contact = (typed.text(name, MOST) for name in FIELDS)
        return cls(typed.text("token", 64), company, number, holder, address, amount, contact)

    def read(self, portal: Portal) -> Request | None:
        chosen = next((one.id for one in portal.companies if str(one.id) == self.company), None)
        number = account_numbers.read(self.number, portal.policy.numbers)
        paid, contact = money.parse_amount(self.amount), read_login(self.contact, KINDS)
        if chosen is None:
            self.mistakes["company"] = "company"
        if isinstance(number, account_numbers.WrongNumber):
            self.mistakes["number"] = number
        for name in ("holder", "address"):
            if len(getattr(self, name)) < 5:
                self.mistakes[name] = "empty"
        if not isinstance(paid, Decimal):
            self.mistakes["amount"] = paid
        if not isinstance(contact, Contact):
            self.mistakes["contact"] = contact
        if self.mistakes or chosen is None or isinstance(number, account_numbers.WrongNumber):
            return None
        assert isinstance(contact, Contact)
        return Request(chosen, number.canonical, self.holder, self.address, str(paid), contact.value)


@dataclass
class StatusForm:
    number: str = ""
    contact: str = ""
    mistakes: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "StatusForm":
        return cls(typed.text("number", 40), typed.text("contact"))

    def read(self) -> tuple[str, str] | None:
        number, contact = cases.read_number(self.number), read_login(self.contact, KINDS)
        if number is None:
            self.mistakes["number"] = "tracking"
        if not isinstance(contact, Contact):
            self.mistakes["contact"] = contact
        return (number, contact.value) if number and isinstance(contact, Contact) else None
