"""Installs the system libraries that pip cannot bring: `python -m campaign.setup.system demo|test`.

Says and does nothing when all are there. Installs them with the system's package manager as root or with a
sudo that asks for no password; otherwise stops with the one line to type."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    what_for: str
    is_there: Callable[[], bool]
    apt: str
    dnf: str
    brew: str


@dataclass(frozen=True)
class Manager:
    name: str
    refresh: Sequence[str]
    install: Sequence[str]


MANAGERS = [
    Manager(
        "apt",
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"],
    ),
    Manager("dnf", [], ["dnf", "install", "-q", "-y"]),
    Manager("brew", [], ["brew", "install", "--quiet"]),
]


def shared_library(*names: str) -> Callable[[], bool]:
    """A check that one of these shared libraries loads; names as WeasyPrint opens them."""

    def loads() -> bool:
        for name in names:
            for place in ("", "/opt/homebrew/lib/", "/usr/local/lib/"):
                try:
                    ctypes.CDLL(place + name)
                except OSError:
                    continue
                return True
        return False

    return loads


def program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def postgresql_binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine. Debian keeps it off the PATH."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    folders.sort(key=lambda folder: int("".join(filter(str.isdigit, str(folder))) or 0), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


PDF = [
    Need(
        "receipts",
        shared_library("libpango-1.0.so.0", "libpango-1.0.dylib"),
        "libpango-1.0-0",
        "pango",
        "pango",
    ),
    Need(
        "receipts",
        shared_library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
        "libpangoft2-1.0-0",
        "pango",
        "pango",
    ),
    Need(
        "receipts, twice as fast",
        shared_library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
        "libharfbuzz-subset0",
        "harfbuzz",
        "harfbuzz",
    ),
    Need("receipts", program("fc-list"), "fontconfig", "fontconfig", "fontconfig"),
]
CHECKS = [
    Need("PDF tests", program("pdftotext"), "poppler-utils", "poppler-utils", "poppler"),
    Need("PDF tests", program("qpdf"), "qpdf", "qpdf", "qpdf"),
    Need(
        "browser tests",
        program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
        "chromium",
        "chromium",
    ),
]
DATABASE = Need(
    "PostgreSQL tests",
    lambda: bool(os.environ.get("TEST_DATABASE_URL") or postgresql_binaries()),
    "postgresql",
    "postgresql-server",
    "postgresql@17",
)
NEEDS = {"demo": PDF, "test": [*PDF, *CHECKS], "ci": [*PDF, *CHECKS, DATABASE]}


def missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.is_there()]


def manager_here() -> Manager | None:
    return next((manager for manager in MANAGERS if shutil.which(manager.install[0])), None)


def packages(needs: Iterable[Need], manager: Manager) -> list[str]:
    return sorted({getattr(need, manager.name) for need in needs})


def rights(manager: Manager) -> list[str] | None:
    """What to write before the command: nothing, sudo, or None when we may not install."""
    if manager.name == "brew" or os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def line_to_type(needs: Iterable[Need], manager: Manager) -> str:
    sudo = "" if manager.name == "brew" else "sudo "
    short = {"apt": "apt-get install -y", "dnf": "dnf install -y", "brew": "brew install"}[manager.name]
    refresh = f"{sudo}apt-get update && " if manager.name == "apt" else ""
    return f"{refresh}{sudo}{short} {' '.join(packages(needs, manager))}"


def install(needs: Sequence[Need], manager: Manager, before: Sequence[str]) -> bool:
    say(f"Installing with {manager.install[0]}: {' '.join(packages(needs, manager))} …")
    # An outdated list may still do: only the installation decides.
    told = quietly([*before, *manager.refresh]).stdout if manager.refresh else ""
    done = quietly([*before, *manager.install, *packages(needs, manager)])
    if done.returncode != 0:
        say(told + done.stdout)
    return done.returncode == 0


def quietly(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def everything_is_required() -> bool:
    """In CI a lane that cannot run is a failure; on a desk it is skipped and said."""
    return any(os.environ.get(name, "") not in {"", "0", "false"} for name in ("CI", "REQUIRE_ALL"))


def main(purpose: str) -> int:
    """Exit status 0 when nothing is missing any more. Runs again at no cost."""
    if purpose == "test" and everything_is_required():
        purpose = "ci"
    needs = missing(NEEDS[purpose])
    if not needs:
        return 0
    manager = manager_here()
    if manager is None:
        say("set-up stopped: please install " + ", ".join(f"{n.apt} ({n.what_for})" for n in needs) + ".")
        return 1
    before = rights(manager)
    if before is not None and install(needs, manager, before):
        needs = missing(needs)
        if not needs:
            return 0
    say(f"set-up stopped; type this, then run make again:\n  {line_to_type(needs, manager)}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
