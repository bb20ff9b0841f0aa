"""The inspector's round on a phone, in the words on the screen."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.e2e.pages.entry import PASSWORD
from tests.e2e.pages.office import code, colleague
from tests.e2e.person import PlaywrightVisitor
from tests.e2e.waiting import holds

CODE = "2580"
KEPT = """new Promise((resolve) => {
    const look = async () => {
        const names = (await caches.keys()).filter((name) => name.startsWith('field-'));
        const pages = await Promise.all(names.map((cacheName) => caches.match('/field', { cacheName })));
        if (pages.some(Boolean) && (await navigator.serviceWorker.ready).active) resolve(true);
        else setTimeout(look, 50);
    };
    look();
})"""
"""The phone has the application, and the worker that starts it."""
DELIVERED = """async (store) => {
    const { counts } = await import(store);
    return new Promise((resolve, reject) => {
        const look = async () => {
            const { unsent, photos } = await counts();
            if (unsent + photos === 0) resolve(true);
        };
        addEventListener('field', look);
        look();
        setTimeout(() => counts().then((left) => reject(new Error(JSON.stringify(left)))), 30000);
    });
}"""
REST = """async ([store, lock, much]) => {
    const [{ enqueue, entries, meta }, { open }] = await Promise.all([import(store), import(lock)]);
    const owner = (await meta('owner')).id;
    const had = new Set((await entries()).map((entry) => entry.stop_id));
    let count = 0;
    for (const round of await open()) {
        for (const stop of round.stops) {
            if (had.has(stop.id)) continue;
            for (const meter of stop.meters) {
                const value = String(meter.last[0].value + much).padStart(meter.digits, '0');
                const at = { owner, round_id: round.id, stop_id: stop.id, meter_id: meter.id };
                await enqueue({ kind: 'reading', value, ...at });
            }
            count += 1;
        }
    }
    return count;
}"""

OVERHEAR = """() => {
    const made = URL.createObjectURL;
    URL.createObjectURL = (blob) => { self.saved = blob; return made.call(URL, blob); };
}"""


class RoundPage:
    def __init__(self, visitor: PlaywrightVisitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def sign_in(self, now: datetime) -> "RoundPage":
        """From the phone's own first screen through the office's door and back."""
        told = colleague("inspector")
        self.visitor.goto("/field")
        self.visitor.click("Увійти", "link")
        self.visitor.fill("Робочий e-mail", told["login"])
        self.visitor.fill("Пароль", PASSWORD)
        self.visitor.click("Продовжити")
        self.visitor.fill("Код із застосунку", code(told, now))
        self.visitor.click("Увійти")
        self.visitor.is_at("/field")
        return self

    def choose_code(self) -> None:
        self.visitor.fill("Придумайте код", CODE)
        self.visitor.fill("Ще раз", CODE)
        self.visitor.click("Зберегти код")
        self.visitor.sees("Лишилося")

    def ready(self) -> None:
        assert self.visitor.run(KEPT)

    def open(self, typed: str = CODE) -> None:
        """After a start of the browser."""
        self.page = self.visitor.page
        self.visitor.goto("/field")
        self.unlock(typed)

    def unlock(self, typed: str = CODE) -> None:
        self.visitor.fill("Код цього телефону", typed)
        self.visitor.click("Відкрити обхід")

    def next(self) -> None:
        self.page.locator(".dock a", has_text="Наступна").click()
        self.visitor.sees("Показання, м³")

    def type(self, digits: str) -> None:
        self.visitor.click("Очистити")
        for digit in digits:
            self.page.locator(f".keypad button[value='{digit}']").click()

    def keep(self) -> None:
        self.visitor.click("Записати й далі")

    def photograph(self) -> None:
        photo = {"name": "meter.png", "mimeType": "image/png", "buffer": PICTURE}
        self.page.locator("input[name=photo]").set_input_files(files=[photo])  # type: ignore[list-item]
        self.visitor.sees("Фото є")

    def save_to_file(self, file: Path) -> Path:
        """Playwright hears of no downloads in Firefox: there it is what the link was made of."""
        if self.visitor.engine == "firefox":
            self.page.evaluate(OVERHEAR)
            self.visitor.click("Зберегти у файл")
            holds(self.page, "self.saved")
            file.write_text(self.page.evaluate("self.saved.text()"))
            return file
        with self.page.expect_download() as saved:
            self.visitor.click("Зберегти у файл")
        saved.value.save_as(file)
        return file

    def find(self, words: str) -> None:
        self.visitor.fill("Вулиця, будинок, квартира або № лічильника", words)

    def module(self, name: str) -> str:
        build = self.page.evaluate("document.documentElement.dataset.build")
        return f"/static/{build}/js/field/{name}.js"

    def do_the_rest(self, much: int) -> int:
        """Every door that is left, by the application's own save."""
        told = [self.module("store"), self.module("lock"), much]
        return int(self.page.evaluate(REST, told))

    def delivered(self) -> bool:
        return bool(self.page.evaluate(DELIVERED, self.module("store")))

    def store(self, call: str) -> Any:
        """Of store.js: store("counts()")."""
        script = f"async (store) => {{ const it = await import(store); return it.{call}; }}"
        return self.page.evaluate(script, self.module("store"))


def _picture() -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((1900, 1200)).convert("RGB").save(made, "PNG")
    return made.getvalue()


PICTURE = _picture()
