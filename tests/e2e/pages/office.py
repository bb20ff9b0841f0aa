"""The workplace of the staff, in the words on the screen."""

from datetime import datetime
from typing import Any

from tests.e2e.pages.entry import PASSWORD, of_portal
from tests.e2e.person import Visitor
from webapp.rules import authenticators


def colleague(role: str, portal: str = "localhost") -> dict[str, Any]:
    return next(one for one in of_portal("people", portal) if one["role"] == role)


def code(told: dict[str, Any], now: datetime) -> str:
    """What the colleague's application shows at that moment."""
    return authenticators.code_at(authenticators.read(told["totp_secret"]), authenticators.step_of(now))


class OfficePage:
    def __init__(self, visitor: Visitor, role: str = "clerk", portal: str = "localhost") -> None:
        self.visitor, self.colleague = visitor, colleague(role, portal)

    def sign_in(self, now: datetime) -> "OfficePage":
        """By the password, and by what the application shows at that moment."""
        self.visitor.goto("/office")
        self.visitor.fill("Робочий e-mail", self.colleague["login"])
        self.visitor.fill("Пароль", PASSWORD)
        self.visitor.click("Продовжити")
        self.visitor.fill("Код із застосунку", code(self.colleague, now))
        self.visitor.click("Увійти")
        self.visitor.sees("Огляд")
        return self

    def open_first(self, desk: str, title: str) -> None:
        """The oldest case of a desk; the reason first."""
        self.visitor.goto(f"/office/cases?kind={desk}")
        self.visitor.click(title, "link")
        self.visitor.choose("Споживач зателефонував")
        self.visitor.click("Відкрити картку")
        self.visitor.sees("Підстава перегляду: Споживач зателефонував")

    def issue_pin(self, answer: str) -> None:
        self.visitor.choose("Видати PIN-код")
        self.visitor.choose("Повідомленням на підтверджений логін")
        self.visitor.fill("Відповідь людині", answer)
        self.visitor.click("Прийняти рішення")
        self.visitor.sees("Задоволено")
