"""Photos of meters: kept once, drawn anew, shown to whoever sent them."""

import asyncio
import io
import resource
import zlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from tests.browser import Browser
from tests.factories.accounts import AnAccount
from tests.factories.people import NOW, SignedIn
from tests.integration.test_readings_api import answers, queued
from webapp.actions import photos as actions
from webapp.actions.photos import Kept, KeyReused, NotYet, NotYours, Refused
from webapp.database.engine import DB
from webapp.database.queries import photos as queries
from webapp.outside.files.embedded import EmbeddedFiles
from webapp.rules import photos as rules
from webapp.rules.photos import Refusal

pytestmark = pytest.mark.anyio
API = "/api/v1/readings/photos"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **said: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#88a").save(made, kind, **said)
    return made.getvalue()


def of_a_phone() -> bytes:
    """Lying on its side, with a place and a serial number, and a page of HTML behind the end of the picture."""
    exif = Image.Exif()
    exif[0x0112], exif[0x8825], exif[0xA431] = 6, {1: "N", 2: (49.0, 4.0, 0.0)}, "SERIAL-42"
    return picture(size=(3000, 2000), exif=exif) + b"<script>alert(1)</script>"


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that would become gigabytes."""
    made = bytearray(picture("PNG", (1, 1)))
    made[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    made[29:33] = zlib.crc32(bytes(made[12:29])).to_bytes(4, "big")
    return bytes(made)


@pytest.fixture
async def reading(browser: Browser, flat: AnAccount) -> UUID:
    item = queued(flat, "04152")
    assert (await answers(browser, item))[0]["outcome"] == "accepted"
    return UUID(item["submission_id"])


async def keep(reading: UUID, by: SignedIn, body: bytes | None = None, **said: Any) -> actions.Outcome:
    asked = {"photo_id": uuid4(), "files": EmbeddedFiles()} | said
    body = picture() if body is None else body
    return await actions.keep(
        asked.pop("photo_id"),
        subject="reading",
        subject_id=reading,
        owner_person=by.id,
        body=body,
        now=NOW,
        **asked,
    )


async def rows() -> int:
    return await DB.one("SELECT to_json(count(*)) FROM photos", into=int) or 0


async def hand_in(browser: Browser, photo: Any, reading: Any, body: bytes, **headers: str) -> Any:
    told = {
        "Sec-Fetch-Site": "same-origin",
        "X-Reading": str(reading),
        "Content-Type": "image/jpeg",
    } | headers
    return await browser._http.post(f"{API}/{photo}", content=body, headers=browser._headers(told))


async def test_the_queue_hands_it_in_and_she_sees_it(browser: Browser, reading: UUID):
    photo, body = uuid4(), of_a_phone()
    for _ in range(2):  # the first answer was lost
        told = await hand_in(browser, photo, reading, body)
        assert (told.status_code, told.json()) == (
            200, {"outcome": "accepted", "id": str(photo), "sha256": rules.digest_of(body)},
        )  # fmt: skip
    assert await rows() == 1
    shown = await browser._http.get(f"/readings/photos/{photo}", headers=browser._headers({}))
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == ("image/jpeg", "no-store")
    kept = Image.open(io.BytesIO(shown.content))
    assert kept.size == (1067, 1600), "upright, and smaller"
    assert not kept.getexif() and b"SERIAL" not in shown.content and b"script" not in shown.content


async def test_a_stranger_finds_nothing_and_adds_nothing(browser: Browser, stranger: Browser, reading: UUID):
    photo = uuid4()
    await hand_in(browser, photo, reading, picture())
    assert (await stranger.get(f"/readings/photos/{photo}")).status == 404
    for its, under in ((photo, reading), (uuid4(), reading)):
        told = await hand_in(stranger, its, under, picture())
        assert (told.status_code, told.json()["outcome"]) == (403, "owner_mismatch")
    assert await rows() == 1


async def test_whoever_lost_the_account_sees_its_photos_no_more(browser: Browser, reading: UUID):
    photo = uuid4()
    await hand_in(browser, photo, reading, picture())
    await DB.do("DELETE FROM links")
    assert (await browser.get(f"/readings/photos/{photo}")).status == 404


async def test_a_photo_that_is_faster_than_its_reading_comes_again(browser: Browser, olena: SignedIn):
    told = await hand_in(browser, uuid4(), uuid4(), picture())
    assert (told.status_code, told.json()["outcome"]) == (409, "not_yet")
    assert int(told.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"X-Reading": ""}, 400), ({"X-Reading": "1"}, 400), ({"X-Partition": str(uuid4())}, 403), ({"Cookie": ""}, 401),
     ({"Sec-Fetch-Site": "same-site"}, 403)],
)  # fmt: skip
async def test_the_door_is_narrow(browser: Browser, reading: UUID, headers: dict[str, str], status: int):
    assert (await hand_in(browser, uuid4(), reading, picture(), **headers)).status_code == status
    assert await rows() == 0


async def test_ten_megabytes_are_the_most(browser: Browser, reading: UUID):
    told = await hand_in(browser, uuid4(), reading, b"\xff" * (rules.MOST_BYTES + 1))
    assert (told.status_code, told.json()) == (413, {"code": "too_large"})


async def test_whoever_sends_without_end_is_told_when_to_come_again(
    browser: Browser, reading: UUID, monkeypatch: pytest.MonkeyPatch
):
    limit = actions.limits.Limit("photos_person", 2, actions.timedelta(days=1))
    monkeypatch.setattr(actions.wait, "__defaults__", (limit,))
    told = [await hand_in(browser, uuid4(), reading, picture()) for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert int(told[2].headers["retry-after"]) > 3600


@pytest.mark.parametrize(
    ("name", "body", "refusal"),
    [
        ("a program", b"MZ\x90\x00" + b"\0" * 500, Refusal.NOT_A_PHOTO),
        ("nothing", b"", Refusal.NOT_A_PHOTO),
        ("a page", b"<html><script>1</script>", Refusal.NOT_A_PHOTO),
        ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.NOT_A_PHOTO),
        ("a GIF", picture("GIF"), Refusal.NOT_A_PHOTO),
        ("a document", b"%PDF-1.7", Refusal.NOT_A_PHOTO),
        ("half a photo", picture(size=(400, 400))[:300], Refusal.NOT_A_PHOTO),
        ("144 megapixels", png_that_claims(12_000, 12_000), Refusal.TOO_LARGE),
        ("400 megapixels", png_that_claims(20_000, 20_000), Refusal.TOO_LARGE),
        ("ten megabytes", b"\xff\xd8" + b"\0" * rules.MOST_BYTES, Refusal.TOO_LARGE),
    ],
)  # fmt: skip
async def test_what_is_no_photo_of_a_meter_is_refused_before_it_costs_anything(
    olena: SignedIn, reading: UUID, name: str, body: bytes, refusal: Refusal
):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    files = EmbeddedFiles()
    assert await keep(reading, olena, body, files=files) == Refused(refusal)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kB"
    assert (files.bodies, await rows()) == ({}, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_the_three_kinds_that_devices_make_are_kept_as_jpeg(olena: SignedIn, reading: UUID, kind: str):
    files = EmbeddedFiles()
    assert isinstance(await keep(reading, olena, picture(kind), files=files), Kept)
    (body,) = files.bodies.values()
    assert Image.open(io.BytesIO(body)).format == "JPEG"


async def test_see_through_pictures_get_a_white_ground(olena: SignedIn, reading: UUID):
    made, files = io.BytesIO(), EmbeddedFiles()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(made, "PNG")
    await keep(reading, olena, made.getvalue(), files=files)
    (body,) = files.bodies.values()
    assert min(Image.open(io.BytesIO(body)).getpixel((10, 10))) > 250


async def test_the_same_id_with_another_picture_is_told_apart(olena: SignedIn, reading: UUID):
    photo, files = uuid4(), EmbeddedFiles()
    assert isinstance(await keep(reading, olena, photo_id=photo, files=files), Kept)
    other = picture(size=(50, 50))
    assert await keep(reading, olena, other, photo_id=photo, files=files) == KeyReused()
    assert len(files.bodies) == 1


async def test_a_replay_by_ten_at_once_is_one_row_one_file_and_one_answer(olena: SignedIn, reading: UUID):
    photo, files = uuid4(), EmbeddedFiles()
    told = await asyncio.gather(*(keep(reading, olena, photo_id=photo, files=files) for _ in range(10)))
    assert {type(one) for one in told} == {Kept}
    assert (await rows(), len(files.bodies)) == (1, 1)


async def test_of_two_pictures_under_one_id_one_is_kept_with_its_file(olena: SignedIn, reading: UUID):
    photo, files = uuid4(), EmbeddedFiles()
    bodies = picture(), picture(size=(50, 50))
    told = await asyncio.gather(*(keep(reading, olena, body, photo_id=photo, files=files) for body in bodies))
    assert {type(one) for one in told} == {Kept, KeyReused}
    kept = await DB.one("SELECT to_json(digest) FROM photos", into=str)
    assert kept and list(files.bodies) == [rules.name_of(photo, kept)]


async def many_at_once(olena: SignedIn, reading: UUID) -> int:
    files = EmbeddedFiles()
    told = await asyncio.gather(*(keep(reading, olena, files=files) for _ in range(rules.MOST + 4)))
    assert await rows() == len(files.bodies) == sum(isinstance(one, Kept) for one in told)
    return await rows()


async def test_a_reading_has_five_photos_at_most_however_they_come(olena: SignedIn, reading: UUID):
    assert await many_at_once(olena, reading) == rules.MOST


async def test_without_the_lock_the_count_is_lost(
    olena: SignedIn, reading: UUID, monkeypatch: pytest.MonkeyPatch
):
    ready = asyncio.Barrier(rules.MOST + 4)
    found = queries.found
    before: set[UUID] = set()

    async def all_look_first(asked: queries.Asked) -> queries.Found:
        seen = await found(asked)
        if asked.id in before:  # the second look, inside the transaction
            await asyncio.wait_for(ready.wait(), 5)
        before.add(asked.id)
        return seen

    async def no_lock(_: queries.Asked) -> None:
        return None

    async def drawn(_: bytes) -> actions.pictures.Picture:
        return actions.pictures.Picture(b"a picture", 1, 1)

    monkeypatch.setattr(queries, "found", all_look_first)
    monkeypatch.setattr(queries, "lock", no_lock)
    monkeypatch.setattr(actions.pictures, "redrawn", drawn)
    assert await many_at_once(olena, reading) > rules.MOST


async def test_not_yours_and_not_yet_cost_no_decoding(
    olena: SignedIn, other: SignedIn, reading: UUID, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(actions.pictures, "redrawn", None)
    assert await keep(reading, other) == NotYours()
    assert await keep(uuid4(), olena) == NotYet()


async def test_the_company_sees_the_photos_of_its_readings(olena: SignedIn, flat: AnAccount, reading: UUID):
    await keep(reading, olena)
    (photo,) = await queries.of_reading(reading, company=flat.company_id)
    assert (photo.width, photo.height) == (40, 30)
    assert await queries.of_reading(reading, company=uuid4()) == []


async def test_an_old_payload_is_taken_for_ever_and_a_halved_new_one_comes_again(
    browser: Browser, flat: AnAccount
):
    """Case 53. An older worker sends what a newer page has stored, without what it does not know."""
    old = queued(flat, "04152")
    assert not {"corrects", "reason"} & old.keys()
    half = queued(flat, "04153", v=2) | {"digest": "0" * 64}
    body = {"protocol": 1, "sent_at": "2026-11-03T18:00:00Z", "readings": [old, half]}
    told = (await browser.send_json("/api/v1/readings", body)).json()["results"]
    assert [(one["submission_id"], one["outcome"]) for one in told] == [(old["submission_id"], "accepted")]


async def test_whoever_was_signed_out_is_told_so_and_whoever_ran_out_is_not(
    browser: Browser, flat: AnAccount
):
    """Case 45: the first one's device forgets its pages, the other's keeps them."""
    await DB.do("UPDATE sign_ins SET idle_expires_at = now() - interval '30 years'")
    assert (await browser.send_json("/api/v1/readings", {})).json() == {"code": "needs_login"}
    await DB.do("UPDATE sign_ins SET revoked_at = now()")
    assert (await browser.send_json("/api/v1/readings", {})).json() == {"code": "signed_out"}
