"""What is typed at the door: kept as it was, read into what an action takes, or into mistakes by field."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from webapp.actions.identifying import Claim
from webapp.actions.proofs import Contact, Kind
from webapp.database.queries.visits import Portal
from webapp.rules import account_numbers, money, passwords
from webapp.web.contacts import WrongContact, read_login, read_mail, read_phone
from webapp.web.forms import Typed


class Missing(StrEnum):
    COMPANY = "company"
    PASSWORD = "password"
    AGAIN = "again"
    """The second time it was another one."""


Mistake = object
"""Any of the reasons that partials/entry/words.html has a sentence for."""


@dataclass
class SignInForm:
    login: str = ""
    shared: bool = False
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "SignInForm":
        return cls(typed.text("login"), bool(typed["shared"]))

    def read(self, portal: Portal) -> Contact | None:
        found = read_login(self.login, portal.policy.logins.kinds)
        if isinstance(found, Contact):
            return found
        self.mistakes["login"] = found
        return None


@dataclass
class SignUpForm:
    """Login and password of one's own (K03, R03)."""

    login: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "SignUpForm":
        return cls(typed.text("login"))

    @property
    def typed(self) -> dict[str, str]:
        return {"login": self.login}

    def read(self, portal: Portal, password: str, again: str) -> Contact | None:
        """`again` counts where the portal asks for the password twice (R03)."""
        found = read_login(self.login, portal.policy.logins.kinds)
        if not isinstance(found, Contact):
            self.mistakes["login"] = found
        login = found.value if isinstance(found, Contact) else self.login
        wrong = passwords.judge(password, portal.policy.passwords.minimum, login)
        if wrong:
            self.mistakes["password"] = wrong
        elif portal.policy.passwords.repeated and again != password:
            self.mistakes["again"] = Missing.AGAIN
        return found if isinstance(found, Contact) and not self.mistakes else None


@dataclass
class IdentifiedForm:
    """Account, payment, company, phone, e-mail: in this order (A12)."""

    number: str = ""
    amount: str = ""
    company: str = ""
    phone: str = ""
    mail: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "IdentifiedForm":
        text = typed.text
        return cls(text("number"), text("amount"), text("company"), text("phone"), text("mail"))

    @property
    def typed(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("number", "amount", "company", "phone", "mail")}

    def read(self, portal: Portal) -> tuple[Contact, Claim, str] | None:
        """The mail address, the claim, and the phone to be called at."""
        claim = read_claim(self.number, self.amount, self.company, portal, self.mistakes)
        phone, mail = read_phone(self.phone), read_mail(self.mail)
        if isinstance(phone, WrongContact):
            self.mistakes["phone"] = phone
        if isinstance(mail, WrongContact):
            self.mistakes["mail"] = mail
        if claim is None or isinstance(phone, WrongContact) or isinstance(mail, WrongContact):
            return None
        return mail, claim, phone.value


def way_to_prove(portal: Portal, to: Contact) -> Kind:
    """A code fits into any SMS; a letter has a link, a code, or both, as the portal has chosen (R05, P-04)."""
    if portal.policy.logins.sign_up == "identified":
        return "link"
    return "both" if to.kind == "mail" and portal.policy.logins.recovery == "code_or_link" else "code"


def read_claim(
    number: str, amount: str, company: str, portal: Portal, mistakes: dict[str, Mistake]
) -> Claim | None:
    read = account_numbers.read(number, portal.policy.numbers)
    if isinstance(read, account_numbers.WrongNumber):
        mistakes["number"] = read
    paid = money.parse_amount(amount)
    if not isinstance(paid, Decimal):
        mistakes["amount"] = paid
    chosen = next((one.id for one in portal.companies if str(one.id) == company), None)
    if chosen is None:
        mistakes["company"] = Missing.COMPANY
    if isinstance(read, account_numbers.WrongNumber) or not isinstance(paid, Decimal) or chosen is None:
        return None
    return Claim.by_payment(chosen, read.canonical, paid, payments_of(portal))


def payments_of(portal: Portal) -> tuple[int, ...]:
    """Which of the latest payments prove an account here (P-06)."""
    return (1, 2) if "previous_payment" in portal.policy.proofs else (1,)
