"""What people were told in the cabinet, what they like to be told by, and what the staff writes to many."""

from decimal import Decimal

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Notification(Table, db=DB, tablename="notifications"):
    """One for each thing that a person is told of, by whichever ways. The wording is that of `notices`."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False)
    kind = Varchar(length=20)
    notice = Varchar(length=40)
    subject = UUID(null=False)
    """What makes it one: the payment, the reminder, the broadcast, or the moment itself."""
    about = UUID(null=True, default=None)
    words = JSONB(default="{}")
    """What the wording names besides what `about` leads to."""
    listed = Boolean(default=True)
    """Off where the person does not want this kind in the cabinet."""
    created_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)

    notification_once = Unique([person_id, notice, subject])


class NotificationChoice(Table, db=DB, tablename="notification_choices"):
    """Absent while the person has chosen nothing about this kind."""

    id = UUID(primary_key=True)
    person_id = UUID(null=False)
    kind = Varchar(length=20)
    cabinet = Boolean(default=True)
    mail = Boolean(default=False)
    sms = Boolean(default=False)
    push = Boolean(default=False)
    changed_at = Timestamptz()

    notification_choice_once = Unique([person_id, kind])


class PushSubscription(Table, db=DB, tablename="push_subscriptions"):
    """A browser that takes pushes, as long as its sign-in is good."""

    id = UUID(primary_key=True)
    person_id = UUID(null=False, index=True)
    sign_in_id = UUID(null=False)
    endpoint = Varchar(length=1000)
    endpoint_sha256 = Bytea(unique=True)
    p256dh = Varchar(length=120)
    auth = Varchar(length=60)
    created_at = Timestamptz()


class Broadcast(Table, db=DB, tablename="broadcasts"):
    """What a company writes to many: drafted, looked at with its numbers, confirmed, sent in portions."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    kind = Varchar(length=20)
    title = Varchar(length=60)
    text = Varchar(length=2000)
    branch = Varchar(length=80, default="")
    settlement = Varchar(length=80, default="")
    by_sms = Boolean(default=False)
    state = Varchar(length=10, default="draft")
    told = Integer(default=0)
    """People, so far."""
    walked_to = UUID(null=True, default=None)
    """The last person of the portions that are done."""
    created_by = UUID(null=False)
    created_at = Timestamptz()
    confirmed_by = UUID(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    broadcast_kind_known = Check("kind IN ('outage', 'news')")
    broadcast_state_known = Check("state IN ('draft', 'sending', 'done', 'cancelled')")


class SmsBudget(Table, db=DB, tablename="sms_budgets"):
    """Absent while the company has decided nothing: rules.budgets."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False, unique=True)
    monthly = Numeric(digits=(12, 2), default=Decimal(0))
    """UAH a month."""
    price = Numeric(digits=(10, 5), default=Decimal(0))
    """UAH a part."""
    changed_at = Timestamptz()

    budget_not_negative = Check("monthly >= 0 AND price >= 0")


class SmsMonth(Table, db=DB, tablename="sms_months"):
    """Parts that left for a company in a month: one row to count in, so that nobody counts beside it."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    month = Date()
    parts = Integer(default=0)

    sms_month_once = Unique([company_id, month])
