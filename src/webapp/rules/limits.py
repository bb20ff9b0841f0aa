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
SMS_PER_ADDRESS = (
    Limit("sms_address_hour", 40, timedelta(hours=1)),
    Limit("sms_address_day", 120, timedelta(days=1)),
)
"""One exit of a mobile carrier hides dozens of subscribers on the evening before the deadline, so an hour has to
be wide. The day is not: who pumps from one address gets fewer in the long run than the 10/h proposed for T6."""
SMS_PER_NETWORK = (
    Limit("sms_network_hour", 400, timedelta(hours=1)),
    Limit("sms_network_day", 1200, timedelta(days=1)),
)
"""Ten such addresses: nobody uses up a carrier's share from one of them, and no carrier that of the house."""
SMS_PER_NUMBER_PREFIX = Limit("sms_number_prefix", 20, timedelta(hours=1))
SMS_ALTOGETHER = Limit("sms_all", 2000, timedelta(hours=1))
"""The budget of the whole house; beyond it people are sent to mail and the call centre."""

MAIL_PER_CONTACT = (
    Limit("mail_contact_30s", 1, timedelta(seconds=30)),
    Limit("mail_contact_day", 10, timedelta(days=1)),
)
MAIL_PER_ADDRESS = Limit("mail_address", 40, timedelta(hours=1))
MAIL_PER_NETWORK = Limit("mail_network", 400, timedelta(hours=1))

READINGS_PER_PERSON = Limit("readings_person", 5000, timedelta(hours=1))
"""Of a device's queue, each as often as it comes: a large business with a bad network sends its month in one go."""
READING_FILES_PER_PERSON = Limit("reading_files_person", 20, timedelta(hours=1))
"""Of a business, up to 5,000 rows each."""
READING_REQUESTS_PER_PERSON = Limit("reading_requests_person", 300, timedelta(minutes=1))
"""Several devices that lost the same server come back at once; beyond it they are told when."""
FIELD_REQUESTS_PER_INSPECTOR = Limit("field_requests_inspector", 120, timedelta(minutes=1))
VISITS_PER_INSPECTOR = Limit("visits_inspector", 3000, timedelta(hours=1))
"""Ten rounds of 300 stops: a week in the villages comes in one evening, and some of it twice."""
PHOTOS_PER_PERSON = Limit("photos_person", 50, timedelta(days=1))
"""Each is decoded and drawn anew: two seconds of a processor for the largest."""
PHOTOS_PER_INSPECTOR = Limit("photos_inspector", 1000, timedelta(days=1))
"""A round of 300 stops, a photo at each, and what has to be sent again."""

SENDINGS_PER_ADDRESS = Limit("sendings_address", 600, timedelta(hours=1))
"""Without a sign-in, by links and stickers. Wide: the exit of a mobile carrier hides a whole quarter of a town on the
evening of the last day, and who guesses has 58 bits before him."""
SENDINGS_PER_LINK = Limit("sendings_link", 20, timedelta(days=1))
"""Tries, also those that were asked about or refused."""
STICKERS_PER_PERSON = Limit("stickers_person", 20, timedelta(days=1))

PAY_PER_PERSON = Limit("pay_person", 30, timedelta(hours=1))
PAY_PER_CONTRACT = Limit("pay_contract", 6, timedelta(hours=1))
"""Tries of one contract: stolen cards are tried out elsewhere (T18)."""
LOOKS_PER_CHECKOUT = Limit("looks_checkout", 10, timedelta(minutes=5))
HINTS_PER_CHECKOUT = Limit("hints_checkout", 60, timedelta(minutes=5))
"""Genuine callbacks, also when they are played back by somebody else: each is a question to the bank."""

SIGN_IN_PER_LOGIN = Limit("sign_in_login", 10, timedelta(minutes=15))
SIGN_IN_PER_ADDRESS = Limit("sign_in_address", 30, timedelta(minutes=15))
SECOND_PER_OWNER = Limit("second_owner", 5, timedelta(minutes=15))
"""Codes of the application and recovery codes together; three of a million codes are right at a time."""
PASSKEY_PER_ADDRESS = Limit("passkey_address", 60, timedelta(minutes=15))
"""Questions that a browser without a login may ask for: each is a row."""
CONFIRM_PER_PERSON = Limit("confirm_person", 10, timedelta(minutes=15))
"""The password once more, by whoever is signed in: also whoever found the phone lying about."""
NEW_CONTACT_PER_PERSON = Limit("new_contact_person", 10, timedelta(days=1))
"""A cabinet is no machine to send messages with."""
EXPORT_PER_PERSON = Limit("export_person", 30, timedelta(hours=1))
"""Tables of statistics: all accounts and years are gathered each time."""
COPY_PER_PERSON = Limit("copy_person", 5, timedelta(hours=1))
"""Of one's own data: two years of figures are gathered each time."""

