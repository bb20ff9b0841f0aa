"""What is typed about accounts: whom to invite, whose account it may be, what was left behind."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from webapp.actions.proofs import Contact
from webapp.database.queries.visits import Portal
from webapp.rules import account_numbers, roles
from webapp.rules.moving import WrongDay, read_day
from webapp.rules.roles import Role
from webapp.web.contacts import WrongContact, read_mail
from webapp.web.forms import Typed

MOST_EXPLAINED = 600
NAME, NOTE = 40, 60
"""Characters, as the columns have them."""


@dataclass
class InviteForm:
    id: UUID = field(default_factory=uuid4)
    role: str = "family"
    note: str = ""
    mail: str = ""
    mistakes: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "InviteForm":
        """Raises NotFoundException where the id that the page carried is missing."""
        return cls(typed.uuid("id"), typed.text("role", 10), typed.text("note", NOTE), typed.text("mail"))

    def read(self) -> tuple[Role, str | None] | None:
        """The role, and where to write; both are the owner's choice."""
        role = next((role for role in roles.INVITED if role == self.role), None)
        if role is None:
            self.mistakes["role"] = "role"
        mail = read_mail(self.mail) if self.mail else None
        if isinstance(mail, WrongContact):
            self.mistakes["mail"] = mail
        if role is None or isinstance(mail, WrongContact):
            return None
        return role, mail.value if isinstance(mail, Contact) else None


@dataclass
class NumberForm:
    """An account of somebody else: to be let in, or to dispute it."""

    company: str = ""
    number: str = ""
    words: str = ""
    """Who asks, or why it is theirs."""
    mistakes: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed, most: int) -> "NumberForm":
        return cls(typed.text("company"), typed.text("number"), typed.text("words", most))

    def read(self, portal: Portal) -> tuple[UUID, str] | None:
        """The company and the number as it writes it."""
        chosen = next((one.id for one in portal.companies if str(one.id) == self.company), None)
        if chosen is None:
            self.mistakes["company"] = "company"
        number = account_numbers.read(self.number, portal.policy.numbers)
        if isinstance(number, account_numbers.WrongNumber):
            self.mistakes["number"] = number
        if not self.words:
            self.mistakes["words"] = "empty"
        if self.mistakes or chosen is None or isinstance(number, account_numbers.WrongNumber):
            return None
        return chosen, number.canonical


@dataclass
class MovingForm:
    on: str = ""
    values: dict[UUID, str] = field(default_factory=dict)
    """Meter → what it shows."""
    ids: dict[UUID, UUID] = field(default_factory=dict)
    """Meter → the submission of its last reading, minted with the form."""
    confirmed: bool = False
    agree: bool = False
    mistakes: dict[str, object] = field(default_factory=dict)

    @classmethod
    def empty(cls, meters: list[UUID], today: date) -> "MovingForm":
        return cls(today.isoformat(), ids={meter: uuid4() for meter in meters})

    @classmethod
    def of(cls, typed: Typed, meters: list[UUID]) -> "MovingForm":
        return cls(
            typed.text("on", 20),
            {meter: typed.text(f"value-{meter}", 20) for meter in meters},
            {meter: typed.uuid(f"id-{meter}") for meter in meters},
            bool(typed["confirmed"]),
            bool(typed["agree"]),
        )

    def read(self, today: date) -> date | None:
        day = read_day(self.on, today)
        if isinstance(day, WrongDay):
            self.mistakes["on"] = day
        if not self.agree:
            self.mistakes["agree"] = "missing"
        return day if not self.mistakes and not isinstance(day, WrongDay) else None
