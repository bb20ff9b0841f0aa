"""Which companies are served by which cabinet: of all portals of the house, for everybody."""

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.visits import policy_at


class Connected(msgspec.Struct, frozen=True):
    name: str
    role: str


class Cabinet(msgspec.Struct, frozen=True):
    name: str
    address: str
    has_business: bool
    takes_readings: bool
    companies: list[Connected]


async def connected() -> list[Cabinet]:
    return await DB.one(CONNECTED, into=list[Cabinet]) or []


CONNECTED = f"""
SELECT json_agg(json_build_object(
    'name', portals.name, 'address', portals.address,
    'has_business', coalesce(({policy_at("now()")} -> 'accounts' ->> 'business')::boolean, false),
    'takes_readings', jsonb_array_length(coalesce(
        {policy_at("now()")} -> 'readings' -> 'taken_by', '["operator"]')) > 0,
    'companies', (
        SELECT coalesce(json_agg(json_build_object('name', companies.name, 'role', role) ORDER BY position), '[]')
        FROM portal_companies JOIN companies ON companies.id = portal_companies.company_id
        WHERE portal_companies.portal_id = portals.id
    )
) ORDER BY portals.name, portals.host) FROM portals
"""
