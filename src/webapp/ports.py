"""Where the web listens: loopback unless told, so that a first start is nobody else's business."""

import socket
from collections.abc import Mapping, Sequence

LOOPBACK = ("127.0.0.1", "::1")
"""Both that `localhost` may mean; browsers try either first."""


def addresses(environ: Mapping[str, str]) -> list[str]:
    """BLAKYT_LISTEN, separated by commas; of the default, those that this machine has."""
    told = environ.get("BLAKYT_LISTEN", "")
    if told:
        return [address.strip() for address in told.split(",")]
    return [address for address in LOOPBACK if is_free(address, 0)]


def taken(addresses: Sequence[str], port: int) -> list[str]:
    return [address for address in addresses if not is_free(address, port)]


def is_free(address: str, port: int) -> bool:
    """Also false where the kernel does not know the address: many containers have no IPv6."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError:
        return False
    return True
