"""Olena shows her receipt; whoever looks at it checks it, also without a network and in an older browser."""

import pytest

from tests.e2e.pages.entry import SignInPage
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


def receipt_of_a_new_reading(visitor: Visitor) -> str:
    """The link of its check."""
    SignInPage(visitor).sign_in()
    ready(visitor)
    NewReadingPage(visitor).open().send("04152")
    visitor.sees("Прийнято №")
    visitor.click("Квитанція", "link")
    visitor.sees("Показання прийнято")
    visitor.sees("Скопіювати посилання")
    return str(visitor.run("document.querySelector('receipt-deeds').dataset.link"))


@pytest.mark.every_engine
def test_the_device_checks_a_receipt_with_the_server_and_without(device: Visitor, site: Site):
    link = receipt_of_a_new_reading(device)
    device.goto(link)
    device.sees("Квитанція справжня")
    device.sees("АТ «Миколаївгаз»")
    told = device.run(SHOWN)
    device.goto(str(device.run(FORGED % link)))
    device.sees("Підпис не збігається")
    site.stop()
    device.goto(link)
    device.sees("Квитанція справжня")
    assert device.run(OFFLINE), "the device did it"
    assert device.run(SHOWN) == told, "in the same words"
    device.goto(str(device.run(FORGED % link)))
    device.sees("Підпис не збігається")
    device.sees_no("04153")
    device.goto("/check?r=abc")
    device.sees("Це не повна квитанція")


def test_a_browser_without_ed25519_brings_its_own(device: PlaywrightVisitor, site: Site):
    link = receipt_of_a_new_reading(device)
    site.stop()
    device.page.add_init_script(NO_ED25519)
    device.goto(link)
    device.sees("Квитанція справжня")
    assert device.run("performance.getEntriesByType('resource').some(one => one.name.includes('noble'))")
    device.goto(str(device.run(FORGED % link)))
    device.sees("Підпис не збігається")
