"""Read PDFs with the tools that a donor's computer has, and tamper with what cannot be tampered with."""

import re
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection


def text_of(pdf: bytes) -> str:
    """The text in the order in which it was written, on one line."""
    return " ".join(_run(["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"], pdf).split())


def squeezed(text: str) -> str:
    """Without any space: tools differ on the narrow ones, and around boxes."""
    return "".join(text.split())


def info_of(pdf: bytes) -> dict[str, str]:
    lines = _run(["pdfinfo", "-"], pdf).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def structure_of(pdf: bytes) -> str:
    """The tags with their text, as assistive technology meets them."""
    return _run(["pdfinfo", "-struct-text", "-"], pdf)


def read_aloud(pdf: bytes) -> str:
    """The text in the order in which assistive technology reads it, on one line."""
    spoken = re.findall(r'^\s*"(.*)"$', structure_of(pdf), re.MULTILINE)
    return " ".join(" ".join(spoken).split())


def picture_of(pdf: bytes) -> bytes:
    """The first page as a PNG, as fine as a cheap camera sees it."""
    command = ["pdftoppm", "-r", "120", "-png", "-singlefile", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


def fonts_of(pdf: bytes) -> list[list[str]]:
    """One row a font: name, …, emb, sub, uni, object, generation."""
    return [line.split() for line in _run(["pdffonts", "-"], pdf).splitlines()[2:]]


def qpdf_check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)


def overwrite(table: str, assignment: str, pk: int, *values: Any) -> None:
    """Change a row behind the back of the append-only triggers, as somebody with the database file could."""
    connection.check_constraints()  # PostgreSQL drops no trigger while a deferred check waits
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
        cursor.execute(f"UPDATE {table} SET {assignment} WHERE id = %s", [*values, pk])  # noqa: S608


def _run(command: list[str], pdf: bytes) -> str:
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
