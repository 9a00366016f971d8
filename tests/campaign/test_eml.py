"""Letters as files that any mail program opens."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, mailers
from pytest_django import Settings


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILERS = {
        "default": {"BACKEND": "campaign.eml.EmailBackend", "OPTIONS": {"folder": str(tmp_path / "mail")}}
    }
    return tmp_path / "mail"


def a_letter(message_id: str) -> EmailMessage:
    return EmailMessage(
        "Merci Élodie", "Bonjour", "dons@example.org", ["e@example.org"], headers={"Message-ID": message_id}
    )


def test_each_letter_is_a_file_that_reads_back(folder: Path) -> None:
    mailers.default.send_messages([a_letter("<a.1@x>"), a_letter("<a.2@x>")])

    read = message_from_bytes((folder / "a.1.eml").read_bytes(), policy=policy.default)
    assert (read["Subject"], read["To"]) == ("Merci Élodie", "e@example.org")
    assert sorted(path.name for path in folder.iterdir()) == ["a.1.eml", "a.2.eml"]


def test_the_same_letter_again_replaces_its_file(folder: Path) -> None:
    for _ in range(2):
        mailers.default.send_messages([a_letter("<a.1@x>")])

    assert len(list(folder.iterdir())) == 1


def test_a_message_id_cannot_lead_out_of_the_folder(folder: Path) -> None:
    mailers.default.send_messages([a_letter("<../../etc/passwd@x>")])

    (file,) = folder.iterdir()
    assert file.name == "..-..-etc-passwd.eml"
