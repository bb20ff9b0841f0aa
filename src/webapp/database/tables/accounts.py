"""Accounts («особові рахунки»), their contracts with two companies, and who may see them."""

from decimal import Decimal

from piccolo.columns import UUID, Integer, Numeric, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Account(Table, db=DB, tablename="accounts"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """The operator («Оператор ГРМ»), whose network the address hangs on."""
    number = Varchar(length=20)
    settlement = Varchar(length=80)
    address = Varchar(length=160)
    holder = Varchar(length=120)
    kind = Varchar(length=10, default="household")

    account_number_once = Unique([company_id, number])
    kind_known = Check("kind IN ('household', 'trader')")


class Contract(Table, db=DB, tablename="contracts"):
    """Supply or distribution: each has its creditor, its number and its balance; they are never added up."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    service = Varchar(length=12)
    number = Varchar(length=20)
    balance = Numeric(digits=(12, 2), default=Decimal(0))
    """грн, positive = the consumer owes."""
    as_of = Timestamptz()
    price = Numeric(digits=(10, 5))
    """грн per m³ with VAT; for distribution per m³ of a twelfth of the gas year's volume."""
    year_volume = Integer(default=0)
    """m³ of the last gas year, what the distribution fee is counted from."""

    contract_number_once = Unique([company_id, number])
    contract_service_once = Unique([account_id, service])
    service_known = Check("service IN ('supply', 'distribution')")


class Link(Table, db=DB, tablename="links"):
    id = UUID(primary_key=True)
    person_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    level = Varchar(length=10, default="extended")
    name = Varchar(length=40, default="")
    position = SmallInt(default=0)
    linked_at = Timestamptz()

    link_once = Unique([person_id, account_id])
    level_known = Check("level IN ('basic', 'extended')")
