"""Accounts that went from one company to another: which number was which, so that the old one still leads there."""

from decimal import Decimal

from piccolo.columns import UUID, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Handover(Table, db=DB, tablename="handovers"):
    """One act between two companies; all of its accounts, or none."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """Who has the accounts from here on."""
    from_company_id = UUID(null=False)
    account_count = Integer(default=0)
    moved_at = Timestamptz()

    handed_to_another = Check("from_company_id <> company_id")


class HandedAccount(Table, db=DB, tablename="handed_accounts"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """Who has the account from here on."""
    handover_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    contract_id = UUID(null=False)
    from_company_id = UUID(null=False)
    old_number = Varchar(length=20)
    number = Varchar(length=20)
    balance = Numeric(digits=(12, 2), default=Decimal(0))
    """грн, what went along: positive = the consumer owes."""

    handed_once = Unique([company_id, handover_id, account_id])
