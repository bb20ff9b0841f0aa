"""Photos of meters: the row says whose and of what, the picture lies in a file beside the data."""

from piccolo.columns import UUID, Integer, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Photo(Table, db=DB, tablename="photos"):
    """The id is the device's, so a photo is kept once however often it is sent."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    subject = Varchar(length=7)
    subject_id = UUID(null=False, index=True)
    person_id = UUID(null=True, default=None)
    colleague_id = UUID(null=True, default=None)
    digest = Varchar(length=64)
    """SHA-256 of what was sent; what is kept was drawn anew."""
    width = SmallInt()
    height = SmallInt()
    size = Integer()
    """Bytes of the file."""
    received_at = Timestamptz()

    subject_known = Check("subject IN ('reading', 'visit')")
    somebody_sent_it = Check("(person_id IS NULL) <> (colleague_id IS NULL)")
