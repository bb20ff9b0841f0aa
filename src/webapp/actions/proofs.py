"""One-time codes and links: asked for, sent by the queue, tried a few times, used once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from webapp.actions import limiting
from webapp.database.engine import DB
from webapp.rules import codes, limits

Purpose = Literal["sign_up", "recovery", "set_password", "add_login", "old_contact", "lost_contact"]
Kind = Literal["code", "link", "both"]
"""`both`: a letter with a code and a link, of which either works, once (R05)."""


class Contact(msgspec.Struct, frozen=True):
    """A phone (E.164) or an e-mail (lower case), as it is stored and written to."""

    kind: Literal["mail", "phone"]
    value: str
    can_sms: bool = False

    @property
    def channel(self) -> Literal["sms", "mail"]:
        return "mail" if self.kind == "mail" else "sms"


class Proof(msgspec.Struct, frozen=True):
    id: UUID
    purpose: Purpose
    kind: Kind
    contact: str
    channel: Literal["sms", "mail"]
    person_id: UUID | None
    sign_up_id: UUID | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None

    def takes_code(self, now: datetime) -> bool:
        """The link of a letter lives longer than its code."""
        return self.kind != "link" and now < min(self.expires_at, self.created_at + codes.CODE_LIFE)


async def may_send(to: Contact, ip: str, now: datetime) -> bool:
    """Limits per address of the asker and its network, per number or mailbox, per neighbours, altogether (T6)."""
    alone, near = limits.address_alone(ip), limits.address_prefix(ip)
    if to.kind == "mail":
        shares = [(limits.MAIL_PER_ADDRESS, alone), (limits.MAIL_PER_NETWORK, near)]
        shares += [(limit, to.value) for limit in limits.MAIL_PER_CONTACT]
    else:
        shares = [(limit, alone) for limit in limits.SMS_PER_ADDRESS]
        shares += [(limit, near) for limit in limits.SMS_PER_NETWORK]
        shares += [(limit, to.value) for limit in limits.SMS_PER_NUMBER]
        shares += [
            (limits.SMS_PER_NUMBER_PREFIX, limits.number_prefix(to.value)),
            (limits.SMS_ALTOGETHER, "all"),
        ]
    return await limiting.take_all(shares, now)


async def issue(
    purpose: Purpose,
    kind: Kind,
    to: Contact,
    *,
    portal_id: UUID,
    language: str,
    now: datetime,
    browser: bytes | None = None,
    person_id: UUID | None = None,
    sign_up_id: UUID | None = None,
    announced: bool = True,
) -> UUID:
    """A new proof, the only live one of its purpose for this contact; its letter goes with the transaction."""
    proof = uuid4()
    life = codes.CODE_LIFE if kind == "code" else codes.LINK_LIFE
    await DB.do(RETIRE, portal_id, purpose, to.value, now)
    await DB.do(
        ISSUE, proof, portal_id, purpose, to.channel, kind, to.value, person_id, sign_up_id, language, browser,
        now, now + life,
    )  # fmt: skip
    if announced:
        lane = "letter" if kind == "link" else "code"
        await DB.enqueue(lane, proof.bytes, lane)
    return proof


async def permit(
    purpose: Purpose, after: Proof, *, person_id: UUID | None, portal_id: UUID, language: str, now: datetime
) -> UUID:
    """A link for this very browser, which has just proved itself: nothing is sent."""
    proof = uuid4()
    await DB.do(
        ISSUE, proof, portal_id, purpose, after.channel, "link", after.contact, person_id, None, language,
        None, now, now + codes.CODE_LIFE,
    )  # fmt: skip
    return proof


class Holder(msgspec.Struct, frozen=True):
    person_id: UUID
    id: UUID
    """Of the login."""


async def holder(portal_id: UUID, contact: str) -> Holder | None:
    """The person who signs in with this contact."""
    sql = "SELECT to_json(logins) FROM logins WHERE portal_id = $1 AND contact = $2"
    return await DB.one(sql, portal_id, contact, into=Holder)


async def retire_all(person_id: UUID, now: datetime) -> None:
    """Codes and links that would set a password of this person, whichever contact they went to."""
    await DB.do(RETIRE_ALL, person_id, now)


async def tries_left(proof: Proof) -> bool:
    sql = "SELECT to_json(tries < $2::int) FROM proofs WHERE id = $1"
    return bool(await DB.one(sql, proof.id, codes.TRIES, into=bool))


RETIRE = """
UPDATE proofs SET used_at = $4
WHERE portal_id = $1 AND purpose = $2 AND contact = $3 AND used_at IS NULL
"""
RETIRE_ALL = """
UPDATE proofs SET used_at = $2
WHERE portal_id = (SELECT portal_id FROM people WHERE id = $1) AND purpose IN ('recovery', 'set_password')
  AND person_id = $1 AND used_at IS NULL
"""
ISSUE = """
INSERT INTO proofs (id, portal_id, purpose, channel, kind, contact, person_id, sign_up_id, language,
                    browser_sha256, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""


async def live(portal_id: UUID, purpose: Purpose, browser: bytes | None) -> Proof | None:
    """What this browser waits for."""
    return await DB.one(LIVE, portal_id, purpose, browser, into=Proof)


LIVE = """
SELECT to_json(proofs) FROM proofs
WHERE portal_id = $1 AND purpose = $2 AND browser_sha256 = $3 AND used_at IS NULL
ORDER BY created_at DESC LIMIT 1
"""


async def try_code(proof: Proof, typed: str, *, key: bytes, now: datetime) -> bool:
    """Counted before it is compared: a thousand tries at once compare five (T7)."""
    counted = await DB.do(COUNT, proof.id, codes.TRIES, now, codes.CODE_LIFE)
    return counted == 1 and codes.same(codes.tidy(typed), codes.code_of(key, proof.id))


COUNT = """
UPDATE proofs SET tries = tries + 1
WHERE id = $1 AND tries < $2 AND used_at IS NULL AND least(expires_at, created_at + $4::interval) > $3
"""


async def by_link(portal_id: UUID, link: str, purposes: Sequence[Purpose], *, key: bytes) -> Proof | None:
    """The proof whose address this is: `<id>.<token>`; looking uses nothing up (mail scanners look too)."""
    id_text, _, token = link.partition(".")
    try:
        id = UUID(id_text)
    except ValueError:
        return None
    if not codes.same(token, codes.token_of(key, id)):
        return None
    return await DB.one(BY_LINK, id, portal_id, list(purposes), into=Proof)


BY_LINK = """
SELECT to_json(proofs) FROM proofs WHERE id = $1 AND portal_id = $2 AND purpose = ANY($3)
"""


def why_gone(proof: Proof | None, now: datetime) -> Literal["foreign", "used", "expired"] | None:
    """Why a link leads nowhere; None while it works. One that a newer link replaced counts as used."""
    if proof is None:
        return "foreign"
    if proof.used_at:
        return "used"
    return "expired" if proof.expires_at <= now else None


async def use(proof: Proof, now: datetime) -> bool:
    """Once, and in time: whoever comes second with the same code or link gets False."""
    return await DB.do(USE, proof.id, now) == 1


USE = "UPDATE proofs SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2"


def link_of(key: bytes, proof: UUID) -> str:
    return f"{proof}.{codes.token_of(key, proof)}"
