"""The demo as a command: it keeps its data, starts over when told, and says what is wrong."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import raised_cents
from tests.e2e.site import Site

pytestmark = pytest.mark.browser  # it needs what the browser lane needs: three processes and their ports


def gifts(site: Site) -> list[str]:
    with closing(sqlite3.connect(site.var_dir / "db.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT uuid FROM donors_donation ORDER BY id")]


def test_a_second_start_keeps_the_data_and_a_reset_starts_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(var_dir=tmp_path)
    site.start(gifts=3)
    raised, made = raised_cents(site), gifts(site)
    assert site.stop() == 0
    assert (len(made), raised > 0) == (3, True)

    site.console.clear()
    site.start(gifts=3)
    assert (gifts(site), raised_cents(site)) == (made, raised)
    assert site.stop() == 0

    monkeypatch.setattr(Site, "environment", {**site.environment, "RESET": "1"})
    site.console.clear()
    site.start(gifts=3)
    fresh = gifts(site)
    assert site.stop() == 0
    assert len(fresh) == 3
    assert set(fresh).isdisjoint(made)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site = Site(var_dir=tmp_path, port=taken.getsockname()[1])

        result = site.manage("demo")

    assert result.returncode != 0
    assert f"Port {site.port} is taken" in result.stderr
