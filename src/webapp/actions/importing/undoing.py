"""An import is taken back: what came goes, what was changed is as before, as long as nobody has touched it since."""

from datetime import datetime
from uuid import UUID

from webapp.actions.importing.batch import Batch
from webapp.actions.importing.plan import Target
from webapp.actions.importing.plans import PLANS
from webapp.database.engine import DB

HANGS_ON: dict[str, tuple[tuple[str, str], ...]] = {
    "accounts": (
        ("links", "account_id"), ("contracts", "account_id"), ("meter_points", "account_id"), ("meters", "account_id"),
        ("subsidies", "account_id"), ("stops", "account_id"), ("appeals", "account_id"), ("cases", "account_id"),
        ("joinings", "account_id"), ("invitations", "account_id"),
    ),
    "contracts": (
        ("charges", "contract_id"), ("payments", "contract_id"), ("bills", "contract_id"),
        ("checkout_lines", "contract_id"),
    ),
    "meter_points": (("meters", "meter_point_id"),),
    "meters": (("readings", "meter_id"), ("visits", "meter_id"), ("sending_links", "meter_id")),
    "readings": (("readings", "replaces"), ("photos", "subject_id")),
    "payments": (("payments", "refund_of"),),
}  # fmt: skip
"""What would lose its ground; rows of the same import are no hindrance."""


async def keep(batch: Batch) -> None:
    """Items come every minute: what undoing them needs lies in one table, and not in thousands."""
    await DB.do(f"INSERT INTO staging.kept_undo SELECT '{batch.id}', n, id, old FROM {batch.undo}")
    await DB.do(f"DROP TABLE {batch.undo}")


async def fetch(batch: Batch) -> None:
    """As a file has it."""
    await DB.do(
        f"CREATE TABLE {batch.undo} AS SELECT n, id, old FROM staging.kept_undo WHERE batch_id = '{batch.id}'"
    )


async def forget(ids: list[UUID]) -> None:
    await DB.do("DELETE FROM staging.kept_undo WHERE batch_id = ANY($1::uuid[])", ids)


async def touched(batch: Batch, transaction: int) -> bool:
    """Whether any row is another one than the import has left: PostgreSQL knows who wrote a row last."""
    for n, target in enumerate(PLANS[batch.kind].targets):
        if await DB.one(
            f"SELECT to_json(true) FROM {batch.undo} u LEFT JOIN {target.table} now USING (id) WHERE u.n = {n}"
            f" AND (now.id IS NULL OR now.xmin::text::bigint <> {transaction % 2**32}) LIMIT 1", into=bool,
        ):  # fmt: skip
            return True
        for table, column in HANGS_ON.get(target.table, ()):
            if await DB.one(
                f"SELECT to_json(true) FROM {batch.undo} u JOIN {table} child ON child.{column} = u.id"
                f" WHERE u.n = {n} AND u.old IS NULL"
                f" AND NOT EXISTS (SELECT FROM {batch.undo} own WHERE own.id = child.id) LIMIT 1", into=bool,
            ):  # fmt: skip
                return True
    return False


async def take_back(batch: Batch, now: datetime) -> None:
    """Inside a transaction, after `touched` has said no: the last written goes first."""
    await DB.do(f"ANALYZE {batch.undo}")
    if batch.kind in MOVED:
        await DB.do(MOVED[batch.kind].format(u=batch.undo), now)
    for n, target in reversed(list(enumerate(PLANS[batch.kind].targets))):
        await DB.do(
            f"DELETE FROM {target.table} USING {batch.undo} u"
            f" WHERE u.n = {n} AND u.old IS NULL AND {target.table}.id = u.id"
        )
        for columns in await _changed(batch, n):
            await _restore(batch, n, target, columns)


async def _changed(batch: Batch, n: int) -> list[list[str]]:
    """The sets of columns that were changed; those that step back come before those that step forward."""
    return await DB.one(
        "SELECT coalesce(json_agg(DISTINCT (SELECT json_agg(k ORDER BY k) FROM jsonb_object_keys(old) k)::jsonb), '[]')"
        f" FROM {batch.undo} WHERE n = {n} AND old IS NOT NULL", into=list[list[str]],
    ) or []  # fmt: skip


async def _restore(batch: Batch, n: int, target: Target, columns: list[str]) -> None:
    told = ", ".join(f"{column} = was.{column}" for column in columns)
    order = ["was.state <> 'accepted'", "was.state = 'accepted'"] if target.table == "readings" else ["true"]
    for turn in order:
        await DB.do(
            f"UPDATE {target.table} SET {told} FROM (SELECT u.id AS of,"
            f" (jsonb_populate_record(NULL::{target.table}, old)).* FROM {batch.undo} u"
            f" WHERE n = {n} AND old IS NOT NULL) was WHERE {target.table}.id = was.of AND {turn}"
        )


MOVED = {
    "charges": """
UPDATE contracts SET balance = balance - moved.by, as_of = greatest(as_of, $1) FROM (
    SELECT contract_id, sum(amount) AS by FROM charges JOIN {u} u USING (id) GROUP BY 1
) moved WHERE contracts.id = moved.contract_id""",
    "payments": """
UPDATE contracts SET balance = balance + moved.by, as_of = greatest(as_of, $1) FROM (
    SELECT contract_id, sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END) AS by
    FROM payments JOIN {u} u USING (id) GROUP BY 1
) moved WHERE contracts.id = moved.contract_id""",
}
"""The other way round from what applying did; the contract may have moved on meanwhile."""
