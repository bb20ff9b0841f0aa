"""A request to technical support: what does not work and where, who asks, and what we would add ourselves (B18-B22)."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from litestar import Request

from webapp.actions.appeals import Draft
from webapp.actions.proofs import Contact
from webapp.database.queries.appeals import Writer
from webapp.database.queries.visits import Company, Portal
from webapp.rules import appeals as rules
from webapp.rules import environments
from webapp.rules.appeals import Mistake
from webapp.settings import VERSION
from webapp.web.contacts import read_login
from webapp.web.forms import Typed, asked
from webapp.web.letters import MOST_KEPT, line_of, text_of

SERVICES = ("site", "app")
WHERE = ("service", "page", "action")
WHO = ("login", "account", "edrpou", "contract", "company", "meter")
ADDED = ("page", "login", "account", "edrpou", "contract", "browser", "system", "device", "version")
"""What the form is filled with before anybody has typed: all of it is seen, and may be changed or taken away."""
DETAILS = (*WHERE, *WHO, "browser", "system", "device", "version")


@dataclass(frozen=True)
class SupportForm:
    id: UUID
    title: str = ""
    text: str = ""
    contact: str = ""
    details: dict[str, str] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    reached: str = ""
    """The contact as it is kept; of the signed-in the account's own logins are used."""

    @property
    def is_business(self) -> bool:
        return bool(self.details.get("edrpou"))

    @classmethod
    def empty(cls, request: Request[Any, Any, Any], writer: Writer | None) -> "SupportForm":
        """With what is known anyway: the page one comes from, who one is, and what the browser says of itself."""
        seen = environments.read(request.headers.get("User-Agent", ""))
        known = {
            "page": _page(request), "browser": seen.browser, "system": seen.system, "device": seen.device,
            "version": VERSION,
        }  # fmt: skip
        business = next(iter(writer.businesses), None) if writer and asked(request)["business"] else None
        if writer:
            known["login"] = writer.login
        if business:
            known |= {"edrpou": business.edrpou, "contract": business.contract}
        elif writer and writer.accounts:
            known["account"] = writer.accounts[0].number
        return cls(uuid4(), details={"service": "site"} | known)

    @classmethod
    def of(cls, typed: Typed, portal: Portal, writer: Writer | None) -> "SupportForm":
        """Raises NotFoundException where the id that the page carried is missing."""
        title = rules.clean_line(typed["title"][:MOST_KEPT])
        text, wrong = text_of(typed)
        found: dict[str, str | None] = {"title": rules.mistake_of(title, rules.MOST_TITLE), "text": wrong}
        contact, reached = typed.text("contact"), ""
        if writer is None:
            read = read_login(contact, ("mail", "phone"))
            reached = read.value if isinstance(read, Contact) else ""
            found["contact"] = None if isinstance(read, Contact) else str(read) if contact else Mistake.EMPTY
        details = {name: line_of(typed, name) for name in DETAILS}
        details["service"] = details["service"] if details["service"] in SERVICES else ""
        mistakes = {name: str(one) for name, one in found.items() if one}
        return cls(typed.uuid("id"), title, text, contact, details, mistakes, reached)

    def draft(self, portal: Portal, writer: Writer | None, *, by: UUID | None, language: str) -> Draft:
        contacts = portal.policy.contacts
        account = next(
            (one for one in writer.accounts if one.number == self.details["account"]) if writer else iter(()),
            None,
        )
        return Draft(
            id=self.id, kind="technical", about="", title=self.title, text=self.text,
            company_id=desk(portal).id, portal_id=portal.id, language=language, person_id=by,
            contact=self.reached, account_id=account.id if account else None,
            details={name: said for name, said in self.details.items() if said},
            mailbox=(contacts.business_mail if self.is_business else "") or contacts.mail,
        )  # fmt: skip


def desk(portal: Portal) -> Company:
    """Who keeps the cabinet answers."""
    return portal.controller


def _page(request: Request[Any, Any, Any]) -> str:
    """Of our own: what the link says, else where the browser comes from. Queries and tokens stay behind."""
    own, came_from = request.scope["auth"].address, request.headers.get("Referer", "")
    told = asked(request)["from"] or (came_from.removeprefix(own) if came_from.startswith(f"{own}/") else "")
    path = urlsplit(told).path if told.startswith("/") and not told.startswith("//") else ""
    return "" if path in ("", "/support") or not path.isprintable() else _bare(path)[: rules.MOST_FIELD]


def _bare(path: str) -> str:
    """Links with a token in their address are named without it."""
    parts = path.split("/")
    return "/".join(
        "…" if len(part) > 40 or part.count(".") == 1 and len(part) > 12 else part for part in parts
    )
