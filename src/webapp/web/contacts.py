"""Phones and mail addresses as people type them; understood, or refused with the reason."""

import re
from collections.abc import Sequence
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType as Type

from webapp.actions.proofs import Contact

MOBILE = {Type.MOBILE, Type.FIXED_LINE_OR_MOBILE}
CALLABLE = MOBILE | {Type.FIXED_LINE, Type.VOIP, Type.TOLL_FREE}
PAID = {Type.PREMIUM_RATE, Type.SHARED_COST}
SATELLITES = {870, 881, 882, 883}
"""Inmarsat, and the networks that belong to no country (ITU-T E.164)."""
MAIL = re.compile(r"[^@\s<>()\[\]\\,;:\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class WrongContact(StrEnum):
    EMPTY = "empty"
    NOT_A_PHONE = "not_a_phone"
    FOREIGN_PHONE = "foreign_phone"
    NO_SMS = "no_sms"
    """A landline gets no code."""
    SHORT_NUMBER = "short_number"
    PREMIUM = "premium"
    SATELLITE = "satellite"
    NOT_A_MAIL = "not_a_mail"
    MAIL_ONLY = "mail_only"
    PHONE_ONLY = "phone_only"


def read_login(text: str, kinds: Sequence[str]) -> Contact | WrongContact:
    """A login is a mobile number or a mail address, whichever the portal takes (P-01)."""
    text = text.strip()
    if not text:
        return WrongContact.EMPTY
    if "@" in text or (kinds == ("mail",) and not _looks_like_a_phone(text)):
        found = read_mail(text)
        return WrongContact.PHONE_ONLY if "mail" not in kinds else found
    if "phone" not in kinds:
        return WrongContact.MAIL_ONLY
    found = read_phone(text)
    if isinstance(found, Contact) and not found.can_sms:
        return WrongContact.NO_SMS
    return found


def read_phone(text: str) -> Contact | WrongContact:
    """Ukrainian numbers, mobile or landline (A20), in every form of domain.md §5; stored as E.164."""
    bare = re.sub(r"[\s()\u00a0.-]", "", text)
    if not bare:
        return WrongContact.EMPTY
    if re.fullmatch(r"80[0-9]{9}", bare):  # the old way of dialling through 8
        bare = f"+3{bare}"
    if re.fullmatch("[0-9]{3,5}", bare):
        return WrongContact.SHORT_NUMBER
    if not re.fullmatch(r"\+?[0-9]{9,15}", bare):
        return WrongContact.NOT_A_PHONE
    try:
        number = phonenumbers.parse(f"+{bare}" if bare.startswith("380") else bare, "UA")
    except phonenumbers.NumberParseException:
        return WrongContact.NOT_A_PHONE
    if number.country_code in SATELLITES:
        return WrongContact.SATELLITE
    if number.country_code != 380:
        return WrongContact.FOREIGN_PHONE
    kind = phonenumbers.number_type(number)
    if kind in PAID:
        return WrongContact.PREMIUM
    if not phonenumbers.is_valid_number_for_region(number, "UA") or kind not in CALLABLE:
        return WrongContact.NOT_A_PHONE
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Contact("phone", e164, can_sms=kind in MOBILE)


def read_mail(text: str) -> Contact | WrongContact:
    """Lower case: nobody has two mailboxes that differ by it. Cyrillic look-alikes of a domain are refused."""
    mail = text.strip().lower()
    if not mail:
        return WrongContact.EMPTY
    return Contact("mail", mail) if len(mail) <= 254 and MAIL.fullmatch(mail) else WrongContact.NOT_A_MAIL


def _looks_like_a_phone(text: str) -> bool:
    return bool(re.fullmatch(r"[\d\s()+.-]{6,}", text))
