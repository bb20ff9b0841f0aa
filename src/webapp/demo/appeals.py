"""Letters of the demo: one that waits, one that was asked about, one that is answered; nobody is told of them."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from webapp.database.engine import DB
from webapp.demo import cast, rows
from webapp.demo.cast import Portal, id_of
from webapp.rules.appeals import Kind, State, due_on
from webapp.rules.cases import number_of


class Letter(NamedTuple):
    about: str
    to: str
    kind: Kind
    title: str
    text: str
    days: int
    """So long ago it came."""
    state: State = "open"
    word: str = ""
    """What the company has written so far."""


LETTERS = (
    Letter(
        "gas", "supplier", "question", "Чому за серпень узято плановий обсяг?",
        "Добрий день!\n\nПоказання за серпень я передала 4-го числа, маю квитанцію. Чому в рахунку плановий обсяг?",
        2,
    ),
    Letter(
        "delivery", "supplier", "complaint", "Двічі нараховано за доставку",
        "У рахунку за вересень доставку нараховано двічі. Прошу перевірити й зробити перерахунок.", 9, "asked",
        "Добрий день! Надішліть, будь ласка, фото рахунку: у нас за вересень одне нарахування.",
    ),
    Letter(
        "readings", "operator", "suggestion", "Нагадувати й у вихідні",
        "Останній день вікна часто припадає на вихідний. Добре було б отримати нагадування в суботу.", 25,
        "answered", "Дякуємо за пропозицію. З грудня нагадування надходитимуть і у вихідні дні.",
    ),
)  # fmt: skip


async def load(fresh: set[str], now: datetime) -> None:
    """On new portals: the first person of each has them."""
    for portal in cast.portals():
        told = cast.people()[portal.brand]
        if portal.brand not in fresh or not told.people or not told.people[0].accounts:
            continue
        person = told.people[0]
        account = rows.account_id(portal, person.accounts[0])
        for letter in LETTERS:
            await _write(portal, letter, rows.person_id(portal, person), account, now)


async def _write(portal: Portal, letter: Letter, person: UUID, account: UUID, now: datetime) -> None:
    id, came = id_of("appeal", portal.brand, letter.title), now - timedelta(days=letter.days)
    company, answered = rows.company_id(portal.company(letter.to)), came + timedelta(days=1)
    clerk = id_of("staff", f"clerk@{portal.brand}.example.com") if letter.word else None
    await DB.do(
        APPEAL, id, company, portal.id, number_of(id.int), letter.kind, letter.about, letter.title, person, account,
        letter.state, came, due_on(letter.kind, came), clerk, answered if letter.state == "answered" else None,
    )  # fmt: skip
    words: list[tuple[str, str, datetime, UUID | None]] = [("message", letter.text, came, None)]
    if letter.word:
        words.append(("answer" if letter.state == "answered" else "question", letter.word, answered, clerk))
    for kind, text, at, by in words:
        await DB.do(WORD, id_of("letter", id, kind), company, id, kind, by, text, at)


APPEAL = """
INSERT INTO appeals (id, company_id, portal_id, number, kind, about, title, person_id, account_id, state, created_at,
                     due_on, taken_by, answered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING
"""
WORD = """
INSERT INTO appeal_messages (id, company_id, appeal_id, kind, colleague_id, text, at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""
