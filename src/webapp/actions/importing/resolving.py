"""From cells to rows: mistakes are written down, the rest is laid beside what is known. Bulk SQL, whatever the size."""

from collections.abc import Sequence
from datetime import datetime

from webapp.actions.importing import cells
from webapp.actions.importing.batch import MOST_MISTAKES, Batch, Words
from webapp.actions.importing.plan import Plan, Target
from webapp.actions.importing.plans import PLANS
from webapp.database.engine import DB
from webapp.rules import addresses
from webapp.rules.exchange.forms import FORMS, Form
from webapp.rules.exchange.wrong import Mistake, Wrong


async def resolve(batch: Batch, now: datetime, known: Sequence[Mistake] = ()) -> int:
    """Inside a transaction. Makes the table of resolved rows; returns how many mistakes there are.

    `known`: what was seen before the rows were laid down.
    """
    form, plan, words = FORMS[batch.kind], PLANS[batch.kind], Words(batch, now)
    await DB.do("DELETE FROM import_mistakes WHERE batch_id = $1", batch.id)
    if batch.rows and not await DB.one(f"SELECT to_json(true) FROM {batch.raw} LIMIT 1", into=bool):
        await _note(batch, "SELECT 0 AS line, '' AS named, '' AS value", Wrong.LOST)
        return await _mistakes(batch)
    if known:
        await _tell(batch, [(one.line, one.column, one.code, "") for one in known])
    await _tell(batch, await DB.speaker.fetch(_faults(batch, form)))
    if not batch.is_items and await _mistakes(batch) >= MOST_MISTAKES:
        return MOST_MISTAKES  # not all are known, so no row is known to be right
    if "company" in batch.columns:
        await _note(batch, _strangers(batch), Wrong.UNKNOWN_COMPANY)
    if plan.places:
        await _parts(batch)
    await DB.do(f"DROP TABLE IF EXISTS {batch.resolved}")
    await DB.do(_resolved(batch, form, plan, words))
    await DB.do(f"ANALYZE {batch.resolved}")
    await _checks(batch, form, plan, words)
    return await _mistakes(batch)


async def leave_out(batch: Batch, now: datetime) -> int:
    """The rows with mistakes go, and what leans on one of them; returns how many mistakes there are now."""
    plan, words = PLANS[batch.kind], Words(batch, now)
    gone = f"DELETE FROM {batch.resolved} r USING import_mistakes m WHERE m.batch_id = '{batch.id}' AND m.line = r.line"
    while await DB.do(gone):
        for column, code, condition in plan.checks:
            if "{r}" in condition:
                await _note(batch, _breaking(batch, column, words(condition)), code)
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
    known = f"SELECT line, named FROM import_mistakes WHERE batch_id = '{batch.id}'"
    return f"""
    SELECT line, its_name, its_code, coalesce(left(its_value, 60), '')
    FROM {batch.raw} CROSS JOIN LATERAL (VALUES {values}) said (its_name, its_value, its_code)
    WHERE CASE WHEN coalesce({wrong}) IS NULL THEN false ELSE {_filled(batch)} END AND its_code IS NOT NULL
      AND {f"(line, its_name) NOT IN ({known})" if batch.is_items else "true"}
    LIMIT {batch.most_mistakes}
    """


def _filled(batch: Batch) -> str:
    """Spreadsheets save empty rows too; an empty item is a mistake."""
    texts = ", ".join(cells.text(name) for name in sorted(batch.columns))
    return "true" if batch.is_items else f"num_nonnulls({texts}) > 0"


def _strangers(batch: Batch) -> str:
    said = cells.text("company")
    return f"""
    SELECT line, 'company' AS named, {said} AS value FROM {batch.raw}
    WHERE {said} IS NOT NULL AND {said} NOT IN (
        SELECT unnest(ARRAY[edrpou, name, short]) FROM companies WHERE id = '{batch.company_id}')
    """


async def _note(batch: Batch, rows: str, code: Wrong) -> None:
    """`rows`: SQL of line, named, value."""
    sql = f"SELECT line, named, '{code}', coalesce(left(value, 60), '') FROM ({rows}) found"
    await _tell(batch, await DB.speaker.fetch(f"{sql} LIMIT {batch.most_mistakes}"))


