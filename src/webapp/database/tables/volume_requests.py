"""Requests for volumes («заявка на обсяги»): how much gas a business means to take in a month to come."""

from decimal import Decimal

from piccolo.columns import JSONB, UUID, Date, Numeric, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class VolumeRequest(Table, db=DB, tablename="volume_requests"):
    """Of one contract for one month; what was asked for stands in its versions, the last one counts."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """The supplier."""
    business_id = UUID(null=False, index=True)
    contract_id = UUID(null=False)
    """Of `business_contracts`."""
    month = Date()
    state = Varchar(length=8, default="sent")
    version = SmallInt(default=1)
    sent_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    words = Varchar(length=500, default="")
    """What the supplier said when it asked back."""

    volume_request_once = Unique([company_id, contract_id, month])
    volume_state_known = Check("state IN ('sent', 'accepted', 'returned')")
    returned_with_words = Check("state <> 'returned' OR words <> ''")
    volume_month_whole = Check("extract(day FROM month) = 1")


class VolumeVersion(Table, db=DB, tablename="volume_versions"):
    """What was asked for, each time: nobody changes it afterwards."""

    id = UUID(primary_key=True)
    """The form's own: sent twice, it is one version."""
    company_id = UUID(null=False)
    request_id = UUID(null=False)
    version = SmallInt()
    person_id = UUID(null=False)
    sent_at = Timestamptz()
    unit = Varchar(length=8, default="thousand")
    """In what it was typed: thousand m³, or m³."""
    total = Numeric(digits=(15, 3), default=Decimal(0))
    """m³"""
    lines = JSONB()
    """By points, where it was told by points: EIC code, address, m³."""
    note = Varchar(length=200, default="")

    volume_version_once = Unique([company_id, request_id, version])
    volume_unit_known = Check("unit IN ('thousand', 'm3')")
    volume_not_negative = Check("total >= 0")
