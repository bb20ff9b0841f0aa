"""The running product under all its names, in every engine."""

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.site import PORTALS, Site
from webapp.demo import people_json
from webapp.settings import Settings


@pytest.mark.every_engine
@pytest.mark.parametrize("portal", PORTALS)
def test_each_portal_answers_under_its_own_name_and_comes_back_after_an_outage(
    visit: Visit, site: Site, portal: str
):
    """The name in the title is that of the portal, and nobody else's."""
    names = {told["url"]: told["name"] for told in people_json(Settings("", port=site.port))["portals"]}
    visitor = visit(portal)
    visitor.goto("/sign-in")
    assert visitor.run("document.title").endswith(names[site.url(portal)])
    site.stop()
    site.start()
    visitor.reload()
    assert visitor.run("document.title").endswith(names[site.url(portal)])
