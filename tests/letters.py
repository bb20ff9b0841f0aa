"""What the tests of letters know: how a form with files is sent, and files that are not what they say."""

import io
import zlib
from typing import Any

import httpx
from bs4 import Tag
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.browser import HTMX, Browser, Page, fields_of
from webapp.database.engine import DB

File = tuple[str, bytes, str]
"""Name, body, and the type that the sender claims."""
TEXT = "Показання за серпень передала 4-го числа, маю квитанцію. Чому в рахунку плановий обсяг?"


async def send(browser: Browser, form: Tag, *files: File, htmx: bool = False, **values: str) -> Page:
    """As browsers send a form with a file in it."""
    headers = {"Sec-Fetch-Site": "same-origin"} | (HTMX if htmx else {})
    fields = {name: said for name, said in (fields_of(form) | values).items() if name != "files"}
    parts: Any = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
    told = browser._headers(headers)
    http: httpx.AsyncClient = browser._http
    return browser._look(await http.post(str(form["action"]), data=fields, files=parts, headers=told))


async def write(browser: Browser, about: str = "readings", *files: File, **values: str) -> Page:
    """From the list of subjects to the letter that is sent."""
    page = await browser.get(f"/appeals/new?about={about}")
    typed = {"kind": "question", "title": "Чому плановий обсяг?", "text": TEXT}
    return await send(browser, page.form("/appeals"), *files, **typed | values)


def picture(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#88a").save(made, kind)
    return made.getvalue()


def paper(pages: int = 1, *, script: bool = False, inside: bool = False, password: str = "") -> bytes:
    made, writer = io.BytesIO(), PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        act = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
        opening = DictionaryObject({NameObject(name): said for name, said in act.items()})
        writer.root_object[NameObject("/OpenAction")] = opening
    if inside:
        writer.add_attachment("run.exe", b"MZ")
    if password:
        writer.encrypt(password)
    writer.write(made)
    return made.getvalue()


def bomb(streams: int = 20, megabytes: int = 20) -> bytes:
    """A kilobyte for each megabyte that it would become."""
    packed = zlib.compress(b"\0" * (megabytes * 1024 * 1024), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
    ]
    head = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    objects += [head + packed + b"\nendstream"] * streams
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


async def number_of_rows(table: str) -> int:
    return int(await DB.pool.fetchval(f"SELECT count(*) FROM {table}"))
