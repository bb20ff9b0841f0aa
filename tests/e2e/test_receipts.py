"""Olena shows her receipt; whoever looks at it checks it, also without a network and in an older browser."""

import pytest

from tests.e2e.at_home import comes_home
from tests.e2e.pages.outbox import ready
from tests.e2e.pages.readings import NewReadingPage
from tests.e2e.person import PlaywrightVisitor, Visitor
from tests.e2e.site import Site

FORGED = """
(link => {
    const raw = atob(new URL(link).searchParams.get('r').replaceAll('-', '+').replaceAll('_', '/'))
    const forged = raw.replace('\\n04152\\n', '\\n04153\\n')
    return '/check?r=' + btoa(forged).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
})(%r)
"""
NO_ED25519 = """
    const imported = crypto.subtle.importKey.bind(crypto.subtle)
    crypto.subtle.importKey = (format, key, algorithm, ...rest) => algorithm.name === 'Ed25519'
        ? Promise.reject(new DOMException('not here', 'NotSupportedError')) : imported(format, key, algorithm, ...rest)
"""
SHOWN = "document.querySelector('receipt-check').innerText.replace(/\\s+/g, ' ').trim()"
OFFLINE = "document.querySelector('receipt-check [role]') && !document.querySelector('[data-told]')"


def receipt_of_a_new_reading(visitor: Visitor, site: Site) -> str:
    """The link of its check."""
    comes_home(visitor, site)
    ready(visitor)
    NewReadingPage(visitor).open().send("04152")
    visitor.sees("Прийнято №")
    visitor.click("Квитанція", "link")
    visitor.sees("Показання прийнято")
    visitor.sees("Скопіювати посилання")
    return str(visitor.run("document.querySelector('receipt-deeds').dataset.link"))


@pytest.mark.every_engine
def test_the_device_checks_a_receipt_with_the_server_and_without(visitor: Visitor, site: Site):
    link = receipt_of_a_new_reading(visitor, site)
    visitor.goto(link)
    visitor.sees("Квитанція справжня")
    visitor.sees("АТ «Миколаївгаз»")
    told = visitor.run(SHOWN)
    visitor.goto(str(visitor.run(FORGED % link)))
    visitor.sees("Підпис не збігається")
    site.stop()
    visitor.goto(link)
    visitor.sees("Квитанція справжня")
    assert visitor.run(OFFLINE), "the device did it"
    assert visitor.run(SHOWN) == told, "in the same words"
    visitor.goto(str(visitor.run(FORGED % link)))
    visitor.sees("Підпис не збігається")
    visitor.sees_no("04153")
    visitor.goto("/check?r=abc")
    visitor.sees("Це не повна квитанція")


def test_a_browser_without_ed25519_brings_its_own(visitor: PlaywrightVisitor, site: Site):
    link = receipt_of_a_new_reading(visitor, site)
    site.stop()
    visitor.page.add_init_script(NO_ED25519)
    visitor.goto(link)
    visitor.sees("Квитанція справжня")
    assert visitor.run("performance.getEntriesByType('resource').some(one => one.name.includes('noble'))")
    visitor.goto(str(visitor.run(FORGED % link)))
    visitor.sees("Підпис не збігається")
