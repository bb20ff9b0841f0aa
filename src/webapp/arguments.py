"""What the verbs of the command line take; whatever is heavy waits until its verb is described."""

import argparse


def staff(described: argparse.ArgumentParser) -> None:
    from webapp.rules.permissions import STAFF

    deeds = described.add_subparsers(required=True, metavar="deed", dest="deed")
    invite = deeds.add_parser("invite", help="print a link to set the password, and send it by mail")
    invite.add_argument("--mail", required=True)
    invite.add_argument("--role", required=True, choices=sorted(STAFF))
    invite.add_argument("--portal", required=True, help="host name of the portal where the link works")
    invite.add_argument("--company", default="", help="its name, short name or code; not for platform_admin")
    invite.add_argument("--name", default="")
    block = deeds.add_parser("block", help="end all sign-ins of a colleague, and let nobody in")
    block.add_argument("--mail", required=True)


def exchange(described: argparse.ArgumentParser, brings: bool) -> None:
    from webapp.rules.exchange.forms import KINDS

    described.add_argument("--company", required=True, help="its name, short name or code")
    if not brings:
        described.add_argument("kind", choices=["readings", "payments", "appeals", "links"])
        described.add_argument("--after", type=int, help="the number of the last export; -1: everything")
        return
    described.add_argument("kind", choices=KINDS)
    described.add_argument("file", help="CSV or XLSX")
    described.add_argument("--dry-run", action="store_true", help="say what it would change, and leave it")


def bank(described: argparse.ArgumentParser) -> None:
    described.add_argument("--company", required=True, help="its name, short name or code")
    described.add_argument("--provider", required=True, choices=["liqpay", "monobank", "pretend", "none"])
    described.add_argument("--protocol", type=int, default=3, choices=range(3, 8), help="LiqPay: 3, or 7")
    described.add_argument("--test", action="store_true", help="play money counts")
    described.add_argument("--api", default="", help="where the bank is, if not where it always is")


def handover(described: argparse.ArgumentParser) -> None:
    described.add_argument("--from", dest="giver", required=True, help="company: name, short name or code")
    described.add_argument("--to", dest="taker", required=True, help="company: name, short name or code")
    described.add_argument(
        "--act", required=True, help="number of the act between them; what went is left alone"
    )
    described.add_argument("file", help="CSV with the columns old and new: numbers of contracts")
    described.add_argument("--dry-run", action="store_true", help="say what would go, and leave it")
