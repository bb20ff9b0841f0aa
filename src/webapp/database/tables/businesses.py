"""Businesses: companies and institutions that consume gas, their contracts, and who works in their cabinet."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Business(Table, db=DB, tablename="businesses"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """The supplier that sells to it."""
    edrpou = Varchar(length=10)
    name = Varchar(length=160)
    address = Varchar(length=200, default="")
    contact_name = Varchar(length=100, default="")
    contact_phone = Varchar(length=16, default="")
    contact_mail = Varchar(length=120, default="")
    """Of its personal manager in the company (B21)."""

    edrpou_once = Unique([company_id, edrpou])


class BusinessContract(Table, db=DB, tablename="business_contracts"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    business_id = UUID(null=False, index=True)
    number = Varchar(length=20)

    business_contract_once = Unique([company_id, number])


class BusinessMember(Table, db=DB, tablename="business_members"):
    id = UUID(primary_key=True)
    business_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    role = Varchar(length=8)
    since = Timestamptz()

    member_once = Unique([business_id, person_id])
    role_known = Check("role IN ('owner', 'money', 'readings', 'viewer')")
