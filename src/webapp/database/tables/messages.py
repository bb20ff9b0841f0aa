"""Every SMS, letter and push that left, and what became of it. In the demo this is the outbox people read."""

from piccolo.columns import UUID, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Message(Table, db=DB, tablename="messages"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    kind = Varchar(length=4)
    contact = Varchar(length=254, index=True)
    notice = Varchar(length=40)
    subject = Varchar(length=200, default="")
    text = Text(default="")
    html = Text(default="")
    state = Varchar(length=10)
    carrier_id = Varchar(length=80, null=True, default=None, index=True)
    error = Varchar(length=80, null=True, default=None)
    company_id = UUID(null=True, default=None)
    """Whose it is: who pays for an SMS, and whose staff sees what became of it."""
    broadcast_id = UUID(null=True, default=None)
    parts = SmallInt(default=0)
    """That the carrier charges for an SMS."""
    created_at = Timestamptz(index=True)
    updated_at = Timestamptz()

    kind_known = Check("kind IN ('sms', 'mail', 'push')")
    state_known = Check("state IN ('sending', 'sent', 'delivered', 'failed')")
