"""What the office keeps for itself: versions of a portal's policy, and filters that colleagues come back to."""

from piccolo.columns import JSONB, UUID, Integer, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from webapp.database.engine import DB


class PolicyVersion(Table, db=DB, tablename="policy_versions"):
    """What a portal decides from a moment on. The newest that has begun holds; without one, the portal's own row."""

    id = UUID(primary_key=True, default=None)
    """Made with the form: the same form sent twice is one version."""
    portal_id = UUID(null=False)
    number = Integer()
    policy = JSONB()
    note = Varchar(length=200, default="")
    starts_at = Timestamptz()
    created_by = UUID(null=False)
    created_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)
    """Called off before it began."""

    policy_number_once = Unique([portal_id, number])


class SavedFilter(Table, db=DB, tablename="saved_filters"):
    """A list as a colleague likes to see it."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    colleague_id = UUID(null=False)
    desk = Varchar(length=20)
    name = Varchar(length=40)
    query = Varchar(length=500)
    created_at = Timestamptz()

    saved_filter_once = Unique([company_id, colleague_id, desk, name])
