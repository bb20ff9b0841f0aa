"""What holds for every answer: headers, hosts, origins, and bad input that never becomes a 500."""

import re
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.browser import Browser, fields_of
from tests.factories import portals
from tests.factories.accounts import AnAccount
from tests.factories.portals import APortal
from webapp.database.engine import DB
from webapp.database.tables.people import SignIn
from webapp.database.tables.portals import Portal
from webapp.database.tables.proofs import Limit
from webapp.rules.policy import BadPolicy, Policy
from webapp.web.headers import HEADERS

OURS = {"Sec-Fetch-Site": "same-origin"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'"
)
PINNED = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


async def answer_of(http: httpx.AsyncClient, browser: Browser, status: int) -> httpx.Response:
    """One answer of each kind that people and machines get."""
    signed_in = {"Cookie": f"sid={browser.cookies['sid']}"}
    json, form = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}
    match status:
        case 200:
            return await http.get("/cabinet", headers=signed_in)
        case 303:
            return await http.get("/cabinet")
        case 400:
            return await http.post("/api/v1/readings", content=b"{", headers=signed_in | OURS | json)
        case 403:
            return await http.post("/linking", data={}, headers=signed_in | {"Sec-Fetch-Site": "cross-site"})
        case 404:
            return await http.get("/no-such-page")
        case 405:
            return await http.request("DELETE", "/cabinet", headers=signed_in | OURS)
        case 413:
            body = b"a=" + b"x" * 300_000
            return await http.post("/linking", content=body, headers=signed_in | OURS | form)
        case 422:
            return await http.post("/linking", data={}, headers=signed_in | OURS)
        case 500:
            return await http.get("/cabinet", headers=signed_in)
    raise AssertionError(status)


@pytest.mark.parametrize("status", [200, 303, 400, 403, 404, 405, 413, 422, 500])
async def test_headers_are_the_same_on_every_answer(monkeypatch, http, browser: Browser, status: int):
    if status == 500:
        monkeypatch.setattr("webapp.database.queries.accounts.CABINET", "SELECT to_json(1/0), $1, $2")
    answer = await answer_of(http, browser, status)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in PINNED} == PINNED
    assert "strict-transport-security" not in answer.headers and "server" not in answer.headers
    assert "Traceback" not in answer.text and "asyncpg" not in answer.text


async def test_a_portal_on_https_says_so_to_the_browser(http, browser: Browser):
    await Portal.update({Portal.address: "https://localhost"}, force=True)
    said = (await http.get("/cabinet")).headers["strict-transport-security"]
    assert said == "max-age=31536000; includeSubDomains"


async def test_no_header_is_forgotten_by_this_test():
    assert {name.lower() for name in HEADERS} | {"cache-control"} == set(PINNED)


async def test_head_works_wherever_get_does(http, browser: Browser):
    cookie = {"Cookie": f"sid={browser.cookies['sid']}"}
    for path in (
        "/cabinet",
        "/readings",
        "/readings/new",
        "/linking",
        "/offline",
        "/sw.js",
        "/manifest.json",
    ):
        get, head = await http.get(path, headers=cookie), await http.head(path, headers=cookie)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        assert head.headers["content-type"] == get.headers["content-type"], path


async def test_an_unknown_host_gets_a_plain_page(http, portal: APortal):
    answer = await http.get("/cabinet", headers={"Host": "evil.example"})
    assert answer.status_code == 404 and "<h1" in answer.text and "evil" not in answer.text


async def test_a_foreign_host_name_never_reaches_a_link(http, browser: Browser):
    said = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = await http.get("/cabinet", headers=said)
    assert "evil" not in answer.text + str(answer.headers)


async def test_alive_and_ready_answer_on_any_host(http, portal: APortal):
    for path in ("/healthz", "/readyz"):
        assert (await http.get(path, headers={"Host": "10.0.0.7"})).status_code == 200


async def test_without_the_database_people_get_503_and_a_time(monkeypatch, http, browser: Browser):
    def away(_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(type(DB), "speaker", property(away))
    for path in ("/cabinet", "/readyz"):
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert (await http.get("/healthz")).status_code == 200


async def test_a_visitor_who_looks_around_leaves_nothing_behind(http, visitor: Browser):
    for path in ("/", "/sign-in", "/sign-up", "/offline", "/help", "/legal/privacy", "/no-such-page"):
        answer = await http.get(path)
        assert "set-cookie" not in answer.headers, path
    assert await SignIn.count() == 0 and await Limit.count() == 0


FORMS = ["/linking", "/readings", "/sign-in", "/sign-up", "/recovery", "/sign-up/confirm"]
BODIES = {
    "nul": b"a=%00",
    "not utf-8": b"number=%ff%fe",
    "not ascii": "номер=1".encode(),
    "10,000 fields": b"&".join(b"f%d=1" % n for n in range(10_000)),
    "signs": b"=&=&&&;",
    "long": b"number=" + b"9" * 60_000,
    "braces": b"{" * 60_000,
    "empty": b"",
}
JSONS = {
    "deep array": b"[" * 100_000,
    "deep object": b'{"readings":' * 20_000,
    "not utf-8": b"\xff\xfe",
    "nul": b"\x00",
    "infinite": b'{"protocol":1e999}',
    "word": b"nul",
}


async def test_no_form_becomes_a_500(http, browser: Browser):
    headers = {"Cookie": f"sid={browser.cookies['sid']}", "Content-Type": "application/x-www-form-urlencoded"}
    for path in FORMS:
        for name, body in BODIES.items():
            answer = await http.post(path, content=body, headers=headers | OURS)
            assert answer.status_code in (303, 400, 404, 405, 413, 422, 429), (path, name)


async def test_no_json_becomes_a_500(http, browser: Browser):
    headers = {"Cookie": f"sid={browser.cookies['sid']}", "Content-Type": "application/json"} | OURS
    for name, body in JSONS.items():
        answer = await http.post("/api/v1/readings", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (400, {"code": "malformed"}), name


async def test_too_large_a_batch_is_told_so(http, browser: Browser):
    headers = {"Cookie": f"sid={browser.cookies['sid']}"} | OURS
    answer = await http.post("/api/v1/readings", content=b" " * 300_000, headers=headers)
    assert (answer.status_code, answer.json()) == (413, {"code": "too_large"})


async def test_a_mangled_address_is_an_absent_page(browser: Browser):
    for query in ("account=x", "account=%00", "account=' OR 1=1", "account=" + "9" * 3000):
        assert (await browser.get(f"/cabinet?{query}")).status in (400, 404), query


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                  {"Origin": "http://elsewhere.localhost"}, {"Origin": "null"}])  # fmt: skip
async def test_a_form_of_another_site_is_refused(browser: Browser, flat: AnAccount, said: dict[str, str]):
    form = (await browser.get("/readings/new")).form()
    page = await browser.post("/readings", fields_of(form) | {"value": "04152"}, **said)
    assert page.status == 403


