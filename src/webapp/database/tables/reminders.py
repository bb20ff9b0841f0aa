"""Reminders to send a reading, and links that take one without a sign-in."""

from piccolo.columns import UUID, Bytea, Date, Timestamptz
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Reminder(Table, db=DB, tablename="reminders"):
    """A person is reminded once a day at most: the row is made with the job, and stays."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False)
    day = Date()
    month = Date()
    """First day of the period whose reading is waited for."""
    created_at = Timestamptz()

    reminder_once_a_day = Unique([person_id, day])


class SendingLink(Table, db=DB, tablename="sending_links"):
    """Takes a reading of one meter from whoever has it. The token is derived from the id, not stored."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    meter_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    """Who got it, or printed it: the reading is this person's."""
    month = Date(null=True, default=None)
    """Of a reminder; a sticker has none and works month by month."""
    lookup = Bytea(unique=True)
    """Keyed hash of the token: webapp.rules.codes.sending_lookup."""
    created_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    reading_id = UUID(null=True, default=None)
    """What was sent by it, last."""

    sending_link_once = Unique([company_id, meter_id, person_id, month])
    month_ends = Check("(month IS NULL) = (expires_at IS NULL)")
