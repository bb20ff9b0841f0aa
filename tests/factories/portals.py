"""A portal with an operator and a supplier; its policy is what the test says."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec

from webapp.database.tables.portals import Company, Portal, PortalCompany
from webapp.rules.policy import Policy


@dataclass(frozen=True)
class APortal:
    id: UUID
    address: str
    operator: UUID
    supplier: UUID


async def portal(
    host: str = "localhost", *, brand: str = "hub", name: str = "104", address: str = "", policy: Any = None
) -> APortal:
    operator = Company(
        role="operator", name="АТ «Миколаївгаз»", short="Миколаївгаз", address="м. Миколаїв, вул. Погранична, 159",
        phone="+380512701804", mail="contact@example.com", site="https://operator.example",
    )  # fmt: skip
    supplier = Company(
        role="supplier", name="ТОВ «Миколаївгаз Збут»", short="Миколаївгаз Збут", phone="+380512777104",
        address="м. Миколаїв, вул. Чкалова, 20", mail="zbut@example.com",
    )  # fmt: skip
    row = Portal(
        host=host,
        address=address or f"http://{host}",
        brand=brand,
        name=name,
        sms_name="104UA",
        policy=msgspec.json.encode(policy or {"languages": ["uk", "ru", "en"]}).decode(),
    )
    for one in (operator, supplier, row):
        await one.save()
    for position, company in enumerate((supplier, operator)):
        await PortalCompany(portal_id=row.id, company_id=company.id, position=position).save()
    return APortal(row.id, row.address, operator.id, supplier.id)


async def change_policy(portal_id: UUID, policy: dict[str, Any]) -> Policy:
    """A new record in the database; returns it as the application reads it."""
    text = msgspec.json.encode(policy).decode()
    await Portal.update({Portal.policy: text}).where(Portal.id == portal_id)
    return msgspec.json.decode(text, type=Policy)


def new_id() -> UUID:
    return uuid4()
