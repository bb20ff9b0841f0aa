"""What SMS cost a company: counted before they leave, in one row a month, so that nobody passes the cap unseen."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from webapp.actions import audit
from webapp.actions.audit import By
from webapp.database.engine import DB
from webapp.database.queries import budgets as queries
from webapp.rules.periods import day_of

UNLIMITED = 2**31 - 1


async def take(company_id: UUID, parts: int, *, urgent: bool, now: datetime) -> bool:
    """Whether they may leave; then they are counted. What is urgent always may."""
    most = UNLIMITED if urgent else (await queries.budget(company_id)).parts
    if parts > most:
        return False
    return await DB.do(TAKE, uuid4(), company_id, day_of(now).replace(day=1), parts, most) == 1


TAKE = """
INSERT INTO sms_months AS m (id, company_id, month, parts) VALUES ($1, $2, $3, $4)
ON CONFLICT (company_id, month) DO UPDATE SET parts = m.parts + $4 WHERE m.parts + $4 <= $5
"""


async def give_back(company_id: UUID, parts: int, now: datetime) -> None:
    """The carrier did not take it."""
    await DB.do(GIVE_BACK, company_id, day_of(now).replace(day=1), parts)


GIVE_BACK = "UPDATE sms_months SET parts = greatest(parts - $3, 0) WHERE company_id = $1 AND month = $2"


async def decide(monthly: Decimal, price: Decimal, *, by: By, now: datetime) -> None:
    """The last word counts; who said it stands in the record of deeds."""
    async with DB.transaction():
        await DB.do(DECIDE, uuid4(), by.company_id, monthly, price, now)
        changed = {"monthly": f"{monthly:.2f}", "price": str(price)}
        await audit.write("budget_set", by, now=now, changed=changed)


DECIDE = """
INSERT INTO sms_budgets (id, company_id, monthly, price, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (company_id) DO UPDATE SET monthly = $3, price = $4, changed_at = $5
"""
