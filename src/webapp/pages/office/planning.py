"""The form of a plan: strings in, a plan or mistakes out."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from webapp.database.queries.rounds import Plan
from webapp.rules import rounds as rules
from webapp.rules.rounds import MONTHS, Choice
from webapp.web.forms import Typed

BETWEEN = "|"
"""Of the streets, in one field: no street has it in its name."""
MOST_STREETS = 40
DOUBTS_DAYS = 62
"""So far back a doubtful value is still worth a visit: two windows."""


@dataclass
class PlanForm:
    choice: Choice
    day: date | None
    day_typed: str
    inspector: str
    streets: tuple[str, ...]
    months: int
    plan: Plan | None
    mistakes: dict[str, str] = field(default_factory=dict)

    @property
    def inspector_id(self) -> UUID | None:
        return _uuid(self.inspector)

    @property
    def street(self) -> str:
        return BETWEEN.join(self.streets)

    @property
    def spoken(self) -> dict[str, str]:
        """What is said while the person is still choosing: only of what was typed."""
        return {name: said for name, said in self.mistakes.items() if name == "day" and self.day_typed}

    def without(self, street: str) -> str:
        return BETWEEN.join(one for one in self.streets if one != street)


def plan_form(fields: Typed, today: date) -> PlanForm:
    choice = Choice(fields["choice"]) if fields["choice"] in set(Choice) else Choice.STREET
    added = [one.strip()[:200] for one in (*fields["streets"].split(BETWEEN), fields["add"]) if one.strip()]
    streets = tuple(dict.fromkeys(added))[:MOST_STREETS]
    months = int(fields["months"]) if fields["months"] in {str(n) for n in MONTHS} else 12
    day, mistakes = _day(fields["day"]), {}
    if wrong := rules.wrong_day(day, today):
        mistakes["day"] = str(wrong)
    if choice is Choice.STREET and not streets:
        mistakes["add"] = str(rules.Mistake.NO_STREET)
    form = PlanForm(choice, day, fields["day"], fields["inspector"], streets, months, None, mistakes)
    if day and not mistakes:
        form.plan = Plan(
            choice,
            day,
            streets,
            rules.months_ago(today, months) if choice is Choice.LONG_AGO else None,
            today - timedelta(days=DOUBTS_DAYS) if choice is Choice.DOUBT else None,
        )
    if form.inspector_id is None:
        mistakes["inspector"] = str(rules.Mistake.NO_INSPECTOR)
    return form


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
