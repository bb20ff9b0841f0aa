"""What the coming months will take: by the household's own seasons, and only where those were nearer to the truth.

Each way of telling is tried on the year behind: the one that was nearest tells the year ahead, also where that is
nothing more than the same month of last year. How far it was off then is how wide the range is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.rules.periods import month_after
from webapp.rules.usual import Profile, Volume

YEAR = 12
LOOK_BACK = 48
"""Months: what was longer ago is another household."""
Way = tuple[float, int]
WAYS: tuple[Way, ...] = ((0.5, 24), (2.0, 24), (8.0, 24), (2.0, 6))
"""How many years of its own a household needs to be believed as much as its group is, and after how many months a
month weighs half as much when the level is told: long, or short for who has changed the boiler. Each is tried."""
NARROWEST, WIDEST = 0.10, 0.60
WITHOUT_A_YEAR = 0.45
"""Half the range while there is no year to be tried on."""
TOGETHER = 0.5
"""How much of an error is common to all months of a sum: a cold winter is cold for weeks."""
Known = list[Volume]
"""Months and their m³, oldest first."""
Told = list[float]
"""m³ of January to December."""


class Basis(StrEnum):
    OWN = "own"
    """Its own seasons over all years, together with those of its group."""
    SAME_MONTH = "same_month"
    """The same month of last year: nothing else was nearer."""
    GROUP = "group"
    """There is no year of history yet."""


@dataclass(frozen=True)
class Expected:
    """m³ of a month or of several: the likely figure, and what it will hardly be below and above."""

    m3: int
    low: int
    high: int


@dataclass(frozen=True)
class Forecast:
    basis: Basis
    known: int
    """Months of history behind it."""
    spread: float
    """Half the range, as a part of the likely figure."""
    volumes: dict[date, float]
    """m³ of the coming months, in their order."""

    def of(self, months: Sequence[date]) -> Expected:
        """Of a month, or of several together: their errors partly even out."""
        n = max(len(months), 1)
        spread = self.spread * ((1 + TOGETHER * (n - 1)) / n) ** 0.5
        likely = sum(self.volumes[month] for month in months)
        return Expected(
            round(likely), round(likely * (1 - spread)), max(round(likely * (1 + spread)), round(likely) + 1)
        )


def forecast(history: Sequence[Volume], profile: Profile, first: date, many: int = YEAR) -> Forecast:
    """`first`: the first month that is not booked yet; a year at most is told."""
    known = _by_month(history, first)
    months = [first]
    while len(months) < min(many, YEAR):
        months.append(month_after(months[-1]))
    basis, told, spread = _chosen(known, profile)
    group = _group(known, profile)
    last_year = {one.month: float(one.m3) for one in known[-YEAR:]}
    volumes = {}
    for month in months:
        if told is None:
            likely = last_year.get(month.replace(year=month.year - 1), group[month.month - 1])
        else:
            likely = told[month.month - 1]
        volumes[month] = max(likely, 0.0)
    return Forecast(basis, len(known), spread, volumes)


def own_seasons(known: Known, shares: Told, half_life: int) -> Told:
    """The level of the last years, spread over the year as `shares` says; recent months weigh more."""
    weight, volume, usual, fades = 1.0, 0.0, 0.0, 0.5 ** (1 / half_life)
    for one in reversed(known):
        volume += weight * one.m3
        usual += weight * shares[one.month.month - 1]
        weight *= fades
    return [volume / usual * share if usual else 0.0 for share in shares]


def _chosen(known: Known, profile: Profile) -> tuple[Basis, Told | None, float]:
    """What was nearest over the last twelve months, each told from what was known before it.

    None of a way stands for the same month of last year.
    """
    if len(known) < YEAR:
        missing = (YEAR - len(known)) / YEAR
        return Basis.GROUP, _group(known, profile), WITHOUT_A_YEAR + (WIDEST - WITHOUT_A_YEAR) * missing
    tried = _errors(known, profile)
    shares = _shares(known, profile)
    if not tried:
        trust, half_life = WAYS[1]
        return Basis.OWN, own_seasons(known, shares[trust], half_life), WITHOUT_A_YEAR
    way = min(tried, key=lambda one: _missed(tried[one]))
    if way is None:
        return Basis.SAME_MONTH, None, _spread(tried[way])
    return Basis.OWN, own_seasons(known, shares[way[0]], way[1]), _spread(tried[way])


def _errors(known: Known, profile: Profile) -> dict[Way | None, list[tuple[float, float]]]:
    """Way by way, by how many m³ it was off and what it had told; oldest first, only of months that all could tell."""
    found: dict[Way | None, list[tuple[float, float]]] = {}
    by_month = {one.month: one.m3 for one in known}
    for n in range(max(len(known) - YEAR, YEAR), len(known)):
        month, truth = known[n].month, known[n].m3
        simple = by_month.get(month.replace(year=month.year - 1))
        if simple is None:
            continue
        found.setdefault(None, []).append((truth - simple, simple))
        shares = _shares(known[:n], profile)
        for trust, half_life in WAYS:
            told = own_seasons(known[:n], shares[trust], half_life)[month.month - 1]
            found.setdefault((trust, half_life), []).append((truth - told, told))
    return found


def _missed(errors: list[tuple[float, float]]) -> float:
    """Altogether; what was missed lately counts more than what was missed a year ago."""
    return sum(abs(off) * (n + YEAR) for n, (off, _) in enumerate(errors))


def _spread(errors: list[tuple[float, float]]) -> float:
    """Eight times out of ten it was not further off."""
    parts = sorted(abs(off) / max(told, 1.0) for off, told in errors)
    return min(max(parts[min(len(parts) * 8 // 10, len(parts) - 1)], NARROWEST), WIDEST)


def _shares(known: Known, profile: Profile) -> dict[float, Told]:
    """Parts of a year, by how much the group is trusted: the more years were seen, the more they are its own."""
    sums, counts = [0] * YEAR, [0] * YEAR
    for one in known:
        sums[one.month.month - 1] += max(one.m3, 0)
        counts[one.month.month - 1] += 1
    thousand = sum(profile.shares)
    group = [share / thousand for share in profile.shares]
    means = [many / count if count else 0.0 for many, count in zip(sums, counts, strict=True)]
    whole = sum(means)
    if not whole:
        return dict.fromkeys((trust for trust, _ in WAYS), group)
    covered = sum(share for share, count in zip(group, counts, strict=True) if count)
    own = [
        mean / whole * covered if count else share
        for mean, count, share in zip(means, counts, group, strict=True)
    ]
    return {
        trust: [
            (trust * share + count * mine) / (trust + count)
            for share, mine, count in zip(group, own, counts, strict=True)
        ]
        for trust in {trust for trust, _ in WAYS}
    }


def _group(known: Known, profile: Profile) -> Told:
    """As the group does, at the level of the months that are known; of hardly any, at the group's own."""
    usual = sum(profile.shares[one.month.month - 1] for one in known)
    level = sum(one.m3 for one in known) / usual if usual and len(known) > 2 else profile.annual / 1000
    return [max(level, 0.0) * share for share in profile.shares]


def _by_month(history: Sequence[Volume], first: date) -> Known:
    """The last months, without what is booked ahead; parts of a month are added up."""
    total: dict[date, int] = {}
    for volume in history:
        if volume.month < first:
            total[volume.month] = total.get(volume.month, 0) + volume.m3
    return [Volume(month, total[month]) for month in sorted(total)[-LOOK_BACK:]]
