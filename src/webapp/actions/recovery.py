"""A forgotten password: a code or a link to the contact, then a new password. Nobody is ever sent one (P-04)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from webapp.actions import contact_changes, hashing, messages, proofs, sign_in
from webapp.actions.proofs import Contact, Proof
from webapp.actions.sign_in import Device, SecondNeeded, SignedIn
from webapp.actions.sign_up import Expired, MaySet, TooSoon, Waiting, WrongCode
from webapp.database.engine import DB


async def begin(
    to: Contact, kind: Literal["code", "link"], *, portal_id: UUID, browser: bytes, language: str, ip: str,
    now: datetime,
) -> Waiting | TooSoon:  # fmt: skip
    """The same for a known and an unknown login: a proof is made, only a known one is ever sent."""
    if not await proofs.may_send(to, ip, now):
        return TooSoon()
    async with DB.transaction():
        holder = await proofs.holder(portal_id, to.value)
        await proofs.issue(
            "recovery", kind, to, portal_id=portal_id, language=language, now=now, browser=browser,
            person_id=holder.person_id if holder else None,
        )  # fmt: skip
    return Waiting()


async def by_code(
    typed: str, *, portal_id: UUID, browser: bytes, language: str, key: bytes, now: datetime
) -> MaySet | WrongCode | Expired:
    proof = await proofs.live(portal_id, "recovery", browser)
    if proof is None or not proof.takes_code(now):
        return Expired()
    if not await proofs.try_code(proof, typed, key=key, now=now) or proof.person_id is None:
        return WrongCode(left=await proofs.tries_left(proof))
    async with DB.transaction():
        if not await proofs.use(proof, now):
            return Expired()
        next_step = await proofs.permit(
            "set_password", proof, person_id=proof.person_id, portal_id=portal_id, language=language, now=now
        )
    return MaySet(proofs.link_of(key, next_step))


async def set_password(
    proof: Proof, password: str, *, portal_id: UUID, on: Device, now: datetime
) -> SignedIn | SecondNeeded | Expired:
    """Everybody else who was signed in as this person is out, and no older link or code sets another one."""
    password_hash = await hashing.hash_of(password)
    async with DB.transaction():
        if proof.person_id is None or not await proofs.use(proof, now):
            return Expired()
        await DB.do("UPDATE people SET password_hash = $2 WHERE id = $1", proof.person_id, password_hash)
        await proofs.retire_all(proof.person_id, now)
        await sign_in.sign_out_everywhere(proof.person_id, now)
        await contact_changes.not_lost(proof.person_id, proof.contact, now)
        await messages.tell("password-changed", proof.person_id, now=now)
        if await sign_in.has_second(proof.person_id):
            return SecondNeeded(proof.person_id)
        entered = await sign_in.enter(proof.person_id, portal_id, on=on, now=now)
    return entered
