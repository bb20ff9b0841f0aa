"""The portals of the demo do what the systems did that they stand for: as people meet them, data and all."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests import door
from tests.browser import Browser, Page
from tests.conftest import copied, run_apart
from tests.factories import people
from tests.factories.people import NOW
from webapp.cluster import Cluster
from webapp.database.engine import DB
from webapp.demo import cast, load, rows
from webapp.outside.clock import StoppedClock
from webapp.settings import Settings


@pytest.fixture(scope="module")
def peopled(postgres: Cluster, template: str) -> Iterator[str]:
    """All people of the demo, loaded once; each test has a copy."""
    with copied(postgres, template) as url:
        run_apart(load(url, Settings(url), StoppedClock(NOW)))
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def database_url(postgres: Cluster, peopled: str) -> Iterator[str]:
    with copied(postgres, peopled) as url:
        yield url


class Portal:
    """One of the demo, and those who come to it."""

    def __init__(self, http: httpx.AsyncClient, brand: str) -> None:
        (self._told,) = (one for one in cast.portals() if one.brand == brand)
        self._http, self._host = http, self._told.host(Settings("").port)

    @property
    def visitor(self) -> Browser:
        return Browser(self._http, host=self._host)

    async def person(self, key: str) -> Browser:
        (person,) = (one for one in cast.people()[self._told.brand].people if one.key == key)
        token = await people.sign_in(self._told.id, rows.person_id(self._told, person))
        return Browser(self._http, token, self._host)

    async def newcomer(self, login: str) -> Browser:
        """Signed up a minute ago, without an account."""
        someone = await people.person(self._told.id, "Нова Людина", login)
        return Browser(self._http, someone.token, self._host)


@pytest.fixture
def hub(http: httpx.AsyncClient, app: object) -> Portal:
    return Portal(http, "hub")


@pytest.fixture
def chernihiv(http: httpx.AsyncClient, app: object) -> Portal:
    return Portal(http, "chernihiv")


@pytest.fixture
def kremenchuk(http: httpx.AsyncClient, app: object) -> Portal:
    return Portal(http, "kremenchuk")


def phones(page: Page) -> list[str]:
    return [link["href"].removeprefix("tel:") for link in page.html.select("main a[href^='tel:']")]


@pytest.mark.covers("A02", "A03", "A04", "H01", portal="chernihiv")
async def test_the_first_page_of_chernihiv(chernihiv: Portal):
    page = await chernihiv.visitor.get("/")
    head = page.html.select_one("header.topbar")
    assert {"Увійти", "Реєстрація"} <= {link.text.strip() for link in head.select("a")}
    assert "УКР" in head.select_one("summary").text
    assert [link["hreflang"] for link in head.select("a[hreflang]")] == ["uk", "ru"]
    assert head.select_one("a[hreflang=uk]")["aria-current"] == "true"
    assert phones(page)[0] == "+380462616204"
    for promise in (
        "Передавати показання лічильника",
        "Знати тариф і поточний баланс",
        "Переглядати історію платежів і показань",
        "підприємців",
    ):
        assert promise in page.words, promise


@pytest.mark.covers("A03", "B27", portal="chernihiv")
async def test_chernihiv_in_russian(chernihiv: Portal):
    browser = chernihiv.visitor
    switch = (await browser.get("/")).html.select_one("a[hreflang=ru]")["href"]
    page = await browser.follow(await browser.get(switch))
    assert page.html.html["lang"] == page.headers["content-language"] == "ru"
    assert "Передавать показания счётчика" in page.words and "РУС" in page.html.select_one("summary").text
    ours = await browser.get("/ru/help")
    assert ours.html.html["lang"] == "ru" and "Справка" in ours.words
    assert (await browser.get("/en/help")).status == 404, "this portal speaks no English"


@pytest.mark.covers("A01", "A05", "A06", "A07", "A08", "A09", "A10", "H01", "H07", portal="chernihiv")
async def test_chernihiv_says_beforehand_who_may_and_what_is_needed(chernihiv: Portal):
    page = await chernihiv.visitor.get("/sign-up")
    for said in (
        "фізична особа або приватний підприємець", "сума останнього платежу", "Продовжити", "Відмовитися",
        "На один e-mail можна зареєструвати один особовий рахунок.", "буде Вашим логіном", "Mozilla Firefox",
    ):  # fmt: skip
        assert said in page.words, said
    assert "+380462616204" in phones(page)


@pytest.mark.covers("A18", "A38", "A39", "A41", "H02", "H03", "H04", portal="chernihiv")
async def test_both_companies_of_chernihiv_are_in_one_cabinet(chernihiv: Portal):
    tetiana = await chernihiv.person("tetiana")
    home = await tetiana.get("/cabinet")
    for said in (
        "Газ Чернігівгаз Збут, договір № 740118263 7,96 грн/м³",
        "Доставка газу Чернігівгаз, договір № 0740118263 1,908 грн/м³",
        "Борг за газ 214,92 грн ТОВ «Чернігівгаз Збут». Станом на",
        "Платежі з’являються впродовж 14 днів",
    ):
        assert said in home.words, said
    bills = await tetiana.get("/bills")
    for said in ("ТОВ «Чернігівгаз Збут», договір", "ПАТ «Чернігівгаз», договір", "151,24 грн зараховано"):
        assert said in bills.words, said
    assert (
        "Вересень 2026 Знято 3 жовтня. Передано з кабінету 18 206" in (await tetiana.get("/readings")).words
    )


@pytest.mark.covers("A38", "H04", portal="chernihiv")
async def test_tetiana_of_chernihiv_sends_a_reading(chernihiv: Portal):
    tetiana = await chernihiv.person("tetiana")
    sent = await tetiana.submit((await tetiana.get("/readings/new")).form("/readings"), value="18 260")
    answer = await tetiana.follow(sent)
    assert "Прийнято №" in answer.words and "Жовтень 2026" in answer.words


@pytest.mark.covers("H01", portal="chernihiv")
async def test_a_sole_trader_of_chernihiv_has_the_same_cabinet(chernihiv: Portal):
    page = await (await chernihiv.person("serhii")).get("/cabinet")
    assert "просп. Перемоги, 86" in page.words and "Чернігівгаз Збут" in page.words


@pytest.mark.covers("K01", "K02", "K14", portal="kremenchuk")
async def test_kremenchuk_has_an_address_of_its_own_with_the_sign_up_under_it(kremenchuk: Portal):
    page = await kremenchuk.visitor.get("/")
    assert page.html.title.text.endswith("– Кременчукгаз")
    assert "Стежити за споживанням газу" in page.words
    ways = {link.text.strip(): link["href"] for link in page.html.select("main .actions a")}
    assert ways == {
        "Вхід до кабінету": "/sign-in", "Зареєструватися": "/sign-up", "Відновити пароль": "/recovery"
    }  # fmt: skip
    assert "Номер мобільного" in (await kremenchuk.visitor.get("/sign-in")).words
    assert "Номер мобільного" in (await door.form_of_sign_up(kremenchuk.visitor)).text


RULES = (
    "раз на 7 робочих днів",
    "не пізніше 10 числа щомісяця",
    "За Кодексом газорозподільних систем",
    "надають Оператору ГРМ до 5 числа включно",
    "Якщо до 6 числа їх не отримано, ураховується плановий місячний об’єм",
)


@pytest.mark.covers("K17", "K18", "K19", "K20", "K21", portal="kremenchuk")
async def test_kremenchuk_welcomes_and_says_the_rules_before_the_first_account(kremenchuk: Portal):
    page = await (await kremenchuk.newcomer("+380670000077")).get("/cabinet")
    assert page.html.h1.text == "Вітаємо Вас в особистому кабінеті"
    assert "додайте свій особовий рахунок" in page.words and page.html.select_one("main a[href='/linking']")
    for rule in RULES:
        assert rule in page.words, rule


@pytest.mark.covers("K18", "K19", "K20", "K21", "K25", "K35", portal="kremenchuk")
@pytest.mark.covers(
    "K16",
    instead="the sections stand below the accounts on the left and have words on phones too; contacts and the way"
    " out are in the person's menu",
    portal="kremenchuk",
)
async def test_kremenchuk_has_accounts_on_the_left_and_the_rules_on_the_home_page(kremenchuk: Portal):
    kateryna = await kremenchuk.person("kateryna")
    page = await kateryna.get("/cabinet")
    for rule in (*RULES, "АТ «Кременчукгаз»"):
        assert rule in page.words, rule
    own = page.html.select(".side-accounts a[href^='/cabinet?account=']")
    assert [link.b.text for link in own] == ["Квартира", "Батьки", "Дім у Гадячі"]
    house = await kateryna.get(own[2]["href"])
    assert "вул. Лесі Українки, 9" in house.html.h1.text
    assert house.html.select_one(".side-accounts [aria-current]").b.text == "Дім у Гадячі"
    assert page.html.select_one(".side-menu a[href='/statistics']")
    assert page.html.select_one("header a[href='/help/contacts']")
    assert page.html.select_one("header form[action='/sign-out']")


@pytest.mark.covers("K32", portal="kremenchuk")
async def test_kremenchuk_speaks_ukrainian_alone(kremenchuk: Portal):
    visitor = kremenchuk.visitor
    assert not (await visitor.get("/")).html.select("a[hreflang]")
    for path in ("/language/ru", "/ru/help", "/language/en"):
        assert (await visitor.get(path)).status == 404
    months = (await (await kremenchuk.person("kateryna")).get("/statistics?year=2020")).words
    assert "Січень 2020" in months and "Січень" in months and "январь" not in months.lower()


@pytest.mark.covers("B03", "B12", "B14", portal="localhost")
async def test_the_hub_has_sections_left_the_person_right_and_all_25_accounts(hub: Portal):
    ivan = await hub.person("ivan")
    page = await ivan.get("/cabinet")
    assert len(page.html.select(".switcher-drop a[href^='/cabinet?account=']")) == 25
    assert page.html.select_one(".side-menu a[href='/readings']")
    assert "person-drop" in page.html.select("header.topbar > *")[-1]["class"]
    browsers = await hub.visitor.get("/help/browsers")
    for said in ("комп’ютері, планшеті чи телефоні", "Safari – від версії 16.4", "Mozilla Firefox"):
        assert said in browsers.words, said


@pytest.mark.covers("B26", portal="localhost")
async def test_the_hub_says_who_is_the_operator_and_who_the_supplier(hub: Portal):
    page = await hub.visitor.get("/help/contacts")
    assert "АТ «Миколаївгаз» , Оператор ГРМ" in page.words
    assert "ТОВ «Миколаївгаз Збут» , постачальник газу" in page.words


@pytest.mark.covers("B04", "B05", portal="localhost")
async def test_the_hub_says_who_answers_what(hub: Portal):
    page = await hub.visitor.get("/help/contacts")
    routes = {row.b.text: row for row in page.html.select("article h2 + ul > li")}
    support = routes["Реєстрація, додавання рахунків, кабінет і його послуги"]
    assert support.a["href"] == "mailto:support@104.ua"
    operator = routes["Підключення до газу, мережі, показання, нарахування за доставку газу"]
    assert operator.select_one("a[href='tel:+380512701804']") and operator.select_one(
        "a[href='https://104.ua']"
    )
    assert "Контакт-центр оператора ГРМ, АТ «Миколаївгаз»" in page.words


@pytest.mark.covers("A38", portal="localhost")
async def test_maria_of_the_hub_sees_that_the_inspector_s_value_counts_and_may_object(hub: Portal):
    page = await (await hub.person("maria")).get("/readings")
    assert "Записав контролер" in page.words and "Не зараховано" in page.words
    assert page.html.select_one("a[href$='/dispute']")


@pytest.mark.covers("A38", "A39", portal="localhost")
async def test_olena_of_the_hub_sees_her_tariffs_and_sends_a_reading(hub: Portal):
    olena = await hub.person("olena")
    home = await olena.get("/cabinet")
    assert "7,96 грн/м³" in home.words and "2,388 грн/м³" in home.words and "Борг за газ" in home.words
    form = (await olena.get("/readings/new")).form("/readings")
    assert "Прийнято №" in (await olena.follow(await olena.submit(form, value="04152"))).words


@pytest.mark.covers("K33", portal="kremenchuk")
async def test_the_contacts_of_kremenchuk_have_address_phones_hours_and_the_break(kremenchuk: Portal):
    page = await kremenchuk.visitor.get("/help/contacts")
    facts = {one.text: " ".join(one.find_next("dd").text.split()) for one in page.html.select("article dt")}
    assert facts["Адреса"].startswith("м. Кременчук, пров. Г. Бреста, 46")
    assert facts["Години роботи"] == "Пн–Чт 8:00–17:15, Пт 8:00–16:00, перерва 12:00–13:00"
    assert phones(page)[:2] == ["+380536701212", "+380675056318"]
    assert "Гадяч" in page.words and page.html.select_one("article a[href*='openstreetmap']")


BUSINESS_TOO = """
UPDATE portals SET policy = jsonb_set(policy::jsonb, '{accounts,business}', 'true')
WHERE host LIKE 'kremenchuk%'
"""


@pytest.mark.covers("B13", portal="localhost")
async def test_the_hub_lists_who_is_served_by_which_cabinet_and_app(hub: Portal):
    page = await hub.visitor.get("/help/companies")
    lists = {one["id"]: one.find_next("ul").get_text(" ") for one in page.html.select("article h2[id]")}
    for name in ("Миколаївгаз Збут", "КРЕМЕНЧУКГАЗ-ПОСТАЧАННЯ", "Чернігівгаз"):
        assert name in lists["personal"] and name in lists["mobile"]
    assert "Миколаївгаз" in lists["business"] and "КРЕМЕНЧУКГАЗ" not in lists["business"]
    apps = {one.a.text: one.text for one in page.html.select("#mobile ~ ul")[0].select("li")}
    assert "Показання тут не приймають" in apps["Кременчукгаз"] and "без мережі" in apps["Чернігівгаз"]
    await DB.do(BUSINESS_TOO)
    page = await hub.visitor.get("/help/companies")
    assert "КРЕМЕНЧУКГАЗ" in page.html.select_one("#business").find_next("ul").text, "as its policy says"
