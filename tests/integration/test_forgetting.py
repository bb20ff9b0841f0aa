"""What the privacy notice promises: unfinished things do not stay."""

from datetime import timedelta

from tests import door
from tests.browser import Browser
from tests.factories.portals import APortal
from webapp.actions import forgetting
from webapp.jobs import worker
from webapp.outside import Outside


async def test_what_was_not_finished_is_deleted_and_links_say_for_a_month_why_they_fail(
    visitor: Browser, portal: APortal, outside: Outside
):
    await door.sign_up_plainly(visitor, "olena@example.com")
    for days, sign_ups, proofs in ((1, 1, 1), (3, 0, 1), (40, 0, 0)):
        await forgetting.forget(outside.clock.now() + timedelta(days=days))
        assert (await door.rows("sign_ups"), await door.rows("proofs")) == (sign_ups, proofs)
    assert await door.rows("limits") == 0


async def test_the_worker_does_it_every_hour(app, outside: Outside):
    assert [key.entrypoint for key in worker.queue(outside).sm.registry] == ["forget"]
