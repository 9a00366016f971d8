"""`make demo` works with nothing prepared, and never touches a real site."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from pytest_django import Settings

from campaign.demo_environment import BASE_DIR, NEVER_FROM_THE_SHELL, demo_environment, kept_secrets
from donors.receipts.seal import current_seal


def test_an_empty_shell_is_enough(tmp_path: Path) -> None:
    made = demo_environment({"VAR_DIR": str(tmp_path)})
    assert made["SITE_URL"] == "http://127.0.0.1:8000"
    assert made["STRIPE_API_BASE"] == "http://127.0.0.1:8420"
    assert made["EMAIL_URL"] == f"eml:{tmp_path / 'mail'}"
    assert (made["DEMO"], made["DEBUG"]) == ("1", "0")


def test_ports_move_every_address_that_names_them(tmp_path: Path) -> None:
    made = demo_environment({"VAR_DIR": str(tmp_path), "PORT": "8123", "SANDBOX_PORT": "8423"})
    assert made["SITE_URL"] == "http://127.0.0.1:8123"
    assert made["STRIPE_API_BASE"] == "http://127.0.0.1:8423"


def test_an_empty_port_means_the_usual_one(tmp_path: Path) -> None:
    assert demo_environment({"VAR_DIR": str(tmp_path), "PORT": ""})["PORT"] == "8000"


def test_the_settings_of_a_real_site_stay_out(tmp_path: Path) -> None:
    shell = dict.fromkeys(NEVER_FROM_THE_SHELL, "PRODUCTION") | {
        "VAR_DIR": str(tmp_path),
        "STRIPE_API_KEY": "sk_live_PRODUCTION",
        "STRIPE_WEBHOOK_SECRETS": "whsec_PRODUCTION",
        "STRIPE_API_BASE": "https://api.stripe.com",
        "SECRET_KEY": "PRODUCTION",
        "EMAIL_URL": "smtp://PRODUCTION",
        "DEBUG": "1",
        "SITE_URL": "https://PRODUCTION.example.org",
    }
    made = demo_environment(shell)
    assert not [name for name, value in made.items() if "PRODUCTION" in value]
    assert made["STRIPE_API_KEY"].startswith("sk_test_")
    assert made["STRIPE_API_BASE"].startswith("http://127.0.0.1:")
    assert made["DEBUG"] == "0"


def test_what_else_the_shell_says_is_kept(tmp_path: Path) -> None:
    made = demo_environment({"VAR_DIR": str(tmp_path), "RESET": "1", "PATH": "/bin"})
    assert (made["RESET"], made["PATH"]) == ("1", "/bin")


def test_secrets_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path / "var")
    assert len(first["SECRET_KEY"]) >= 50
    assert kept_secrets(tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var" / "demo.env").stat().st_mode) == 0o600


def test_a_demo_of_before_gets_the_secrets_that_came_since(tmp_path: Path) -> None:
    (tmp_path / "demo.env").write_text("SECRET_KEY=ancien\nSTRIPE_API_KEY=sk_test_x\n")

    kept = kept_secrets(tmp_path)

    assert kept["SECRET_KEY"] == "ancien"
    assert kept["RECEIPT_SEAL_PASSWORD"]
    assert kept_secrets(tmp_path) == kept


def test_the_demo_has_a_seal_that_says_that_it_proves_nothing(tmp_path: Path, settings: Settings) -> None:
    made = demo_environment({"VAR_DIR": str(tmp_path)})
    settings.RECEIPT_SEAL_PKCS12 = made["RECEIPT_SEAL_PKCS12"]
    settings.RECEIPT_SEAL_PASSWORD = made["RECEIPT_SEAL_PASSWORD"]

    seal = current_seal()

    assert seal is not None
    assert "DÉMONSTRATION – cachet sans valeur" in seal.subject
    assert stat.S_IMODE(Path(made["RECEIPT_SEAL_PKCS12"]).stat().st_mode) == 0o600
    demo_environment({"VAR_DIR": str(tmp_path)})
    assert current_seal() is seal


def test_two_demos_have_different_secrets(tmp_path: Path) -> None:
    one, two = kept_secrets(tmp_path / "one"), kept_secrets(tmp_path / "two")
    assert all(one[name] != two[name] for name in one)


def test_the_settings_accept_the_demo_environment(tmp_path: Path) -> None:
    """The real command, in a process of its own with an almost empty shell."""
    done = subprocess.run(
        [sys.executable, "-m", "campaign.demo_environment", "diffsettings", "--output=unified"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PORT": "8123"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SITE_URL = 'http://127.0.0.1:8123'" in done.stdout
    assert "STRIPE_LIVEMODE = False" in done.stdout


def test_the_demo_keeps_nobody_out_unless_it_is_asked_to(tmp_path: Path) -> None:
    made = demo_environment({"VAR_DIR": str(tmp_path), "GATE_DECLINES": "3"})

    assert made["GATE_SECONDS_TO_FILL"] == "0"
    assert int(made["GATE_PER_ADDRESS"]) == 100_000
    assert made["GATE_DECLINES"] == "3"
