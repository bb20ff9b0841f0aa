"""The command line: verbs that a person types. The heavy imports wait until their verb is called."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from webapp import arguments, ports
from webapp.settings import MissingSetting, Settings

AS_ROOT = (
    "blakyt: started by root: PostgreSQL runs as the user «pgserver», and every folder above the data and "
    "the programs becomes readable to all users (go+rx). An ordinary user is better."
)


COLUMNS = {"role": 14, "login": 32, "password": 18}


def main(told: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(told)
    try:
        chosen.verb(chosen, _settings())
    except MissingSetting as error:
        sys.exit(f"blakyt: {error}")


def serve(_: argparse.Namespace, settings: Settings) -> None:
    """The web alone, for a real server: as many of these as there are cores."""
    from webapp import outside, serving
    from webapp.app import create_app
    from webapp.supervisor import wait_for_parent
    from webapp.web import logs

    _need_database(settings)
    wait_for_parent()
    logs.configure()
    addresses = ports.addresses(os.environ)
    if taken := ports.taken(addresses, settings.port):
        raise MissingSetting(f"port {settings.port} of {taken[0]} is taken; PORT chooses another")

    neighbours = outside.real(settings)
    neighbours.receipts.current()  # what cannot be signed is better known now than at the first reading

    async def work() -> None:
        app = create_app(settings, neighbours)
        await serving.serve(app, addresses, settings.port, _stopping())

    serving.run(work())


def worker(_: argparse.Namespace, settings: Settings) -> None:
    """What happens later: letters and messages; as many of these as are needed."""
    from webapp import outside, serving
    from webapp.jobs import worker
    from webapp.supervisor import wait_for_parent
    from webapp.web import logs

    _need_database(settings)
    wait_for_parent()
    logs.configure()
    serving.run(_until_told(worker.run(settings, outside.real(settings))))


def migrate(_: argparse.Namespace, settings: Settings) -> None:
    """The database catches up with the code; safe to repeat, and for several at once."""
    from webapp.database.migrate import migrate

    _need_database(settings)
    with _reaching_the_database():
        asyncio.run(migrate(settings.database_url))


def demo(chosen: argparse.Namespace, settings: Settings) -> None:
    """Everything at once, with a PostgreSQL of its own and people to sign in as."""
    from webapp.demo import people_json

    people = people_json(settings)
    if chosen.json:
        print(json.dumps(people, ensure_ascii=False, indent=2))
        return
    if not settings.demo:
        raise MissingSetting(
            "BLAKYT_DEMO=1 must be said: this would write people of the demo into DATABASE_URL"
        )
    if os.geteuid() == 0 and not settings.database_url:
        print(AS_ROOT, file=sys.stderr)
    _supervise(settings, people)


def staff(chosen: argparse.Namespace, settings: Settings) -> None:
    """Invite the first of the staff, who invite the others; or block somebody at once."""
    from webapp import staffing

    _need_database(settings)
    with _reaching_the_database():
        print(asyncio.run(staffing.do(chosen, settings)))


def bank(chosen: argparse.Namespace, settings: Settings) -> None:
    """Through which bank a company takes payments; its keys come by standard input."""
    from webapp import banking

    _need_database(settings)
    with _reaching_the_database():
        print(asyncio.run(banking.do(chosen, settings)))


def import_(chosen: argparse.Namespace, settings: Settings) -> None:
    """Take over a file of a billing system, or say what it would change."""
    from webapp import exchanging

    _need_database(settings)
    with _reaching_the_database():
        print(asyncio.run(exchanging.bring(chosen, settings)))


def export(chosen: argparse.Namespace, settings: Settings) -> None:
    """Print what happened in the cabinet since a number, as CSV; the next number goes to standard error."""
    from webapp import exchanging

    _need_database(settings)
    with _reaching_the_database():
        asyncio.run(exchanging.take(chosen, settings))


def hand_over(chosen: argparse.Namespace, settings: Settings) -> None:
    """Accounts of one company go to another under an act, or say what would go."""
    from webapp import handing

    _need_database(settings)
    with _reaching_the_database():
        print(asyncio.run(handing.do(chosen, settings)))


def check(_: argparse.Namespace, settings: Settings) -> None:
    """Is this installation fit to serve? Says so in one line, or what is missing."""
    from webapp import outside
    from webapp.database.check import unapplied, unfit

    _need_database(settings)
    outside.real(settings)
    with _reaching_the_database():
        missing = asyncio.run(unapplied(settings.database_url))
    if missing:
        raise MissingSetting(f"migrations to apply: {', '.join(missing)}; `blakyt migrate` applies them")
    with _reaching_the_database():
        portals = asyncio.run(unfit(settings.database_url))
    if portals:
        raise MissingSetting(f"portals that cannot be served: {'; '.join(portals)}")
    print("blakyt: settings, static files and database are in order")


def keys(chosen: argparse.Namespace, settings: Settings) -> None:
    """The keys of receipts: which are known; `rotate` makes a new one that signs from now on."""
    from webapp.outside.receipt_keys import FolderKeys

    folder = FolderKeys(settings.key_folder / "receipts")
    if chosen.deed == "rotate":
        folder.rotate()
    signing = folder.current().id
    for id in folder.public():
        print(f"{id}  {'signs' if id == signing else 'verifies what it signed'}")


def _supervise(settings: Settings, people: dict[str, Any]) -> None:
    from webapp.cluster import ClusterError
    from webapp.database.migrate import migrate
    from webapp.demo import load
    from webapp.supervisor import CannotStart, supervise

    def prepare(ready: Settings) -> None:
        with _reaching_the_database():
            asyncio.run(migrate(ready.database_url))
            asyncio.run(load(ready.database_url, ready))

    try:
        supervise(settings, prepare, lambda: _announce(people))
    except (CannotStart, ClusterError) as error:
        sys.exit(f"blakyt: {error}")


def _announce(people: dict[str, Any]) -> None:
    """The portals, and who can sign in there."""
    print("\nКабінет працює. Зупинити: Ctrl-C.\n")
    for portal in people["portals"]:
        print(f"  {portal['url']}  {portal['name']}")
        for person in people["people"]:
            if person["portal"] == portal["name"]:
                shown = [f"{person[column]:<{width}}" for column, width in COLUMNS.items()]
                print("   ", *shown, person["name"], person["totp_secret"] or "")
    print(flush=True)


def _settings() -> Settings:
    try:
        return Settings.read(os.environ)
    except ValueError as error:
        raise MissingSetting(f"a port is a number: {error}") from error


def _need_database(settings: Settings) -> None:
    if not settings.database_url:
        raise MissingSetting("DATABASE_URL is not set; `blakyt demo` brings a database of its own")


@contextmanager
def _reaching_the_database() -> Iterator[None]:
    """What a wrong DATABASE_URL ends in, as one sentence; our own mistakes keep their traces."""
    import asyncpg

    unreachable = (
        OSError,
        asyncpg.CannotConnectNowError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
    )
    try:
        yield
    except unreachable as error:
        raise MissingSetting(f"the database of DATABASE_URL cannot be used: {error}") from error


def _stopping() -> asyncio.Event:
    """Set by Ctrl-C, by SIGTERM, and when the supervisor that started us is gone."""
    from webapp.supervisor import watch_parent

    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    watch_parent()
    return stopping


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    working = asyncio.create_task(work)
    waiting = asyncio.create_task(_stopping().wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("blakyt", description="The personal cabinet of gas consumers.")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for verb in (serve, worker, migrate, demo, staff, bank, import_, export, hand_over, check, keys):
        name = verb.__name__.rstrip("_").replace("_", "-")
        described = verbs.add_parser(name, help=verb.__doc__, description=verb.__doc__)
        described.set_defaults(verb=verb)
        if verb is demo:
            described.add_argument(
                "--json", action="store_true", help="print portals and people, start nothing"
            )
        if verb is staff:
            arguments.staff(described)
        if verb is bank:
            arguments.bank(described)
        if verb in (import_, export):
            arguments.exchange(described, verb is import_)
        if verb is hand_over:
            arguments.handover(described)
        if verb is keys:
            described.add_argument("deed", nargs="?", choices=["rotate"], help="a new key signs from now on")
    return parser
