"""Templates, and the two frames one answer can have."""

import gzip
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from litestar import Request
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Response

from webapp.settings import VERSION
from webapp.web.compiled import CompiledTemplates
from webapp.web.filters import filters
from webapp.web.folding import FoldingEnvironment
from webapp.web.static_files import StaticFiles
from webapp.web.translations import LANGUAGE_NAMES, catalogue

ROOT = Path(__file__).parents[1]
WORTH_ZIPPING = 1400
OF_DAYS = ("day", "date", "short_day", "moment", "month", "month_year")
"""Filters that are dear, and asked the same few days by everybody."""


@cache
def environment(
    language: str, files: StaticFiles | None = None, compiled: Path | None = None
) -> jinja2.Environment:
    """Names are paths from the package: in Python, in `include` and in git it is one string.

    Pages come with their `files`, and a folder where they are kept compiled; letters have neither.
    """
    words = catalogue(language)
    made = FoldingEnvironment(
        words.gettext,
        {"static_url": files.url} if files else {},
        loader=jinja2.FileSystemLoader(ROOT),
        extensions=["jinja2.ext.i18n"],
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=CompiledTemplates(compiled, files.build, language) if files and compiled else None,
    )
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= filters(language)
    made.filters |= {name: lru_cache(2000)(made.filters[name]) for name in OF_DAYS}
    made.globals["language_names"] = LANGUAGE_NAMES
    made.globals["language"] = language
    return made


def wants_partial(request: Request[Any, Any, Any]) -> bool:
    """htmx says itself whether it will swap a piece or the whole body (boosted links, the Back button)."""
    return request.headers.get("HX-Request-Type") == "partial"


def way_back(request: Request[Any, Any, Any]) -> str:
    """The address of what the person looks at; of a form that came back, that of the page it stood on."""
    if request.method == "GET":
        return str(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else "")
    own, came_from = request.scope["auth"].address, request.headers.get("Referer", "")
    return came_from.removeprefix(own) if came_from.startswith(f"{own}/") else str(request.scope["path"])


def context_of(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every template may count on: see layouts/base.html."""
    files = request.app.state.static_files
    person = request.scope["user"]
    return {
        "portal": request.scope["auth"],
        "person": person,
        "partition": str(person.partition) if person and not person.shared else "",
        "static_url": files.url,
        "build": files.build,
        "version": VERSION,
        "here": request.scope["path"],
        "way_back": way_back(request),
        "demo": request.app.state.settings.demo,
        "accounts": [],
        "account": None,
    }


def render(
    request: Request[Any, Any, Any],
    page: str,
    *,
    partial: str = "",
    status_code: int = 200,
    offline: bool = False,
    cookies: list[Cookie] | None = None,
    **context: Any,
) -> Response[bytes]:
    """The partial alone for htmx, the page around it for everyone else.

    `offline` lets the person's own device keep the page (never one with a form's id, never on a shared device).
    """
    language = request.scope["state"]["language"]
    name = partial if partial and wants_partial(request) else page
    shared = context_of(request)
    state = request.app.state
    template = environment(language, state.static_files, state.settings.compiled_folder).get_template(name)
    body = template.render(shared | context).encode()
    headers = {
        "Vary": "Accept-Encoding, Cookie, HX-Request, HX-Request-Type",
        "Content-Language": language,
    }
    if offline and shared["partition"] and name == page:
        headers |= {"X-Offline": "allow", "X-Partition": shared["partition"]}
    if len(body) > WORTH_ZIPPING and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 4)
        headers["Content-Encoding"] = "gzip"
    return Response(
        body, media_type=MediaType.HTML, status_code=status_code, headers=headers, cookies=cookies or []
    )


def zipped(request: Request[Any, Any, Any], body: bytes, media_type: str) -> Response[bytes]:
    """What is no page, compressed where it is worth it and understood."""
    headers = {"Vary": "Accept-Encoding, Cookie"}
    if len(body) > WORTH_ZIPPING and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 4)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)
