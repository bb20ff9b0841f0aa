"""Coming in and going out, in the words on the screen."""

import re
from dataclasses import dataclass
from typing import Any

from tests.e2e.person import Visitor
from webapp.demo import addresses, cast, people_json
from webapp.settings import Settings

PASSWORD = "demo-Blakyt-2026"
LOGIN = {
    "localhost": "Телефон або e-mail", "chernihiv": "E-mail", "kremenchuk": "Номер мобільного",
    "mygas": "Телефон або e-mail",
}  # fmt: skip
"""What a login is called on each portal."""
LISTS = ("Філія", "Населений пункт", "Вулиця", "Номер будинку", "Квартира")


def of_portal(told: str, portal: str) -> list[dict[str, Any]]:
    """What `blakyt demo --json` tells of a portal: its people, or its accounts that nobody has yet."""
    everything = people_json(Settings("", port=8000))
    host = "localhost" if portal == "localhost" else f"{portal}.localhost"
    name = next(one["name"] for one in everything["portals"] if one["url"] == f"http://{host}:8000")
    return [one for one in everything[told] if one["portal"] == name]


def demo_login(portal: str) -> str:
    """Of the first consumer of a portal, the one with the fullest data."""
    return str(of_portal("people", portal)[0]["login"])


@dataclass(frozen=True)
class Receipt:
    """Of an account that is nobody's yet: what links it."""

    company: str
    number: str
    amount: str
    serial: str
    place: tuple[str, ...]
    """From branch to flat; empty where there is none."""

    @classmethod
    def of(cls, portal: str) -> "Receipt":
        told, brand = of_portal("unlinked", portal)[0], "hub" if portal == "localhost" else portal
        place = addresses.place_of(
            next(one for one in cast.portals() if one.brand == brand), cast.people()[brand].unlinked[0]
        )
        amount = told["last_payment"].replace(".", ",")
        return cls(told["company"], told["number"], amount, told["meter_serial"], place)


class Post:
    """The person's phone and mailbox: all that the demo has sent, each message read once."""

    NEWEST = """
        (async () => {
          for (let left = 40; left; left -= 1) {
            const sent = await fetch('/demo/outbox.json').then(answer => answer.json())
            const fresh = sent.find(one => one.to === %(to)r && !%(seen)r.includes(one.text))
            if (fresh) return fresh.text
            await new Promise(resolve => setTimeout(resolve, 250))
          }
          return ''
        })()
    """

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self._seen = visitor, list[str]()

    def message(self, to: str) -> str:
        """The newest that was not read yet; waits until it comes."""
        text = str(self.visitor.run(self.NEWEST % {"to": to, "seen": self._seen}))
        assert text, f"nothing came to {to}"
        self._seen.append(text)
        return text

    def code(self, to: str) -> str:
        return re.findall(r"\b\d{6}\b", self.message(to))[0]

    def link(self, to: str) -> str:
        return re.findall(r"http://\S+/(?:password|sign-up/link)/\S+", self.message(to))[0]


class SignUpPage:
    """From the first page to the form, and the contact that proves itself."""

    def __init__(self, visitor: Visitor, portal: str) -> None:
        self.visitor, self.portal, self.post = visitor, portal, Post(visitor)

    def begin(self) -> "SignUpPage":
        self.visitor.goto("/")
        self.visitor.click("Зареєструватися", "link")
        return self

    def go_on(self) -> None:
        """Past the page that says what will be needed."""
        self.visitor.sees("Що знадобиться")
        self.visitor.click("Продовжити", "link")

    def agree(self) -> None:
        self.visitor.choose("Я згоден з умовами")
        self.visitor.click("Продовжити")
        self.visitor.is_at("/sign-up/form")

    def send(self, login: str, password: str) -> None:
        self.visitor.fill(LOGIN[self.portal], login)
        self.visitor.fill("Вигадайте пароль", password)
        if self.portal == "mygas":
            self.visitor.fill("Повторіть пароль", password)
        self.visitor.click("Зареєструватися")
        self.visitor.is_at("/sign-up/confirm")

    def send_identified(self, receipt: Receipt, phone: str, mail: str) -> None:
        self.visitor.fill("Номер особового рахунку", receipt.number)
        self.visitor.fill("Сума останнього платежу", receipt.amount)
        self.visitor.select("Ваше газове господарство", receipt.company)
        self.visitor.fill("Номер телефону", phone)
        self.visitor.fill("E-mail", mail)
        self.visitor.click("Продовжити")
        self.visitor.is_at("/sign-up/confirm")

    def confirm(self, code: str) -> None:
        self.visitor.fill("Код", code)
        self.visitor.click("Підтвердити")
        self.visitor.is_at("/cabinet")

    def open_letter(self, link: str) -> None:
        self.visitor.goto(link)
        self.visitor.click("Підтвердити адресу")
        self.visitor.is_at("/sign-up/done")


