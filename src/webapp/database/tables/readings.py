"""Meter points, the meters that hang there, and what was read on them."""

from piccolo.columns import (
    UUID,
    Array,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class MeterPoint(Table, db=DB, tablename="meter_points"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    eic = Varchar(length=16)
    profile = Varchar(length=20, default="stove")
    """Which usual consumption a meter without a year of history is judged by."""

    meter_eic_once = Unique([company_id, eic])


class Meter(Table, db=DB, tablename="meters"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    meter_point_id = UUID(null=False, index=True)
    serial = Varchar(length=20)
    model = Varchar(length=60)
    digits = SmallInt(default=5)
    max_hourly_litres = Integer(default=6000)
    """Qmax of its size: G4 lets 6 m³/h through (EN 1359)."""
    installed_on = Date()
    removed_on = Date(null=True, default=None)
    verified_until = Date(null=True, default=None)

    meter_serial_once = Unique([company_id, serial])


class Reading(Table, db=DB, tablename="readings"):
    """Everything that was sent, also what was refused: the id is the sender's, so a reading is sent once."""

    id = UUID(primary_key=True, default=None)
    number = BigSerial()
    company_id = UUID(null=False)
    meter_id = UUID(null=False)
    person_id = UUID(null=True, default=None)
    colleague_id = UUID(null=True, default=None)
    """The inspector, or whoever of the staff took it down."""
    source = Varchar(length=10, default="consumer")
    month = Date()
    """First day of the period the reading counts for."""
    value = Integer()
    read_on = Date()
    """The day the person states, in Kyiv."""
    taken_at = Timestamptz()
    """The device's clock at the moment of entry, corrected for its skew."""
    received_at = Timestamptz()
    skew_seconds = Integer(default=0)
    late = Boolean(default=False)
    state = Varchar(length=10)
    reason = Varchar(length=24, null=True, default=None)
    doubts = Array(base_column=Varchar(length=24), default=list)
    digest = Varchar(length=64)
    device_id = UUID(null=True, default=None)
    by_token = Boolean(default=False)
    """A program brought it: the consumer's own reading all the same, with their rank and their correction."""
    receipt = Bytea(null=True, default=None)
    """Signature and text as they were signed, once and for ever: webapp.rules.receipts."""
    reason_said = Varchar(length=12, null=True, default=None)
    """Why it is odd, as the sender says it: webapp.rules.readings.REASONS."""
    replaces = UUID(null=True, default=None)
    """The reading that this one corrects."""
    version = SmallInt(default=1)

    state_known = Check("state IN ('accepted', 'beside', 'replaced', 'refused')")
    """One is accepted for a month, and counts; beside: one of a higher source does; replaced: it was corrected."""
    source_known = Check("source IN ('consumer', 'inspector', 'remote', 'staff', 'planned')")
    refused_for_a_reason = Check("(state = 'refused') = (reason IS NOT NULL)")
    value_shown = Check("value >= 0")
    receipt_of_accepted = Check("receipt IS NULL OR state <> 'refused'")
