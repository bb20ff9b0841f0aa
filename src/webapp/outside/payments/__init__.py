"""The banks that take money on pages of their own: no card number ever comes near us.

What a bank says by itself is a hint; `look` asks it for the state, and that is what counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol

from webapp.rules.paying import Seen

Name = Literal["liqpay", "monobank", "pretend"]


class BankTrouble(StrEnum):
    DOWN = "down"
    NO_ANSWER = "no_answer"
    """Silence, or something that makes no sense: whether it was done is not known."""
    TOO_MANY = "too_many"
    NOT_SET_UP = "not_set_up"
    """The company's keys do not fit."""
    REFUSED = "refused"


class BankError(Exception):
    """Nothing personal and no key stands in it."""

    def __init__(self, reason: BankTrouble, words: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.words = reason, words[:120]


@dataclass(frozen=True)
class Merchant:
    """What a company has agreed on with its bank."""

    provider: Name
    keys: Mapping[str, str] = field(repr=False)
    """liqpay: public_key, private_key; monobank: token."""
    version: int = 3
    """LiqPay's protocol: from 7 on it signs by SHA3-256."""
    test: bool = False
    """Play money counts."""
    api: str = ""
    """Where the bank is; empty: where it always is."""


@dataclass(frozen=True)
class Order:
    id: str
    """Ours: the bank charges it once."""
    amount: Decimal
    description: str
    language: str
    back: str
    """Where the person comes back to. Nothing is proved by it."""
    callback: str
    now: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Opened:
    page: str
    """An address to go to."""
    reference: str = ""
    """The bank's own id of the order, where it is asked for by that."""


@dataclass(frozen=True)
class Hint:
    """A callback whose signature fits: something is new with this order."""

    seen: Seen


class Bank(Protocol):
    """Raises BankError. `reference` is what `open` returned; empty if its answer never came."""

    async def open(self, order: Order) -> Opened: ...

    async def look(self, order: str, reference: str) -> Seen: ...

    async def withdraw(self, order: str, reference: str) -> bool:
        """Whether nobody can pay the order any more."""

    async def refund(self, order: str, reference: str, amount: Decimal, id: str) -> None:
        """Give it back. `id`: asked for twice, it goes back once."""

    async def hint(self, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """None where it was not this bank who said it."""

    async def close(self) -> None: ...
