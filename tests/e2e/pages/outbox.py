"""What waits on a device, in the words on the screen."""

from tests.e2e.pages.readings import DRUMS
from tests.e2e.person import Visitor

NOT_SENT = "На пристрої, не надіслано"
READY = """new Promise((resolve) => {
    const look = async () => ((await navigator.serviceWorker.ready).active ? resolve(true) : setTimeout(look, 50));
    look();
})"""
"""Firefox, short of time, says that it is ready before it says who is active."""
NO_CONNECTION = "Немає зв’язку"


class OfflinePage:
    """The shell: what the device shows by itself while nobody answers."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self, path: str = "/readings/new") -> "OfflinePage":
        self.visitor.goto(path)
        self.visitor.sees(NO_CONNECTION)
        return self

    def write_down(self, value: str) -> None:
        self.visitor.fill(DRUMS, value)
        self.visitor.sees("Спожито")
        self.visitor.click("Передати")


def ready(visitor: Visitor) -> None:
    """The worker is there and has all it needs for a start without network."""
    assert visitor.run(READY)


def entries(visitor: Visitor) -> list[str]:
    """States of all that lies on the device."""
    script = (
        """Outbox.meta('current_pid').then(pid => Outbox.list(pid)).then(all => all.map(one => one.state))"""
    )
    return [str(state) for state in visitor.run(script)]


def delivered(visitor: Visitor) -> bool:
    """Waits until the server has answered for everything on the device, as the screen is told of it."""
    return bool(visitor.run(DELIVERED))


DELIVERED = """new Promise((resolve, reject) => {
    const look = async () => {
        const all = await Outbox.list(await Outbox.meta('current_pid'));
        if (all.length && all.every((one) => one.state === 'accepted')) resolve(true);
    };
    addEventListener('outbox', look);
    look();
    setTimeout(() => reject(new Error('still not delivered')), 30000);
})"""
