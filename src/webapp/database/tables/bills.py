"""Bills as they were issued: once, with a number; what comes later stands on the next one."""

from decimal import Decimal

from piccolo.columns import UUID, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Bill(Table, db=DB, tablename="bills"):
    """One company's, for one month. Its lines are the charges and payments that name it."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    contract_id = UUID(null=False, index=True)
    month = Date()
    number = Varchar(length=30)
    issued_on = Date()
    due_on = Date(index=True)
    """The last day to pay without it being late."""
    opening = Numeric(digits=(12, 2), default=Decimal(0))
    charged = Numeric(digits=(12, 2), default=Decimal(0))
    paid = Numeric(digits=(12, 2), default=Decimal(0))
    closing = Numeric(digits=(12, 2), default=Decimal(0))

    bill_number_once = Unique([company_id, number])
    bill_of_a_month_once = Unique([company_id, contract_id, month])
    bill_adds_up = Check("closing = opening + charged - paid")


class BillReminder(Table, db=DB, tablename="bill_reminders"):
    """A person is reminded once of all that is due on a day: the row is made with the job, and stays."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False)
    due_on = Date()
    created_at = Timestamptz()

    bill_reminder_once = Unique([person_id, due_on])


class Tariff(Table, db=DB, tablename="tariffs"):
    """What a m³ costs from a day on, until the next row."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    service = Varchar(length=12)
    starts_on = Date()
    price = Numeric(digits=(10, 5))
    """грн per m³ with VAT."""
    basis = Varchar(length=160, default="")
    """The decision it rests on, as the bill names it."""

    tariff_once = Unique([company_id, service, starts_on])
    tariff_service_known = Check("service IN ('supply', 'distribution')")


class Subsidy(Table, db=DB, tablename="subsidies"):
    """A housing subsidy or a benefit, as the company was told of it; money comes from the Pension Fund."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    kind = Varchar(length=8, default="subsidy")
    starts_on = Date()
    ends_on = Date()
    monthly = Numeric(digits=(12, 2))
    """грн a month."""
    must_pay = Numeric(digits=(12, 2), null=True, default=None)
    """The share that the family pays itself, where it was told."""
    norm = Integer(null=True, default=None)
    """m³ a month that it counts, where it was told."""
    way = Varchar(length=8, default="cash")
    """In cash to the person, or as a deduction on the bill (historic)."""
    decided_on = Date()
    number = Varchar(length=40, default="")
    """Of the decision."""

    subsidy_once = Unique([company_id, account_id, kind, starts_on])
    subsidy_kind_known = Check("kind IN ('subsidy', 'benefit')")
    subsidy_way_known = Check("way IN ('cash', 'bill')")
    subsidy_ends = Check("ends_on >= starts_on")
