"""What a person asked of a company on the way to an account, and what became of it."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from webapp.database.engine import DB
from webapp.rules.cases import Kind


class Asked(msgspec.Struct, frozen=True):
    number: str
    kind: Kind
    state: Literal["open", "granted", "refused", "withdrawn"]
    answer: str
    contact: str
    due_on: date
    company: str


async def asked(person_id: UUID, number: str) -> Asked | None:
    return await DB.one(ASKED, person_id, number, into=Asked)


ASKED = """
SELECT to_json(c) FROM (
    SELECT cases.number, kind, state, answer, contact, due_on, companies.name AS company
    FROM cases JOIN companies ON companies.id = cases.company_id
    WHERE person_id = $1 AND cases.number = $2
) c
"""
