"""How often something may be tried, and the one decision behind all limits (GCRA)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network


@dataclass(frozen=True)
class Limit:
    """`count` at once, then one more each `per / count`."""

    name: str
    count: int
    per: timedelta

    @property
    def interval(self) -> timedelta:
        return self.per / self.count


@dataclass(frozen=True)
class Decision:
    allowed: bool
    tat: datetime
    """The theoretical arrival time to store; unchanged when refused, so asking in vain costs nothing."""
    retry_after: timedelta
    """Zero when allowed."""


SMS_PER_NUMBER = (
    Limit("sms_number_30s", 1, timedelta(seconds=30)),
    Limit("sms_number_10min", 3, timedelta(minutes=10)),
    Limit("sms_number_day", 6, timedelta(days=1)),
)
"""All of them must allow it. Against SMS pumping and a neighbour's phone ringing all night."""
SMS_PER_ADDRESS = Limit("sms_address", 10, timedelta(hours=1))
SMS_PER_NUMBER_PREFIX = Limit("sms_number_prefix", 20, timedelta(hours=1))
SMS_ALTOGETHER = Limit("sms_all", 2000, timedelta(hours=1))
"""The budget of the whole house; beyond it people are sent to mail and the call centre."""

MAIL_PER_CONTACT = (
    Limit("mail_contact_30s", 1, timedelta(seconds=30)),
    Limit("mail_contact_day", 10, timedelta(days=1)),
)
MAIL_PER_ADDRESS = Limit("mail_address", 20, timedelta(hours=1))

SIGN_IN_PER_LOGIN = Limit("sign_in_login", 10, timedelta(minutes=15))
SIGN_IN_PER_ADDRESS = Limit("sign_in_address", 30, timedelta(minutes=15))

LINK_PER_ACCOUNT = Limit("link_account", 5, timedelta(days=1))
"""Wrong proofs over all kinds of proof of an account together."""
LINK_PER_PERSON = Limit("link_person", 10, timedelta(days=1))
LINK_PER_ADDRESS = Limit("link_address", 30, timedelta(days=1))
ASK_PER_ADDRESS = Limit("ask_address", 5, timedelta(days=1))
"""Requests that anybody may leave («my company is not in the list»)."""


def decide(tat: datetime | None, now: datetime, limit: Limit) -> Decision:
    """`tat` is what the last decision on this subject stored, None when there was none."""
    new = max(tat or now, now) + limit.interval
    wait = new - now - limit.interval * limit.count
    if wait > timedelta(0):
        return Decision(False, tat or now, wait)
    return Decision(True, new, timedelta(0))


def address_prefix(address: str) -> str:
    """The network one household or one attacker has: /24, in IPv6 /56."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network((ip, 24 if ip.version == 4 else 56), strict=False))


def number_prefix(number: str) -> str:
    """A phone number (E.164) without its last four digits: pumping goes along neighbouring numbers."""
    return number[:-4]
