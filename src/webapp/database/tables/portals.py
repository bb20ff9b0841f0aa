"""Portals: a host name, a brand, a policy, and the companies served under it."""

from piccolo.columns import JSONB, UUID, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Company(Table, db=DB, tablename="companies"):
    id = UUID(primary_key=True)
    role = Varchar(length=10)
    """`operator` is the distribution company («Оператор ГРМ»)."""
    name = Varchar(length=120)
    short = Varchar(length=60)
    address = Varchar(length=200, default="")
    phone = Varchar(length=16, default="")
    mail = Varchar(length=120, default="")
    site = Varchar(length=200, default="")
    edrpou = Varchar(length=10, default="")
    iban = Varchar(length=29, default="")
    """Where bills are paid to."""

    role_known = Check("role IN ('operator', 'supplier')")


class Portal(Table, db=DB, tablename="portals"):
    id = UUID(primary_key=True)
    host = Varchar(length=100, unique=True)
    """As browsers send it, with the port where there is one."""
    address = Varchar(length=120)
    """The origin that links in letters begin with, and that forms come from."""
    brand = Varchar(length=20)
    name = Varchar(length=60)
    sms_name = Varchar(length=11)
    policy = JSONB()


class PortalCompany(Table, db=DB, tablename="portal_companies"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    company_id = UUID(null=False)
    position = SmallInt(default=0)

    company_once = Unique([portal_id, company_id])


class CoverageRequest(Table, db=DB, tablename="coverage_requests"):
    """«My company is not in the list»: who asked, and where to answer."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=True, default=None)
    company_name = Varchar(length=120)
    settlement = Varchar(length=120)
    contact = Varchar(length=120)
    created_at = Timestamptz()
