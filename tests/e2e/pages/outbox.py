"""What a person sees of the queue on their device: the entry form, its outcome, the list, the dialog."""

from typing import Any

from playwright.sync_api import Locator, Page, expect


class EntryForm:
    """/readings/new, and the shell that stands in for it without a network: the same form on both."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.value = page.get_by_label("Що зараз на лічильнику, м³")
        self.send = page.locator("form[data-outbox] [data-send]")
        self.usage = page.locator("[data-usage]")
        self.mistake = page.locator("form[data-outbox] .wrong")
        self.doubt = page.locator("[data-verdict] .notice-attention")
        self.outcome = page.locator("outbox-outcome")

    def open(self, meter: str | None = None) -> "EntryForm":
        self.page.goto(f"/readings/new?meter={meter}" if meter else "/readings/new")
        expect(self.value).to_be_visible()
        return self

    def enter(self, value: str) -> None:
        self.value.fill(value)
        self.send.click()

    def take_the_likely_value(self) -> None:
        self.doubt.locator("button[name=fix]").click()

    def insist(self) -> None:
        self.doubt.locator("button[name=confirmed]").click()

    def expect_accepted(self) -> None:
        expect(self.outcome).to_contain_text("Прийнято №", timeout=15_000)

    def expect_kept(self) -> None:
        expect(self.outcome).to_contain_text("На пристрої, не надіслано", timeout=30_000)


class OutboxList:
    """The card «На цьому пристрої» on /readings and on the shell."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.card = page.locator("outbox-list")
        self.rows = self.card.locator("li")
        self.said = self.card.locator("[data-fill=said]")

    def row(self, value: str) -> Locator:
        """`value` as it is shown: «04 152»."""
        return self.rows.filter(has_text=value.replace(" ", "\u00a0"))

    def send_now(self) -> None:
        self.card.get_by_role("button", name="Надіслати зараз").click()

    def remove(self, value: str) -> None:
        self.row(value).get_by_role("button", name="Прибрати").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Прибрати").click()

    def correct(self, value: str) -> EntryForm:
        self.row(value).get_by_role("link", name="Виправити").click()
        return EntryForm(self.page)

    def save_to(self, path: str) -> None:
        self._open_files()
        with self.page.expect_download() as download:
            self.card.get_by_role("button", name="Зберегти у файл").click()
        download.value.save_as(path)

    def take_from(self, path: str) -> None:
        self._open_files()
        self.card.get_by_label("Узяти з файлу").set_input_files(path)

    def _open_files(self) -> None:
        self.card.locator("details:not([open]) > summary").click()


class SignOutDialog:
    """Asked only while something is unsent."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog")

    def send_and_leave(self) -> None:
        self.dialog.get_by_role("button", name="Надіслати й вийти").click()

    def stay(self) -> None:
        self.dialog.get_by_role("button", name="Лишитися в кабінеті").click()

    def leave_them_locked(self) -> None:
        self.dialog.get_by_role("button", name="під замком").click()

    def delete(self, count: int) -> None:
        self.dialog.locator("summary").click()
        self.dialog.get_by_role("textbox").fill(str(count))
        self.dialog.get_by_role("button", name="Видалити й вийти").click()


class Device:
    """What lies on the device; for the oracle of a test, never instead of what the screen says."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def entries(self) -> list[dict[str, Any]]:
        """Every entry of the current person, oldest first."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "Outbox.meta('current_pid').then((pid) => Outbox.list(pid))"
        )
        return found

    def states(self) -> list[str]:
        return [entry["state"] for entry in self.entries()]

    def caches(self) -> list[str]:
        names: list[str] = self.page.evaluate("caches.keys()")
        return names

    def write_down(self, meter: str, value: str) -> None:
        """Stores one reading without the form, as many as a test of the queue needs."""
        self.page.evaluate(
            """async ([meter_id, value]) => {
                await Outbox.enqueue(await Outbox.meta('current_pid'), { meter_id, value });
            }""",
            [meter, value],
        )

    def worker_controls(self) -> None:
        """Waits until the page is the worker's: from here on it can be opened without a network."""
        self.page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")

    def come_back(self) -> None:
        """The person looks at the page again: what waits is tried at once."""
        self.page.evaluate("() => { dispatchEvent(new Event('focus')); }")

    def text_of_everything(self) -> str:
        """All that is stored, for a search after signing out: caches but for files, stores, web storage."""
        found: str = self.page.evaluate(
            """async () => {
                const found = [JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])];
                for (const name of await caches.keys()) {
                    const cache = await caches.open(name);
                    for (const request of await cache.keys()) {
                        if (request.url.includes('/static/')) continue;
                        found.push(request.url, await (await cache.match(request)).text());
                    }
                }
                const db = await Outbox.open();
                for (const name of db.objectStoreNames) {
                    const all = db.transaction(name).objectStore(name).getAll();
                    found.push(JSON.stringify(await Outbox.result(all)));
                }
                return found.join('\\n');
            }"""
        )
        return found
