"""What is typed to link an account, and to ask for a company that is not in the list."""

from dataclasses import dataclass, field

from webapp.actions.identifying import Claim
from webapp.database.queries.visits import Portal
from webapp.pages.entry.forms import Mistake, read_claim
from webapp.web.forms import Typed


@dataclass
class LinkForm:
    company: str = ""
    number: str = ""
    amount: str = ""
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "LinkForm":
        return cls(typed.text("company"), typed.text("number"), typed.text("amount"))

    def read(self, portal: Portal) -> Claim | None:
        return read_claim(self.number, self.amount, self.company, portal, self.mistakes)


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
