"""Paying: the banks of the companies, each try to pay with its lines by contract, and what goes back."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Numeric, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Merchant(Table, db=DB, tablename="merchants"):
    """What a company has agreed on with its bank; the keys open for this company alone: actions.sealing."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    provider = Varchar(length=10)
    sealed = Bytea()
    version = SmallInt(default=3)
    test = Boolean(default=False)
    """Play money counts."""
    api = Varchar(length=200, default="")
    set_at = Timestamptz()

    merchant_once = Unique([company_id])
    provider_known = Check("provider IN ('liqpay', 'monobank', 'pretend')")


class Checkout(Table, db=DB, tablename="checkouts"):
    """One try to pay one company. It is written before the bank hears of it; its id is the bank's order."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    basket_id = UUID(null=False, index=True)
    """Begun together: one form, a try for each creditor."""
    number = BigInt()
    """What people call it; from the sequence `checkout_numbers`."""
    provider = Varchar(length=10)
    amount = Numeric(digits=(12, 2))
    language = Varchar(length=2, default="uk")
    state = Varchar(length=8, default="open")
    trouble = Varchar(length=16, default="")
    reason = Varchar(length=80, default="")
    """In the bank's words."""
    reference = Varchar(length=80, default="")
    """The bank's own id, by which it is asked."""
    page = Varchar(length=4000, default="")
    """Where the person pays; empty until the bank has opened it."""
    created_at = Timestamptz()
    expires_at = Timestamptz()
    looked_at = Timestamptz(null=True, default=None)
    """When the bank last gave an answer."""
    next_look_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    """When it became what it is, if that is not open."""
    case_number = Varchar(length=16, default="")

    checkout_amount_positive = Check("amount > 0")
    checkout_state_known = Check("state IN ('open', 'paid', 'declined', 'expired', 'unknown', 'refunded')")


class CheckoutLine(Table, db=DB, tablename="checkout_lines"):
    """What of it is for which contract; its id becomes that of the payment."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    checkout_id = UUID(null=False, index=True)
    account_id = UUID(null=False)
    contract_id = UUID(null=False)
    amount = Numeric(digits=(12, 2))
    is_open = Boolean(default=True)
    """A contract has one: the index `one_open_checkout`."""
    receipt = Bytea(null=True, default=None)
    """Signed when the bank has said that it is paid."""

    line_amount_positive = Check("amount > 0")


class Refund(Table, db=DB, tablename="refunds"):
    """Asked for by one colleague, approved by another, carried out by the bank."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    checkout_id = UUID(null=False)
    reason = Varchar(length=200)
    state = Varchar(length=8, default="asked")
    asked_by = UUID(null=False)
    asked_at = Timestamptz()
    decided_by = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    trouble = Varchar(length=120, default="")
    """Why the bank did not do it, in its words."""

    refund_state_known = Check("state IN ('asked', 'approved', 'refused', 'done', 'failed')")
    refund_by_two = Check("decided_by IS NULL OR decided_by <> asked_by")
