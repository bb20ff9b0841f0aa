"""What the privacy notice promises: unfinished things do not stay, nor does what has had its time."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests import door
from tests.browser import Browser
from tests.factories import people
from tests.factories.accounts import AnAccount
from tests.factories.people import SignedIn
from tests.factories.portals import APortal
from webapp.actions import forgetting
from webapp.database.engine import DB
from webapp.database.tables.accounts import Invitation, Joining
from webapp.database.tables.cases import Case
from webapp.database.tables.messages import Message
from webapp.database.tables.people import ContactChange, KnownDevice, SignIn
from webapp.database.tables.staff import StaffInvitation, StaffSignIn
from webapp.jobs import worker
from webapp.outside import Outside

NOW = people.NOW


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def left(table: Any) -> int:
    return await door.rows(table._meta.tablename)


async def test_what_was_not_finished_is_deleted_and_links_say_for_a_month_why_they_fail(
    visitor: Browser, portal: APortal, outside: Outside
):
    await door.sign_up_plainly(visitor, "olena@example.com")
    for days, sign_ups, proofs in ((1, 1, 1), (3, 0, 1), (40, 0, 0)):
        await forgetting.forget(outside.clock.now() + timedelta(days=days))
        assert (await door.rows("sign_ups"), await door.rows("proofs")) == (sign_ups, proofs)
    assert await door.rows("limits") == 0


async def test_a_sign_up_that_succeeded_leaves_nothing_of_its_form(
    portal: APortal, visitor: Browser, outside
):
    """The consent lives on in its own row; the form, with what was typed and ticked, does not."""
    await door.sign_up_plainly(visitor, "olena@example.com")
    await door.try_code(visitor, await door.code_for("olena@example.com"))
    await forgetting.forget(outside.clock.now() + timedelta(days=3))
    assert (await door.rows("sign_ups"), await door.rows("people")) == (0, 1)
    assert await door.rows("consents") >= 1


async def test_texts_of_letters_are_kept_for_thirty_days(app: object, portal: APortal):
    for days in (29, 31):
        for state in ("delivered", "sending"):
            await Message(
                portal_id=portal.id, kind="sms", contact="+380670000001", notice="sign-up-code", state=state,
                text="104UA: 123456", created_at=ago(days), updated_at=ago(days),
            ).save()  # fmt: skip
    await forgetting.forget(NOW)
    kept = await Message.select(Message.created_at)
    assert [row["created_at"] for row in kept] == [ago(29)] * 2


async def test_invitations_say_for_a_month_why_they_fail(olena: SignedIn, portal: APortal, flat: AnAccount):
    for ended in (ago(29), ago(31)):
        await Invitation(
            portal_id=portal.id, account_id=flat.id, role="family", invited_by=olena.id, created_at=ago(40),
            expires_at=ended,
        ).save()  # fmt: skip
        await StaffInvitation(
            portal_id=portal.id, colleague_id=uuid4(), created_at=ago(40), expires_at=ended
        ).save()
    await forgetting.forget(NOW)
    assert (await left(Invitation), await left(StaffInvitation)) == (1, 1)


async def test_devices_and_sign_ins_that_ended_are_known_as_long_as_a_cookie_lives(
    olena: SignedIn, portal: APortal
):
    for days in (399, 401):
        await KnownDevice(person_id=olena.id, token_sha256=uuid4().bytes, created_at=ago(days)).save()
        ends = {"idle_expires_at": NOW, "expires_at": ago(-1), "revoked_at": ago(days)}
        token = {"token_sha256": uuid4().bytes, "created_at": ago(days), "seen_at": ago(days)}
        await SignIn(portal_id=portal.id, person_id=olena.id, **token, **ends).save()
        await StaffSignIn(portal_id=portal.id, colleague_id=uuid4(), **token, **ends).save()
        for ended in ({"done_at": ago(days)}, {"cancelled_at": ago(days)}, {}):
            await ContactChange(
                portal_id=portal.id, person_id=uuid4(), old_contact="+380670000001", new_kind="mail",
                new_contact="new@example.com", asked_at=ago(days), **ended,
            ).save()  # fmt: skip
    await forgetting.forget(NOW)
    assert (await left(KnownDevice), await left(StaffSignIn), await left(ContactChange)) == (1, 1, 3)
    assert await left(SignIn) == 2, "the one of today is not touched"


async def test_a_device_that_comes_again_stays_known(app: object, portal: APortal, visitor: Browser, olena):
    await door_of(visitor, olena)
    await DB.do("UPDATE known_devices SET created_at = $1", ago(399))
    del visitor.cookies["sid"]
    await door_of(visitor, olena)
    await forgetting.forget(NOW + timedelta(days=10))
    assert await left(KnownDevice) == 1


async def door_of(visitor: Browser, someone: SignedIn) -> None:
    form = (await visitor.get("/sign-in")).form("/sign-in")
    page = await visitor.submit(form, login=someone.login, password=people.PASSWORD)
    assert page.status == 303


async def test_requests_are_kept_for_the_limitation_and_open_ones_for_ever(olena: SignedIn, portal: APortal):
    for number, (state, days) in enumerate(
        (("open", 2000), ("granted", 1094), ("refused", 1096), ("withdrawn", 1096))
    ):
        await Case(
            company_id=portal.operator, portal_id=portal.id, kind="pin", number=f"CASE-{number}", state=state,
            created_at=ago(2000), due_on=date(2021, 1, 1),
            decided_at=None if state in ("open", "withdrawn") else ago(days),
        ).save()  # fmt: skip
        await Joining(
            portal_id=portal.id, account_id=uuid4(), person_id=olena.id, asked_at=ago(2000),
            decided_at=None if state == "open" else ago(days),
        ).save()  # fmt: skip
    await forgetting.forget(NOW)
    assert sorted(row["state"] for row in await Case.select(Case.state)) == ["granted", "open"]
    assert await left(Joining) == 2


async def test_the_worker_does_it_every_hour(app, outside: Outside):
    assert "forget" in [key.entrypoint for key in worker.queue(outside).sm.registry]
