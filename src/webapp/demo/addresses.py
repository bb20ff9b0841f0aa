"""The network of the demo: addresses in their parts, neighbours who are in the register alone, and PINs."""

from datetime import datetime
from functools import cache

import msgspec

from webapp.actions import sealing
from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import Account, Portal, id_of
from webapp.rules import addresses, pins


class Street(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    settlement: str
    street: str
    houses: tuple[str, ...]
    flats: int = 0
    """Of each house."""

    @property
    def all(self) -> list[str]:
        flats = [f", кв. {n + 1}" for n in range(self.flats)] or [""]
        return [f"{self.street}, {house}{flat}" for house in self.houses for flat in flats]


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: str
    """Number of the first neighbour; the others follow."""
    branches: dict[str, str]
    """By settlement; where a company has none, the list of branches is left out."""
    streets: tuple[Street, ...]

    def neighbours(self, taken: set[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """Number, settlement and address of each that is not somebody's in the cast."""
        found = [(one.settlement, address) for one in self.streets for address in one.all]
        free = [one for one in found if one not in taken]
        return [
            (f"{int(self.first) + n:0{len(self.first)}d}", settlement, address)
            for n, (settlement, address) in enumerate(free)
        ]


@cache
def networks() -> dict[str, Network]:
    """By the brand of the portal."""
    return msgspec.json.decode((cast.FOLDER / "addresses.json").read_bytes(), type=dict[str, Network])


async def load(portal: Portal, key: bytes, now: datetime) -> None:
    """Inside the transaction of the demo: what is there already stays as it is."""
    told, network = cast.people()[portal.brand], networks()[portal.brand]
    taken = {(one.settlement, one.address) for one in told.all_accounts}
    company = rows.company_id(portal.company("operator"))
    neighbours = network.neighbours(taken)
    await DB.do(
        NEIGHBOURS, [id_of("neighbour", portal.brand, one[0]) for one in neighbours], company,
        *zip(*neighbours, strict=True),
    )  # fmt: skip
    placed = [(rows.account_id(portal, one), one.settlement, one.address) for one in told.all_accounts]
    placed += [(id_of("neighbour", portal.brand, number), *rest) for number, *rest in neighbours]  # type: ignore[misc]
    parts = [(id, *_parts(network, settlement, address)) for id, settlement, address in placed]
    await DB.do(PLACE, *zip(*parts, strict=True))
    for account in told.all_accounts if portal.policy.bills.pin else told.unlinked:
        id = rows.account_id(portal, account)
        hashed, sealed = pins.hash_of(key, id, account.pin), sealing.seal(account.pin.encode(), id, key=key)
        await DB.do(PIN, id_of("pin", id), id, hashed, now, sealed)


def place_of(portal: Portal, account: Account) -> tuple[str, str, str, str, str]:
    """What is chosen in the lists, from branch to flat."""
    return _parts(networks()[portal.brand], account.settlement, account.address)[:5]


def _parts(network: Network, settlement: str, address: str) -> tuple[str, str, str, str, str, str]:
    place = addresses.place_of(network.branches.get(settlement, ""), settlement, address)
    street, house, flat = addresses.split(address)
    return place.branch or "", settlement, street, house, flat, place.key


NEIGHBOURS = """
INSERT INTO accounts (id, company_id, number, settlement, address, holder)
SELECT id, $2, number, settlement, address, ''
FROM unnest($1::uuid[], $3::text[], $4::text[], $5::text[]) AS told (id, number, settlement, address)
ON CONFLICT DO NOTHING
"""
PLACE = """
UPDATE accounts SET branch = told.branch, street = told.street, house = told.house, flat = told.flat,
       address_key = told.key
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     AS told (id, branch, settlement, street, house, flat, key)
WHERE accounts.id = told.id AND address_key = ''
"""
PIN = """
INSERT INTO pins (id, account_id, pin_hmac, issued_at, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
