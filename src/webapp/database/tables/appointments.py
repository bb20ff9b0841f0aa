"""Receptions, places in a queue, visits of a technician, calls back; who receives, when, and when not."""

from piccolo.columns import UUID, Array, Boolean, Date, Integer, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Resource(Table, db=DB, tablename="resources"):
    """Who or what is booked: a head with the name of the post, a window of an office, the technicians."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False, index=True)
    kind = Varchar(length=10)
    name = Varchar(length=120)
    place = Varchar(length=200, default="")
    bring = Varchar(length=200, default="")
    """What to take along."""
    prefix = Varchar(length=2, default="")
    """Of the numbers on its tickets."""
    week = Array(base_column=Varchar(length=60), default=list)
    """Monday to Sunday, as rules.slots.written_day writes a day."""
    minutes = SmallInt(default=20)
    places = SmallInt(default=1)
    days_ahead = SmallInt(default=14)
    notice = Integer(default=60)
    is_open = Boolean(default=True)
    """False: nothing new is booked."""
    version = Integer(default=1)
    """Grows with every change: of two who change the hours at once one has seen the old ones."""
    created_at = Timestamptz()

    resource_kind_known = Check("kind IN ('reception', 'queue', 'technician')")
    resource_week_whole = Check("cardinality(week) = 7")
    resource_numbers_sound = Check(
        "minutes BETWEEN 5 AND 240 AND places BETWEEN 1 AND 50 AND days_ahead BETWEEN 0 AND 90 "
        "AND notice BETWEEN 0 AND 10080"
    )


class Closure(Table, db=DB, tablename="closures"):
    """A day on which nobody is received: a holiday of the whole company, or a blocked day of one resource."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    resource_id = UUID(null=True, default=None)
    day = Date()
    reason = Varchar(length=120, default="")
    created_by = UUID(null=True, default=None)
    created_at = Timestamptz()


class Appointment(Table, db=DB, tablename="appointments"):
    """A booked slot. The id is the form's: sent twice it is one booking."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    resource_id = UUID(null=False)
    kind = Varchar(length=10)
    person_id = UUID(null=False)
    account_id = UUID(null=True, default=None)
    day = Date()
    """In Kyiv."""
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    place = SmallInt(default=1)
    """Which of those who are received at the same time."""
    number = Integer()
    """On the ticket: one after the other, a day and resource."""
    topic = Varchar(length=300, default="")
    state = Varchar(length=9, default="booked")
    moves = SmallInt(default=0)
    """How often it was put off or forward: a calendar counts its versions by it."""
    created_at = Timestamptz()
    booked_at = Timestamptz()
    """When this hour was chosen."""
    reminded_at = Timestamptz(null=True, default=None)
    called_at = Timestamptz(null=True, default=None)
    called_by = UUID(null=True, default=None)
    desk = Varchar(length=20, default="")
    """The window or the room where whoever was called is expected."""
    ended_at = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)
    """Of the staff; absent where the person has cancelled."""
    reason = Varchar(length=120, default="")
    """Why the company has cancelled."""

    appointment_kind_known = Check("kind IN ('reception', 'queue', 'technician')")
    appointment_state_known = Check("state IN ('booked', 'called', 'served', 'missed', 'cancelled')")
    appointment_lasts = Check("ends_at > starts_at")
    appointment_ended = Check("(state IN ('booked', 'called')) = (ended_at IS NULL)")
    technician_goes_somewhere = Check("kind <> 'technician' OR account_id IS NOT NULL")


class Callback(Table, db=DB, tablename="callbacks"):
    """Somebody wants to be called: a phone, a part of a day, and what about."""

    id = UUID(primary_key=True, default=None)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    account_id = UUID(null=True, default=None)
    phone = Varchar(length=16)
    day = Date()
    part = Varchar(length=8)
    topic = Varchar(length=300)
    state = Varchar(length=11, default="open")
    tries = SmallInt(default=0)
    tried_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)

    callback_part_known = Check("part IN ('morning', 'day', 'evening')")
    callback_state_known = Check("state IN ('open', 'done', 'not_reached', 'cancelled')")
    callback_ended = Check("(state = 'open') = (ended_at IS NULL)")
