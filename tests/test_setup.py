"""The set-up: what `make` installs, when it stays silent, and how the lanes report."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from campaign.setup import system
from campaign.setup.system import NEEDS, Manager, Need
from tests import lanes
from tests.lanes import Lane, Outcome, Result, drive, report
from tests.postgres import NoPostgresql, postgresql
from tests.source import ROOT

APT, DNF, BREW = system.MANAGERS
HERE = Need("this", lambda: True, "apt-here", "dnf-here", "brew-here")
AWAY = Need("that", lambda: False, "apt-away", "dnf-away", "brew-away")


# --- System libraries ------------------------------------------------------------------------------


def test_nothing_is_said_or_done_when_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(NEEDS, "demo", [HERE])
    monkeypatch.setattr(system, "MANAGERS", [])
    assert system.main("demo") == 0
    assert capfd.readouterr() == ("", "")


def fake_manager(folder: Path, *, works: bool) -> Manager:
    """A package manager that notes what it is asked for, and installs it if it works."""
    script = folder / "manager"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/asked\n{f"touch {folder}/there" if works else "exit 1"}\n'
    )
    script.chmod(0o755)
    return Manager("apt", [str(script), "update"], [str(script), "install"])


@pytest.fixture
def something_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    need = Need("tests", (tmp_path / "there").exists, "one-package", "two", "three")
    monkeypatch.setitem(NEEDS, "demo", [HERE, need])
    monkeypatch.setattr(system, "MANAGERS", [fake_manager(tmp_path, works=True)])
    monkeypatch.setattr(system, "rights", lambda manager: [])
    return tmp_path


def test_what_is_missing_is_installed_after_one_refresh(something_missing: Path) -> None:
    assert system.main("demo") == 0
    assert (something_missing / "asked").read_text().splitlines() == ["update", "install one-package"]


def test_a_second_run_asks_the_package_manager_for_nothing(something_missing: Path) -> None:
    assert system.main("demo") == 0
    (something_missing / "asked").unlink()
    assert system.main("demo") == 0
    assert not (something_missing / "asked").exists()


def test_without_rights_it_stops_with_the_one_line_to_type(
    something_missing: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "rights", lambda manager: None)
    assert system.main("demo") == 1
    last = capfd.readouterr().err.splitlines()[-1].strip()
    assert last == "sudo apt-get update && sudo apt-get install -y one-package"
    assert not (something_missing / "asked").exists()


def test_a_failed_installation_stops_with_the_line_too(
    something_missing: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "MANAGERS", [fake_manager(something_missing, works=False)])
    assert system.main("demo") == 1
    assert "apt-get install -y one-package" in capfd.readouterr().err


def test_an_unknown_package_manager_gets_the_list_of_what_is_missing(
    something_missing: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "MANAGERS", [])
    assert system.main("demo") == 1
    assert "one-package (tests)" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (APT, "sudo apt-get update && sudo apt-get install -y apt-away"),
        (DNF, "sudo dnf install -y dnf-away"),
        (BREW, "brew install brew-away"),
    ],
)
def test_the_line_to_type_speaks_the_managers_language(manager: Manager, line: str) -> None:
    assert system.line_to_type([AWAY], manager) == line


def test_a_package_is_named_once() -> None:
    assert system.packages(NEEDS["demo"], DNF) == ["fontconfig", "harfbuzz", "pango"]


def test_only_root_or_a_silent_sudo_may_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert system.rights(APT) is None
    assert system.rights(BREW) == []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system.rights(APT) == []


def test_ci_needs_a_database_server_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEEDS, "test", [HERE])
    monkeypatch.setitem(NEEDS, "ci", [AWAY])
    monkeypatch.setattr(system, "MANAGERS", [])
    for name in ("CI", "REQUIRE_ALL"):
        monkeypatch.delenv(name, raising=False)
    assert system.main("test") == 0
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert system.main("test") == 1


@pytest.mark.parametrize(("value", "required"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_ci_is_true_or_false(value: str, required: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    monkeypatch.setenv("CI", value)
    assert system.everything_is_required() is required


def test_a_library_that_does_not_load_is_missing() -> None:
    assert not system.shared_library("libno-such-thing.so.9")()
    assert not system.program("no-such-program")()
    assert system.program("no-such-program", "sh")()


# --- Python ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["python.sh", "uv.sh", "lock.sh"])
def test_the_scripts_speak_plain_sh(script: str) -> None:
    done = subprocess.run(["sh", "-n", ROOT / "campaign/setup" / script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The few files that the set-up reads, and an environment that it has just made."""
    setup = tmp_path / "campaign/setup"
    setup.mkdir(parents=True)
    for script in ("python.sh", "uv.sh"):
        shutil.copy(ROOT / "campaign/setup" / script, setup)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"{name}\n")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "bin").mkdir()
    uv = tmp_path / "bin/uv"
    uv.write_text(f'#!/bin/sh\ncase "$*" in *--help*) exit 0 ;; esac\necho "$@" >> {tmp_path}/asked\n')
    uv.chmod(0o755)
    return tmp_path


def set_up(checkout: Path, kind: str) -> list[str]:
    """Runs the script with an uv that only takes notes; returns the files that it was told to install."""
    asked = checkout / "asked"
    asked.unlink(missing_ok=True)
    subprocess.run(
        ["sh", "campaign/setup/python.sh", kind],
        cwd=checkout,
        env={"PATH": f"{checkout / 'bin'}:/usr/bin:/bin", "HOME": str(checkout)},
        capture_output=True,
        check=True,
    )
    return [line.rsplit(" ", 1)[1] for line in asked.read_text().splitlines()] if asked.exists() else []


