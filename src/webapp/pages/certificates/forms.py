"""The order of a certificate, as it was typed."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from webapp.actions.certificates import Order
from webapp.rules import certificates as rules
from webapp.rules.periods import month_before
from webapp.web.forms import Typed


@dataclass
class CertificateForm:
    id: UUID
    kind: str = ""
    contract: str = ""
    first: str = ""
    last: str = ""
    insists: bool = False
    mistakes: dict[str, str] = field(default_factory=dict)
    """Field → what is wrong."""

    @classmethod
    def empty(cls, kind: str = "") -> "CertificateForm":
        return cls(uuid4(), kind)

    @classmethod
    def of(cls, fields: Typed) -> "CertificateForm":
        return cls(
            fields.uuid("order"), fields["kind"], fields["contract"], fields["first"], fields["last"],
            fields["insist"] == "1",
        )  # fmt: skip

    def read(self, contracts: list[UUID], today: date) -> Order | None:
        """None: `mistakes` says why."""
        kind = next((one for one in rules.KINDS if one == self.kind), None)
        contract = next((one for one in contracts if str(one) == self.contract), None)
        if kind is None:
            self.mistakes["kind"] = "empty"
        if contract is None:
            self.mistakes["contract"] = "empty"
        months = None
        if kind == "act":
            found = rules.period(self.first, self.last, today)
            if isinstance(found, rules.WrongMonth):
                self.mistakes[found.field] = found.why
            else:
                months = found
        if self.mistakes or kind is None or contract is None:
            return None
        return Order(self.id, contract, kind, months, self.insists)


def months(today: date, since: date | None) -> list[date]:
    """What an act may cover, newest first; nothing from before the present holder came."""
    found = [today.replace(day=1)]
    while len(found) < rules.MOST_MONTHS:
        found.append(month_before(found[-1]))
    return [month for month in found if since is None or month >= since]