async def _tell(batch: Batch, mistakes: Sequence[Sequence[object]]) -> None:
    """Line, column, code and value of each. Asked for first and written then: only what reads has all processors."""
    if mistakes:
        await DB.do(TELL, batch.company_id, batch.id, *zip(*mistakes, strict=True))


TELL = """
INSERT INTO import_mistakes (id, company_id, batch_id, line, named, code, value)
SELECT gen_random_uuid(), $1, $2, x.* FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) x
"""


async def _parts(batch: Batch) -> None:
    """The keys of addresses by their parts: streets and houses repeat, so they are reckoned once each."""
    sources = []
    meant = ""
    if batch.is_items:
        meant = f" AND number IN (SELECT {cells.text(FORMS[batch.kind].key[0])} FROM {batch.raw})"
    for column in ("branch", "settlement", "street", "house", "flat"):
        if column in batch.columns:
            sources.append(f"SELECT coalesce({cells.text(column)}, '') AS part FROM {batch.raw}")
        if batch.is_items or column not in batch.columns:
            sources.append(
                f"SELECT {column} AS part FROM accounts WHERE company_id = '{batch.company_id}'{meant}"
            )
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
    said = {one: f"t.{cells.quoted(one)}" for one in [*(one.name for one in form.columns), *plan.marks]} | {
        name: words(expression) for name, expression in plan.made.items()
    }
    marks = "".join(f", {words(expression)} AS {name}" for name, expression in plan.marks.items())
    told = [f"{_kept(batch, form, plan, name, of)} AS {cells.quoted(name)}" for name, of in said.items()]
    has = "has, " if batch.is_items else ""
    old = [
        f"{target.old}.{column} AS o{n}_{column}"
        for n, target in enumerate(plan.targets)
        for column in ["id", *changing(batch, form, target)]
    ]
    states = [f"{_state(n, batch, form, target)} AS was{n}" for n, target in enumerate(plan.targets)]
    # OFFSET keeps the wrong rows out before anything is cast: the planner would join first, where it seems cheaper
    clean = f"NOT EXISTS (SELECT FROM import_mistakes m WHERE m.batch_id = '{batch.id}' AND m.line = s.line)"
    return f"""
    CREATE UNLOGGED TABLE {batch.resolved} AS
    WITH t AS (
        SELECT *{marks} FROM (SELECT line, {has}{", ".join(cells.typed(form, batch.columns))} FROM {batch.raw} s
                              WHERE {cells.text(form.required[0])} IS NOT NULL AND {clean}) own OFFSET 0)
    SELECT *, {", ".join(states)} FROM (SELECT t.line, {", ".join([*told, *old])} FROM t {words(plan.joins)}) rows
    """


def _kept(batch: Batch, form: Form, plan: Plan, name: str, said: str) -> str:
    """What a program's item leaves out stays as it is, whatever the other items say."""
    if batch.is_items and name in batch.columns and name not in form.required:
        for target in plan.targets:
            for column, of in target.columns.items():
                if of == name:
                    here = f"{target.old}.id IS NULL OR '{name}' = ANY(t.has)"
                    return f"CASE WHEN {here} THEN {said} ELSE {target.old}.{column} END"
    return said


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
    checks = [(column, code, words(condition)) for column, code, condition in plan.checks]
    held = await _held(batch, [condition for _, _, condition in checks if "EXISTS" not in condition])
    for column, code, condition in checks:
        if condition not in held:
            await _note(batch, _breaking(batch, column, condition), code)
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


async def _held(batch: Batch, conditions: list[str]) -> set[str]:
    """Which of them no row breaks, in one look: mistakes are rare. They ask no other table, which would be joined."""
    if not conditions:
        return set()
    told = ", ".join(f"bool_or({condition})" for condition in conditions)
    broken = await DB.one(f"SELECT json_build_array({told}) FROM {batch.resolved} r", into=list[bool | None])
    return {one for one, is_broken in zip(conditions, broken or [], strict=True) if not is_broken}


def _breaking(batch: Batch, column: str, condition: str) -> str:
    shown = f"{cells.quoted(column)}::text"
    return f"SELECT line, '{column}' AS named, {shown} AS value FROM {batch.resolved} r WHERE {condition}"


def form_has(form: Form, name: str) -> bool:
    return any(one.name == name for one in form.columns)
