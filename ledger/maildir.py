"""Mail into a folder that any mail reader opens (Maildir), for the embedded stack."""

from __future__ import annotations

import mailbox
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each mail, whole or not at all, under settings.EMAIL_FILE_PATH.

    OSError when the folder cannot be written, unless fail_silently.
    """

    def __init__(
        self, fail_silently: bool = False, file_path: str | Path | None = None, **kwargs: Any
    ):
        super().__init__(fail_silently=fail_silently)
        folder = file_path or settings.EMAIL_FILE_PATH
        if not folder:
            raise ImproperlyConfigured("EMAIL_FILE_PATH says where mail is kept; set it")
        self._folder = Path(folder)
        self._lock = threading.Lock()

    def open(self) -> bool:
        """Make the folder and its three parts where they are missing."""
        try:
            for part in ("tmp", "new", "cur"):
                # Mail is for its recipients and this product only.
                (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            if not self.fail_silently:
                raise
            return False
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were written."""
        written = 0
        with self._lock:
            if not self.open():
                return written
            box = mailbox.Maildir(self._folder, create=False)
            for message in email_messages:
                if not message.recipients():
                    continue
                try:
                    box.add(message.message().as_bytes())
                except OSError:
                    if not self.fail_silently:
                        raise
                    continue
                written += 1
        return written
