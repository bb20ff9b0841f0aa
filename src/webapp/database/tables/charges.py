"""What was charged and what was paid, by contract. Money is грн to the kopeck, rounded once, at the charge."""

from piccolo.columns import UUID, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Charge(Table, db=DB, tablename="charges"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    contract_id = UUID(null=False)
    month = Date()
    kind = Varchar(length=15)
    volume = Integer(null=True, default=None)
    """m³"""
    price = Numeric(digits=(10, 5))
    amount = Numeric(digits=(12, 2))
    charged_on = Date()

    kind_known = Check("kind IN ('actual', 'planned', 'recalculation', 'norm', 'correction')")


class Payment(Table, db=DB, tablename="payments"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    contract_id = UUID(null=False)
    amount = Numeric(digits=(12, 2))
    paid_on = Date()
    credited_at = Timestamptz(null=True, default=None)
    """Absent while it is under way."""
    channel = Varchar(length=20, default="bank")

    amount_paid = Check("amount > 0")
