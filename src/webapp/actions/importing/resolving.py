"""From cells to rows: mistakes are written down, the rest is laid beside what is known. Bulk SQL, whatever the size."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from webapp.actions.importing import cells
from webapp.actions.importing.plan import Plan, Target
from webapp.actions.importing.plans import PLANS
from webapp.database.engine import DB
from webapp.rules import addresses
from webapp.rules.exchange.forms import FORMS, Form, Kind
from webapp.rules.exchange.wrong import Wrong
from webapp.rules.periods import day_of

MOST_MISTAKES = 10_000
"""That are kept of a file: who sees so many mends the file, not the cells."""
SAMPLES = 50
"""Rows of each sort that the report names."""


class Batch(msgspec.Struct, frozen=True):
    """A file that lies in its staging table."""

    id: UUID
    company_id: UUID
    kind: Kind
    state: str
    columns: frozenset[str]
    rows: int
    role: str
    """Of the company: what its contracts are for."""

    @property
    def service(self) -> str:
        return "supply" if self.role == "supplier" else "distribution"

    @property
    def raw(self) -> str:
        return f"staging.s_{self.id.hex}"

    @property
    def resolved(self) -> str:
        return f"staging.r_{self.id.hex}"

    @property
    def parts(self) -> str:
        return f"staging.p_{self.id.hex}"

    @property
    def undo(self) -> str:
        return f"staging.u_{self.id.hex}"


@dataclass(frozen=True)
class Words:
    """What the braces of the plans stand for."""

    batch: Batch
    now: datetime

    def __call__(self, sql: str) -> str:
        batch = self.batch
        told = {
            name: f"t.{name}" if name in batch.columns else f"a.{name}"
            for name in ("branch", "street", "flat")
        }
        return sql.format(
            c=batch.company_id, service=batch.service, kind=batch.kind, day=day_of(self.now), r=batch.resolved,
            now=self.now.isoformat(), parts=batch.parts, **told,
        )  # fmt: skip


async def resolve(batch: Batch, now: datetime) -> int:
    """Inside a transaction. Makes the table of resolved rows; returns how many mistakes there are."""
    form, plan, words = FORMS[batch.kind], PLANS[batch.kind], Words(batch, now)
    await DB.do("DELETE FROM import_mistakes WHERE batch_id = $1", batch.id)
    if batch.rows and not await DB.one(f"SELECT to_json(true) FROM {batch.raw} LIMIT 1", into=bool):
        await _note(batch, "SELECT 0 AS line, '' AS named, '' AS value", Wrong.LOST)
        return await _mistakes(batch)
    await DB.do(_faults(batch, form))
    if "company" in batch.columns:
        await _note(batch, _strangers(batch), Wrong.UNKNOWN_COMPANY)
    if plan.places:
        await _parts(batch)
    await DB.do(f"DROP TABLE IF EXISTS {batch.resolved}")
    await DB.do(_resolved(batch, form, plan, words))
    await DB.do(f"ANALYZE {batch.resolved}")
    await _checks(batch, form, plan, words)
    return await _mistakes(batch)


async def drop(batch: Batch, *, raw: bool) -> None:
    names = [batch.resolved, batch.parts] + ([batch.raw] if raw else [])
    await DB.do(f"DROP TABLE IF EXISTS {', '.join(names)}")


async def _mistakes(batch: Batch) -> int:
    return await DB.one(
        "SELECT to_json(count(*)) FROM import_mistakes WHERE batch_id = $1", batch.id, into=int
    ) or 0  # fmt: skip


def _faults(batch: Batch, form: Form) -> str:
    """Whole rows are looked at once; only those with a mistake are taken apart."""
    told = cells.faults(form, batch.columns)
    values = ", ".join(f"('{name}', {text}, {code})" for name, text, code in told)
    wrong = ", ".join(code for _, _, code in told)
    return f"""
    INSERT INTO import_mistakes (id, company_id, batch_id, line, named, code, value)
    SELECT gen_random_uuid(), '{batch.company_id}', '{batch.id}', line, its_name, its_code,
           coalesce(left(its_value, 60), '')
    FROM {batch.raw} CROSS JOIN LATERAL (VALUES {values}) said (its_name, its_value, its_code)
    WHERE CASE WHEN coalesce({wrong}) IS NULL THEN false ELSE {_filled(batch)} END AND its_code IS NOT NULL
    LIMIT {MOST_MISTAKES}
    """


def _filled(batch: Batch) -> str:
    """Spreadsheets save empty rows too."""
    return f"num_nonnulls({', '.join(cells.text(name) for name in sorted(batch.columns))}) > 0"


def _strangers(batch: Batch) -> str:
    said = cells.text("company")
    return f"""
    SELECT line, 'company' AS named, {said} AS value FROM {batch.raw}
    WHERE {said} IS NOT NULL AND {said} NOT IN (
        SELECT unnest(ARRAY[edrpou, name, short]) FROM companies WHERE id = '{batch.company_id}')
    """


async def _note(batch: Batch, rows: str, code: Wrong) -> None:
    """`rows`: SQL of line, named, value."""
    await DB.do(
        f"""
        INSERT INTO import_mistakes (id, company_id, batch_id, line, named, code, value)
        SELECT gen_random_uuid(), '{batch.company_id}', '{batch.id}', line, named, '{code}',
               coalesce(left(value, 60), '')
        FROM ({rows}) found LIMIT {MOST_MISTAKES}
        """
    )


async def _parts(batch: Batch) -> None:
    """The keys of addresses by their parts: streets and houses repeat, so they are reckoned once each."""
    sources = []
    for column in ("branch", "settlement", "street", "house", "flat"):
        if column in batch.columns:
            sources.append(f"SELECT coalesce({cells.text(column)}, '') AS part FROM {batch.raw}")
        else:
            sources.append(f"SELECT {column} FROM accounts WHERE company_id = '{batch.company_id}'")
    found = await DB.speaker.fetch(f"SELECT DISTINCT part FROM ({' UNION ALL '.join(sources)}) parts")
    keys = [(row["part"], addresses.part_key(row["part"])) for row in found if row["part"] is not None]
    if all(part for part, _ in keys):
        keys.append(("", ""))
    await DB.do(f"DROP TABLE IF EXISTS {batch.parts}")
    await DB.do(f"CREATE UNLOGGED TABLE {batch.parts} (part text, key text)")
    schema, _, table = batch.parts.partition(".")
    await DB.speaker.copy_records_to_table(table, schema_name=schema, records=keys)
    await DB.do(f"ANALYZE {batch.parts}")


def _resolved(batch: Batch, form: Form, plan: Plan, words: Words) -> str:
    own = [f"t.{cells.quoted(one.name)}" for one in form.columns if one.name not in plan.made]
    made = [f"{words(expression)} AS {cells.quoted(name)}" for name, expression in plan.made.items()]
    old = [
        f"{target.old}.{column} AS o{n}_{column}"
        for n, target in enumerate(plan.targets)
        for column in ["id", *changing(batch, form, target)]
    ]
    states = [f"{_state(n, batch, form, target)} AS was{n}" for n, target in enumerate(plan.targets)]
    clean = f"NOT EXISTS (SELECT FROM import_mistakes m WHERE m.batch_id = '{batch.id}' AND m.line = s.line)"
    return f"""
    CREATE UNLOGGED TABLE {batch.resolved} AS
    WITH t AS (SELECT line, {", ".join(cells.typed(form, batch.columns))} FROM {batch.raw} s
               WHERE {cells.text(form.required[0])} IS NOT NULL AND {clean})
    SELECT *, {", ".join(states)} FROM (SELECT t.line, {", ".join([*own, *made, *old])} FROM t {words(plan.joins)}) rows
    """


def changing(batch: Batch, form: Form, target: Target) -> dict[str, str]:
    """What may change: a column that the file does not have stays as it is."""
    absent = {one.name for one in form.columns} - batch.columns
    return {column: of for column, of in target.columns.items() if of not in absent}


def _state(n: int, batch: Batch, form: Form, target: Target) -> str:
    differs = [
        f"{cells.quoted(of)} IS DISTINCT FROM o{n}_{column}"
        for column, of in changing(batch, form, target).items()
    ]
    return (
        f"CASE WHEN NOT ({target.when}) THEN 'none' WHEN o{n}_id IS NULL THEN 'new'"
        f" WHEN {' OR '.join(differs) or 'false'} THEN 'changed' ELSE 'same' END"
    )


async def _checks(batch: Batch, form: Form, plan: Plan, words: Words) -> None:
    for column, code, condition in plan.checks:
        shown = f"{cells.quoted(column)}::text"
        rows = f"SELECT line, '{column}' AS named, {shown} AS value FROM {batch.resolved} r WHERE {words(condition)}"
        await _note(batch, rows, code)
    if plan.served:
        rows = (
            f"SELECT line, 'account' AS named, min(account) AS value FROM {batch.resolved}"
            " GROUP BY line HAVING count(*) > 1"
        )
        await _note(batch, rows, Wrong.SEVERAL_ACCOUNTS)
    for key in (form.key, *((name,) for name in plan.once)):
        names = ", ".join(cells.quoted(name) for name in key)
        shown = next((name for name in key if form_has(form, name)), form.key[0])
        rows = f"""
        SELECT line, '{shown}' AS named, value FROM (
            SELECT r.line, r.{cells.quoted(shown)}::text AS value, first FROM {batch.resolved} r JOIN (
                SELECT {names}, min(line) AS first FROM {batch.resolved} WHERE {cells.quoted(key[0])} IS NOT NULL
                GROUP BY {names} HAVING min(line) < max(line)) twice USING ({names})
        ) again WHERE line > first
        """
        await _note(batch, rows, Wrong.TWICE)


def form_has(form: Form, name: str) -> bool:
    return any(one.name == name for one in form.columns)


async def report(batch: Batch, now: datetime) -> dict[str, Any]:
    """What applying it would do: counts, and the first rows of each sort."""
    form, plan = FORMS[batch.kind], PLANS[batch.kind]
    key = "concat_ws(' ', " + ", ".join(f"{cells.quoted(name)}::text" for name in form.key) + ")"
    main = f"was{plan.main}"
    others = " OR ".join(f"was{n} IN ('new', 'changed')" for n in range(len(plan.targets)) if n != plan.main)
    state = f"CASE WHEN {main} = 'same' AND ({others or 'false'}) THEN 'changed' ELSE {main} END"
    counted = await DB.one(
        f"SELECT json_object_agg(state, n) FROM (SELECT {state} AS state, count(*) AS n FROM {batch.resolved} r"
        " GROUP BY 1) x", into=dict[str, int],
    ) or {}  # fmt: skip
    told: dict[str, Any] = {name: counted.get(name, 0) for name in ("new", "changed", "same")}
    for name in told.copy():
        told[f"{name}_rows"] = await DB.one(
            f"SELECT coalesce(json_agg(x), '[]') FROM (SELECT line, {key} AS key, {_differences(batch, form, plan)}"
            f" AS differs FROM {batch.resolved} r WHERE {state} = '{name}' ORDER BY line LIMIT {SAMPLES}) x",
            into=list[dict[str, Any]],
        )  # fmt: skip
    if form.lists_all:
        register = Words(batch, now)(plan.register)
        own = plan.targets[plan.main].id
        absent = f"({register}) g WHERE NOT EXISTS (SELECT FROM {batch.resolved} r WHERE r.{own} = g.id)"
        told["missing"] = await DB.one(f"SELECT to_json(count(*)) FROM {absent}", into=int)
        told["missing_rows"] = await DB.one(
            f"SELECT coalesce(json_agg(key), '[]') FROM (SELECT key FROM {absent} ORDER BY key LIMIT {SAMPLES}) x",
            into=list[str],
        )  # fmt: skip
    if form_has(form, "amount"):
        told["total"] = await DB.one(
            f"SELECT to_json(sum(amount)::text) FROM {batch.resolved} WHERE was0 = 'new'", into=str
        )
    return told


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
