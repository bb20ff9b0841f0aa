"""Of what people were told unasked: once each, whichever worker was first."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Alert(Table, db=DB, tablename="alerts"):
    """A line goes when its reason has gone: a debt that grows again is told again."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    person_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    kind = Varchar(length=12)
    subject = Varchar(length=60)
    """Which month, contract, or meter and how many days before."""
    told_at = Timestamptz()

    alert_once = Unique([company_id, person_id, account_id, kind, subject])
    alert_kind_known = Check("kind IN ('usage', 'balance', 'verification')")
