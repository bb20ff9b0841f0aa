"""One bill with everything that stands on it. Whose it is is in the WHERE."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.bills import ALL_NAMES, UNDER_WAY
from webapp.database.queries.shown import NAMES, SINCE, AccountName
from webapp.rules import bills as rules
from webapp.rules.bills import Line, Service
from webapp.rules.ledger import METERED, RELIEF, Turnover
from webapp.rules.roles import Right, granted
from webapp.rules.subsidies import Grant
from webapp.rules.tariffs import Tariff, in_force, last_day_of, vat_in


class Creditor(msgspec.Struct, frozen=True):
    name: str
    short: str
    address: str
    phone: str
    mail: str
    site: str
    edrpou: str
    iban: str


class Received(msgspec.Struct, frozen=True):
    """A payment, or what was given back of one."""

    amount: Decimal
    paid_on: date
    channel: str
    kind: Literal["payment", "refund"]

    @property
    def signed(self) -> Decimal:
        return -self.amount if self.kind == "refund" else self.amount


class Bill(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    month: date
    issued_on: date
    due_on: date
    opening: Decimal
    charged: Decimal
    paid: Decimal
    closing: Decimal
    service: Service
    contract: str
    """Its number: what the company knows the account by."""
    contract_id: UUID
    company: Creditor
    account: AccountName
    accounts: list[AccountName]
    """All that the person may switch to."""
    holder: str
    eics: list[str]
    lines: list[Line]
    """Oldest first."""
    payments: list[Received]
    """Oldest first."""
    balance: Decimal
    """Of today."""
    as_of: datetime
    under_way: Decimal
    paid_after: Decimal | None
    """What the next bill shows as received; None while there is no next one."""
    before_id: UUID | None
    after_id: UUID | None
    sealed_pin: str
    """Hex; for the owner alone."""
    tariffs: list[Tariff]
    """Of this company and service: those of the charged days, and what is announced."""
    grants: list[Grant]

    @property
    def turnover(self) -> Turnover:
        return Turnover(self.opening, self.charged, self.paid)

    @property
    def charges(self) -> list[Line]:
        """What the month costs."""
        return [line for line in self.lines if line.kind in METERED]

    @property
    def relief(self) -> list[Line]:
        return [line for line in self.lines if line.kind in RELIEF]

    @property
    def put_right(self) -> list[Line]:
        """Recalculations and corrections, of whatever month."""
        return [line for line in self.lines if line.kind not in METERED | RELIEF]

    @property
    def volume(self) -> int | None:
        counted = [line.volume for line in self.lines if line.volume is not None]
        return sum(counted) if counted else None

    def left(self, today: date) -> rules.Left:
        return rules.left_of(self.closing, self.balance, self.under_way, self.paid_after, self.due_on, today)

    @property
    def received_before(self) -> date:
        return rules.received_before(self.month, self.issued_on)

    @property
    def vat(self) -> Decimal:
        return vat_in(self.charged)

    def tariff_of(self, line: Line) -> Tariff | None:
        return in_force(self.tariffs, last_day_of(line.month))

    def tariff(self) -> Tariff | None:
        """The one in force at the end of the month."""
        return in_force(self.tariffs, last_day_of(self.month))


async def bill(person_id: UUID, bill_id: UUID) -> Bill | None:
    """None where there is none, or where the person may not see money of that account."""
    return await DB.one(BILL, person_id, bill_id, into=Bill)


OTHER = """(
    SELECT {} FROM bills other
    WHERE other.contract_id = bills.contract_id AND other.month {} bills.month
      AND other.month >= {}
    ORDER BY other.month {} LIMIT 1
)"""
WHOLE = f"""
SELECT json_build_object(
    'id', bills.id, 'number', bills.number, 'month', bills.month, 'issued_on', issued_on, 'due_on', due_on,
    'opening', bills.opening, 'charged', charged, 'paid', paid, 'closing', closing,
    'service', service, 'contract', contracts.number, 'contract_id', contracts.id,
    'company', json_build_object(
        'name', companies.name, 'short', companies.short, 'address', companies.address,
        'phone', companies.phone, 'mail', companies.mail, 'site', companies.site,
        'edrpou', companies.edrpou, 'iban', companies.iban
    ),
    'account', {NAMES}, 'accounts', {ALL_NAMES}, 'holder', accounts.holder,
    'eics', (SELECT coalesce(json_agg(eic ORDER BY eic), '[]') FROM meter_points
             WHERE meter_points.account_id = accounts.id AND eic <> ''),
    'lines', (SELECT coalesce(json_agg(line ORDER BY line.month, line.charged_on, line.read_to, line.amount DESC), '[]')
        FROM (
            SELECT kind, month, amount, charged_on, price, volume, year_volume, meter, read_from, read_to,
                   reading_from, reading_to, source, coefficient
            FROM charges WHERE bill_id = bills.id
        ) line),
    'payments', (SELECT coalesce(json_agg(p ORDER BY p.paid_on, p.amount), '[]') FROM (
        SELECT amount, paid_on, channel, kind FROM payments WHERE bill_id = bills.id
    ) p),
    'balance', contracts.balance, 'as_of', as_of, 'under_way', {UNDER_WAY},
    'paid_after', {OTHER.format("other.paid", ">", SINCE, "ASC")},
    'before_id', {OTHER.format("other.id", "<", SINCE, "DESC")},
    'after_id', {OTHER.format("other.id", ">", SINCE, "ASC")},
    'sealed_pin', CASE WHEN links.role = 'owner'
        THEN coalesce((SELECT encode(sealed, 'hex') FROM pins WHERE pins.account_id = accounts.id), '') ELSE '' END,
    'tariffs', (SELECT coalesce(json_agg(json_build_object('starts_on', starts_on, 'price', price)), '[]')
        FROM tariffs WHERE tariffs.company_id = bills.company_id AND tariffs.service = contracts.service),
    'grants', (SELECT coalesce(json_agg(g ORDER BY g.kind, g.starts_on), '[]') FROM (
        SELECT kind, starts_on, ends_on, monthly, way FROM subsidies
        WHERE subsidies.company_id = bills.company_id AND subsidies.account_id = accounts.id
    ) g)
)
FROM bills JOIN contracts ON contracts.id = bills.contract_id
JOIN companies ON companies.id = bills.company_id
JOIN accounts ON accounts.id = contracts.account_id
"""
"""Of whom `links` says whose it is: a table, or what stands for it."""
BILL = f"""{WHOLE}
JOIN links ON links.account_id = accounts.id
WHERE bills.id = $2 AND links.person_id = $1 AND {granted(Right.MONEY)} AND bills.month >= {SINCE}
"""
