"""What companies tell everybody: news, and notices of a gas supply that is cut off for a time."""

from piccolo.columns import UUID, Date, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class News(Table, db=DB, tablename="news"):
    id = UUID(primary_key=True)
    """The form's own: sent twice, it is published once."""
    company_id = UUID(null=False)
    kind = Varchar(length=6)
    branch = Varchar(length=80, default="")
    """As accounts name theirs; empty: everywhere."""
    title = Varchar(length=120)
    text = Text()
    """Plain; an empty line begins a paragraph."""
    starts_on = Date()
    ends_on = Date(null=True, default=None)
    """The last day of an outage, or of the time that news are news."""
    published_at = Timestamptz()
    published_by = UUID(null=False)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = UUID(null=True, default=None)

    news_kind_known = Check("kind IN ('news', 'outage')")
    news_ends = Check("ends_on >= starts_on")
    outage_ends = Check("kind <> 'outage' OR ends_on IS NOT NULL")
