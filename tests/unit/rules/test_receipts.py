"""What a receipt says, how it travels in a link, and that nothing in it can be changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.outside.receipt_keys import EmbeddedKeys, verify
from webapp.rules import receipts, signed
from webapp.rules.receipts import SOURCES, Receipt
from webapp.rules.signed import Doubt, Doubtful

KEYS = EmbeddedKeys()
RECEIPT = Receipt(
    190_417, "АТ «Миколаївгаз»", "4517", "0219044", "04152", date(2026, 11, 3), date(2026, 10, 1),
    datetime(2026, 11, 3, 17, 31, 8, tzinfo=UTC), datetime(2026, 11, 3, 17, 40, 55, tzinfo=UTC), "consumer",
    KEYS.current().id,
)  # fmt: skip
TEXT = f"""\
blakyt-receipt-1
190417
АТ «Миколаївгаз»
4517
0219044
04152
2026-11-03
2026-10
2026-11-03T17:31:08Z
2026-11-03T17:40:55Z
consumer
{KEYS.current().id}
"""
days = st.dates(date(1970, 1, 1), date(2069, 12, 31))
moments = st.datetimes(datetime(1970, 1, 1), datetime(2069, 12, 31), timezones=st.just(UTC))


def sealed(receipt: Receipt, keys: EmbeddedKeys = KEYS) -> bytes:
    text = receipts.written(receipt)
    return signed.sealed(keys.current().sign(text.encode()), text)


def checked(typed: str, keys: EmbeddedKeys = KEYS) -> Receipt | Doubtful:
    return receipts.check(typed, keys.public(), verify)


LINK = signed.packed(sealed(RECEIPT))


def test_the_text_is_the_documented_one():
    assert receipts.written(RECEIPT) == TEXT
    assert receipts.read(TEXT) == RECEIPT


@given(
    st.integers(1, 10**18), st.text(), st.text(), st.integers(0, 10**9 - 1), st.integers(4, 9), days, days, moments,
    moments, st.sampled_from(SOURCES),
)  # fmt: skip
def test_whatever_is_written_is_read_again(
    number, company, meter, value, digits, read_on, month, taken, got, source
):
    receipt = Receipt(
        number, company, "4517", meter, f"{value:0{digits}d}", read_on, month.replace(day=1),
        taken.replace(microsecond=0), got.replace(microsecond=0), source, "7f3c91a0",
    )  # fmt: skip
    text = receipts.written(receipt)
    read = receipts.read(text)
    assert read and text.count("\n") == 12 and receipts.written(read) == text
    assert replace(read, company="", meter="") == replace(receipt, company="", meter="")


def test_a_genuine_receipt_says_what_was_signed_however_its_link_was_copied():
    for typed in (
        LINK,
        f"http://localhost/check?r={LINK}",
        f"  https://104.example/check?utm=1&r={LINK}#x",
        f"{LINK[:50]}\r\n {LINK[50:]}==",
    ):
        assert checked(typed) == RECEIPT


@given(st.integers(0, len(sealed(RECEIPT)) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_not_genuine(place: int, change: int):
    seal = bytearray(sealed(RECEIPT))
    seal[place] ^= change
    assert isinstance(checked(signed.packed(bytes(seal))), Doubtful)


@pytest.mark.parametrize("place", range(len(LINK)))
def test_one_changed_character_of_the_link_is_not_genuine(place: int):
    for other in "A", "z", "5", "-", "_", "+", "=", "й":
        if other != LINK[place]:
            assert isinstance(checked(LINK[:place] + other + LINK[place + 1 :]), Doubtful), other


def test_one_changed_digit_is_told_as_a_change():
    raw = urlsafe_b64decode(LINK + "=" * (-len(LINK) % 4))
    changed = urlsafe_b64encode(raw.replace(b"\n04152\n", b"\n04153\n")).decode()
    assert checked(changed) == Doubtful(Doubt.ALTERED)


def test_a_signature_of_another_receipt_does_not_fit():
    other = sealed(replace(RECEIPT, number=190_418))
    assert checked(signed.packed(other[:64] + sealed(RECEIPT)[64:])) == Doubtful(Doubt.ALTERED)


def test_a_receipt_of_somebody_elses_key_names_it():
    elsewhere = EmbeddedKeys()
    id = elsewhere.current().id
    link = signed.packed(sealed(replace(RECEIPT, key=id), elsewhere))
    assert checked(link) == Doubtful(Doubt.UNKNOWN_KEY, id)
    forged = signed.packed(sealed(RECEIPT, elsewhere))
    assert checked(forged) == Doubtful(Doubt.ALTERED), "our key's name on another's signature"


def test_after_a_rotation_the_old_ones_verify_and_the_new_ones_too():
    keys = EmbeddedKeys()
    old = signed.packed(sealed(replace(RECEIPT, key=keys.current().id), keys))
    keys.rotate()
    new = signed.packed(sealed(replace(RECEIPT, key=keys.current().id), keys))
    assert isinstance(checked(old, keys), Receipt) and isinstance(checked(new, keys), Receipt)


@given(st.one_of(st.text(max_size=1200), st.binary(max_size=700).map(signed.packed)))
def test_anything_can_be_typed(typed: str):
    assert isinstance(checked(typed), Doubtful)


@pytest.mark.parametrize(
    "part",
    [LINK[:-1], LINK[1:], LINK[:60], LINK * 4, LINK + "A", "", "=", "?r=", " \n "],
    ids=range(9),
)
def test_a_part_of_a_receipt_is_none(part: str):
    assert checked(part) == Doubtful(Doubt.UNREADABLE)


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace("receipt-1", "receipt-2"), TEXT + "\n", TEXT[:-1], TEXT.replace("\n", "\r\n"),
        TEXT.replace("190417", "0190417"), TEXT.replace("190417", "١٩٠٤١٧"), TEXT.replace("2026-10\n", "2026-13\n"),
        TEXT.replace("2026-11-03\n", "2026-11-31\n"), TEXT.replace("consumer", "planned"),
        TEXT.replace("17:40:55Z", "17:40:61Z"), TEXT.replace("АТ «", " АТ  «"), TEXT.replace("04152", "-4152"),
    ],
)  # fmt: skip
def test_a_text_in_another_form_is_no_receipt(changed: str):
    assert changed != TEXT and receipts.read(changed) is None


@pytest.mark.parametrize(
    ("number", "shown"), [("0910204517", "4517"), ("23185952", "5952"), ("12345", "45"), ("7", ""), ("", "")]
)
def test_of_the_account_number_only_the_end_is_shown(number: str, shown: str):
    assert signed.masked(number) == shown


def test_names_cannot_add_lines():
    text = receipts.written(replace(RECEIPT, company="АТ\n7\u2028«Миколаївгаз»\x85", meter="\t"))
    assert text.split("\n")[2] == "АТ 7 «Миколаївгаз»" and text.split("\n")[4] == "–"
