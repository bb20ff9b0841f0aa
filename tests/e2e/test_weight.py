"""What pages weigh as Chromium counts it on the wire: the budgets of the product."""

from bench.load.weighing import weigh
from bench.weight import gzipped
from tests.e2e.engines import Browsers, Look
from tests.e2e.pages.entry import PASSWORD, demo_login
from tests.e2e.site import Site


def test_first_loads_and_scripts_keep_their_budgets(browsers: Browsers, site: Site):
    def new_context(**options: object):
        return browsers.context("chromium", Look(), base_url=site.url(), **options)

    found = weigh(new_context, demo_login("localhost"), PASSWORD)
    assert 0 < found.kb["sign_in_first_load"] <= 60
    assert 0 < found.kb["cabinet_first_load"] <= 60
    assert 0 < found.kb["cabinet_repeat"] <= 15
    for path, names in found.scripts.items():
        assert {"js/main.js", "vendor/htmx-4.0.1.min.js"} <= names, path
        assert gzipped(names) <= 30, path
