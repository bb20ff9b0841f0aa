"""What is typed about money: a sum beside each contract, and a reading where it goes in the same dialogue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from webapp.actions.paying import Wanted
from webapp.database.queries.payments import Owed, Paying
from webapp.pages.readings.forms import ReadingForm
from webapp.rules.paying import Slip, read_amount
from webapp.rules.policy import Policy
from webapp.web.filters import sum_only
from webapp.web.forms import Typed

LONGEST = 40
"""Characters of a sum; a trillion with spaces has fewer."""


@dataclass
class PaymentForm:
    amounts: dict[UUID, str] = field(default_factory=dict)
    """By contract, as they were typed; where only the debt is paid, whatever stands for a tick."""
    readings: dict[UUID, ReadingForm] = field(default_factory=dict)
    """By meter."""
    slips: dict[UUID, Slip] = field(default_factory=dict)
    said: dict[UUID, object] = field(default_factory=dict)
    """What became of a reading."""
    is_empty: bool = False

    @classmethod
    def start(
        cls, accounts: Iterable[Paying], chosen: UUID | None, policy: Policy, pretend: bool
    ) -> "PaymentForm":
        """The debts of the chosen account stand there already; of the first one that has any, if none is chosen."""
        form = cls()
        for account in accounts:
            due = [one for one in account.contracts if can_be_paid(one, policy, pretend) and one.payable > 0]
            if account.id == chosen if chosen else due and not form.amounts:
                form.amounts = {one.contract_id: sum_only(one.payable) for one in due}
        return form

    @classmethod
    def of(cls, typed: Typed, accounts: Iterable[Paying]) -> "PaymentForm":
        """Fields of other people's contracts and meters are as absent as those that are nobody's."""
        form = cls()
        for account in accounts:
            for contract in account.contracts:
                form.amounts[contract.contract_id] = typed.text(f"amount-{contract.contract_id}", LONGEST)
            for meter in account.meters:
                value = typed.text(f"reading-{meter.id}", 64)
                if value:
                    submission = typed.uuid(f"submission-{meter.id}")
                    confirmed = typed.text(f"confirmed-{meter.id}", 64)
                    form.readings[meter.id] = ReadingForm(meter.id, submission, value, confirmed)
        return form

    def reading(self, meter_id: UUID) -> ReadingForm:
        return self.readings.get(meter_id) or ReadingForm(meter_id, uuid4())

    def read(self, accounts: Iterable[Paying], policy: Policy) -> list[Wanted] | None:
        """What is to be paid, supply before distribution; None where a sum has a slip, or nothing was typed."""
        wanted = []
        for account in accounts:
            for contract in account.contracts:
                text = self.amounts.get(contract.contract_id, "")
                amount = self._amount(contract, text, policy)
                if isinstance(amount, Slip):
                    self.slips[contract.contract_id] = amount
                elif amount is not None:
                    wanted.append(Wanted(contract.contract_id, amount))
        self.is_empty = not wanted and not self.slips and not self.readings
        return None if self.slips or self.is_empty else wanted

    def _amount(self, contract: Owed, text: str, policy: Policy) -> Decimal | Slip | None:
        if "own" in policy.payments.amounts:
            return read_amount(text, contract.payable)
        return contract.payable if text and contract.payable > 0 else None


def can_be_paid(contract: Owed, policy: Policy, pretend: bool) -> bool:
    """A field stands there: the company takes money here, nothing is being paid, and the portal allows the sum."""
    allowed = "own" in policy.payments.amounts or contract.payable > 0
    return contract.has_bank(pretend) and contract.open_checkout is None and allowed