class LinkingPage:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self) -> "LinkingPage":
        self.visitor.click("Додати рахунок", "link")
        self.visitor.is_at("/linking")
        return self

    def sign_consent(self) -> None:
        self.visitor.choose("Текст згоди прочитано")
        self.visitor.click("Підписати згоду")

    def add(self, receipt: Receipt) -> None:
        self.visitor.select("Ваше газове господарство", receipt.company)
        self.visitor.fill("Особовий рахунок", receipt.number)
        self.visitor.fill("Сума останнього платежу", receipt.amount)
        self.visitor.click("Додати рахунок")

    def add_by_address(self, receipt: Receipt) -> None:
        """Each choice brings the next list by itself; without script a button does."""
        by_itself = self.visitor.run("typeof window.htmx") != "undefined"
        for label, name in zip(LISTS, receipt.place, strict=True):
            if not name:
                continue
            self.visitor.select(label, name)
            if not by_itself:
                self.visitor.click("Показати далі")
        self.visitor.fill("Особовий рахунок", receipt.number)
        self.visitor.click("Додати рахунок")

    def add_by_number(self, receipt: Receipt, typed: str) -> None:
        self.visitor.select("Ваше газове господарство", receipt.company)
        self.visitor.fill("Особовий рахунок", typed)
        self.visitor.click("Додати рахунок")
        self.visitor.sees(f"Ми зрозуміли: {receipt.number}")

    def answer_with_serial(self, receipt: Receipt) -> None:
        self.visitor.choose("Заводський номер лічильника")
        self.visitor.fill("Введіть відповідь на контрольне запитання", receipt.serial)
        self.visitor.click("Надіслати")


class PasswordPage:
    """A new one, behind a link or a code."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def choose(self, password: str) -> None:
        self.visitor.fill("Вигадайте пароль", password)
        self.visitor.click("Зберегти й увійти")
        self.visitor.is_at("/cabinet")


class RecoveryPage:
    def __init__(self, visitor: Visitor, portal: str) -> None:
        self.visitor, self.portal, self.post = visitor, portal, Post(visitor)

    def ask(self, login: str) -> None:
        self.visitor.goto("/sign-in")
        self.visitor.click("Забули пароль?", "link")
        self.visitor.fill(LOGIN[self.portal], login)
        self.visitor.click("Продовжити")
        self.visitor.is_at("/recovery/confirm")

    def confirm(self, code: str) -> None:
        self.visitor.fill("Код", code)
        self.visitor.click("Підтвердити")
        self.visitor.sees("Новий пароль")


class SignInPage:
    def __init__(self, visitor: Visitor, portal: str = "localhost") -> None:
        self.visitor, self.portal = visitor, portal

    def sign_in(self, login: str = "", password: str = PASSWORD, *, shared: bool = False) -> None:
        self.visitor.goto("/sign-in")
        self.try_in(login, password, shared=shared)
        self.visitor.is_at("/cabinet")

    def try_in(self, login: str = "", password: str = PASSWORD, *, shared: bool = False) -> None:
        """From the form on, wherever it leads."""
        self.visitor.fill(LOGIN[self.portal], login or demo_login(self.portal))
        if self.portal == "localhost":  # two steps
            self.visitor.click("Продовжити")
        self.visitor.fill("Пароль", password)
        if shared:
            self.visitor.choose("Чужий пристрій")
        self.visitor.click("Увійти")

    def sign_out(self) -> None:
        self.visitor.goto("/profile")
        self.visitor.click("Вийти")
        self.visitor.sees("Вхід до кабінету")
