"""What is typed to add a business."""

from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from webapp.database.queries.visits import Portal
from webapp.rules import edrpou
from webapp.web.forms import Typed


class BusinessClaim(msgspec.Struct, frozen=True):
    company_id: UUID
    edrpou: str
    contract: str


@dataclass
class BusinessForm:
    company: str = ""
    edrpou: str = ""
    contract: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed) -> "BusinessForm":
        return cls(typed.text("company"), typed.text("edrpou", 40), typed.text("contract", 40))

    def read(self, portal: Portal) -> BusinessClaim | None:
        """Gas is sold to businesses by the supplier; where the portal has one only, it is not asked for."""
        suppliers = [company for company in portal.companies if company.role == "supplier"]
        chosen = (
            suppliers if len(suppliers) == 1 else [one for one in suppliers if str(one.id) == self.company]
        )
        if not chosen:
            self.mistakes["company"] = "company"
        code, wrong = edrpou.read(self.edrpou)
        if wrong:
            self.mistakes["edrpou"] = wrong
        contract = " ".join(self.contract.split())
        if not contract:
            self.mistakes["contract"] = "empty"
        elif len(contract) > 20:
            self.mistakes["contract"] = "too_long"
        return None if self.mistakes else BusinessClaim(chosen[0].id, code, contract)
