"""Streets, houses and flats of an operator's network: each list walks along the index from one name to the next."""

from uuid import UUID

from webapp.database.engine import DB
from webapp.rules.addresses import LAST, LEVELS, PAST, Place

MOST = 5000
"""Names of a list; no settlement has so many streets."""


async def lists(company_id: UUID, chosen: Place) -> list[list[str]]:
    """For each level the names under what is chosen before it; none beyond the first that is not chosen."""
    return await DB.one(f"SELECT {LISTS}", company_id, *bounds(chosen), into=list[list[str]]) or []


def bounds(chosen: Place) -> list[str | None]:
    """The ten values of LISTS behind the company: between which keys each list lies."""
    found: list[str | None] = []
    for depth in range(len(LEVELS)):
        under = chosen.cut(depth).key
        found += [under, under[:-1] + PAST if under else LAST] if depth <= chosen.depth else [None, None]
    return found


STEP = """
SELECT {level} AS name, address_key FROM accounts
WHERE company_id = $1 AND address_key COLLATE "C" > {after} AND address_key COLLATE "C" < ${end}
ORDER BY address_key COLLATE "C" LIMIT 1
"""
NEXT = r"${start} || split_part(substr(walk.address_key, length(${start}) + 1), E'\t', 1) || E'\n'"
"""Past all addresses of the name one is at: rules.addresses.END and PAST."""
WALK = """
(WITH RECURSIVE walk AS (
    ({first}) UNION ALL
    SELECT following.* FROM walk CROSS JOIN LATERAL ({then}) following
)
SELECT coalesce(json_agg(name), '[]') FROM (SELECT name FROM walk LIMIT {most}) named)
"""


def _walk(n: int, level: str) -> str:
    start, end = 2 + 2 * n, 3 + 2 * n
    first = STEP.format(level=level, after=f"${start}::text", end=f"{end}::text")
    then = STEP.format(level=level, after=NEXT.replace("{start}", f"{start}::text"), end=f"{end}::text")
    return WALK.format(first=first, then=then, most=MOST)


LISTS = f"json_build_array({', '.join(_walk(n, level) for n, level in enumerate(LEVELS))})"
VALUES = 1 + 2 * len(LEVELS)
