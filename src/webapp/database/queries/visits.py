"""Who is asking, and where: the first of a page's few questions."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.policy import Policy


class Company(msgspec.Struct, frozen=True):
    id: UUID
    role: str
    name: str
    short: str
    address: str
    phone: str
    mail: str
    site: str


class Portal(msgspec.Struct, frozen=True):
    id: UUID
    host: str
    address: str
    brand: str
    name: str
    sms_name: str
    policy: Policy
    companies: list[Company]

    @property
    def secure(self) -> bool:
        return self.address.startswith("https://")

    def company(self, role: str) -> Company | None:
        return next((company for company in self.companies if company.role == role), None)

    @property
    def controller(self) -> Company:
        """Who answers for personal data here: the first company of the portal."""
        return self.companies[0]


class Person(msgspec.Struct, frozen=True):
    id: UUID
    partition: UUID
    name: str
    language: str
    sign_in_id: UUID
    shared: bool
    seen_at: datetime
    confirmed_at: datetime | None = None
    """When the password was last typed here: rules.logins.is_fresh."""
    unread: int = 0
    """Notifications, up to a hundred."""

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class Visit(msgspec.Struct, frozen=True):
    portal: Portal
    person: Person | None


class Row(msgspec.Struct, frozen=True):
    portal: msgspec.Raw
    person: Person | None


class UnfitPortal(Exception):
    """A row that says less, or something else, than a portal needs: nobody is served by it until it is mended."""

    def __init__(self, host: str, field: str, why: str) -> None:
        super().__init__(f"{host}, field {field}: {why}")
        self.host, self.field = host, field


async def visit(host: str, secure: bytes | None, plain: bytes | None, now: datetime) -> Visit | None:
    """The portal of this host, and who is signed in there; a sign-in is good on its own portal only.

    `secure` and `plain` are the hashes of the two cookies there may be: a portal on https believes only
    the one that no sibling host can have set.
    """
    row = await DB.one(VISIT, host, secure, plain, now, into=Row)
    return None if row is None else Visit(fit(host, bytes(row.portal)), row.person)


def fit(host: str, row: bytes) -> Portal:
    """Raises UnfitPortal, which knows the field that is wrong."""
    try:
        return _portal(row)
    except msgspec.ValidationError as error:
        why, _, field = str(error).rpartition(" - at `$.")
        raise UnfitPortal(host, field.rstrip("`"), why) from error


@lru_cache(maxsize=64)
def _portal(row: bytes) -> Portal:
    """Decoded once for as long as the row says the same: a change in the database shows at the next request."""
    return msgspec.json.decode(row, type=Portal)


def policy_at(moment: str) -> str:
    """SQL of the policy that holds at `moment`: a version begins by itself, nothing has to run for it."""
    return f"""coalesce((
    SELECT v.policy FROM policy_versions v
    WHERE v.portal_id = portals.id AND v.withdrawn_at IS NULL AND v.starts_at <= {moment}
    ORDER BY v.number DESC LIMIT 1
), portals.policy)"""


def portal_at(moment: str) -> str:
    """SQL of a row of `portals` with its policy of that moment, and with its companies."""
    return f"""
(SELECT to_json(p) FROM (SELECT portals.id, host, address, brand, portals.name, sms_name,
                                {policy_at(moment)} AS policy, (
    SELECT json_agg(companies ORDER BY position)
    FROM portal_companies JOIN companies ON companies.id = portal_companies.company_id
    WHERE portal_companies.portal_id = portals.id
) AS companies) p)
"""


PORTAL = portal_at("now()")
VISIT = f"""
SELECT json_build_object('portal', {portal_at("$4")}, 'person', (
    SELECT json_build_object(
        'id', people.id, 'partition', people.partition, 'name', people.name, 'language', people.language,
        'sign_in_id', sign_ins.id, 'shared', sign_ins.shared, 'seen_at', sign_ins.seen_at,
        'confirmed_at', sign_ins.confirmed_at,
        'unread', (SELECT count(*) FROM (
            SELECT FROM notifications WHERE person_id = people.id AND listed AND read_at IS NULL LIMIT 100) unread)
    )
    FROM sign_ins JOIN people ON people.id = sign_ins.person_id
    WHERE sign_ins.token_sha256 = CASE WHEN portals.address LIKE 'https:%' THEN $2::bytea ELSE $3::bytea END
      AND sign_ins.revoked_at IS NULL AND sign_ins.expires_at > $4 AND sign_ins.idle_expires_at > $4
      AND people.portal_id = portals.id AND people.gone_at IS NULL
))
FROM portals WHERE portals.host = $1
"""


async def by_ticket(portal_id: UUID, token_sha256: bytes | None, now: datetime) -> Person | None:
    """Who may hand in readings by this ticket; whether the sign-in is still good does not matter."""
    return await DB.one(BY_TICKET, portal_id, token_sha256, now, into=Person)


BY_TICKET = """
SELECT json_build_object(
    'id', people.id, 'partition', people.partition, 'name', people.name, 'language', people.language,
    'sign_in_id', sign_ins.id, 'shared', sign_ins.shared, 'seen_at', sign_ins.seen_at
)
FROM tickets JOIN sign_ins ON sign_ins.id = tickets.id JOIN people ON people.id = sign_ins.person_id
WHERE tickets.token_sha256 = $2 AND tickets.expires_at > $3 AND sign_ins.revoked_at IS NULL
  AND people.portal_id = $1 AND people.gone_at IS NULL
"""


async def was_ended(token_sha256: bytes | None) -> bool:
    """Whether somebody has signed this device out, there or from elsewhere; a sign-in that ran out was not."""
    return bool(token_sha256 and await DB.one(WAS_ENDED, token_sha256, into=bool))


WAS_ENDED = """
SELECT to_json(EXISTS (SELECT FROM sign_ins WHERE token_sha256 = $1 AND revoked_at IS NOT NULL))
"""


async def portal(portal_id: UUID, now: datetime | None = None) -> Portal | None:
    """For letters and jobs, which come from no host; without a moment it is the database's own."""
    sql = f"SELECT {portal_at('coalesce($2::timestamptz, now())')} FROM portals WHERE id = $1"
    return await DB.one(sql, portal_id, now, into=Portal)
