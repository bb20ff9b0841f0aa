"""What somebody has for the second step. The owner is a person or of the staff."""

from datetime import datetime
from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Passkey(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


class Factors(msgspec.Struct, frozen=True):
    authenticator_since: datetime | None
    passkeys: list[Passkey]
    codes_left: int

    @property
    def any(self) -> bool:
        return self.authenticator_since is not None or bool(self.passkeys)


async def of(owner_id: UUID) -> Factors:
    return await DB.one(OF, owner_id, into=Factors) or Factors(None, [], 0)


OF = """
SELECT json_build_object(
    'authenticator_since', (SELECT confirmed_at FROM authenticators WHERE owner_id = $1),
    'passkeys', (
        SELECT coalesce(json_agg(json_build_object(
            'id', id, 'name', name, 'created_at', created_at, 'used_at', used_at
        ) ORDER BY created_at, id), '[]') FROM passkeys WHERE owner_id = $1
    ),
    'codes_left', (SELECT count(*) FROM recovery_codes WHERE owner_id = $1 AND used_at IS NULL)
)
"""
