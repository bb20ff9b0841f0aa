"""What a person agreed to: the text, its hash, when and from where (P-08, Law 2297-VI, art. 11)."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from webapp.database.engine import DB


class Agreed(msgspec.Struct, frozen=True):
    """The very words that were shown, and the moment of the tick under them."""

    document: str
    version: str
    text_sha256: str
    at: datetime
    ip: str


async def sign(agreed: Agreed, *, by: UUID, portal_id: UUID, language: str) -> bool:
    """Once a version: whoever presses twice, or in two tabs, has signed the first time (False for the second).

    Whoever has taken it back may sign it again.
    """
    signed = await DB.do(
        SIGN, uuid4(), portal_id, by, agreed.document, agreed.version, language, agreed.text_sha256, agreed.at,
        agreed.ip,
    )  # fmt: skip
    return signed == 1


SIGN = """
INSERT INTO consents (id, portal_id, person_id, document, version, language, text_sha256, given_at, ip)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person_id, document, version) DO UPDATE
SET language = excluded.language, text_sha256 = excluded.text_sha256, given_at = excluded.given_at,
    ip = excluded.ip, withdrawn_at = NULL
WHERE consents.withdrawn_at IS NOT NULL
"""
