"""What each of those who see an account may do with it: one table, for pages, actions and questions alike."""

from enum import StrEnum
from typing import Literal, get_args

Role = Literal["owner", "family", "payer", "reader"]
Level = Literal["basic", "extended"]


class Right(StrEnum):
    MONEY = "money"
    """Balances, charges, payments, statistics; paying."""
    READINGS = "readings"
    """The meter, its readings, sending the next one."""
    SHARING = "sharing"
    """Inviting, and taking back what was given."""
    MOVING = "moving"
    """Telling the company that one moves out."""


RIGHTS: dict[Role, frozenset[Right]] = {
    "owner": frozenset(Right),
    "family": frozenset({Right.MONEY, Right.READINGS}),
    "payer": frozenset({Right.MONEY}),
    "reader": frozenset({Right.READINGS}),
}
BASIC = frozenset({Right.READINGS})
"""All that there is without the proof that the account is one's own (R14), whatever the role."""
INVITED: tuple[Role, ...] = ("family", "payer", "reader")
"""What an owner can give; ownership is proved, never given."""
INVITATION_DAYS = 7
MOST_GUESTS = 20
"""People and open invitations of one account together."""


def may(right: Right, role: Role, level: Level) -> bool:
    return right in RIGHTS[role] and (level == "extended" or right in BASIC)


def granted(right: Right) -> str:
    """The same as a condition of SQL on a row of `links`: made of this table's own words alone."""
    roles = ", ".join(f"'{role}'" for role in get_args(Role) if right in RIGHTS[role])
    return f"(links.role IN ({roles})" + ("" if right in BASIC else " AND links.level = 'extended'") + ")"
