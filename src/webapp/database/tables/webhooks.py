"""Where a person's own program wants to be called, and what became of each call. Secrets are derived, not stored."""

from piccolo.columns import UUID, Array, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Webhook(Table, db=DB, tablename="webhooks"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    address = Varchar(length=400)
    events = Array(base_column=Varchar(length=20), default=list)
    state = Varchar(length=8, default="on")
    off_because = Varchar(length=8, default="")
    """`failing`: nothing came through for two days; `gone`: the receiver said 410; `person`: by hand."""
    generation = Integer(default=1)
    """Of the secret: rules.webhooks.secret_of."""
    rotated_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    webhook_events_known = Check(
        "cardinality(events) > 0 AND events::text[] <@ "
        "ARRAY['reading.accepted', 'bill.issued', 'payment.posted', 'window.opening']"
    )
    webhook_state_known = Check("state IN ('on', 'off') AND off_because IN ('', 'failing', 'gone', 'person')")


class WebhookDelivery(Table, db=DB, tablename="webhook_deliveries"):
    """Made in the transaction of what happened. A row is one message: its id stays through every try."""

    id = UUID(primary_key=True)
    webhook_id = UUID(null=False)
    event = Varchar(length=20)
    subject_id = UUID(null=False)
    """The reading, the bill, the payment."""
    body = Text(null=True, default=None)
    """Written at the first try, and the same ever after: receivers may compare."""
    state = Varchar(length=10, default="waiting")
    tries = SmallInt(default=0)
    created_at = Timestamptz()
    tried_at = Timestamptz(null=True, default=None)
    next_try_at = Timestamptz(null=True, default=None)
    status = SmallInt(null=True, default=None)
    """Of the last answer, where there was one."""
    trouble = Varchar(length=20, default="")

    told_once = Unique([webhook_id, event, subject_id])
    delivery_state_known = Check("state IN ('waiting', 'delivered', 'failed', 'dropped')")
