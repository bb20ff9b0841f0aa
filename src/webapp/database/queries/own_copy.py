"""All that is kept about a person, for the person's own copy (Law 2297-VI, art. 8)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.database.queries.shown import SINCE
from webapp.rules.roles import Right, granted

MOST = 5000
"""Rows of a kind: fourteen years of readings of thirty meters."""

MOST_FILES = 500
Row = dict[str, Any]


class File(msgspec.Struct, frozen=True):
    """A photo of a meter, or what came along with a letter: what the person sent, and what was sent to them."""

    id: UUID
    digest: str
    of: str
    number: str
    """Of the reading or the letter."""
    name: str


async def files(person_id: UUID) -> list[File]:
    return await DB.one(FILES, person_id, MOST_FILES, into=list[File]) or []


async def own_copy(person_id: UUID) -> dict[str, list[Row]]:
    """Table by table. Of accounts what the person may see in the cabinet, and no more."""
    found = await DB.one(OWN_COPY, person_id, MOST, into=msgspec.Raw)
    return EXACT.decode(found) if found else {}


EXACT = msgspec.json.Decoder(dict[str, list[Row]], float_hook=Decimal)
"""Money stays what it is, to the kopeck."""


def _rows(name: str, sql: str) -> str:
    return f"'{name}', (SELECT coalesce(json_agg(x), '[]') FROM ({sql} LIMIT $2) x)"


LINKED = "links JOIN accounts ON accounts.id = links.account_id"
OWN_COPY = (
    "SELECT json_build_object("
    + ", ".join(
        _rows(name, sql)
        for name, sql in {
            "person": "SELECT name, phone, language, created_at FROM people WHERE id = $1",
            "logins": "SELECT kind, contact, verified_at FROM logins WHERE person_id = $1 ORDER BY verified_at",
            "consents": """
            SELECT document, version, language, text_sha256, given_at, ip, withdrawn_at
            FROM consents WHERE person_id = $1 ORDER BY given_at""",
            "notification_choices": """
            SELECT kind, cabinet, mail, sms, push, changed_at
            FROM notification_choices WHERE person_id = $1 ORDER BY kind""",
            "notifications": """
            SELECT kind, notice, words, created_at, read_at
            FROM notifications WHERE person_id = $1 ORDER BY created_at DESC""",
            "accounts": f"""
            SELECT accounts.number, settlement, CASE WHEN links.level = 'extended' THEN address ELSE '' END AS address,
                   links.name, links.level, links.role, links.linked_at
            FROM {LINKED} WHERE links.person_id = $1 ORDER BY links.position, links.linked_at""",
            "appointments": """
            SELECT kind, day, starts_at, number, topic, state, created_at
            FROM appointments WHERE person_id = $1 ORDER BY starts_at""",
            "callbacks": """
            SELECT phone, day, part, topic, state, created_at
            FROM callbacks WHERE person_id = $1 ORDER BY created_at""",
            "readings": f"""
            SELECT accounts.number AS account, meters.serial AS meter, readings.number, readings.month, readings.value,
                   readings.read_on, readings.source, readings.by_token, readings.state, readings.taken_at,
                   readings.received_at
            FROM {LINKED} JOIN meters ON meters.account_id = accounts.id
            JOIN readings ON readings.meter_id = meters.id
            WHERE links.person_id = $1 AND {granted(Right.READINGS)} AND readings.read_on >= {SINCE}
            ORDER BY readings.received_at DESC""",
            "charges": f"""
            SELECT accounts.number AS account, service, charges.month, charges.kind, volume, charges.price, amount,
                   charged_on
            FROM {LINKED} JOIN contracts ON contracts.account_id = accounts.id
            JOIN charges ON charges.contract_id = contracts.id
            WHERE links.person_id = $1 AND {granted(Right.MONEY)} AND charges.month >= {SINCE}
            ORDER BY charges.month DESC""",
            "payments": f"""
            SELECT accounts.number AS account, service, payments.kind, amount, paid_on, credited_at, channel
            FROM {LINKED} JOIN contracts ON contracts.account_id = accounts.id
            JOIN payments ON payments.contract_id = contracts.id
            WHERE links.person_id = $1 AND {granted(Right.MONEY)} AND payments.paid_on >= {SINCE}
            ORDER BY paid_on DESC""",
            "sign_ins": """
            SELECT created_at, seen_at, device, ip, shared, revoked_at
            FROM sign_ins WHERE person_id = $1 ORDER BY created_at DESC""",
            "letters": """
            SELECT number, kind, title, details, contact, state, rating, created_at, answered_at
            FROM appeals WHERE person_id = $1 ORDER BY created_at""",
            "letter_words": """
            SELECT appeals.number, said.kind, said.text, said.at
            FROM appeal_messages AS said JOIN appeals ON appeals.id = said.appeal_id
            WHERE appeals.person_id = $1 ORDER BY said.place""",
            "requests": """
            SELECT number, kind, typed, contact, state, answer, created_at, decided_at
            FROM cases WHERE person_id = $1 ORDER BY created_at""",
            "certificates": """
            SELECT number, kind, state, ordered_at AS created_at
            FROM certificates WHERE person_id = $1 ORDER BY ordered_at""",
        }.items()
    )
    + ")"
)
FILES = """
SELECT json_agg(x) FROM (
    SELECT photos.id, photos.digest, 'readings' AS of, readings.number::text, '' AS name, photos.received_at AS at
    FROM photos JOIN readings ON photos.subject = 'reading' AND readings.id = photos.subject_id
    WHERE photos.person_id = $1
    UNION ALL
    SELECT attachments.id, attachments.digest, 'letters', appeals.number, attachments.name, attachments.at
    FROM attachments JOIN appeals ON appeals.id = attachments.appeal_id WHERE appeals.person_id = $1
    ORDER BY at DESC LIMIT $2
) x
"""
