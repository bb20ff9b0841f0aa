"""The receipt of a payment («квитанція»): one for each contract, one text that is signed, a link that carries it.

The text is nine lines of UTF-8, each ended by a line feed, in this order and no other:

    blakyt-payment-1            the form
    1042                        number of the receipt
    ТОВ «Назва»                 the company that is paid
    8830                        last digits of the contract's number
    supply                      or distribution
    71.68                       грн
    2026-11-22T10:11:12Z        when the bank said that it is paid
    liqpay                      by which bank's page
    7f3c91a0                    key that signed it

Sealed, packed and signed as rules.signed says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from webapp.rules import signed
from webapp.rules.signed import Doubtful, Verify, line, moment, text_of

FORM = "blakyt-payment-1"
LINES = re.compile(
    FORM + r"\n(?P<number>[1-9][0-9]{0,18})\n(?P<company>[^\n]+)\n(?P<account>[^\n]*)\n"
    r"(?P<service>supply|distribution)\n(?P<amount>(?:0|[1-9][0-9]{0,9})\.[0-9]{2})\n(?P<paid_at>[0-9TZ:-]{20})\n"
    r"(?P<way>[a-z]+)\n(?P<key>[0-9a-f]{8})\n"
)


@dataclass(frozen=True)
class PaymentReceipt:
    number: int
    company: str
    account: str
    """Its last digits: rules.signed.masked."""
    service: str
    amount: Decimal
    paid_at: datetime
    way: str
    key: str


def written(receipt: PaymentReceipt) -> str:
    """The text that is signed."""
    return text_of(
        FORM, str(receipt.number), line(receipt.company), receipt.account,
        receipt.service, f"{receipt.amount:.2f}", moment(receipt.paid_at), receipt.way, receipt.key,
    )  # fmt: skip


def read(text: str) -> PaymentReceipt | None:
    """The same backwards; None for whatever `written` would not have written."""
    found = LINES.fullmatch(text)
    if not found:
        return None
    told = found.groupdict()
    try:
        receipt = PaymentReceipt(
            int(told["number"]), told["company"], told["account"], told["service"], Decimal(told["amount"]),
            datetime.fromisoformat(told["paid_at"]), told["way"], told["key"],
        )  # fmt: skip
        return receipt if written(receipt) == text else None
    except (ValueError, OverflowError):
        return None


def opened(seal: bytes) -> PaymentReceipt | None:
    return signed.opened(seal, read)


def check(typed: str, keys: Mapping[str, bytes], verify: Verify) -> PaymentReceipt | Doubtful:
    """Genuine, or why not."""
    return signed.check(typed, keys, verify, read)
