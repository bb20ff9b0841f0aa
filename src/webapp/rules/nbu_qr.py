"""The QR code of the National Bank that fills in a transfer (NBU resolution 97 of 19.08.2025): formats 003 and 002.

Fields stand one a line; text is Windows-1251. What would not fit, or would break a line, is refused: a code that
pays somebody else is worse than none. Reference vectors: tests/cases/nbu_qr.json.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Format = Literal["003", "002"]
ADDRESS = {"003": "https://qr.bank.gov.ua/", "002": "https://bank.gov.ua/qr/"}
ENCODINGS = {"1": "utf-8", "2": "cp1251"}
MOST_BYTES = {"003": 475, "002": 331}
LONGEST = {"recipient": 140, "reference": 35, "purpose": 420, "display": 140}
FORBIDDEN = re.compile("[\x00-\x1f\x7f\u00a0]")
IBAN = re.compile("UA[0-9]{27}")
MOST = Decimal("999999999.99")
UTILITIES = "SUPP/SUPP"
"""Category and purpose of the official example of a gas bill."""
ALL_LOCKED = 0xFFFF
AMOUNT = 8
"""The field that may be changed on a bill: its number, as the bits of the lock count."""


class NotPossible(ValueError):
    """There is no valid code with these fields."""


@dataclass(frozen=True)
class Transfer:
    recipient: str
    iban: str
    code: str
    """ЄДРПОУ."""
    purpose: str
    amount: Decimal | None = None
    """грн; without it the payer types one."""
    reference: str = ""
    category: str = UTILITIES
    display: str = ""
    function: Literal["UCT", "ICT", "XCT"] = "UCT"
    editable: tuple[int, ...] = ()
    """Numbers of the fields that the payer may change."""
    valid_until: datetime | None = None
    created: datetime | None = None


def link(transfer: Transfer, form: Format = "003", encoding: Literal["1", "2"] = "2") -> str:
    """What the code says: an address that the bank's application opens."""
    content = payload(transfer, form, encoding)
    return ADDRESS[form] + urlsafe_b64encode(content).decode().rstrip("=")


def payload(transfer: Transfer, form: Format = "003", encoding: Literal["1", "2"] = "2") -> bytes:
    for name, most in LONGEST.items():
        text = getattr(transfer, name)
        if FORBIDDEN.search(text) or len(text) > most:
            raise NotPossible(name)
    if not transfer.recipient or not transfer.purpose:
        raise NotPossible("recipient and purpose")
    if not is_iban(transfer.iban):
        raise NotPossible("iban")
    if not re.fullmatch("[0-9]{8,10}", transfer.code):
        raise NotPossible("code")
    if not re.fullmatch("[A-Z]{4}/[A-Z]{4}", transfer.category):
        raise NotPossible("category")
    if not transfer.reference.isascii():
        raise NotPossible("reference")
    head = ["BCD", form, encoding, transfer.function, "", transfer.recipient, transfer.iban]
    money = [amount_of(transfer.amount), transfer.code]
    if form == "002":
        fields = [*head, *money, "", "", transfer.purpose, "", ""]
    else:
        fields = [
            *head, *money, transfer.category, transfer.reference, transfer.purpose, transfer.display,
            lock_of(transfer.editable), _moment(transfer.valid_until), _moment(transfer.created), "",
        ]  # fmt: skip
    try:
        content = "\n".join(fields).encode(ENCODINGS[encoding])
        "".join(fields).encode("cp1251")
    except UnicodeEncodeError as letter:
        raise NotPossible("a letter outside Windows-1251") from letter
    if len(content) > MOST_BYTES[form]:
        raise NotPossible("too long")
    return content


def amount_of(amount: Decimal | None) -> str:
    """«UAH71.68», «UAH100»: two digits of kopecks, or none."""
    if amount is None:
        return ""
    if not 0 < amount <= MOST or amount != amount.quantize(Decimal("0.01")):
        raise NotPossible("amount")
    return f"UAH{amount:.2f}".removesuffix(".00")


def lock_of(editable: tuple[int, ...]) -> str:
    """Bit N is field N: FFFF locks all, FEFF leaves the sum to the payer."""
    mask = ALL_LOCKED
    for field in editable:
        mask &= ~(1 << field)
    return f"{mask:04X}"


def is_iban(text: str) -> bool:
    """UA, 27 digits, remainder 1 of 97 (ISO 13616)."""
    if not IBAN.fullmatch(text):
        return False
    moved = text[4:] + "".join(str(int(letter, 36)) for letter in text[:2]) + text[2:4]
    return int(moved) % 97 == 1


def tidy(text: str, most: int) -> str:
    """Somebody's text for a field: spaces for whatever breaks it, no letter that Windows-1251 lacks."""
    plain = FORBIDDEN.sub(" ", text).replace("\u02bc", "\u2019")
    known = plain.encode("cp1251", "ignore").decode("cp1251")
    return " ".join(known.split())[:most].rstrip()


def _moment(moment: datetime | None) -> str:
    """Kyiv time, without a zone."""
    return f"{moment:%y%m%d%H%M%S}" if moment else ""
