"""Numbers, dates and money as people write them in their language; the zone is Kyiv's."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime

from webapp.rules.periods import KYIV

SPACE = "\N{NO-BREAK SPACE}"
CURRENCIES = {"uk": "грн", "ru": "грн", "en": "UAH"}


def drums(value: int, digits: int) -> str:
    """A reading as the meter shows it: 4152 on five drums is «04 152»."""
    shown = f"{value:0{digits}d}"
    return f"{shown[:-3]}{SPACE}{shown[-3:]}" if len(shown) > 3 else shown


def number(value: int | Decimal, language: str = "uk") -> str:
    """«190 417», «1 234,5»; English writes «190,417»."""
    shown = f"{value:,}"
    return shown if language == "en" else shown.replace(",", SPACE).replace(".", ",")


def sum_only(amount: Decimal, language: str = "uk") -> str:
    """«1 234,56», without the currency and without a sign: the word beside it says whose money it is."""
    return number(abs(amount.quantize(Decimal("0.01"))), language)


def price(amount: Decimal, language: str = "uk") -> str:
    """Up to five decimals, none of them idle: «7,96», «2,388»."""
    exact = amount.normalize()
    shown = exact if -exact.as_tuple().exponent >= 2 else amount.quantize(Decimal("0.01"))  # type: ignore[operator]
    return number(shown, language)


def phone(e164: str) -> str:
    """The mask of the seeds: «+380 67 123 45 67»."""
    if not e164.startswith("+380") or len(e164) != 13:
        return e164
    return SPACE.join([e164[:4], e164[4:6], e164[6:9], e164[9:11], e164[11:]])


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """What templates call; each knows its language."""
    currency = CURRENCIES[language]

    def moment_of(moment: datetime, pattern: str) -> str:
        return format_datetime(moment, pattern, tzinfo=KYIV, locale=language)

    def day_of(day: date | datetime, pattern: str) -> str:
        local = day.astimezone(KYIV) if isinstance(day, datetime) else day
        return format_date(local, pattern, locale=language)

    return {
        "drums": drums,
        "phone": phone,
        "number": lambda value: number(value, language),
        "sum_only": lambda amount: sum_only(amount, language),
        "price": lambda amount: price(amount, language),
        "money": lambda amount: f"{sum_only(amount, language)}{SPACE}{currency}",
        "day": lambda value: day_of(value, "d MMMM").replace(" ", SPACE),
        "date": lambda value: day_of(value, "d MMMM y").replace(" ", SPACE, 1),
        "short_day": lambda value: day_of(value, "d MMM").replace(" ", SPACE),
        "moment": lambda value: moment_of(value, "d MMMM, HH:mm").replace(" ", SPACE, 1),
        "hour": lambda value: moment_of(value, "HH:mm"),
        "weekday": lambda value: day_of(value, "EEE"),
        "weekday_long": lambda value: day_of(value, "EEEE"),
        "clock": lambda value: moment_of(value, "HH:mm:ss"),
        "month": lambda value: format_date(value, "LLLL", locale=language),
        "month_year": lambda value: format_date(value, "LLLL y", locale=language),
    }
