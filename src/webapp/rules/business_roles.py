"""What each of those who work in a business cabinet may do there: one table, for pages, actions and questions alike."""

from enum import StrEnum
from typing import Literal, get_args

Role = Literal["owner", "money", "readings", "viewer"]


class Right(StrEnum):
    LOOK = "look"
    """Metering points, their last readings, what was asked for."""
    READINGS = "readings"
    """Handing readings in, one by one or as a file."""
    VOLUMES = "volumes"
    """Asking for the gas of the months to come."""
    MONEY = "money"
    """Balances, bills and acts."""
    SHARING = "sharing"
    """Inviting colleagues and letting them go."""


RIGHTS: dict[Role, frozenset[Right]] = {
    "owner": frozenset(Right),
    "money": frozenset({Right.LOOK, Right.MONEY}),
    "readings": frozenset({Right.LOOK, Right.READINGS, Right.VOLUMES}),
    "viewer": frozenset({Right.LOOK}),
}


def may(right: Right, role: Role) -> bool:
    return right in RIGHTS[role]


def granted(right: Right) -> str:
    """The same as a condition of SQL on a row of `business_members` called `m`: of this table's own words alone."""
    roles = ", ".join(f"'{role}'" for role in get_args(Role) if right in RIGHTS[role])
    return f"m.role IN ({roles})"
