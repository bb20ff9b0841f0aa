"""What of an account is shown to whoever has it: by the level of the link, and since when they hold it."""

from uuid import UUID

import msgspec

from webapp.rules.roles import Level, Right, Role, may


class AccountName(msgspec.Struct, frozen=True):
    """A line of the switcher."""

    id: UUID
    number: str
    settlement: str
    address: str
    name: str
    level: Level
    role: Role

    @property
    def title(self) -> str:
        """What the person calls it, else where it is, as far as that is shown."""
        return self.name or self.address or self.settlement

    def may(self, right: Right) -> bool:
        return may(right, self.role, self.level)


ADDRESS = "CASE WHEN links.level = 'extended' THEN accounts.address ELSE '' END"
"""A number alone shows the settlement, not whose door it is."""
NAMES = f"""
json_build_object(
    'id', accounts.id, 'number', accounts.number, 'settlement', accounts.settlement,
    'address', {ADDRESS}, 'name', links.name, 'level', links.level,
    'role', links.role
)
"""
SINCE = "coalesce(accounts.held_since, '-infinity'::date)"
"""What was before the present holder came is not shown: no charge, no payment, one reading to start from."""
SINCE_MOMENT = f"({SINCE}::timestamp AT TIME ZONE 'Europe/Kyiv')"
"""A balance from before belongs to the one before; until the company sends another there is none to show."""
SHOWN_READING = """(accounts.held_since IS NULL OR readings.read_on >= accounts.held_since OR readings.id = (
    SELECT start.id FROM readings start
    WHERE start.meter_id = meters.id AND start.state = 'accepted' AND start.read_on < accounts.held_since
    ORDER BY start.month DESC, start.number DESC LIMIT 1
))"""
"""With what the meter showed when the present holder came."""
SERIAL = "CASE WHEN links.level = 'extended' THEN serial ELSE '…' || right(serial, 2) END"
EIC = "CASE WHEN links.level = 'extended' THEN eic ELSE '' END"
"""Both are proofs: whoever has the number alone would read the answer to the control question off the page."""
