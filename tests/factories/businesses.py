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


@dataclass(frozen=True)
class APoint:
    meter_id: UUID
    eic: str
    serial: str


async def points(portal: APortal, count: int, contract: str = CONTRACT) -> list[APoint]:
    """They hang on one account of the contract; each meter showed 1000 on 1 October and takes 100 m³ a month."""
    account, supply = uuid4(), uuid4()
    await DB.do(ACCOUNT, account, portal.operator, contract)
    for id, company, service in (
        (supply, portal.supplier, "supply"),
        (uuid4(), portal.operator, "distribution"),
    ):
        await DB.do(SIGNED, id, company, account, service, contract, NOW)
    return (
        await DB.one(POINTS, portal.operator, account, count, supply, portal.supplier, into=list[APoint])
        or []
    )


ACCOUNT = """
INSERT INTO accounts (id, company_id, number, settlement, address, holder, kind)
VALUES ($1, $2, $3, 'м. Миколаїв', 'вул. Індустріальна, 4', 'ТОВ «Бузький хліб»', 'business')
"""
SIGNED = """
INSERT INTO contracts (id, company_id, account_id, service, number, balance, as_of, price, year_volume)
VALUES ($1, $2, $3, $4, $5, 1200.50, $6, 7.96, 1200)
"""
POINTS = """
WITH made AS (
    SELECT gen_random_uuid() AS point, gen_random_uuid() AS meter, n FROM generate_series(1, $3::int) n
), points AS (
    INSERT INTO meter_points (id, company_id, account_id, eic, profile)
    SELECT point, $1, $2, '56XB' || lpad(n::text, 11, '0') || 'Z', 'stove_heater' FROM made
), meters AS (
    INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, digits, max_hourly_litres,
                        installed_on)
    SELECT meter, $1, $2, point, '00' || (700000 + n), 'Самгаз G10', 6, 16000, '2020-05-14' FROM made
), read AS (
    INSERT INTO readings (id, company_id, meter_id, source, month, value, read_on, taken_at, received_at, state, digest)
    SELECT gen_random_uuid(), $1, meter, 'consumer', '2026-09-01', 1000, '2026-10-01', '2026-10-01T09:00:00Z',
           '2026-10-01T09:00:00Z', 'accepted', '' FROM made
), charged AS (
    INSERT INTO charges (id, company_id, contract_id, month, kind, volume, price, amount, charged_on, meter)
    SELECT gen_random_uuid(), $5, $4, m::date, 'actual', 100, 7.96, 796, m::date + 39, '00' || (700000 + n)
    FROM made, generate_series('2025-10-01'::date, '2026-09-01', '1 month') m
)
SELECT json_agg(json_build_object('meter_id', meter, 'eic', '56XB' || lpad(n::text, 11, '0') || 'Z',
                                  'serial', '00' || (700000 + n)) ORDER BY n) FROM made
"""
