"""Lists of addresses for whoever looks for one's own: narrowing, and counted, or they would publish the register."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.actions import limiting
from webapp.database.engine import DB
from webapp.database.queries import addresses as queries
from webapp.rules import alphabet, limits
from webapp.rules.addresses import LEVELS, Level, Place


class Found(msgspec.Struct, frozen=True):
    place: Place
    """What was chosen, as far as there is such an address; where there is no choice it is taken by itself."""
    lists: dict[Level, list[str]]
    """In order; of each level that is reached."""

    def narrowed(self, sought: str) -> list[str]:
        """Of the list that is to be chosen from now, what is looked for."""
        names = self.lists.get(LEVELS[self.place.depth], []) if not self.place.is_whole else []
        return [name for name in names if alphabet.holds(name, sought)]


class TooManyLists(msgspec.Struct, frozen=True):
    """More than anybody needs who looks for one address."""


async def find(chosen: Place, *, company_id: UUID, by: UUID, now: datetime) -> Found | TooManyLists:
    share = limiting.values(limits.LISTS_PER_PERSON, str(by), now)
    found = await DB.one(COUNTED, company_id, *queries.bounds(chosen), *share, into=list[list[str]])
    if found is None:
        return TooManyLists()
    place, lists = chosen, dict[Level, list[str]]()
    for depth, level in enumerate(LEVELS):
        names = lists[level] = found[depth]
        if names == [""] and place.parts[depth] != "":  # no branches, or no flats
            place = place.cut(depth).with_part(level, "")
            found = found if place.is_whole else await queries.lists(company_id, place)
        elif place.parts[depth] is None or place.parts[depth] not in names:
            return Found(place.cut(depth), lists)
    return Found(place, lists)


COUNTED = f"""
WITH taken AS ({limiting.taking(after=queries.VALUES)} RETURNING 1)
SELECT {queries.LISTS} FROM taken
"""