async def test_a_form_of_another_site_is_refused_in_words_that_help(browser: Browser, visitor: Browser):
    for one, home in ((browser, "/cabinet"), (visitor, "/")):
        page = await one.post("/linking", {}, **{"Sec-Fetch-Site": "cross-site"})
        assert page.status == 403
        assert "Форму надіслано з іншого сайту" in page.words and "нічого не змінилося" in page.words
        assert page.html.select_one("main").select(f"a[href='{home}']")


async def test_an_old_browser_says_its_origin_and_is_believed(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    page = await browser.post("/readings", fields_of(form) | {"value": "04152"}, Origin="http://localhost")
    assert page.status == 303


async def test_a_browser_that_says_nothing_is_asked_once_more(browser: Browser, flat: AnAccount):
    form = (await browser.get("/readings/new")).form()
    asked = await browser.post("/readings", fields_of(form) | {"value": "04152"})
    assert asked.status == 200
    again = fields_of(asked.form("/readings"))
    assert again["value"] == "04152"
    assert (await browser.post("/readings", again)).status == 303
    used = await browser.post("/readings", again)
    assert used.status == 200 and used.form("/readings"), "the token works once; the person is asked anew"


async def test_the_token_of_the_question_is_bound_to_its_page_and_person(
    browser: Browser, stranger: Browser, flat: AnAccount
):
    form = (await browser.get("/readings/new")).form()
    asked = await browser.post("/readings", fields_of(form) | {"value": "04152"})
    stolen = fields_of(asked.form("/readings"))
    changed = await browser.post("/readings", stolen | {"value": "04199"})
    assert changed.status == 200, "other words are another question"
    assert (await stranger.post("/readings", stolen)).status == 200
    assert (await browser.post("/linking", stolen)).status == 200


async def test_files_are_kept_for_ever_and_an_old_build_gets_todays(http, app: Litestar, portal: APortal):
    files = app.state.static_files
    kept = await http.get(files.url("site.css"))
    assert "immutable" in kept.headers["cache-control"] and kept.headers["content-type"].startswith(
        "text/css"
    )
    old = await http.get("/static/0123456789/site.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
    for absent in ("/static/x/../../etc/passwd", "/static/x/sw.js", "/static/x/css/base.css", "/static/x/"):
        assert (await http.get(absent)).status_code == 404


async def test_files_are_sent_compressed(http, app: Litestar, portal: APortal):
    answer = await http.get(app.state.static_files.url("site.css"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and int(answer.headers["content-length"]) < 12_000


async def test_the_worker_and_the_manifest_need_no_sign_in(http, portal: APortal):
    worker = await http.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache" and re.match(
        r'const BUILD="[0-9a-f]+";', worker.text
    )
    manifest = (await http.get("/manifest.json")).json()
    assert (manifest["id"], manifest["name"], manifest["lang"]) == ("/", "104", "uk")
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        assert (await http.get(icon["src"])).headers["content-type"] == "image/png"


async def test_the_shell_knows_nobody(http, browser: Browser):
    answer = await http.get("/offline", headers={"Cookie": f"sid={browser.cookies['sid']}"})
    for private in ("Коваленко", "Садова", "0910204517", "71,68", "submission_id", 'data-person="0'):
        assert private not in answer.text


@pytest.mark.parametrize(
    "policy",
    [
        {"languages": ["en"]},
        {"passwords": {"minimum": 4}},
        {"accounts": {"maximum": 5, "exclusive": True}},
        {"logins": {"kinds": []}},
        {"logins": {"kinds": ["phone"], "sign_up": "identified"}},
        {"proofs": []},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(policy: dict[str, Any]):
    import msgspec

    with pytest.raises((BadPolicy, msgspec.ValidationError)):
        msgspec.convert(policy, Policy)


async def test_a_change_of_the_policy_shows_at_the_next_request(browser: Browser, portal: APortal):
    await portals.change_policy(portal.id, {"languages": ["uk"]})
    assert not (await browser.get("/cabinet")).html.select("a[href^='/language/']")
    await portals.change_policy(portal.id, {"languages": ["uk", "ru", "en"]})
    assert len((await browser.get("/cabinet")).html.select("a[href^='/language/']")) == 3
