"""Accounts («особові рахунки»), their contracts with two companies, and who may see them."""

from decimal import Decimal

from piccolo.columns import UUID, Bytea, Date, Integer, Numeric, SmallInt, Timestamptz, Varchar
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
    branch = Varchar(length=80, default="")
    street = Varchar(length=80, default="")
    house = Varchar(length=20, default="")
    flat = Varchar(length=20, default="")
    address_key = Varchar(length=400, default="")
    """Branch, settlement, street, house and flat in the order of the alphabet and of numbers: rules.addresses."""
    held_since = Date(null=True, default=None)
    """When the present holder came: what was before belongs to the one before, and is not shown."""
    closed_on = Date(null=True, default=None)

    account_number_once = Unique([company_id, number])
    kind_known = Check("kind IN ('household', 'trader', 'business')")


class Contract(Table, db=DB, tablename="contracts"):
    """Supply or distribution: each has its creditor, its number and its balance; they are never added up."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    account_id = UUID(null=False)
    service = Varchar(length=12)
    number = Varchar(length=20)
    balance = Numeric(digits=(12, 2), default=Decimal(0))
    """грн, positive = the consumer owes."""
    as_of = Timestamptz()
    price = Numeric(digits=(10, 5))
    """грн per m³ with VAT; for distribution per m³ of a twelfth of the gas year's volume."""
    year_volume = Integer(default=0)
    """m³ of the last gas year, what the distribution fee is counted from."""
    opening = Numeric(digits=(12, 2), default=Decimal(0))
    """What was owed before the first charge and payment that are known here."""

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
    role = Varchar(length=6, default="owner")
    linked_at = Timestamptz()
    balance_limit = Numeric(digits=(12, 2), null=True, default=None)
    """грн: of a debt above it this person wants to be told."""

    link_once = Unique([person_id, account_id])
    level_known = Check("level IN ('basic', 'extended')")
    role_known = Check("role IN ('owner', 'family', 'payer', 'reader')")


class Invitation(Table, db=DB, tablename="invitations"):
    """To share an account, or to work in a business cabinet; the link's token is derived, not stored."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    account_id = UUID(null=True, default=None, index=True)
    business_id = UUID(null=True, default=None, index=True)
    role = Varchar(length=10)
    note = Varchar(length=60, default="")
    """Whom it is for, in the words of who invites."""
    invited_by = UUID(null=False)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    used_by = UUID(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)


class Joining(Table, db=DB, tablename="joinings"):
    """Somebody asks who has an account to be let in (A26); the asker is not told whether anybody has it."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    person_id = UUID(null=False)
    note = Varchar(length=60, default="")
    """Who asks, in the asker's own words."""
    asked_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    """Let in or refused: then it may be asked again."""
    role = Varchar(length=6, null=True, default=None)
    """What was given; absent where it was refused."""


class Pin(Table, db=DB, tablename="pins"):
    """The number on the bill that proves the account: its keyed hash, and sealed where bills print it."""

    id = UUID(primary_key=True)
    account_id = UUID(unique=True)
    pin_hmac = Bytea()
    issued_at = Timestamptz()
    sealed = Bytea(null=True, default=None)
    """Opens for the account alone: actions.sealing."""
