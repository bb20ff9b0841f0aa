"""What is promised to people leaves: once, in time, and in the right words."""

import logging
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.integration.delivery.post import ADDRESS, MAIL, NOW, PHONE, ask, left_over, stored, work_off
from webapp.actions import messages, proofs
from webapp.database.engine import DB
from webapp.database.tables.accounts import Account
from webapp.database.tables.messages import Message
from webapp.database.tables.people import Login, Person
from webapp.outside import Outside
from webapp.outside.mail import MailError, MailTrouble
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.sms import SmsError, SmsTrouble
from webapp.outside.sms.embedded import EmbeddedSms
from webapp.rules import codes, delivery

LATER = SmsError(SmsTrouble.CARRIER_DOWN, permanent=False)
NEVER = SmsError(SmsTrouble.NO_SUCH_NUMBER, permanent=True)
UNKNOWN = SmsError(SmsTrouble.NO_ANSWER, permanent=False, maybe_sent=True)


async def test_a_code_comes_by_sms(portal: UUID, outside: Outside, sms: EmbeddedSms):
    id = await ask(portal)
    await work_off(outside)
    (sent,) = sms.sent
    code = codes.code_of(outside.key, id)
    assert (sent.to, sent.text) == (PHONE.value, f"104UA. Код активації - {code}. Нікому його не кажіть.")
    assert sent.callback_url == f"{ADDRESS}/api/v1/sms/status?message={id}"
    assert await stored(id) == {"state": "sent", "error": None, "text": sent.text, "notice": "sign-up-code"}


@pytest.mark.parametrize(
    ("purpose", "page", "notice"),
    [
        ("sign_up", "/sign-up/link/", "sign-up-link"),
        ("recovery", "/password/", "recovery-link"),
        ("set_password", "/password/", "set-password"),
    ],
)
async def test_a_link_comes_by_mail(
    portal: UUID, outside: Outside, mail: EmbeddedMail, purpose, page, notice
):
    id = await ask(portal, purpose, "link", MAIL, person_id=uuid4())
    await work_off(outside)
    (sent,) = mail.sent
    link = f"{ADDRESS}{page}{proofs.link_of(outside.key, id)}"
    assert link in sent.text and link in sent.html
    assert (sent.to, sent.message_id, sent.sender_name) == (MAIL.value, id, "104")
    assert (await stored(id))["notice"] == notice


async def test_a_contact_that_nobody_has_gets_nothing(portal: UUID, outside: Outside, sms, mail):
    await ask(portal, "recovery")
    await ask(portal, "recovery", "link", MAIL)
    await work_off(outside)
    assert (sms.sent, mail.sent, await left_over()) == ([], [], 0)


async def test_real_carriers_leave_no_code_in_our_tables(portal: UUID, outside: Outside, sms: EmbeddedSms):
    sms.keeps_text = False
    id = await ask(portal)
    await work_off(outside)
    row = await DB.pool.fetchval("SELECT messages::text FROM messages WHERE id = $1", id)
    assert len(sms.sent) == 1 and codes.code_of(outside.key, id) not in row


async def test_a_trouble_that_passes_delays_and_nothing_more(portal, outside, sms, at_once):
    sms.troubles = [LATER, LATER, LATER]
    id = await ask(portal)
    await work_off(outside)
    assert len(sms.sent) == 1 and (await stored(id))["state"] == "sent"


@pytest.mark.parametrize(("trouble", "error"), [(NEVER, "no_such_number"), (UNKNOWN, "no_answer")])
async def test_what_cannot_be_mended_or_may_have_left_is_not_tried_again(
    portal, outside, sms, trouble, error
):
    sms.troubles = [trouble]
    id = await ask(portal)
    await work_off(outside)
    assert (sms.sent, await left_over()) == ([], 0)
    assert await stored(id) == {"state": "failed", "error": error, "text": "", "notice": "sign-up-code"}


async def test_a_code_that_is_too_late_is_never_sent(portal: UUID, outside: Outside, sms: EmbeddedSms):
    id = await ask(portal, now=NOW - codes.CODE_LIFE)
    await work_off(outside)
    assert (sms.sent, await stored(id), await left_over()) == ([], {}, 0)


async def test_a_code_is_given_up_when_the_next_try_would_be_too_late(portal, outside, sms):
    sms.troubles = [LATER]
    id = await ask(portal, now=NOW - codes.CODE_LIFE + timedelta(milliseconds=400))
    await work_off(outside)
    assert (sms.sent, await left_over()) == ([], 0)
    assert ((await stored(id))["state"], (await stored(id))["error"]) == ("failed", "too_late")


async def test_of_two_codes_the_newer_leaves_alone(portal: UUID, outside: Outside, sms: EmbeddedSms):
    await ask(portal)
    newer = await ask(portal)
    await work_off(outside)
    assert [codes.code_of(outside.key, newer) in sent.text for sent in sms.sent] == [True]


