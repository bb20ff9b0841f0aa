"""How far a forecast of the next month is from the truth, beside «the same month of last year».

Each month of the last year is told from what was known before it: for every account of the demo, and for households
that are made up with noise, with cold and mild winters, with a new boiler, and with seasons unlike their group's.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date

from bench import Line, line
from webapp.demo import cast
from webapp.demo.story import Story
from webapp.rules.forecast import forecast
from webapp.rules.periods import month_before
from webapp.rules.statistics import following
from webapp.rules.usual import PROFILES, Profile, Volume

TODAY = date(2026, 11, 3)
HOUSEHOLDS = 12
"""Of each kind and each consumption group."""
MONTHS = 48
YEAR = 12
KINDS = ("noise", "weather", "new_boiler", "own_seasons")


def lines() -> Iterator[Line]:
    errors = {"demo": _errors(_of_demo())} | {kind: _errors(_made_up(kind)) for kind in KINDS}
    everything = [0.0, 0.0, 0]
    for name, (ours, simple, count) in errors.items():
        yield line(f"forecast.{name}_error_m3", round(ours / count, 3), "m³ a month", "<= 1000")
        yield line(f"forecast.{name}_same_month_error_m3", round(simple / count, 3), "m³ a month", "<= 1000")
        yield line(f"forecast.{name}_ratio", round(ours / simple, 3), "of the same month", "<= 1")
        if name != "demo":
            everything = [everything[0] + ours, everything[1] + simple, everything[2] + count]
    yield line(
        "forecast.synthetic_ratio", round(everything[0] / everything[1], 3), "of the same month", "<= 1"
    )


def _errors(households: Iterator[tuple[list[Volume], Profile]]) -> tuple[float, float, int]:
    """Sums of m³ by which ours and the simple one were off, and of how many months."""
    ours = simple = 0.0
    count = 0
    for series, profile in households:
        for n in range(max(len(series) - YEAR, YEAR), len(series)):
            month, truth = series[n].month, series[n].m3
            ours += abs(forecast(series[:n], profile, month, 1).volumes[month] - truth)
            simple += abs(series[n - YEAR].m3 - truth)
            count += 1
    return ours, simple, count


def _of_demo() -> Iterator[tuple[list[Volume], Profile]]:
    companies = cast.companies()
    for portal in cast.portals():
        supplier, operator = companies[portal.company("supplier")], companies[portal.company("operator")]
        for account in cast.people()[portal.brand].all_accounts:
            if account.norm or not account.history:
                continue
            story = Story(account, month_before(month_before(TODAY)), TODAY, supplier, operator)
            total: Counter[date] = Counter()
            for charge in story.supply().charges:
                if charge.volume is not None:
                    total[charge.month] += charge.volume
            yield [Volume(month, total[month]) for month in sorted(total)], PROFILES[account.profile]


def _made_up(kind: str) -> Iterator[tuple[list[Volume], Profile]]:
    chance = random.Random(f"{kind} 2026")
    for profile in PROFILES.values():
        for _ in range(HOUSEHOLDS):
            yield _household(kind, profile, chance), profile


def _household(kind: str, profile: Profile, chance: random.Random) -> list[Volume]:
    annual = profile.annual * chance.uniform(0.5, 1.6)
    shares = [one * (chance.lognormvariate(0, 0.4) if kind == "own_seasons" else 1) for one in profile.shares]
    series, weather = [], 0.0
    for n, month in enumerate(following(date(2022, 10, 1), MONTHS)):
        weather = 0.6 * weather + chance.gauss(0, 0.12)
        level = annual * (0.65 if kind == "new_boiler" and n > MONTHS // 2 else 1)
        noise = chance.gauss(0, 0.15) + (weather if kind == "weather" else 0)
        series.append(Volume(month, max(round(level * shares[month.month - 1] / 1000 * (1 + noise)), 0)))
    return series
