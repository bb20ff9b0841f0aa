"""Coming in and going out, in the words on the screen."""

from tests.e2e.person import Visitor
from webapp.demo import people_json
from webapp.settings import Settings

PASSWORD = "demo-Blakyt-2026"


def demo_login(portal: str) -> str:
    """Of the first consumer of a portal, the one with the fullest data."""
    told = people_json(Settings("", port=8000))
    host = "localhost" if portal == "localhost" else f"{portal}.localhost"
    name = next(one["name"] for one in told["portals"] if one["url"] == f"http://{host}:8000")
    return str(next(one["login"] for one in told["people"] if one["portal"] == name))


class SignInPage:
    LABELS = {"localhost": "Телефон або e-mail", "chernihiv": "E-mail", "kremenchuk": "Номер мобільного",
              "mygas": "Телефон або e-mail"}  # fmt: skip

    def __init__(self, visitor: Visitor, portal: str = "localhost") -> None:
        self.visitor, self.portal = visitor, portal

    def sign_in(self, login: str = "", password: str = PASSWORD) -> None:
        self.visitor.goto("/sign-in")
        self.visitor.fill(self.LABELS[self.portal], login or demo_login(self.portal))
        if self.portal == "localhost":  # two steps
            self.visitor.click("Продовжити")
        self.visitor.fill("Пароль", password)
        self.visitor.click("Увійти")
        self.visitor.is_at("/cabinet")
