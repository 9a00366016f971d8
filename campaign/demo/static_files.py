"""Static files for the demo: collected and compressed once, and again when one of them changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_changed_files() -> bool:
    """Run collectstatic unless it ran on just these files before; answers whether it ran.

    Compressing some thousand files of the editor takes longer than all else in a second start."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    digest = source_digest()
    if mark.exists() and mark.read_text() == digest:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(digest)
    return True


def source_digest() -> str:
    """Names, sizes and times of all the files that would be collected."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}:{facts.st_size}:{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
