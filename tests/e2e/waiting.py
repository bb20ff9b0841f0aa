"""Claims about a page that are awaited in the page itself."""

from playwright.sync_api import Page

HOLDS = """() => new Promise((resolve, reject) => {
    const look = async () => ((await (%s)) ? resolve() : setTimeout(() => look().catch(reject), 50));
    setTimeout(() => reject(new Error('it does not hold')), 30000);
    look().catch(reject);
})"""


def holds(page: Page, claim: str) -> None:
    """Where Playwright's own `wait_for_function` looks again, the policy of our pages forbids it to `eval`."""
    page.evaluate(HOLDS % claim)
