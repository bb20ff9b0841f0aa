"""What was charged and what was paid, by contract. Money is грн to the kopeck, rounded once, at the charge."""

from decimal import Decimal

from piccolo.columns import UUID, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Charge(Table, db=DB, tablename="charges"):
    """Nobody changes a charge: what was wrong is put right by another one, a recalculation or a correction."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    contract_id = UUID(null=False)
    month = Date()
    """The period it is for, its first day."""
    kind = Varchar(length=15)
    volume = Integer(null=True, default=None)
    """m³"""
    price = Numeric(digits=(10, 5))
    amount = Numeric(digits=(12, 2))
    """A subsidy and a benefit are negative."""
    charged_on = Date()
    bill_id = UUID(null=True, default=None, index=True)
    """The bill it stands on; absent until there is one."""
    meter = Varchar(length=20, default="")
    """The serial of the meter as it hung there then."""
    read_from = Date(null=True, default=None)
    read_to = Date(null=True, default=None)
    reading_from = Integer(null=True, default=None)
    reading_to = Integer(null=True, default=None)
    source = Varchar(length=10, default="")
    """Who read what it ends with, as `readings.source`."""
    coefficient = Numeric(digits=(9, 6), default=Decimal(1))
    """To standard conditions; 1 for households (NERC 1487-1528 of 2018)."""
    year_volume = Integer(null=True, default=None)
    """m³ of the gas year that a fee for delivery was counted from."""

    kind_known = Check(
        "kind IN ('actual', 'planned', 'recalculation', 'norm', 'correction', 'subsidy', 'benefit')"
    )
    relief_lessens = Check("kind NOT IN ('subsidy', 'benefit') OR amount <= 0")


class Payment(Table, db=DB, tablename="payments"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    contract_id = UUID(null=False)
    amount = Numeric(digits=(12, 2))
    """Above zero, a refund too: its kind says which way the money went."""
    paid_on = Date()
    credited_at = Timestamptz(null=True, default=None)
    """Absent while it is under way."""
    channel = Varchar(length=20, default="bank")
    kind = Varchar(length=8, default="payment")
    refund_of = UUID(null=True, default=None, index=True)
    """The payment that a refund gives back."""
    bill_id = UUID(null=True, default=None, index=True)
    """The bill it stands on as received; absent until there is one."""

    amount_paid = Check("amount > 0")
    payment_kind_known = Check("kind IN ('payment', 'refund')")
    refund_of_something = Check("(kind = 'refund') = (refund_of IS NOT NULL)")
