"""The text of a payment's receipt: one form, byte by byte, and no other is taken for genuine."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from webapp.outside.receipt_keys import SigningKey, raw, verify
from webapp.rules import payment_receipts as rules
from webapp.rules.payment_receipts import PaymentReceipt
from webapp.rules.signed import Doubt, Doubtful, packed, sealed

KEY = SigningKey.fresh()
RECEIPT = PaymentReceipt(
    1042, "ТОВ «Назва»", "8830", "supply", Decimal("71.68"), datetime(2026, 11, 22, 10, 11, 12, tzinfo=UTC),
    "liqpay", KEY.id,
)  # fmt: skip
TEXT = f"blakyt-payment-1\n1042\nТОВ «Назва»\n8830\nsupply\n71.68\n2026-11-22T10:11:12Z\nliqpay\n{KEY.id}\n"


def link(text: str, key: SigningKey = KEY) -> str:
    return f"https://gas.example.ua/payments/check?r={packed(sealed(key.sign(text.encode()), text))}"


def checked(typed: str) -> object:
    return rules.check(typed, {KEY.id: raw(KEY.private.public_key())}, verify)


def test_the_text_is_what_it_says():
    assert rules.written(RECEIPT) == TEXT and rules.read(TEXT) == RECEIPT
    assert checked(link(TEXT)) == RECEIPT


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("71.68", "71.6"), TEXT.replace("71.68", "071.68"), TEXT.replace("71.68", "-1.00"),
        TEXT.replace("supply", "gift"), TEXT.replace("Z", "+02:00"), TEXT[:-1], TEXT + "x\n",
        TEXT.replace("2026-11-22", "2026-13-22"), TEXT.replace("blakyt-payment-1", "blakyt-receipt-1"), "",
    ],
    ids=["sum", "zeros", "sign", "service", "zone", "cut", "more", "month", "kind", "nothing"],
)  # fmt: skip
def test_nothing_else_is_a_receipt(other: str):
    assert rules.read(other) is None
    assert checked(link(other)) == Doubtful(Doubt.UNREADABLE)


def test_a_changed_digit_breaks_the_signature():
    forged = TEXT.replace("71.68", "91.68")
    seal = sealed(KEY.sign(TEXT.encode()), forged)
    assert checked(packed(seal)) == Doubtful(Doubt.ALTERED)


def test_another_key_is_not_ours():
    stranger = SigningKey.fresh()
    text = rules.written(replace(RECEIPT, key=stranger.id))
    assert checked(link(text, stranger)) == Doubtful(Doubt.UNKNOWN_KEY, stranger.id)


def test_a_name_cannot_add_lines():
    text = rules.written(replace(RECEIPT, company="ТОВ\n9999\u2028«Назва»"))
    assert text.count("\n") == 9 and rules.read(text)
