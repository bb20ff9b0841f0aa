"""Every notice can be said in every language, and what costs by the part fits into one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args
from uuid import uuid4

import jinja2
import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup

from webapp.actions import messages
from webapp.database.queries.visits import Portal
from webapp.jobs.deliver import NOTICES
from webapp.rules import sms
from webapp.rules.policy import Contacts, Policy
from webapp.web.rendering import ROOT, environment
from webapp.web.translations import LANGUAGES
from webapp.web.wording import Wording, word

FOLDERS = sorted(folder.name for folder in (ROOT / "notices").iterdir() if folder.is_dir())
BY_SMS = sorted(file.parent.name for file in (ROOT / "notices").glob("*/sms.txt"))
ADDRESS = "https://cabinet.example.ua"
PORTAL = Portal(
    id=uuid4(),
    host="cabinet.example.ua",
    address=ADDRESS,
    brand="hub",
    name="Газ & «Тепло»",
    sms_name="KREMENCHUKG",  # as long as a sender's name may be
    policy=Policy(contacts=Contacts(phone="+380800300104")),
    companies=[],
)
MOMENT = datetime(2026, 11, 5, 16, 0, tzinfo=UTC)
CONTEXT = {
    "portal": PORTAL,
    "code": "578214",
    "link": f"{ADDRESS}/password/1.a_b-c",
    "expires_at": MOMENT,
    "happened_at": MOMENT,
    "account": "0910204517",
    "device": "Chrome, Android",
    "month": date(2026, 10, 1),
    "value": "04152",
    "counted": "04160",
    "source": "inspector",
    "last_day": date(2026, 11, 5),
    "short_day": "5.11",
    "meters": [{"place": "вул. Садова, 18", "serial": "…17", "link": f"{ADDRESS}/r/x7Kq2mVb9Z"}],
    "more": 2,
    "bills": [{"company": "ТОВ «Миколаївгаз Збут»", "place": "вул. Садова, 18", "left": Decimal("71.68")}],
    "bills_page": f"{ADDRESS}/bills/due",
    "settings": f"{ADDRESS}/profile/notifications",
    "title": "Газ відключать до вечора на вулиці Садовій",
    "text": "Ремонт мережі. Перекрийте крани.",
    "appeal": "3f0c4a52-8a51-4d4e-9d0c-0a1b2c3d4e5f",
    "unsubscribe": f"{ADDRESS}/unsubscribe/1.a_b-c",
    "number": "7K2M-9QXD",
    "state": "granted",
    "answer": "Зверніться з паспортом.",
    "serial": "12345678",
    "starts_at": MOMENT,
    "ticket": "Б-27",
    "receiver": "Голова правління",
    "reason": "День енергетика",
    "appointment": "018f",
    "due_on": MOMENT.date(),
    "pin": "578214",
    "payment": 1001,
    "amount": Decimal("1234.56"),
    "company": "ТОВ «Миколаївгаз Збут»",
    "former": "АТ «Миколаївгаз»",
    "period": "12.2026",
}


def letter(notice: str, language: str) -> Wording:
    return word(notice, "mail", language, **CONTEXT)


def test_everything_that_is_sent_has_its_words():
    assert set(FOLDERS) == {*NOTICES.values(), *get_args(messages.Notice)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", BY_SMS)
def test_a_text_message_fits_into_one_part(notice: str, language: str):
    text = word(notice, "sms", language, **CONTEXT).text
    assert sms.parts(text) == 1, (sms.units(text), text)
    assert text.startswith("KREMENCHUKG. ")


def test_the_activation_code_reads_as_people_know_it():
    text = word("sign-up-code", "sms", "uk", **CONTEXT).text
    assert text == "KREMENCHUKG. Код активації - 578214. Нікому його не кажіть."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", FOLDERS)
def test_a_letter_says_the_same_in_both_wordings(notice: str, language: str):
    said = letter(notice, language)
    page = BeautifulSoup(said.html, "html.parser")
    assert said.subject and "\n" not in said.subject and said.subject == page.title.get_text()
    assert page.html["lang"] == language
    for vital in ("578214", CONTEXT["link"], "0910204517", PORTAL.name):
        assert (vital in said.text) == (vital in page.get_text()), vital
    assert "None" not in said.text + said.html and "{" not in said.text


@pytest.mark.parametrize("notice", FOLDERS)
def test_links_lead_to_the_portal_alone_and_nothing_is_fetched(notice: str):
    page = BeautifulSoup(letter(notice, "uk").html, "html.parser")
    assert all(link["href"].startswith(ADDRESS) for link in page.find_all("a"))
    assert not page.find_all(["img", "link", "script", "table", "form"])


@pytest.mark.parametrize("notice", FOLDERS)
def test_no_code_and_no_number_stands_in_a_subject(notice: str):
    assert not any(character.isdigit() for character in letter(notice, "uk").subject)


def test_what_people_are_called_is_no_html():
    assert "Газ &amp; «Тепло»" in letter("set-password", "uk").html
    assert "Газ & «Тепло»" in letter("set-password", "uk").text


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_sentence_is_translated_and_none_is_left_over(language: str):
    said = set()
    for file in (ROOT / "notices").rglob("*.*"):
        found = environment(language).extract_translations(file.read_text())  # type: ignore[attr-defined]
        said |= {message if isinstance(message, str) else message[0] for _, _, message in found}
    assert said <= translated(language, "*.po")
    assert translated(language, "notices.po") <= said


def translated(language: str, files: str) -> set[str]:
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]
        for file in (ROOT / "locale" / language).glob(files)
        for entry in read_po(file.open("rb"))
        if entry.id and entry.string
    }


def test_a_forgotten_value_is_a_mistake_and_not_a_gap():
    with pytest.raises(jinja2.UndefinedError):
        word("sign-up-code", "sms", "uk", portal=PORTAL)
