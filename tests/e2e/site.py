"""The whole demo as its visitors meet it: three real processes on free ports, with a folder of their own."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running demo."""

    var_dir: Path
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    console: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def environment(self) -> dict[str, str]:
        wanted = {
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
        }
        kept = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SYSTEMROOT")
        return {name: os.environ[name] for name in kept if name in os.environ} | wanted

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "campaign.demo_environment", *words]

    def start(self, *, gifts: int) -> None:
        """Start the demo and wait until its console says how to stop it."""
        self.process = subprocess.Popen(
            self.command("demo", "--gifts", str(gifts), "--no-stories"),
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        self.reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.reader.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            line = lines.get(timeout=PATIENCE_SECONDS)
            if line is None:
                raise RuntimeError("the demo ended:\n" + "".join(self.console))
            if "Ctrl-C" in line:
                return
        raise RuntimeError("the demo did not start:\n" + "".join(self.console))

    def _read(self, lines: "queue.Queue[str | None]") -> None:
        assert self.process
        assert self.process.stdout
        with self.process.stdout as console:
            for line in console:
                self.console.append(line)
                lines.put(line)
        lines.put(None)

    def stop(self) -> int:
        """Ctrl-C; answers the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=60)
        assert self.reader
        self.reader.join(timeout=10)
        return code

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One management command in the same environment."""
        return subprocess.run(
            self.command(*words),
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def password(self, name: str) -> str:
        found = re.search(rf"^\s+{name}\s+(\S+)$", "".join(self.console), re.MULTILINE)
        assert found, "".join(self.console)
        return found[1]

    def letters_to(self, address: str) -> list[EmailMessage]:
        letters = []
        for path in sorted((self.var_dir / "mail").glob("*.eml")):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if address in str(letter["To"]):
                assert isinstance(letter, EmailMessage)
                letters.append(letter)
        return letters


def eventually[Found](look: Callable[[], Found], *, seconds: float = 30) -> Found:
    """The first thing found that is true, or the last one when time is up."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.2)
    return found
