"""The bank of the demo: a page with five buttons, and a ledger of its own that knows nothing of ours.

Its orders lie in files, because the web and the worker are two processes; in tests, in memory.
"""

import fcntl
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from webapp.outside.clock import Clock
from webapp.outside.payments import BankError, Hint, Merchant, Opened, Order
from webapp.rules.paying import CURRENCY, Seen, Told

Button = Literal["pay", "decline", "delay", "double", "late"]
DELAY = timedelta(seconds=20)
"""So long the bank «thinks», or keeps its word to itself."""
SIGN = "x-pretend-sign"


class Sheet(msgspec.Struct):
    """What the bank knows of an order."""

    order: str
    amount: Decimal
    description: str
    back: str
    callback: str
    expires_at: datetime
    told: Told = "waiting"
    settles_at: datetime | None = None
    returned: list[str] = []
    charged: int = 0
    """How often the card was charged: once, or the bank is no bank."""


@dataclass
class PretendBank:
    clock: Clock
    key: bytes = field(default=b"the pretend bank", repr=False)
    folder: Path | None = None
    troubles: list[BankError] = field(default_factory=list)
    """What it answers to the next questions."""
    asked: int = 0
    _sheets: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, order: str) -> Sheet | None:
        if self.folder is None:
            return self._sheets.get(order)
        try:
            return msgspec.json.decode((self.folder / f"{UUID(order)}.json").read_bytes(), type=Sheet)
        except (FileNotFoundError, ValueError):
            return None

    def press(self, order: str, button: Button) -> Sheet | None:
        """Of a card that is charged already nothing is taken a second time."""
        with self._alone():
            sheet = self.sheet(order)
            now = self.clock.now()
            if sheet is None or sheet.told != "waiting" or sheet.settles_at or now >= sheet.expires_at:
                return sheet
            if button == "decline":
                sheet.told = "declined"
            else:
                sheet.charged += 1
                sheet.told, sheet.settles_at = "paid", now + DELAY if button == "delay" else now
            self._keep(sheet)
            return sheet

    def state(self, sheet: Sheet) -> Told:
        now = self.clock.now()
        if sheet.told == "paid" and sheet.settles_at and now < sheet.settles_at:
            return "waiting"
        return "expired" if sheet.told == "waiting" and now >= sheet.expires_at else sheet.told

    def callback(self, sheet: Sheet) -> tuple[bytes, dict[str, str]]:
        """What it would send to `sheet.callback`: body and headers."""
        body = msgspec.json.encode({"order": sheet.order, "told": self.state(sheet)})
        return body, {SIGN: self.sign(body)}

    def sign(self, body: bytes) -> str:
        return hmac.new(self.key, body, "sha256").hexdigest()

    def keep(self, sheet: Sheet) -> None:
        with self._alone():
            self._keep(sheet)

    def _keep(self, sheet: Sheet) -> None:
        if self.folder is None:
            self._sheets[sheet.order] = sheet
            return
        beside = self.folder / f".{UUID(sheet.order)}.new"
        beside.write_bytes(msgspec.json.encode(sheet))
        beside.replace(self.folder / f"{UUID(sheet.order)}.json")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self.folder is None:
            yield
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Pretend:
    """What a company has there."""

    def __init__(self, bank: PretendBank, merchant: Merchant) -> None:
        self.bank, self.merchant = bank, merchant

    async def open(self, order: Order) -> Opened:
        self._maybe_trouble()
        if self.bank.sheet(order.id) is None:
            self.bank.keep(
                Sheet(order.id, order.amount, order.description, order.back, order.callback, order.expires_at)
            )
        return Opened(f"/demo/bank/{order.id}", order.id)

    async def look(self, order: str, reference: str) -> Seen:
        self._maybe_trouble()
        sheet = self.bank.sheet(order)
        if sheet is None:
            return Seen("absent", order)
        return Seen(self.bank.state(sheet), order, sheet.amount, CURRENCY, self.bank.clock.now(), order)

    async def withdraw(self, order: str, reference: str) -> bool:
        self._maybe_trouble()
        sheet = self.bank.sheet(order)
        if sheet is None:
            return True
        if sheet.told == "paid":
            return False
        sheet.expires_at = min(sheet.expires_at, self.bank.clock.now())
        self.bank.keep(sheet)
        return True

    async def refund(self, order: str, reference: str, amount: Decimal, id: str) -> None:
        self._maybe_trouble()
        sheet = self.bank.sheet(order)
        if sheet and sheet.told == "paid" and id not in sheet.returned:
            sheet.told, sheet.returned = "returned", [*sheet.returned, id]
            self.bank.keep(sheet)

    async def hint(self, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        if not hmac.compare_digest(self.bank.sign(body), headers.get(SIGN, "")):
            return None
        said = msgspec.json.decode(body)
        return Hint(Seen(said["told"], said["order"]))

    async def close(self) -> None:
        return None

    def _maybe_trouble(self) -> None:
        self.bank.asked += 1
        if self.bank.troubles:
            raise self.bank.troubles.pop(0)
