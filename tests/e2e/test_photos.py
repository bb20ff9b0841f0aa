"""A photo of the meter, from the cellar to the operator."""

import io
import os
from pathlib import Path

from PIL import Image

from tests.e2e.at_home import comes_home
from tests.e2e.pages.outbox import NOT_SENT, OfflinePage, delivered, ready
from tests.e2e.pages.readings import DRUMS
from tests.e2e.person import PlaywrightVisitor
from tests.e2e.site import Site
from tests.e2e.test_offline import accepted
from webapp.database.engine import DB

GONE = """new Promise((resolve) => {
    const look = async () => ((await Outbox.pictured(await Outbox.meta('current_pid')))
        ? setTimeout(look, 100) : resolve(true));
    look();
})"""
"""Waits until no photo is left on the device."""


def of_a_phone(folder: Path) -> Path:
    """Some eight megabytes, with a place in them."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (49.0, 4.0, 0.0)}
    file = folder / "IMG_0001.jpg"
    Image.frombytes("RGB", (3200, 2400), os.urandom(3200 * 2400 * 3)).save(file, quality=92, exif=exif)
    assert file.stat().st_size > 6_000_000
    return file


async def photos() -> list[tuple[int, int]]:
    rows = await DB.speaker.fetch("SELECT width, size FROM photos")
    return [(row["width"], row["size"]) for row in rows]


def test_it_waits_with_its_reading_and_goes_after_it(device: PlaywrightVisitor, site: Site, tmp_path: Path):
    """Case 64. The browser never says whether it will keep the data: nothing waits for that (case 62)."""
    comes_home(device, site)
    ready(device)
    device.goto("/readings/new")
    device.sees("Показання за жовтень")
    site.stop()
    OfflinePage(device).open("/readings/new")
    device.run("(navigator.storage.persist = () => new Promise(() => {})) && 1")
    device.page.set_input_files("#photo", of_a_phone(tmp_path))
    device.sees("Фото готове,")
    device.fill(DRUMS, "04152")
    device.click("Передати")
    device.sees(NOT_SENT)
    device.sees("Фото збережено на пристрої")
    device.goto("/readings")
    device.sees("Фото ще не надіслано")
    site.start()
    assert delivered(device)
    assert device.run(GONE)
    assert site.do(accepted(4152)) == 1
    ((width, size),) = site.do(photos())
    assert width <= 1600 and size <= 600_000
    device.goto("/readings")
    href = device.page.get_by_role("link", name="Фото лічильника").get_attribute("href")
    shown = device.page.request.get(site.url() + str(href))
    kept = Image.open(io.BytesIO(shown.body()))
    assert kept.format == "JPEG" and not kept.getexif()
