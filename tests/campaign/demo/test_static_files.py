"""The demo's static files are collected once, and again when one changed."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from campaign.demo.static_files import collect_changed_files


@pytest.fixture
def styles(tmp_path: Path, settings: Settings) -> Path:
    """One style sheet of ours, and a place to collect it to."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a{}")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return source


def test_files_are_collected_at_the_first_start_only(styles: Path, settings: Settings) -> None:
    assert collect_changed_files()
    assert (settings.STATIC_ROOT / "page.css").read_text() == "a{}"
    assert not collect_changed_files()


def test_a_changed_file_is_collected_again(styles: Path, settings: Settings) -> None:
    collect_changed_files()
    (styles / "page.css").write_text("a{color:red}")
    assert collect_changed_files()
    assert (settings.STATIC_ROOT / "page.css").read_text() == "a{color:red}"


def test_a_new_and_a_removed_file_are_noticed(styles: Path, settings: Settings) -> None:
    collect_changed_files()
    (styles / "new.css").write_text("b{}")
    assert collect_changed_files()
    (styles / "new.css").unlink()
    assert collect_changed_files()
    assert not (settings.STATIC_ROOT / "new.css").exists()


def test_a_collection_that_was_broken_off_starts_over(styles: Path, settings: Settings) -> None:
    collect_changed_files()
    (settings.STATIC_ROOT / ".collected").unlink()
    assert collect_changed_files()
