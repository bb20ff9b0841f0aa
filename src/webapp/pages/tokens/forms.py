"""What a token may do and where a webhook goes, as it was chosen: kept, and read into values or mistakes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from webapp.rules import scopes
from webapp.rules.scopes import LIVES, SCOPES, Mistake, Scope
from webapp.rules.webhooks import EVENTS, Event
from webapp.web.forms import Typed


@dataclass
class TokenForm:
    name: str = ""
    scopes: list[Scope] = field(default_factory=lambda: list[Scope](["usage:read"]))
    accounts: list[UUID] = field(default_factory=list)
    days: int = LIVES[1]
    mistakes: dict[str, Mistake] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Typed, own: Iterable[UUID]) -> "TokenForm":
        """`own`: the accounts that the page offered; whatever else is named is nobody's."""
        days = typed["days"]
        return cls(
            " ".join(typed.text("name", 200).split()),
            [scope for scope in SCOPES if typed[scope]],
            [id for id in own if typed[f"account-{id}"]],
            int(days) if days in map(str, LIVES) else 0,
        )

    def is_good(self) -> bool:
        if not self.name:
            self.mistakes["name"] = Mistake.NO_NAME
        elif not scopes.is_name(self.name):
            self.mistakes["name"] = Mistake.ODD_NAME
        if not self.scopes:
            self.mistakes["scopes"] = Mistake.NO_SCOPE
        if not self.accounts:
            self.mistakes["accounts"] = Mistake.NO_ACCOUNT
        if not self.days:
            self.mistakes["days"] = Mistake.NO_LIFE
        return not self.mistakes


@dataclass
class WebhookForm:
    address: str = ""
    events: list[Event] = field(default_factory=lambda: list(EVENTS))
    mistakes: dict[str, str] = field(default_factory=dict)
    """`address`: rules.webhooks.Wrong, `full` or `too_many`; `events`: `none`."""

    @classmethod
    def of(cls, typed: Typed) -> "WebhookForm":
        return cls(typed["address"].strip()[:1000], [event for event in EVENTS if typed[event]])

    def is_good(self) -> bool:
        if not self.events:
            self.mistakes["events"] = "none"
        return not self.mistakes
