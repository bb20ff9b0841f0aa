"""Rounds of the inspectors: a day's doors, what was done at each, and the phones that carry them."""

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Round(Table, db=DB, tablename="rounds"):
    """«Обхід»: the doors of one day and one inspector."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    inspector_id = UUID(null=False, index=True)
    former_ids = Array(base_column=UUID(), default=list)
    """Who had it before: what they have read at its doors is still taken from them."""
    day = Date()
    title = Varchar(length=120, default="")
    version = Integer(default=1)
    """Grows with every change of the inspector: of two supervisors who change it at once one has seen the old one."""
    created_by = UUID(null=True, default=None)
    created_at = Timestamptz()
    cancelled_at = Timestamptz(null=True, default=None)


class Stop(Table, db=DB, tablename="stops"):
    """A door with the meters of one account."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    round_id = UUID(null=False, index=True)
    account_id = UUID(null=False, index=True)
    day = Date()
    seq = SmallInt()
    """In the order of the street."""
    note = Varchar(length=300, default="")
    """For the inspector: what to mind at the door. No name, no debt."""
    is_open = Boolean(default=True)
    """False when its round is cancelled: then another round of the day may have the door."""


class Visit(Table, db=DB, tablename="visits"):
    """What was done at a stop. The id is the device's; a reading of it lies under the same id in `readings`."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    stop_id = UUID(null=False, index=True)
    colleague_id = UUID(null=False)
    device_id = UUID(null=True, default=None)
    kind = Varchar(length=10)
    meter_id = UUID(null=True, default=None)
    value = Varchar(length=64, default="")
    """As it was typed."""
    read_on = Date()
    taken_at = Timestamptz()
    """The device's clock at the moment of entry, corrected for its skew."""
    received_at = Timestamptz()
    skew_seconds = Integer(default=0)
    reason = Varchar(length=16, default="")
    words = Varchar(length=300, default="")
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    accuracy = DoublePrecision(null=True, default=None)
    """Metres."""
    has_photo = Boolean(default=False)
    """The device has one and will send it."""
    card_left = Boolean(default=False)
    digest = Varchar(length=64)
    outcome = Varchar(length=10, default="accepted")
    refusal = Varchar(length=24, null=True, default=None)
    doubts = Array(base_column=Varchar(length=24), default=list)
    review = Varchar(length=8, null=True, default=None)
    review_reason = Varchar(length=200, default="")
    reviewed_by = UUID(null=True, default=None)
    reviewed_at = Timestamptz(null=True, default=None)

    visit_kind_known = Check("kind IN ('reading', 'no_access', 'note')")
    visit_outcome_known = Check("outcome IN ('accepted', 'rejected')")
    visit_refused_for_a_reason = Check("(outcome = 'rejected') = (refusal IS NOT NULL)")
    visit_review_known = Check("review IN ('accepted', 'again', 'refused')")
    visit_meter_of_reading = Check("kind <> 'reading' OR meter_id IS NOT NULL")


class FieldTicket(Table, db=DB, tablename="field_tickets"):
    """To hand in what was done at the doors, and for nothing else, when the sign-in has ended by itself."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    colleague_id = UUID(null=False, index=True)
    sign_in_id = UUID(null=False, index=True)
    """Of the staff: who signs out there takes the ticket along."""
    device_id = UUID(null=False)
    token_sha256 = Bytea(unique=True)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_why = Varchar(length=10, default="")
    """`lost` or `signed_out`; empty while it is good."""
    contacted_at = Timestamptz()
    unsent = Integer(null=True, default=None)
    """Entries that the device still had when it last spoke."""
