"""One contract, two post offices: the embedded twin and SMTP, here a server of our own on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from tests.fakes.smtp import PASSWORD, FakeSmtp, Refused, Trick, trust
from webapp.outside.mail import Letter, Mail, MailError, MailTrouble
from webapp.outside.mail.embedded import EmbeddedMail
from webapp.outside.mail.smtp import SmtpMail, SmtpServer, Tls

SENDER = "cabinet@example.ua"
TEMPORARY, PERMANENT = False, True

CASES: list[tuple[Refused | Trick, MailTrouble, bool]] = [
    (Refused("RCPT", "550 5.1.1 no such user"), MailTrouble.NO_SUCH_ADDRESS, PERMANENT),
    (Refused("RCPT", "451 4.7.1 greylisted"), MailTrouble.TRY_LATER, TEMPORARY),
    (Refused("RCPT", "421 4.3.2 shutting down"), MailTrouble.TRY_LATER, TEMPORARY),
    (Refused("DATA", "554 5.7.1 refused"), MailTrouble.REFUSED, PERMANENT),
    (Refused("DATA", "452 4.3.1 disk full"), MailTrouble.TRY_LATER, TEMPORARY),
    ("close", MailTrouble.NO_ANSWER, TEMPORARY),
    ("hang", MailTrouble.NO_ANSWER, TEMPORARY),
]

Stage = Callable[[Refused | Trick | None, MailError | None], Mail]
"""Sets the scene: the post office that will do this, or that will raise it."""


def letter(**changes: object) -> Letter:
    said = {
        "to": "olena@example.ua",
        "subject": "Код активації – «КРЕМЕНЧУКГАЗ»",
        "text": "Код активації: 578214\n",
        "html": "<p>Код активації: <strong>578214</strong></p>",
        "message_id": uuid4(),
        "sender_name": "Кременчукгаз-постачання",
    }
    return Letter(**said | changes)  # type: ignore[arg-type]


def smtp(server: FakeSmtp, tls: Tls = "none", **more: object) -> SmtpMail:
    return SmtpMail(SmtpServer("127.0.0.1", server.port, SENDER, tls, **more), timeout=1)  # type: ignore[arg-type]


@pytest.fixture
async def server() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp().listening() as server:
        yield server


@pytest.fixture(params=["embedded", "smtp"])
def stage(request: pytest.FixtureRequest, server: FakeSmtp) -> Stage:
    def set_scene(step: Refused | Trick | None = None, error: MailError | None = None) -> Mail:
        if request.param == "embedded":
            return EmbeddedMail(troubles=[error] if error else [])
        server.script = [step] if step else []
        return smtp(server)

    return set_scene


async def test_a_letter_that_is_taken_keeps_its_id_however_often_it_is_sent(stage: Stage):
    mail, one = stage(None, None), letter()
    first = await mail.send(one)
    assert first == await mail.send(one) and str(one.message_id) in first
    assert first != await mail.send(letter())


@pytest.mark.parametrize(("step", "reason", "permanent"), CASES)
async def test_what_went_wrong_is_said_in_our_words(stage: Stage, step, reason, permanent):
    mail = stage(step, MailError(reason, permanent=permanent))
    with pytest.raises(MailError) as caught:
        await mail.send(letter())
    assert (caught.value.reason, caught.value.permanent) == (reason, permanent)
    assert "olena" not in str(caught.value)


async def test_after_a_trouble_the_next_letter_is_taken(stage: Stage):
    mail = stage("close", MailError(MailTrouble.NO_ANSWER, permanent=False))
    with pytest.raises(MailError):
        await mail.send(letter())
    assert await mail.send(letter())


async def test_the_server_gets_a_whole_letter(server: FakeSmtp):
    one = letter(message_id=UUID(int=7), reply_to="help@example.ua")
    await smtp(server).send(one)
    (got,) = server.taken
    assert got["Subject"] == one.subject and got["To"] == one.to and got["Reply-To"] == "help@example.ua"
    assert got["Message-ID"] == f"<{UUID(int=7)}@example.ua>" and got["Auto-Submitted"] == "auto-generated"
    (sender,) = got["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (one.sender_name, SENDER)
    wordings = [got.get_body([kind]) for kind in ("plain", "html")]
    assert [part.get_content().strip() for part in wordings if part] == [one.text.strip(), one.html]


@pytest.mark.parametrize("field", ["to", "subject", "sender_name"])
async def test_a_line_break_never_becomes_a_header(server: FakeSmtp, field: str):
    with pytest.raises(MailError) as caught:
        await smtp(server).send(letter(**{field: "a@example.ua\r\nBcc: all@example.ua"}))
    assert caught.value.permanent and not server.taken


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_letters_go_encrypted_and_signed_in(tls: Tls):
    async with FakeSmtp(tls=tls, asks_password=True).listening() as server:
        await smtp(server, tls, user="cabinet", password=PASSWORD, trust=trust()).send(letter())
    assert len(server.taken) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_an_unknown_certificate_is_not_believed(tls: Tls):
    async with FakeSmtp(tls=tls).listening() as server:
        with pytest.raises(MailError) as caught:
            await smtp(server, tls).send(letter())
    assert (caught.value.reason, caught.value.permanent) == (MailTrouble.NOT_SET_UP, False)
    assert not server.taken


async def test_without_encryption_nothing_is_said(server: FakeSmtp):
    """A server that no longer offers STARTTLS, or somebody in between: the letter waits, and stays whole."""
    with pytest.raises(MailError) as caught:
        await smtp(server, "starttls").send(letter())
    assert not caught.value.permanent and not server.taken


async def test_a_wrong_password_is_ours_to_mend():
    async with FakeSmtp(asks_password=True).listening() as server:
        with pytest.raises(MailError) as caught:
            await smtp(server, user="cabinet", password="wrong").send(letter())
    assert (caught.value.reason, caught.value.permanent) == (MailTrouble.NOT_SET_UP, False)


async def test_a_server_that_is_not_there_is_asked_again(free_tcp_port: int):
    with pytest.raises(MailError) as caught:
        await smtp(FakeSmtp(port=free_tcp_port)).send(letter())
    assert (caught.value.reason, caught.value.permanent) == (MailTrouble.SERVER_DOWN, False)


async def test_a_server_that_never_says_hello_is_left_in_time():
    silent = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with silent:
        with pytest.raises(MailError) as caught:
            await smtp(FakeSmtp(port=silent.sockets[0].getsockname()[1])).send(letter())
    assert not caught.value.permanent


def test_the_password_is_never_printed():
    assert PASSWORD not in repr(SmtpServer("localhost", 25, SENDER, password=PASSWORD))
