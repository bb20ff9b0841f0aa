"""What is to be paid, creditor by creditor: sums of several creditors are never one sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar
from uuid import UUID


class Owed(Protocol):
    @property
    def company_id(self) -> UUID: ...
    @property
    def company(self) -> str: ...
    @property
    def payable(self) -> Decimal: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def as_of(self) -> datetime: ...


T = TypeVar("T", bound=Owed)


@dataclass(frozen=True)
class Creditor(Generic[T]):
    company: str
    owed: list[T]

    @property
    def payable(self) -> Decimal:
        """All accounts at this one company."""
        return sum((one.payable for one in self.owed), Decimal("0.00"))

    @property
    def as_of(self) -> datetime:
        """Of the oldest figure."""
        return min(one.as_of for one in self.owed)

    @property
    def due_on(self) -> date | None:
        """The first day that something is due."""
        return min((one.due_on for one in self.owed if one.payable and one.due_on), default=None)


def by_creditor(owed: Iterable[T]) -> list[Creditor[T]]:
    """In the order in which they first come."""
    found: dict[UUID, Creditor[T]] = {}
    for one in owed:
        found.setdefault(one.company_id, Creditor(one.company, [])).owed.append(one)
    return list(found.values())
