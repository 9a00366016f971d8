"""The demo's settings: `python -m campaign.demo_environment COMMAND …` runs manage.py COMMAND with them.

`make demo` needs no preparation: addresses follow PORT and SANDBOX_PORT, secrets are made at the first start
and kept in var/demo.env. What the shell says about the database, the mail or Stripe is put aside, so that
trying the demo can never touch a real site."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from campaign.demo.seal import make_demo_seal

BASE_DIR = Path(__file__).resolve().parent.parent
# Settings of a real site that may stand in the shell.
NEVER_FROM_THE_SHELL = {"DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "BEHIND_PROXY", "MAIL_FROM"}


# Everybody who tries the demo comes from one address, and its machines fill in forms at once. To watch the
# gate at work: GATE_DECLINES=3 make demo, then three declined cards.
OPEN_GATE = {
    "GATE_PER_ADDRESS": "100000",
    "GATE_PER_EMAIL": "100000",
    "GATE_IN_ALL": "1000000",
    "GATE_DECLINES": "1000000",
    "GATE_SECONDS_TO_FILL": "0",
}


def kept_secrets(var_dir: Path) -> dict[str, str]:
    """The demo's secrets: read, and made where they are missing. Only the owner may read the file."""
    file = var_dir / "demo.env"
    lines = file.read_text().splitlines() if file.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STRIPE_API_KEY": f"sk_test_{secrets.token_hex(12)}",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(16)}",
        "RECEIPT_SEAL_PASSWORD": secrets.token_urlsafe(24),
    }
    missing = {name: value for name, value in made.items() if name not in kept}
    if missing:
        var_dir.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as opened:
            opened.writelines(f"{name}={value}\n" for name, value in missing.items())
    return {**kept, **missing}


def demo_environment(shell: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a demo process, made from the shell's."""
    var_dir = Path(shell.get("VAR_DIR") or BASE_DIR / "var").resolve()
    port = shell.get("PORT") or "8000"
    sandbox_port = shell.get("SANDBOX_PORT") or "8420"
    kept = kept_secrets(var_dir)
    seal = var_dir / "demo-seal.p12"
    make_demo_seal(seal, kept["RECEIPT_SEAL_PASSWORD"])
    return {
        **OPEN_GATE,
        **{name: value for name, value in shell.items() if name not in NEVER_FROM_THE_SHELL},
        **kept,
        "RECEIPT_SEAL_PKCS12": str(seal),
        "VAR_DIR": str(var_dir),
        "PORT": port,
        "SANDBOX_PORT": sandbox_port,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox_port}",
        "EMAIL_URL": f"eml:{var_dir / 'mail'}",
        "DEMO": "1",
        "DEBUG": "0",
        "PYTHONUNBUFFERED": "1",  # what the console says is seen at once, also through a pipe
    }


def main() -> None:
    os.execve(  # noqa: S606  our own manage.py, no shell
        sys.executable,
        [sys.executable, str(BASE_DIR / "manage.py"), *sys.argv[1:]],
        demo_environment(os.environ),
    )


if __name__ == "__main__":
    main()
