"""Phones and mail addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.actions.proofs import Contact
from webapp.web.contacts import WrongContact, read_login, read_mail, read_phone

PHONES = {
    "+380671234567": ("+380671234567", True),
    "067 123-45-67": ("+380671234567", True),
    "+38(067) 505 63 12": ("+380675056312", True),
    "671234567": ("+380671234567", True),
    "+380 67 123 45 67": ("+380671234567", True),
    "80671234567": ("+380671234567", True),
    "+38 0536 70 12 12": ("+380536701212", False),
    "(0512) 70-18-04": ("+380512701804", False),
    "0462616204": ("+380462616204", False),
    "0800500104": ("+380800500104", False),
    "0391234567": ("+380391234567", True),
    "0911234567": ("+380911234567", True),
}


@pytest.mark.parametrize(("typed", "meant"), PHONES.items())
def test_a_phone_is_understood_however_it_is_written(typed: str, meant: tuple[str, bool]):
    assert read_phone(typed) == Contact("phone", meant[0], can_sms=meant[1])


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", WrongContact.EMPTY),
        (" - ", WrongContact.EMPTY),
        ("+38067123456789", WrongContact.NOT_A_PHONE),
        ("104", WrongContact.SHORT_NUMBER),
        ("0900 212345", WrongContact.PREMIUM),
        ("+8816 21234567", WrongContact.SATELLITE),
        ("0671234567#", WrongContact.NOT_A_PHONE),
        ("0671234567;ext=1", WrongContact.NOT_A_PHONE),
        ("٠٦٧١٢٣٤٥٦٧", WrongContact.NOT_A_PHONE),
        ("+48501234567", WrongContact.FOREIGN_PHONE),
        ("+79161234567", WrongContact.FOREIGN_PHONE),
    ],
)
def test_what_is_no_phone_of_ours(typed: str, wrong: WrongContact):
    assert read_phone(typed) is wrong


@pytest.mark.parametrize(
    "typed", ["Olena@Example.COM ", "o.lena+gas@mail.example.com.ua", "олена@example.com"]
)
def test_a_mail_address(typed: str):
    assert read_mail(typed) == Contact("mail", typed.strip().lower())


@pytest.mark.parametrize(
    "typed", ["olena", "olena@", "@example.com", "a b@example.com", "olena@example", "olena@ехаmple.com",
              "o@example.com\nBcc: x@y.zz", "<o@example.com>", "a" * 65 + "@example.com", "o@" + "a." * 130 + "com"],
)  # fmt: skip
def test_what_is_no_mail_address(typed: str):
    assert read_mail(typed) is WrongContact.NOT_A_MAIL


@pytest.mark.parametrize(
    ("typed", "kinds", "found"),
    [
        ("067 123 45 67", ("mail",), WrongContact.MAIL_ONLY),
        ("olena", ("mail",), WrongContact.NOT_A_MAIL),
        ("olena@example.com", ("phone",), WrongContact.PHONE_ONLY),
        ("0512 70-18-04", ("mail", "phone"), WrongContact.NO_SMS),
        ("olena@example.com", ("mail", "phone"), Contact("mail", "olena@example.com")),
        ("067 123 45 67", ("mail", "phone"), Contact("phone", "+380671234567", can_sms=True)),
        (" ", ("mail", "phone"), WrongContact.EMPTY),
    ],
)
def test_a_login_is_what_the_portal_takes(typed: str, kinds: tuple[str, ...], found: object):
    assert read_login(typed, kinds) == found


@given(st.text(max_size=60))
def test_nothing_typed_breaks_it_and_what_is_understood_stays(text: str):
    for read in (read_phone, read_mail, lambda typed: read_login(typed, ("mail", "phone"))):
        found = read(text)
        if isinstance(found, Contact):
            assert read(found.value) == found
