"""A browser without an engine: fills the forms it finds, and checks what is true of every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
from bs4 import BeautifulSoup, Tag

UNSEEN = ["template", "script", "noscript"]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Shown(BeautifulSoup):
    """What waits in templates is found by nobody, as in a browser: not every soupsieve knows that."""

    def select(self, selector: str, *args: Any, **named: Any) -> Any:
        return [one for one in super().select(selector, *args, **named) if not one.find_parent("template")]

    def select_one(self, selector: str, *args: Any, **named: Any) -> Tag | None:
        return next(iter(self.select(selector, *args, **named)), None)


def seen(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        if not isinstance(child, Tag):
            yield str(child)
        elif child.name not in UNSEEN:
            yield from seen(child)


@dataclass(frozen=True)
class Page:
    status: int
    headers: httpx.Headers
    html: Shown

    @cached_property
    def words(self) -> str:
        """What a person reads: what waits in templates is not said yet."""
        return " ".join(" ".join(seen(self.html)).split())

    def form(self, action: str | None = None) -> Tag:
        """The form of the page's own subject: menus have theirs too."""
        where = self.html.select_one("main") or self.html
        (form,) = [one for one in where.select("form") if action in (None, one["action"])]
        return form

    @property
    def mistakes(self) -> dict[str, str]:
        """Field by field, what stands beside it."""
        return {
            said["id"].removesuffix("-error"): " ".join(said.get_text(" ").split())
            for said in self.html.select(".wrong[id]")
        }


class Browser:
    """One person's browser: it keeps its cookies, and says of its forms what a modern one says."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None, host: str = "") -> None:
        self._http = http
        self.cookies: dict[str, str] = {"sid": token} if token else {}
        self._host = {"Host": host} if host else {}

    async def get(self, path: str, **headers: str) -> Page:
        return self._look(await self._http.get(path, headers=self._headers(headers)))

    async def fetch(self, path: str) -> httpx.Response:
        """What is no page: a file, a picture, JSON."""
        return await self._http.get(path, headers=self._headers({}))

    async def follow(self, page: Page) -> Page:
        """Where a 303 leads."""
        assert page.status == 303, (page.status, page.words)
        return await self.get(page.headers["location"])

    async def submit(self, form: Tag, *, htmx: bool = False, **values: str) -> Page:
        """Post `form` as a person would: with everything it holds, and `values` typed over it."""
        headers = {"Sec-Fetch-Site": "same-origin"} | (HTMX if htmx else {})
        return await self.post(str(form["action"]), fields_of(form) | values, **headers)

    async def post(self, path: str, fields: dict[str, Any], **headers: str) -> Page:
        return self._look(await self._http.post(path, data=fields, headers=self._headers(headers)))

    async def send_json(self, path: str, body: Any) -> httpx.Response:
        headers = self._headers({"Sec-Fetch-Site": "same-origin"})
        return await self._http.post(path, json=body, headers=headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self._host | ({"Cookie": jar} if jar else {}) | more

    def _look(self, response: httpx.Response) -> Page:
        for said in response.headers.get_list("set-cookie"):
            name, _, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if "max-age=0" in said.lower():
                del self.cookies[name]
        self._http.cookies.clear()  # browsers of one test share the application, not their cookies
        html = Shown(response.text, "html.parser")
        check_headers(response)
        if response.headers.get("content-type", "").startswith("text/html"):
            check_markup(html)
            if html.html:
                check_document(html)
        return Page(response.status_code, response.headers, html)


def fields_of(form: Tag) -> dict[str, str]:
    """What a browser would send of this form as it stands."""
    fields = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            fields[field["name"]] = chosen.get("value", chosen.text) if chosen else ""
        else:
            fields[field["name"]] = field.text if field.name == "textarea" else field.get("value", "")
    return fields


def check_headers(response: httpx.Response) -> None:
    assert response.status_code < 500 or response.status_code == 503, response.text[:2000]
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] in ("no-store", "no-cache") or (
        "immutable" in response.headers["cache-control"]
    )
    assert "storage" not in response.headers.get("clear-site-data", "")


def check_document(html: BeautifulSoup) -> None:
    assert html.html and html.html["lang"]
    assert len(html.find_all("h1")) == 1
    assert html.title and " – " in html.title.text


def check_markup(html: BeautifulSoup) -> None:
    """What holds for a whole page and for a piece of one; looked through once, pages are many."""
    waiting = {id(tag) for template in html.find_all("template") for tag in template.find_all(True)}
    tags = [tag for tag in html.find_all(True) if id(tag) not in waiting]
    ids = [tag["id"] for tag in tags if tag.has_attr("id")]
    known = set(ids)
    assert len(ids) == len(known), "ids are unique"
    labels = {tag.get("for") for tag in tags if tag.name == "label"}
    for tag in tags:
        is_field = tag.name in ("select", "textarea") or (tag.name == "input" and tag.get("type") != "hidden")
        if is_field:
            assert tag.get("id") in labels or tag.find_parent("label"), f"{tag} has a label"
        described = tag.get("aria-describedby", "")
        assert set(described.split()) <= known, f"what describes {tag} exists"
        if tag.name == "form" and tag.get("method") != "dialog":
            assert tag["action"] and tag["method"], "a form works without script"
        if tag.name == "a":
            assert tag.get("href") and tag.get_text(strip=True), "a link leads somewhere and says where"
        inline = tag.name == "style" or tag.has_attr("style") or (tag.name == "script" and is_inline(tag))
        assert not inline, "nothing inline: the policy forbids it"
        assert not [name for name in tag.attrs if name.startswith(("on", "hx-on"))]


def is_inline(script: Tag) -> bool:
    return not script.has_attr("src") and script.get("type") != "application/json"
