"""The history of a meter as the page shows it: month by month, what counts first, the others beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from webapp.database.queries.accounts import Account, Meter, Reading
from webapp.rules import consumption, periods, readings
from webapp.rules.duty import Duty, duty
from webapp.rules.periods import Window
from webapp.rules.planned import Planned, planned
from webapp.rules.usual import PROFILES


@dataclass(frozen=True)
class Month:
    counts: Reading
    beside: list[Reading]
    """Newest first: those that were corrected, and those of another source."""
    used: int | None
    """m³ through this meter since the month before."""
    together: int | None
    """The same with the meter that hung there before, where one took the place of the other."""
    disputable: Reading | None
    """The person's own, which does not count, while they may still object."""


@dataclass(frozen=True)
class History:
    meter: Meter
    duty: Duty
    planned: Planned
    """For the month that is spoken of."""
    correctable: Reading | None
    """What was sent for the month whose window is still to close."""
    months: list[Month]
    refused: list[Reading]
    successor: Meter | None


def histories(account: Account, now: datetime, window: Window, *, taken: bool) -> list[History]:
    """Of the meters that hang, then of those that were taken down."""
    through = {meter.id: consumption.used(_values(meter), meter.dial.turn) for meter in account.meters}
    total = {
        point: consumption.together(
            through[meter.id] for meter in account.meters if meter.meter_point_id == point
        )
        for point in {meter.meter_point_id for meter in account.meters}
    }
    return [
        _history(account, meter, now, window, taken, through[meter.id], total[meter.meter_point_id])
        for meter in account.meters
    ]


def planned_for(account: Account, meter: Meter, month: date) -> Planned:
    supply = account.contract("supply")
    return planned(meter.history, PROFILES[meter.profile], month, supply.price if supply else None)


def months_read(meter: Meter) -> set[date]:
    """Those that somebody read."""
    return {one.month for one in meter.readings if one.state == "accepted" and one.source != "planned"}


def _history(
    account: Account, meter: Meter, now: datetime, window: Window, taken: bool, used: dict[date, int],
    total: dict[date, int],
) -> History:  # fmt: skip
    due = duty(now, window, months_read(meter), taken=taken)
    months = [
        _month(one, meter, used.get(one.month), total.get(one.month), now)
        for one in meter.readings
        if one.state == "accepted"
    ]
    oldest = min((month.counts.number for month in months), default=0)
    own = [one for one in meter.readings if one.source == "consumer" and one.state in ("accepted", "beside")]
    current = next((one for one in own if one.month == due.counts_for), None)
    after = [
        other
        for other in account.meters
        if other.meter_point_id == meter.meter_point_id and other.installed_on == meter.removed_on
    ]
    return History(
        meter, due, planned_for(account, meter, due.month),
        current if taken and meter.removed_on is None else None, months,
        [one for one in meter.readings if one.state == "refused" and one.number > oldest],
        after[0] if meter.removed_on and after else None,
    )  # fmt: skip


def _month(counts: Reading, meter: Meter, used: int | None, total: int | None, now: datetime) -> Month:
    beside = [
        one for one in meter.readings if one.month == counts.month and one.state in ("beside", "replaced")
    ]
    return Month(counts, beside, used, total if total != used else None, _disputable(counts, beside, now))


def _disputable(counts: Reading, beside: Collection[Reading], now: datetime) -> Reading | None:
    for one in beside:
        if one.state == "beside" and one.source == "consumer" and not one.case:
            days = (periods.day_of(each) for each in (one.received_at, counts.received_at, now))
            return one if readings.disputable(*days) else None
    return None


def _values(meter: Meter) -> dict[date, int]:
    return {one.month: one.value for one in meter.readings if one.state == "accepted"}
