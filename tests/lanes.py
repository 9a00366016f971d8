"""Every check and every test, in lanes: `python -m tests.lanes [name …]`.

A failed lane does not stop the others. One that cannot run here is skipped and says why; in CI it fails."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campaign.setup.system import everything_is_required
from tests.postgres import NoPostgresql, postgresql

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = [str(BIN / "pytest"), "-q", "-rfEs"]


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Lane:
    name: str
    run: Callable[[], int]


@dataclass(frozen=True)
class Result:
    lane: str
    outcome: Outcome
    seconds: float
    reason: str = ""


# These touch no database of ours: once is enough.
SAME_ON_ANY_DATABASE = [
    "stripe_sandbox",
    "test_architecture.py",
    "test_docs.py",
    "test_setup.py",
    "test_source.py",
]

# What a real site sets, without a secret in it: for `check --deploy`.
PRODUCTION = {
    "SECRET_KEY": "not-a-key-but-long-enough-for-the-check-0123456789-abcdefghij",
    "SITE_URL": "https://dons.example.org",
    "STRIPE_API_KEY": "rk_live_not_a_key",
    "STRIPE_WEBHOOK_SECRETS": "whsec_not_a_secret",
    "EMAIL_URL": "smtp://mail.example.org:587?tls=1",
    "DATABASE_URL": "postgres://campaign@db.example.org/campaign",
    "BEHIND_PROXY": "1",
}
OTHER_SETTINGS = {"STRIPE_API_BASE", "REDIS_URL", "VAR_DIR", "ALLOWED_HOSTS", "DEMO", "DEBUG", "MAIL_FROM"}


def clean_shell() -> dict[str, str]:
    """The shell's environment without settings of a site that may stand in it."""
    return {name: value for name, value in os.environ.items() if name not in {*PRODUCTION, *OTHER_SETTINGS}}


def start(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    return subprocess.run(
        command, cwd=ROOT, env={**clean_shell(), "PYTHONPATH": str(ROOT), **(environment or {})}, check=False
    ).returncode


def tool(name: str, *arguments: str) -> Callable[[], int]:
    return lambda: start([str(BIN / name), *arguments])


def templates() -> int:
    files = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "templates").rglob("*.html"))
    return start([str(BIN / "djade"), "--check", "--target-version", "6.1", *files]) if files else 0


def types() -> int:
    """Without its cache, in which the Django plugin trips over Wagtail's search models."""
    return start([str(BIN / "mypy"), "--no-incremental", "."])


def migrations() -> int:
    """On SQLite: Wagtail's own search migrations differ by database."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return start([sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], settings)


def deployment() -> int:
    with tempfile.TemporaryDirectory(prefix="campaign-check-") as var_dir:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return start(command, {**PRODUCTION, "VAR_DIR": var_dir})


def tests_on_sqlite() -> int:
    return start([*PYTEST, "-n", "2", "-m", "not browser and not postgresql"])


def tests_on_postgresql() -> int:
    without = [f"--ignore=tests/{name}" for name in SAME_ON_ANY_DATABASE]
    with postgresql() as address:
        return start([*PYTEST, "-n", "2", "-m", "not browser", *without], {"DATABASE_URL": address})


LANES = [
    Lane("ruff", tool("ruff", "check", "--quiet", ".")),
    Lane("ruff format", tool("ruff", "format", "--check", "--quiet", ".")),
    Lane("templates", templates),
    Lane("floors", tool("lint-imports", "--no-cache")),
    Lane("types", types),
    Lane("migrations", migrations),
    Lane("deployment", deployment),
    Lane("tests, SQLite", tests_on_sqlite),
    Lane("tests, PostgreSQL", tests_on_postgresql),
    Lane("tests, browser", lambda: start([*PYTEST, "-p", "no:xdist", "-m", "browser"])),
]


def real_stripe_lanes() -> list[Lane]:
    """The suite against Stripe itself, where there is a key; the closing lines say if there is none."""
    if not os.environ.get("STRIPE_SANDBOX_KEY"):
        return []
    return [Lane("real Stripe", lambda: start([sys.executable, "-m", "tests.real_stripe.run"]))]


def drive(lane: Lane, *, required: bool) -> Result:
    """Runs one lane; a lane that cannot run is skipped, or failed where everything is required."""
    print(f"\n── {lane.name} " + "─" * (74 - len(lane.name)), flush=True)
    started = time.monotonic()
    reason = ""
    try:
        code = lane.run()
        outcome = Outcome.PASSED if code == 0 else Outcome.FAILED
        reason = "" if code == 0 else f"exit status {code}"
    except NoPostgresql as error:
        outcome = Outcome.FAILED if required else Outcome.SKIPPED
        reason = str(error)
    return Result(lane.name, outcome, time.monotonic() - started, reason)


def report(results: Sequence[Result]) -> Iterator[str]:
    """The closing lines: one a lane, then the count."""
    yield "─" * 78
    if not real_stripe_lanes():
        yield "not run: the suite against Stripe itself (STRIPE_SANDBOX_KEY is not set)"
    for result in results:
        yield f"{result.outcome:8} {result.lane:20} {result.seconds:6.1f} s  {result.reason}".rstrip()
    count = {outcome: sum(result.outcome == outcome for result in results) for outcome in Outcome}
    yield "lanes: " + ", ".join(f"{number} {outcome}" for outcome, number in count.items())


def chosen(names: Sequence[str]) -> list[Lane]:
    return [lane for lane in [*LANES, *real_stripe_lanes()] if not names or lane.name in names]


def main(names: Sequence[str]) -> int:
    lanes = chosen(names)
    if not lanes:
        print("There are these lanes: " + "; ".join(lane.name for lane in chosen([])), file=sys.stderr)
        return 2
    required = everything_is_required()
    results = [drive(lane, required=required) for lane in lanes]
    print("\n".join(["", *report(results)]), flush=True)
    return int(any(result.outcome is Outcome.FAILED for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
