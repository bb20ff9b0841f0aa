"""What the resolved rows would change, or have changed: counted, and the first of each sort named."""

from datetime import datetime
from typing import Any

from webapp.actions.importing import cells
from webapp.actions.importing.batch import Batch, Words
from webapp.actions.importing.plan import Plan
from webapp.actions.importing.plans import PLANS
from webapp.actions.importing.resolving import changing, form_has
from webapp.database.engine import DB
from webapp.rules.exchange.forms import FORMS, Form

SAMPLES = 50
"""Rows of each sort that the report names."""


async def report(batch: Batch, now: datetime) -> dict[str, Any]:
    """What applying it would do: counts, and the first rows of each sort."""
    form, plan = FORMS[batch.kind], PLANS[batch.kind]
    counted = await _counted(batch, form, plan)
    told: dict[str, Any] = {}
    for state in ("new", "changed", "same"):
        told[state], _ = counted.get(state, (0, None))
        told[f"{state}_rows"] = await _rows(batch, form, plan, state) if told[state] else []
    if form_has(form, "amount"):
        _, told["total"] = counted.get("new", (0, None))
    if form.lists_all and not batch.is_items:
        register = Words(batch, now)(plan.register)
        own = plan.targets[plan.main].id
        absent = f"({register}) g WHERE NOT EXISTS (SELECT FROM {batch.resolved} r WHERE r.{own} = g.id)"
        told["missing"] = await DB.one(f"SELECT to_json(count(*)) FROM {absent}", into=int)
        told["missing_rows"] = await DB.one(
            f"SELECT coalesce(json_agg(key), '[]') FROM (SELECT key FROM {absent} ORDER BY key LIMIT {SAMPLES}) x",
            into=list[str],
        )  # fmt: skip
    return told


async def _counted(batch: Batch, form: Form, plan: Plan) -> dict[str, tuple[int, str | None]]:
    """Of each state: how many rows, and the sum of their amounts, грн."""
    total = "sum(amount)" if form_has(form, "amount") else "NULL::numeric"
    return await DB.one(
        f"SELECT json_object_agg(state, json_build_array(n, total::text)) FROM (SELECT {_whole_state(plan)} AS state,"
        f" count(*) AS n, {total} AS total FROM {batch.resolved} r GROUP BY 1) x",
        into=dict[str, tuple[int, str | None]],
    ) or {}  # fmt: skip


async def _rows(batch: Batch, form: Form, plan: Plan, state: str) -> list[dict[str, Any]]:
    """The first of this state."""
    key = "concat_ws(' ', " + ", ".join(f"{cells.quoted(name)}::text" for name in form.key) + ")"
    return await DB.one(
        f"SELECT coalesce(json_agg(x), '[]') FROM (SELECT line, {key} AS key, {_differences(batch, form, plan)}"
        f" AS differs FROM {batch.resolved} r WHERE {_whole_state(plan)} = '{state}' ORDER BY line LIMIT {SAMPLES}) x",
        into=list[dict[str, Any]],
    ) or []  # fmt: skip


def _whole_state(plan: Plan) -> str:
    """Of a row: what becomes of its main row, or of those beside it."""
    main = f"was{plan.main}"
    others = " OR ".join(f"was{n} IN ('new', 'changed')" for n in range(len(plan.targets)) if n != plan.main)
    return f"CASE WHEN {main} = 'same' AND ({others or 'false'}) THEN 'changed' ELSE {main} END"


async def states(batch: Batch) -> dict[int, str]:
    """Line → new, changed or same; of the rows that are left."""
    sql = f"SELECT json_object_agg(line, {_whole_state(PLANS[batch.kind])}) FROM {batch.resolved} r"
    return await DB.one(sql, into=dict[int, str]) or {}


def _differences(batch: Batch, form: Form, plan: Plan) -> str:
    """Column, what is known, what the file says; of what differs alone."""
    told = [
        f"('{column}', o{n}_{column}::text, {cells.quoted(of)}::text, was{n})"
        for n, target in enumerate(plan.targets)
        for column, of in changing(batch, form, target).items()
        if column != "address_key"
    ]
    if not told:
        return "'[]'::json"
    return (
        "(SELECT coalesce(json_agg(json_build_array(its_name, old, new)), '[]') FROM (VALUES "
        f"{', '.join(told)}) d (its_name, old, new, was) WHERE was = 'changed' AND old IS DISTINCT FROM new)"
    )
