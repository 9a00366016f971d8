"""The tables as all migrations leave them, kept between runs of the tests: making them anew takes longest.

The file's name is a digest of every migration and of Django, so it is never older than they are. SQLite only:
the run on PostgreSQL always goes the whole way."""

import hashlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

FOLDER = Path(__file__).resolve().parent.parent / "var" / "tests"


def lay_out() -> bool:
    """Put the kept tables where the tests of this process look for theirs; False if there are none."""
    kept = _file()
    if not kept.exists():
        return False
    shutil.copyfile(kept, settings.DATABASES["default"]["TEST"]["NAME"])
    return True


def keep() -> None:
    """Keep the tables of this process for the next ones; older ones are thrown away."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    draft = FOLDER / f"draft-{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(draft)])
    for old in FOLDER.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft.rename(_file())


def _file() -> Path:
    digest = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda config: config.name):
        found = find_spec(f"{app.name}.migrations")
        for folder in found.submodule_search_locations or () if found else ():
            for migration in sorted(Path(folder).glob("*.py")):
                digest.update(f"{app.name}/{migration.name}".encode() + migration.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:32]}.sqlite3"