API_PER_TOKEN = Limit("api_token", 120, timedelta(minutes=1))
"""Requests of a program: what asks twice a second for an hour is told when to come again."""
API_PER_KEY = Limit("company_key", 300, timedelta(minutes=1))
"""Requests of a billing system, up to a thousand items each."""
REPLAYS_PER_PERSON = Limit("replays_person", 60, timedelta(hours=1))
"""Calls of webhooks that the person asks for once more."""
WEBHOOK_LOOKS_PER_PERSON = Limit("webhook_looks_person", 20, timedelta(hours=1))
"""Addresses typed: each is a name that we look up."""

CERTIFICATES_PER_PERSON = Limit("certificates_person", 20, timedelta(days=1))
"""Orders, also those that were refused for a debt."""

LINK_PER_ACCOUNT = Limit("link_account", 5, timedelta(days=1))
"""Wrong proofs over all kinds of proof of an account together."""
LINK_BY_TWO_PER_PERSON = Limit("link_two_person", 3, timedelta(days=1))
"""Of one person at one account whose tries are used up: two proofs at once, and nobody else's tries count."""
LINK_BY_TWO_PER_ACCOUNT = Limit("link_two_account", 30, timedelta(days=1))
"""A ceiling over all people; two proofs together are far beyond guessing."""
LINK_PER_PERSON = Limit("link_person", 10, timedelta(days=1))
LINK_PER_ADDRESS = Limit("link_address", 30, timedelta(days=1))
IDENTIFY_PER_ACCOUNT = Limit("identify_account", 5, timedelta(days=1))
"""Wrong answers of callers about one account, whoever of the staff has typed them."""
IDENTIFY_PER_COLLEAGUE = Limit("identify_colleague", 30, timedelta(days=1))
"""Wrong ones too: a PIN opens an account for whoever learns it."""
LISTS_PER_PERSON = Limit("address_lists", 120, timedelta(hours=1))
"""Lists of addresses: enough to find one's own, too few to copy the register."""
BOOKINGS_PER_PERSON = Limit("bookings_person", 20, timedelta(days=1))
"""Hours booked or changed, calls back ordered: each is told by mail or SMS."""
CASES_PER_PERSON = Limit("cases_person", 10, timedelta(days=1))
ASK_PER_ADDRESS = Limit("ask_address", 5, timedelta(days=1))
"""Requests that anybody may leave («my company is not in the list»)."""
REQUEST_PER_PERSON = Limit("request_person", 5, timedelta(days=1))
"""Asking about an account that somebody else has: to be let in, or to dispute it."""
ANNULMENT_PER_ADDRESS = Limit("annulment_address", 5, timedelta(days=1))
APPEALS_PER_PERSON = Limit("appeals_person", 10, timedelta(days=1))
APPEAL_WORDS_PER_PERSON = Limit("appeal_words_person", 40, timedelta(days=1))
SUPPORT_PER_ADDRESS = Limit("support_address", 10, timedelta(hours=1))
"""Requests to technical support that anybody may leave, with a file to look at."""
FILES_PER_ADDRESS = Limit("files_address", 40, timedelta(hours=1))
"""Files of letters: each is drawn or written anew, whether the letter is sent or comes back with mistakes."""
FOLLOW_PER_ADDRESS = Limit("follow_address", 20, timedelta(hours=1))
"""Looking a request up by its number, without signing in."""


def decide(tat: datetime | None, now: datetime, limit: Limit) -> Decision:
    """`tat` is what the last decision on this subject stored, None when there was none."""
    new = max(tat or now, now) + limit.interval
    wait = new - now - limit.interval * limit.count
    if wait > timedelta(0):
        return Decision(False, tat or now, wait)
    return Decision(True, new, timedelta(0))


def address_prefix(address: str) -> str:
    """The network one household or one attacker has: /24, in IPv6 /56."""
    return _network(address, 24, 56)


def address_alone(address: str) -> str:
    """One exit to the Internet; in IPv6 the /64 of one phone or home, which changes the rest at will."""
    return _network(address, 32, 64)


def _network(address: str, of_four: int, of_six: int) -> str:
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network((ip, of_four if ip.version == 4 else of_six), strict=False))


def number_prefix(number: str) -> str:
    """A phone number (E.164) without its last four digits: pumping goes along neighbouring numbers."""
    return number[:-4]
