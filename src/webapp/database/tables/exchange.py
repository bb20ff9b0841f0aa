"""What came from a billing system and what went to it, file by file. Rows under way lie in the schema `staging`."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Bytea, Integer, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class ImportBatch(Table, db=DB, tablename="import_batches"):
    """One file of one company."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    kind = Varchar(length=10)
    source = Varchar(length=4, default="file")
    """`api`: items of a program; its name is that of the key."""
    state = Varchar(length=9, default="staged")
    """staged → wrong or checked → wanted → applied → unwanted → undone; cancelled by whoever brought it."""
    name = Varchar(length=120, default="")
    sha256 = Bytea()
    """Of the file: the same one twice is one batch."""
    size = BigInt(default=0)
    columns = Array(base_column=Varchar(length=20), default=list)
    """Those that the file has: what it does not have stays as it is."""
    rows = Integer(default=0)
    wrong = Integer(default=0)
    """How many mistakes; the first ones lie in `import_mistakes`."""
    report = JSONB(default="{}")
    trouble = Varchar(length=20, default="")
    """Why it was not undone, or not applied."""
    transaction = BigInt(null=True, default=None)
    """That applied it: a row that says another one has been touched since."""
    created_by = UUID(null=True, default=None)
    """None: the command line."""
    created_at = Timestamptz()
    checked_at = Timestamptz(null=True, default=None)
    wanted_by = UUID(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)

    import_source_known = Check("source IN ('file', 'api')")
    import_state_known = Check(
        "state IN ('staged', 'wrong', 'checked', 'wanted', 'applied', 'unwanted', 'undone', 'cancelled')"
    )


class ImportMistake(Table, db=DB, tablename="import_mistakes"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    batch_id = UUID(null=False, index=True)
    line = Integer()
    """As a person counts them: the head is 1."""
    named = Varchar(length=20)
    """The column."""
    code = Varchar(length=20)
    value = Varchar(length=60, default="")


class ExportBatch(Table, db=DB, tablename="export_batches"):
    """What was taken away: from behind one watermark to another."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    kind = Varchar(length=10)
    after = BigInt()
    upto = BigInt()
    source = Varchar(length=4, default="file")
    """`api`: a program keeps its own place, files go on where the last file ended."""
    created_by = UUID(null=True, default=None)
    created_at = Timestamptz()
