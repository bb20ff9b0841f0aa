"""The running product under all its names, in every engine."""

import pytest

from tests.e2e.person import Visitor
from tests.e2e.site import PORTALS, Site
from webapp.demo import people_json
from webapp.settings import Settings


@pytest.mark.every_engine
def test_each_portal_answers_under_its_own_name_and_comes_back_after_an_outage(visitor: Visitor, site: Site):
    """The name in the title is that of the portal, and nobody else's."""
    names = {told["url"]: told["name"] for told in people_json(Settings("", port=site.port))["portals"]}

    def all_answer() -> None:
        for url in map(site.url, PORTALS):
            visitor.goto(f"{url}/sign-in")
            assert visitor.run("document.title").endswith(names[url])

    all_answer()
    site.stop()
    site.start()
    all_answer()
