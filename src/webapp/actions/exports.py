"""Tables to take away: how often they may be asked for."""

from datetime import datetime
from uuid import UUID

from webapp.actions import limiting
from webapp.rules import limits


async def allow(person_id: UUID, now: datetime) -> bool:
    """All accounts and years are gathered each time; it is no way to keep the database busy."""
    return await limiting.take(limits.EXPORT_PER_PERSON, str(person_id), now)
