"""Files of a thread. Whose thread it is is part of every question."""

from uuid import UUID

import msgspec

from webapp.database.engine import DB


class Attachment(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    media: str
    digest: str


async def of_person(file_id: UUID, person_id: UUID) -> Attachment | None:
    return await DB.one(
        f"{FILE} WHERE attachments.id = $1 AND appeals.person_id = $2", file_id, person_id, into=Attachment
    )


async def of_company(file_id: UUID, appeal_id: UUID, company_id: UUID | None) -> Attachment | None:
    """For the staff; that they have said why they look is the caller's to ask."""
    return await DB.one(
        f"{FILE} WHERE attachments.id = $1 AND appeals.id = $2 AND appeals.company_id = $3",
        file_id, appeal_id, company_id, into=Attachment,
    )  # fmt: skip


FILE = "SELECT to_json(attachments) FROM attachments JOIN appeals ON appeals.id = attachments.appeal_id"
