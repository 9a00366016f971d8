"""An e-mail backend that writes each message to a file of its own, which any mail program opens."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class EmailBackend(BaseEmailBackend):
    """Writes `<Message-ID>.eml`: a message that is sent again under the same id replaces its file."""

    def __init__(self, *, folder: str, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.-]+", "-", str(message["Message-ID"]).strip("<>").split("@")[0])
            path = self.folder / f"{name}.eml"
            partial = path.with_suffix(".part")
            partial.write_bytes(message.as_bytes())
            partial.replace(path)
            log.info("Letter written: %s (%s)", path, email.subject)
        return len(email_messages)