def test_the_locked_packages_are_installed_once(checkout: Path) -> None:
    assert set_up(checkout, "run") == ["requirements.txt"]
    assert set_up(checkout, "run") == []


def test_a_changed_lock_installs_again(checkout: Path) -> None:
    set_up(checkout, "run")
    (checkout / "requirements.txt").write_text("newer\n")
    assert set_up(checkout, "run") == ["requirements.txt"]


def test_tests_after_a_demo_add_their_tools(checkout: Path) -> None:
    set_up(checkout, "run")
    assert set_up(checkout, "dev") == ["requirements-dev.txt"]


def test_a_demo_after_tests_installs_nothing(checkout: Path) -> None:
    set_up(checkout, "dev")
    assert set_up(checkout, "run") == []


def test_a_demo_never_takes_a_developers_tools_away(checkout: Path) -> None:
    set_up(checkout, "dev")
    (checkout / "requirements.txt").write_text("newer\n")
    assert set_up(checkout, "run") == ["requirements-dev.txt"]


def test_a_python_that_does_not_start_is_not_used(checkout: Path) -> None:
    set_up(checkout, "run")
    (checkout / ".venv/bin/python").unlink()
    (checkout / ".venv/bin/python").write_text("#!/bin/sh\necho no such version >&2\nexit 127\n")
    with pytest.raises(subprocess.CalledProcessError):  # the note-taking uv makes no new environment
        set_up(checkout, "run")
    assert "venv --quiet" in (checkout / "asked").read_text()


def test_pips_settings_hold_for_uv_too(checkout: Path) -> None:
    uv = checkout / "bin/uv"
    uv.write_text(f'#!/bin/sh\ncase "$*" in *--help*) exit 0 ;; esac\nenv > {checkout}/heard\n')
    (checkout / "wheels").mkdir()
    shell = {
        "PATH": f"{checkout / 'bin'}:/usr/bin:/bin",
        "HOME": str(checkout),
        "PIP_INDEX_URL": "https://mirror.example.org/simple",
        "PIP_FIND_LINKS": f"/no/such/folder {checkout / 'wheels'}",
        "PIP_CERT": "/etc/own.pem",
    }
    subprocess.run(["sh", "campaign/setup/python.sh", "run"], cwd=checkout, env=shell, check=True)
    heard = dict(line.split("=", 1) for line in (checkout / "heard").read_text().splitlines() if "=" in line)
    assert heard["UV_DEFAULT_INDEX"] == "https://mirror.example.org/simple"
    assert heard["UV_FIND_LINKS"] == str(checkout / "wheels")
    assert heard["SSL_CERT_FILE"] == "/etc/own.pem"


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "campaign/setup/uv.txt"):
        text = (ROOT / name).read_text()
        packages = [block for block in text.replace("\\\n", " ").splitlines() if block and block[0] != "#"]
        assert packages
        assert [block for block in packages if "--hash=sha256:" not in block] == []
        assert "://" not in text


def test_what_is_tested_is_what_runs() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" \\")[0] for line in lines if "==" in line}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


# --- Lanes -----------------------------------------------------------------------------------------


def refuse() -> int:
    raise NoPostgresql("no server here")


def test_a_lane_that_cannot_run_is_skipped_and_says_why() -> None:
    result = drive(Lane("tests, PostgreSQL", refuse), required=False)
    assert (result.outcome, result.reason) == (Outcome.SKIPPED, "no server here")


def test_a_lane_that_cannot_run_is_red_where_all_are_required() -> None:
    result = drive(Lane("tests, PostgreSQL", refuse), required=True)
    assert (result.outcome, result.reason) == (Outcome.FAILED, "no server here")


def test_a_lanes_exit_status_decides() -> None:
    assert drive(Lane("one", lambda: 0), required=True).outcome is Outcome.PASSED
    assert drive(Lane("one", lambda: 5), required=False).outcome is Outcome.FAILED


def test_a_failed_lane_stops_no_other_and_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lanes, "LANES", [Lane("one", lambda: 1), Lane("two", lambda: 0)])
    assert lanes.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "lanes: 1 passed, 1 failed, 0 skipped"
    assert lanes.main(["two"]) == 0


def test_an_unknown_lane_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert lanes.main(["nonsense"]) == 2
    assert "tests, SQLite" in capsys.readouterr().err


def test_the_report_closes_with_reasons_and_a_count() -> None:
    results = [Result("a", Outcome.PASSED, 1.0), Result("b", Outcome.SKIPPED, 0.0, "no server here")]
    closing = list(report(results))
    assert closing[-2].endswith("no server here")
    assert closing[-1] == "lanes: 1 passed, 0 failed, 1 skipped"


def test_settings_of_a_site_in_the_shell_stay_out_of_the_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://production")
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_production")
    assert not {"DATABASE_URL", "STRIPE_API_KEY"} & set(lanes.clean_shell())
    assert lanes.start(["sh", "-c", 'test -z "$DATABASE_URL"']) == 0


def test_a_database_that_is_given_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://given")
    with postgresql() as address:
        assert address == "postgres://given"


def test_no_server_and_no_address_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr("tests.postgres.postgresql_binaries", lambda: None)
    with pytest.raises(NoPostgresql, match="TEST_DATABASE_URL"), postgresql():
        pass
