"""The words of a notice, as its folder in `notices/` has them."""

from dataclasses import dataclass
from typing import Any, Literal

from jinja2 import TemplateNotFound, UndefinedError

from webapp.web.rendering import environment

Carried = Literal["sms", "mail", "push"]


@dataclass(frozen=True)
class Wording:
    text: str
    subject: str = ""
    html: str = ""


def word(notice: str, kind: Carried, language: str, **context: Any) -> Wording:
    """Each template of a notice gets the same context: `portal`, and what its first line names."""

    def said(name: str) -> str:
        return environment(language).get_template(f"notices/{notice}/{name}").render(context).strip()

    if kind == "sms":
        return Wording(said("sms.txt"))
    if kind == "push":
        return Wording(_short(notice, language, context), _line(said("subject.txt")))
    return Wording(said("body.txt") + "\n", _line(said("subject.txt")), said("body.html"))


def listed(notice: str, language: str, **context: Any) -> Wording:
    """As it stands in the cabinet's list; what was noted down without all its words has the subject alone."""
    try:
        return word(notice, "push", language, **context)
    except (UndefinedError, TemplateNotFound, TypeError):
        pass
    try:
        return Wording(
            "", _line(environment(language).get_template(f"notices/{notice}/subject.txt").render(context))
        )
    except (UndefinedError, TemplateNotFound, TypeError):
        return Wording("")


def _short(notice: str, language: str, context: dict[str, Any]) -> str:
    """The sentence of the SMS without who says it: the screen names the portal anyway."""
    names = [f"notices/{notice}/push.txt", f"notices/{notice}/sms.txt"]
    said = environment(language).select_template(names).render(context).strip()
    return said.removeprefix(f"{context['portal'].sms_name}. ")


def _line(said: str) -> str:
    return " ".join(said.split())
