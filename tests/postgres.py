"""A throw-away PostgreSQL server for the tests: made in a temporary folder, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaign.setup.system import postgresql_binaries

# Nothing in it outlives the run, so nothing waits for the disk.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class NoPostgresql(Exception):
    """There is no server to be had here; the text says why."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of our own: its address, and how to stop and start it under its clients' feet."""

    url: str
    restart: Callable[[], None]


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a database for the tests: TEST_DATABASE_URL, or a server of our own until the end."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with own_server(FAST) as server:
        yield server.url


@contextmanager
def own_server(settings: str) -> Iterator[Server]:
    """A server with these settings until the end. Raises NoPostgresql."""
    binaries = postgresql_binaries()
    if binaries is None:
        raise NoPostgresql("no PostgreSQL server is installed, and TEST_DATABASE_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="campaign-pg-"))
    try:
        port = free_port()
        as_owner = owner_command(folder)
        data = ["-D", str(folder / "data")]
        run(as_owner, str(binaries / "initdb"), *data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        options = f"{settings} -p {port} -k {folder} -c listen_addresses=127.0.0.1"
        control = [str(binaries / "pg_ctl"), *data, "-w", "-l", str(folder / "log")]
        run(as_owner, *control, "-o", options, "start")
        try:
            yield Server(
                url=f"postgres://postgres@127.0.0.1:{port}/postgres",
                restart=lambda: run(as_owner, *control, "-m", "immediate", "-o", options, "restart"),
            )
        finally:
            run(as_owner, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def owner_command(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then the system's user postgres owns the folder and the server."""
    if os.geteuid() != 0:
        return []
    try:
        shutil.chown(folder, "postgres", "postgres")
    except LookupError as error:
        raise NoPostgresql("PostgreSQL does not run as root, and there is no user postgres") from error
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def run(as_owner: list[str], *command: str) -> None:
    done = subprocess.run(
        [*as_owner, *command],
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoPostgresql(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
