"""Files of readings that businesses hand in: kept between the dry report and the word of the person."""

from piccolo.columns import JSONB, UUID, Bytea, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from webapp.database.engine import DB


class ReadingFile(Table, db=DB, tablename="reading_files"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """The supplier of the business."""
    business_id = UUID(null=False)
    person_id = UUID(null=False)
    sha256 = Bytea()
    """Of its bytes: the same file is the same row, and its readings have the same ids."""
    name = Varchar(length=120, default="")
    rows = JSONB()
    """What was read of it, and what was thought of it before it was confirmed: rules.bulk_readings.Row."""
    row_count = SmallInt(default=0)
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    """Its good rows went the way of all readings; what became of each stands in `readings`."""

    reading_file_once = Unique([company_id, business_id, person_id, sha256])
