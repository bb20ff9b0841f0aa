"""Cases: what a person asks of a company and somebody of the staff decides, within a term and with an answer."""

from piccolo.columns import JSONB, UUID, Bytea, Date, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Case(Table, db=DB, tablename="cases"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    kind = Varchar(length=16)
    number = Varchar(length=16, unique=True)
    """What the person follows it by; on the status page a code to the contact is asked as well."""
    browser_sha256 = Bytea(null=True, default=None)
    """Whoever left it without signing in sees it again from the same browser."""
    person_id = UUID(null=True, default=None, index=True)
    account_id = UUID(null=True, default=None)
    typed = JSONB(default="{}")
    """The fields of its kind, as they were typed."""
    contact = Varchar(length=254, default="")
    language = Varchar(length=2, default="uk")
    state = Varchar(length=9, default="open")
    answer = Varchar(length=1000, default="")
    created_at = Timestamptz()
    due_on = Date()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)

    kind_known = Check(
        "kind IN ('pin', 'address', 'dispute', 'annulment', 'moving', 'reading_dispute', 'payment', 'certificate')"
    )
    state_known = Check("state IN ('open', 'granted', 'refused', 'withdrawn')")
