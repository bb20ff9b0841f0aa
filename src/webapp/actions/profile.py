"""What a person changes about oneself."""

from uuid import UUID

from webapp.database.engine import DB


async def change_language(person_id: UUID, language: str) -> None:
    """Pages and letters from now on; the caller has seen that the portal offers it."""
    await DB.do("UPDATE people SET language = $2 WHERE id = $1", person_id, language)
