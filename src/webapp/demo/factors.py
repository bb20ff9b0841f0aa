"""The one person of the demo who signs in with a second step, by a key that everybody may know."""

from datetime import datetime

from webapp.actions.sealing import seal
from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import Portal
from webapp.rules import authenticators


async def load(portal: Portal, fresh: bool, key: bytes, now: datetime) -> None:
    """Sealed anew at each start, since the key of the installation may be another; who has turned it off, has."""
    for person in cast.people()[portal.brand].people:
        if person.totp_secret is None:
            continue
        owner = rows.person_id(portal, person)
        id, sealed = (
            cast.id_of("authenticator", owner),
            seal(authenticators.read(person.totp_secret), owner, key=key),
        )
        await DB.do("UPDATE authenticators SET secret = $2 WHERE id = $1", id, sealed)
        if fresh:
            await DB.do(ADD, id, owner, sealed, now)


ADD = """
INSERT INTO authenticators (id, owner_id, secret, created_at, confirmed_at, last_step)
VALUES ($1, $2, $3, $4, $4, 0) ON CONFLICT (owner_id) DO NOTHING
"""
