"""The resolved rows come into the tables: all or none, with what it takes to take them back."""

from collections.abc import Iterator
from datetime import datetime

from webapp.actions.importing import cells
from webapp.actions.importing.batch import Batch
from webapp.actions.importing.plan import Target
from webapp.actions.importing.plans import PLANS
from webapp.actions.importing.resolving import changing
from webapp.database.engine import DB
from webapp.rules.exchange.forms import FORMS
from webapp.rules.readings import RANKS


async def write(batch: Batch, now: datetime) -> None:
    """Inside the transaction that has resolved them."""
    await DB.do(f"DROP TABLE IF EXISTS {batch.undo}")
    targets = PLANS[batch.kind].targets
    undoing = [NOTHING, *(part for n, target in enumerate(targets) for part in _undoing(batch, n, target))]
    await DB.do(f"CREATE TABLE {batch.undo} AS {' UNION ALL '.join(undoing)}")
    for n, target in enumerate(targets):
        await _target(batch, n, target)
    if batch.kind == "payments":
        for statement in FOLLOW:
            await DB.do(statement.format(u=batch.undo, r=batch.resolved))
    if batch.kind in MOVES:
        await _move(batch, now)
    if batch.kind == "readings":
        await _stand(batch)


NOTHING = "SELECT 0::smallint AS n, NULL::uuid AS id, NULL::jsonb AS old WHERE false"


def _undoing(batch: Batch, n: int, target: Target) -> Iterator[str]:
    """What it takes to take it back, as the resolved rows tell it: the ids that are new, and what the changed were."""
    if target.inserts:
        once = "DISTINCT" * target.shared
        new = f"SELECT {once} {target.id} AS id FROM {batch.resolved} WHERE was{n} = 'new'"
        yield f"SELECT {n}::smallint AS n, id, NULL::jsonb AS old FROM ({new}) new{n}"
    changes = changing(batch, FORMS[batch.kind], target)
    if changes:
        old = ", ".join(f"'{column}', o{n}_{column}" for column in changes)
        yield (
            f"SELECT {n}::smallint AS n, {target.id} AS id, jsonb_build_object({old}) AS old FROM {batch.resolved}"
            f" WHERE was{n} = 'changed'"
        )


async def _target(batch: Batch, n: int, target: Target) -> None:
    rows, form = batch.resolved, FORMS[batch.kind]
    if target.inserts:
        columns = target.fixed | target.columns
        once = f"DISTINCT ON ({target.id})" if target.shared else ""
        order = f" ORDER BY {target.order}" if target.order else ""
        await DB.do(
            f"INSERT INTO {target.table} (id, {', '.join(columns)}) SELECT {once} {target.id},"
            f" {', '.join(cells.quoted(of) for of in columns.values())} FROM {rows} WHERE was{n} = 'new'{order}"
        )
    changes = changing(batch, form, target)
    if changes:
        told = ", ".join(f"{column} = r.{cells.quoted(of)}" for column, of in changes.items())
        await DB.do(
            f"UPDATE {target.table} SET {told} FROM {rows} r"
            f" WHERE {target.table}.id = r.{target.id} AND r.was{n} = 'changed'"
        )


MOVES = {
    "charges": "SELECT contract_id, amount AS by FROM {r} WHERE was0 = 'new'",
    "payments": "SELECT contract_id, CASE kind WHEN 'refund' THEN amount ELSE -amount END AS by"
    " FROM payments JOIN {u} USING (id)",
}
"""What moves balances: new charges, new payments, and payments of the cabinet that are credited now."""
ADDED = (
    "CREATE TEMP TABLE {m} (contract_id uuid, by numeric) ON COMMIT DROP",
    "INSERT INTO {m} SELECT contract_id, sum(by) FROM ({moved}) x GROUP BY 1",
    "ANALYZE {m}",
)
"""An INSERT, which one processor does: each of several would hold the sums of all contracts."""
MOVE = """
UPDATE contracts SET balance = balance + moved.by, as_of = greatest(as_of, $1)
FROM {m} moved WHERE contracts.id = moved.contract_id
"""
"""As actions.ledger keeps it: balance = opening + charged - paid + given back. Last of all and added up before, so that
people who pay meanwhile wait for nothing longer than this one statement."""


async def _move(batch: Batch, now: datetime) -> None:
    names = {"m": f"m_{batch.id.hex}", "moved": MOVES[batch.kind].format(r=batch.resolved, u=batch.undo)}
    for statement in ADDED:
        await DB.do(statement.format(**names))
    await DB.do(MOVE.format(**names), now)


FOLLOW = (
    """
    INSERT INTO {u} SELECT 0, back.id, jsonb_build_object('credited_at', NULL) FROM payments back
    JOIN {r} r ON back.refund_of = r.payment_id
    WHERE r.was0 = 'changed' AND back.credited_at IS NULL AND NOT EXISTS (SELECT FROM {u} u WHERE u.id = back.id)
    """,
    """
    UPDATE payments SET credited_at = r.credited_at FROM {r} r
    WHERE payments.refund_of = r.payment_id AND r.was0 = 'changed' AND payments.credited_at IS NULL
    """,
)
"""What was given back of a payment counts where the payment does (actions.ledger.credit_payment)."""

RANK = "array_position(ARRAY[{}], source::text)".format(
    ", ".join(f"'{source}'" for source in sorted(RANKS, key=lambda one: -RANKS[one]))
)
STANDING = """
SELECT DISTINCT ON (meter_id, month) id, meter_id, month FROM readings one
WHERE company_id = '{c}' AND state IN ('accepted', 'beside') AND (meter_id, month) IN (
    SELECT meter_id, month FROM {r} WHERE was0 = 'new')
ORDER BY meter_id, month, (late AND EXISTS (
    SELECT FROM readings later WHERE later.meter_id = one.meter_id AND later.month = one.month
      AND later.company_id = one.company_id AND later.state IN ('accepted', 'beside') AND NOT later.late
      AND later.read_on > one.read_on AND later.source <> 'planned' AND later.value >= one.value)), {rank},
    read_on DESC, number DESC
"""
"""Which reading of a month counts, as rules.readings.stands says it: by its source, then by its day; a control in
the middle of the month gives way to what was read when it ended."""


async def _stand(batch: Batch) -> None:
    """Those that counted and do no more step back first: one counts at any moment."""
    standing = STANDING.format(c=batch.company_id, r=batch.resolved, rank=RANK)
    best = f"b_{batch.id.hex}"
    await DB.do(f"CREATE TEMP TABLE {best} ON COMMIT DROP AS {standing}")
    for test, state in (("readings.state = 'accepted' AND readings.id <> best.id", "beside"),
                        ("readings.state = 'beside' AND readings.id = best.id", "accepted")):  # fmt: skip
        await DB.do(
            f"INSERT INTO {batch.undo} SELECT 0, readings.id, jsonb_build_object('state', readings.state)"
            f" FROM readings JOIN {best} best USING (meter_id, month) WHERE readings.company_id = '{batch.company_id}'"
            f" AND {test} AND NOT EXISTS (SELECT FROM {batch.resolved} r"
            " WHERE r.reading_id = readings.id AND was0 = 'new')"
        )
        await DB.do(
            f"UPDATE readings SET state = '{state}' FROM {best} best WHERE readings.meter_id = best.meter_id"
            f" AND readings.month = best.month AND readings.company_id = '{batch.company_id}' AND {test}"
        )
