"""The keys that sign receipts: a folder beside the data, never the database."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from webapp.settings import MissingSetting

SIGNING = "signing"
"""The file of the one private key."""
PUBLIC = ".pem"


@dataclass(frozen=True)
class SigningKey:
    id: str
    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> "SigningKey":
        return cls(id_of(private.public_key()), private)

    @classmethod
    def fresh(cls) -> "SigningKey":
        return cls.of(Ed25519PrivateKey.generate())

    def sign(self, text: bytes) -> bytes:
        return self.private.sign(text)


class ReceiptKeys(Protocol):
    def current(self) -> SigningKey:
        """The one that signs from now on."""

    def public(self) -> Mapping[str, bytes]:
        """All that ever signed, by their names: 32 bytes each."""


class FolderKeys:
    """`signing` is the private key, `<id>.pem` are the public ones: several processes read the same folder.

    A file is looked at before each signature, so that a new key is used as soon as it is there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: tuple[tuple[int, int], SigningKey] | None = None

    def current(self) -> SigningKey:
        try:
            stamp = self._stamp()
        except FileNotFoundError:
            self._make(only_the_first=True)
            stamp = self._stamp()
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, SigningKey.of(_private(self.folder / SIGNING))
        return self._known[1]

    def public(self) -> Mapping[str, bytes]:
        self.current()
        found = {}
        for file in sorted(self.folder.glob(f"*{PUBLIC}")):
            key = load_pem_public_key(file.read_bytes())
            if isinstance(key, Ed25519PublicKey):
                found[id_of(key)] = raw(key)
        return found

    def rotate(self) -> str:
        """A new key signs; the private one of before is gone, its public one stays for what it signed."""
        return self._make(only_the_first=False)

    def _make(self, *, only_the_first: bool) -> str:
        with self._alone():
            if only_the_first and (self.folder / SIGNING).exists():
                return ""
            made = SigningKey.fresh()
            # The public key is known before the first signature can be.
            self._write(made.id + PUBLIC, _pem(made.private.public_key()), 0o644)
            self._write(SIGNING, _pem(made.private), 0o600)
            return made.id

    def _write(self, name: str, text: bytes, mode: int) -> None:
        beside = self.folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / name)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _stamp(self) -> tuple[int, int]:
        told = os.stat(self.folder / SIGNING)
        return told.st_ino, told.st_mtime_ns

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of several that make the first key at once, one does."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.mkdir(exist_ok=True, mode=0o700)
            with (self.folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except PermissionError as error:
            raise MissingSetting(f"the keys of receipts cannot be made in {self.folder}: {error}") from error


@dataclass
class EmbeddedKeys:
    """Of this process alone, for tests and measurements: they end with it."""

    keys: list[SigningKey] = field(default_factory=lambda: [SigningKey.fresh()])

    def current(self) -> SigningKey:
        return self.keys[-1]

    def public(self) -> Mapping[str, bytes]:
        return {key.id: raw(key.private.public_key()) for key in self.keys}

    def rotate(self) -> str:
        self.keys.append(SigningKey.fresh())
        return self.keys[-1].id


def verify(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def id_of(key: Ed25519PublicKey) -> str:
    """Eight characters, by which a receipt names its key."""
    return sha256(raw(key)).hexdigest()[:8]


def raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _private(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise MissingSetting(f"the key of receipts in {file} cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise MissingSetting(f"the key of receipts in {file} is not Ed25519")
    return key


def _pem(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
