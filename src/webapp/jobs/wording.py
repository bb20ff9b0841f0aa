"""The words of a notice, as its folder in `notices/` has them."""

from dataclasses import dataclass
from typing import Any, Literal

from webapp.web.rendering import environment


@dataclass(frozen=True)
class Wording:
    text: str
    subject: str = ""
    html: str = ""


def word(notice: str, kind: Literal["sms", "mail"], language: str, **context: Any) -> Wording:
    """Each template of a notice gets the same context: `portal`, and what its first line names."""

    def said(name: str) -> str:
        return environment(language).get_template(f"notices/{notice}/{name}").render(context).strip()

    if kind == "sms":
        return Wording(said("sms.txt"))
    return Wording(said("body.txt") + "\n", " ".join(said("subject.txt").split()), said("body.html"))
