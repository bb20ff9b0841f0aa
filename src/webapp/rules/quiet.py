"""When nothing rings. All hours are hours in Kyiv."""

from datetime import datetime, time, timedelta

from webapp.rules.periods import KYIV

FROM, UNTIL = 21, 8
"""However late a carrier is; one-time codes and what concerns security do not wait."""


def is_quiet(now: datetime) -> bool:
    return not UNTIL <= now.astimezone(KYIV).hour < FROM


def morning(now: datetime) -> datetime:
    """When the quiet hours around `now` are over."""
    local = now.astimezone(KYIV)
    day = local.date() + timedelta(days=1 if local.hour >= UNTIL else 0)
    return datetime.combine(day, time(UNTIL), KYIV)