async def test_a_job_that_is_done_twice_sends_once(portal: UUID, outside: Outside, sms: EmbeddedSms):
    id = await ask(portal)
    async with DB.transaction():
        await DB.enqueue("code", id.bytes, "code")
    await work_off(outside)
    await work_off(outside)
    assert len(sms.sent) == 1


async def test_a_rollback_takes_the_code_with_it(portal: UUID, outside: Outside, sms: EmbeddedSms):
    with pytest.raises(ZeroDivisionError):
        async with DB.transaction():
            await proofs.issue("sign_up", "code", PHONE, portal_id=portal, language="uk", now=NOW)
            raise ZeroDivisionError
    await work_off(outside)
    assert sms.sent == []


async def test_a_person_is_told_everywhere_and_each_place_once(olena: Person, outside, sms, mail, at_once):
    mail.troubles = [MailError(MailTrouble.TRY_LATER, permanent=False)] * 2
    async with DB.transaction():
        await messages.tell("password-changed", olena.id, now=NOW)
    await work_off(outside)
    assert [sent.to for sent in sms.sent] == [PHONE.value]
    assert [sent.to for sent in mail.sent] == [MAIL.value]
    assert "3 листопада, 20:00" in mail.sent[0].text.replace("\N{NO-BREAK SPACE}", " ")


async def test_only_the_login_that_is_meant_is_told(olena: Person, outside: Outside, sms, mail):
    login = await Login.select(Login.id).where(Login.contact == MAIL.value).first()
    async with DB.transaction():
        await messages.tell("already-registered", olena.id, now=NOW, login_id=login["id"])
    await work_off(outside)
    assert sms.sent == [] and f"{ADDRESS}/sign-in" in mail.sent[0].text


async def test_a_holder_learns_of_another_cabinet(olena: Person, outside: Outside, sms, mail):
    account = Account(
        id=uuid4(),
        company_id=uuid4(),
        number="0910204517",
        settlement="Київ",
        address="Садова, 18",
        holder="О.",
    )
    await account.save()
    async with DB.transaction():
        await messages.tell("account-linked", olena.id, now=NOW, about=account.id)
    await work_off(outside)
    assert "…4517" in sms.sent[0].text and "0910204517" in mail.sent[0].text


async def test_who_has_left_is_not_written_to(portal: UUID, outside: Outside, sms, mail):
    async with DB.transaction():
        await messages.tell("password-changed", uuid4(), now=NOW)
    await work_off(outside)
    assert (sms.sent, mail.sent, await left_over()) == ([], [], 0)


async def test_a_letter_is_given_up_in_the_end(olena: Person, outside, sms, mail, at_once, monkeypatch):
    monkeypatch.setattr(delivery, "LETTER_TRIES", 3)
    mail.troubles = [MailError(MailTrouble.TRY_LATER, permanent=False)] * 9
    async with DB.transaction():
        await messages.tell("password-changed", olena.id, now=NOW)
    await work_off(outside)
    assert len(mail.troubles) == 6 and await left_over() == 0
    states = await Message.select(Message.kind, Message.state).order_by(Message.kind)
    assert [(row["kind"], row["state"]) for row in states] == [("mail", "failed"), ("sms", "sent")]


async def test_a_surprise_loses_no_code(portal: UUID, outside, sms, at_once, monkeypatch):
    claim, surprises = messages.claim, [ConnectionError(), ConnectionError()]

    async def unlucky(*given, **named):
        if surprises:
            raise surprises.pop()
        return await claim(*given, **named)

    monkeypatch.setattr(messages, "claim", unlucky)
    await ask(portal)
    await work_off(outside)
    assert len(sms.sent) == 1


async def test_nothing_personal_is_logged(portal: UUID, outside, sms, at_once, caplog):
    caplog.set_level(logging.DEBUG)
    sms.troubles = [LATER, NEVER]
    id = await ask(portal)
    await work_off(outside)
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    noted = await DB.pool.fetchval("SELECT string_agg(pgqueuer_log::text, ' ') FROM pgqueuer_log")
    assert "a message will not arrive" in said
    for personal in (PHONE.value, codes.code_of(outside.key, id)):
        assert personal not in said and personal not in noted


@pytest.mark.parametrize(
    "order", [["sent", "delivered"], ["delivered", "sent"], ["failed", "delivered", "sent"]]
)
async def test_news_may_come_in_any_order(portal: UUID, outside: Outside, order: list[messages.State]):
    id = await ask(portal)
    await work_off(outside)
    for state in order:
        await messages.reported(id, state, None, NOW)
    assert (await stored(id))["state"] == "delivered"


async def test_news_that_overtake_the_carriers_answer_are_kept(portal: UUID):
    id = uuid4()
    await messages.claim(id, portal_id=portal, kind="sms", contact=PHONE.value, notice="x", now=NOW)
    await messages.reported(id, "delivered", None, NOW)
    await messages.sent(id, "SM1", NOW)
    assert (await stored(id))["state"] == "delivered"
