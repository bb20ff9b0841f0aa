"""What people type about themselves: kept as it was, read into values or into mistakes by field."""

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from webapp.actions.contact_changes import Given
from webapp.actions.proofs import Contact
from webapp.database.queries.visits import Portal
from webapp.rules import money, passwords
from webapp.web.contacts import read_login, read_phone
from webapp.web.forms import Typed

Mistake = object


class Wrong(StrEnum):
    NAME = "name"
    EMPTY = "empty"
    PASSWORD = "password"
    NOT_THIS = "not_this"
    """Of the password of now."""
    MINE = "mine"
    FULL = "full"
    TOO_MANY = "too_many"


@dataclass
class DetailsForm:
    """Asked for later, and never needed (R04)."""

    name: str = ""
    phone: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "DetailsForm":
        return cls(" ".join(typed.text("name").split()), typed.text("phone"))

    def read(self) -> tuple[str, str] | None:
        """Name and phone; a landline is welcome here (A20)."""
        odd = any(unicodedata.category(character)[0] == "C" for character in self.name)
        if len(self.name) > 100 or odd or any(character in "<>{}" for character in self.name):
            self.mistakes["name"] = Wrong.NAME
        phone = read_phone(self.phone) if self.phone else Contact("phone", "")
        if not isinstance(phone, Contact):
            self.mistakes["phone"] = phone
        return None if self.mistakes or not isinstance(phone, Contact) else (self.name, phone.value)


@dataclass
class PasswordForm:
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    def read(self, typed: Typed, minimum: int, logins: list[str]) -> tuple[str, str] | None:
        """The old one and the new one; neither is ever shown again."""
        old, new = typed["old"], typed["password"]
        if not old:
            self.mistakes["old"] = Wrong.PASSWORD
        wrong = next(filter(None, (passwords.judge(new, minimum, login) for login in logins or [""])), None)
        if not new:
            self.mistakes["password"] = Wrong.PASSWORD
        elif wrong:
            self.mistakes["password"] = wrong
        return None if self.mistakes else (old, new)


@dataclass
class ContactForm:
    """A login to be: new, or in place of another."""

    login: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "ContactForm":
        return cls(typed.text("login"))

    def read(self, portal: Portal) -> Contact | None:
        found = read_login(self.login, portal.policy.logins.kinds)
        if isinstance(found, Contact):
            return found
        self.mistakes["login"] = found
        return None


@dataclass
class ProofsForm:
    """Codes to the new contact and to the old one; without the old one something else."""

    payment: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    def read(self, typed: Typed) -> Given | None:
        self.payment = typed.text("payment")
        codes = {name: typed[name] for name in ("new_code", "old_code", "app_code") if name in typed}
        for name, code in codes.items():
            if not code.strip():
                self.mistakes[name] = Wrong.EMPTY
        payment = None
        if "payment" in typed:
            read = money.parse_amount(self.payment)
            if isinstance(read, Decimal):
                payment = read
            else:
                self.mistakes["payment"] = read
        return None if self.mistakes else Given(**codes, payment=payment)
