"""Everything the page shows, put together from one answer of the database by the rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from webapp.database.queries.statistics import READINGS_AT_ONCE, Meter, Statistics
from webapp.pages.statistics.forms import Asked, address
from webapp.rules import alerts, chart, comparison, outlook, statistics, usual
from webapp.rules.chart import Chart, Value
from webapp.rules.comparison import Compared, a_year_before
from webapp.rules.outlook import Missing, Outlook
from webapp.rules.statistics import Row, Unit, total

WITHOUT_MONEY: tuple[Unit, ...] = ("m3", "kwh", "plan")
OF_GAS: tuple[Unit, ...] = ("m3", "money", "kwh", "balance", "plan")
OF_A_FEE: tuple[Unit, ...] = ("money", "balance")
DEFAULT_PROFILE = "stove"


@dataclass(frozen=True)
class Figures:
    """A column of the chart, and a row of the table beneath it."""

    month: date
    now: Value
    before: Value


@dataclass(frozen=True)
class Picture:
    found: Statistics
    asked: Asked
    today: date
    kwh: Decimal

    @property
    def units(self) -> tuple[Unit, ...]:
        if self.found.contract is None:
            return WITHOUT_MONEY
        return OF_GAS if self.found.contract.service == "supply" else OF_A_FEE

    @property
    def unit(self) -> Unit:
        return self.asked.unit if self.asked.unit in self.units else self.units[0]

    @property
    def by_year(self) -> bool:
        return self.asked.by_year

    @property
    def shows_money(self) -> bool:
        return self.found.contract is not None

    @cached_property
    def profile(self) -> str:
        return next((meter.profile for meter in self.found.meters), DEFAULT_PROFILE)

    @cached_property
    def all_rows(self) -> list[Row]:
        """Every month there is, each with the volume that stands for it where nobody reads."""
        history: list[usual.Volume] = []
        rows = []
        for one in self.found.months:
            plan = one.plan
            if plan is None and one.volume is not None and self.unit == "plan":
                plan = usual.planned(history, usual.PROFILES[self.profile], one.month)
            rows.append(Row(one.month, one.volume, one.charged, one.paid, one.closing, one.planned, plan))
            if one.volume is not None and self.unit == "plan":
                history = [*history[-statistics.AT_ONCE :], usual.Volume(one.month, one.volume)]
        return rows

    @cached_property
    def chosen(self) -> list[Row]:
        """Those of the period, or all years."""
        if self.by_year:
            return statistics.by_year(self.all_rows)
        first, last = self.found.first or date.min, self.found.last or date.max
        return [row for row in self.all_rows if first <= row.month <= last]

    @cached_property
    def paged(self) -> tuple[list[Row], int, int]:
        return statistics.page_of(self.chosen, self.asked.page)

    @property
    def rows(self) -> list[Row]:
        return self.paged[0]

    @property
    def opening(self) -> Decimal:
        """What the first row began with."""
        first = self.rows[0]
        return (first.closing or Decimal(0)) - (first.charged or Decimal(0)) + (first.paid or Decimal(0))

    @property
    def first_day(self) -> date:
        """A year's table begins on 1 January, though its first month may be a later one."""
        first = self.rows[0].month
        return first if self.asked.own_period or self.paged[1] > 1 else first.replace(month=1)

    @cached_property
    def totals(self) -> Row:
        """Of all pages together."""
        rows = self.chosen
        return Row(
            rows[0].month, total(row.volume for row in rows), total(row.charged for row in rows),
            total(row.paid for row in rows), rows[-1].closing, False,
        )  # fmt: skip

    @cached_property
    def figures(self) -> list[Figures]:
        years = statistics.by_year(self.all_rows) if self.by_year else self.all_rows
        known = {row.month: row for row in years}
        return [
            Figures(row.month, self._value(row), self._before(row, known.get(a_year_before(row.month))))
            for row in self.rows
        ]

    def _value(self, row: Row | None) -> Value:
        if row is None:
            return None
        match self.unit:
            case "money":
                return row.charged
            case "balance":
                return row.closing
            case "kwh":
                return statistics.energy(row.volume, self.kwh)
            case _:
                return row.volume

    def _before(self, row: Row, earlier: Row | None) -> Value:
        """What stands beside: last year, or what was planned; a balance has nothing beside it."""
        if self.unit == "plan":
            return row.plan
        return None if self.unit == "balance" else self._value(earlier)

    @cached_property
    def charts(self) -> list[tuple[str, Chart]]:
        """The same bars for a phone and for a desktop."""
        pairs = [(one.now, one.before) for one in self.figures]
        if not any(now is not None for now, _ in pairs):
            return []
        beside = any(before is not None for _, before in pairs)
        return [
            ("phone", chart.drawn(pairs, chart.PHONE, beside=beside)),
            ("desk", chart.drawn(pairs, chart.DESK, beside=beside)),
        ]

    @cached_property
    def compared(self) -> Compared | None:
        """Own last year, the same months."""
        volumes = {row.month: row.volume for row in self.all_rows if row.volume is not None}
        months = [] if self.by_year else [row.month for row in self.chosen]
        return comparison.compared(volumes, months, dict(self.found.read_on))

    @cached_property
    def extremes(self) -> tuple[Row, Row] | None:
        """Most and least of what is shown."""
        rows = [row for row in self.chosen if row.volume is not None]
        if len(rows) < 3:
            return None
        return max(rows, key=_volume), min(rows, key=_volume)

    @cached_property
    def used(self) -> list[usual.Volume]:
        return [usual.Volume(one.month, one.m3) for one in self.found.used]

    @cached_property
    def outlook(self) -> Outlook | Missing:
        gas = next((one for one in self.found.contracts if one.service == "supply"), None)
        charged = {row.month: row.charged for row in self.all_rows}
        return outlook.outlook(
            self.used, (self.profile, usual.PROFILES[self.profile]), self.today,
            price=gas.price if gas else None, balance=gas.balance if gas else Decimal(0), charged=charged,
        )  # fmt: skip

    @property
    def fee(self) -> Decimal | None:
        """What delivery costs each month; None for gas."""
        contract = self.found.contract
        if contract is None or contract.service == "supply" or not contract.year_volume:
            return None
        return outlook.fee(contract.year_volume, contract.price)

    @cached_property
    def alerts(self) -> alerts.Alerts:
        planned = frozenset(one.month for one in self.found.used if one.planned)
        hanging = [one for one in self.found.meters if one.removed_on is None]
        return alerts.Alerts(
            alerts.unusual(self.used, usual.PROFILES[self.profile], planned) if self.is_lately else None,
            alerts.due(((one.serial, one.verified_until) for one in hanging), self.today),
            alerts.above(((one.service, one.balance) for one in self.found.contracts), self.found.limit),
        )

    @property
    def is_lately(self) -> bool:
        return bool(self.used) and self.today - self.used[-1].month < timedelta(days=alerts.NEWS)

    @property
    def meters(self) -> dict[str, Meter]:
        return {str(one.id): one for one in self.found.meters}

    @property
    def reading_pages(self) -> int:
        return (self.found.readings_total + READINGS_AT_ONCE - 1) // READINGS_AT_ONCE

    def at(self, **changed: object) -> str:
        """The address of this page with other choices."""
        asked, found = self.asked, self.found
        own = asked.own_period
        values: dict[str, object] = {
            "account": found.account and found.account.id,
            "service": found.contract and found.contract.service,
            "year": None if own or asked.by_year else found.year,
            "by": "year" if asked.by_year else None,
            "from": asked.typed_from if own else None,
            "to": asked.typed_to if own else None,
            "unit": self.unit if self.unit != self.units[0] else None,
            "meter": asked.meter,
        }
        return address(**(values | changed))

    def export(self, kind: str, *, everything: bool = False) -> str:
        """The address of the file: of what is looked at, or of all accounts and all times."""
        path = f"/statistics/export.{kind}"
        if everything or not self.chosen or not self.found.account:
            return path
        last = self.chosen[-1].month.replace(month=12) if self.by_year else self.chosen[-1].month
        bounds = {"from": f"{self.chosen[0].month:%Y-%m}", "to": f"{last:%Y-%m}"}
        return address(account=self.found.account.id, **bounds).replace("/statistics", path, 1)


def _volume(row: Row) -> int:
    return row.volume or 0
