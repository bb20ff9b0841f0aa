"""A business with one contract, which nobody keeps yet."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.factories.people import NOW
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.database.tables.businesses import Business, BusinessContract, BusinessMember

EDRPOU, CONTRACT = "32855961", "41-2217/26"


@dataclass(frozen=True)
class ABusiness:
    id: UUID
    company_id: UUID


async def business(portal: APortal, edrpou: str = EDRPOU, contract: str = CONTRACT) -> ABusiness:
    row = Business(
        company_id=portal.supplier, edrpou=edrpou, name="ТОВ «Бузький хліб»", contact_name="Лариса Ткач",
        contact_phone="+380512777115", contact_mail="manager@example.com",
    )  # fmt: skip
    await row.save()
    await BusinessContract(company_id=portal.supplier, business_id=row.id, number=contract).save()
    return ABusiness(row.id, portal.supplier)


async def member(business_id: UUID, person_id: UUID, role: str = "owner") -> UUID:
    id = uuid4()
    await BusinessMember(id=id, business_id=business_id, person_id=person_id, role=role, since=NOW).save()
    return id


async def members(business_id: UUID) -> list[str]:
    """Their roles."""
    sql = "SELECT json_agg(role ORDER BY role) FROM business_members WHERE business_id = $1"
    return await DB.one(sql, business_id, into=list[str]) or []
