"""Where notices to bodies and outside contacts go. The key is of the holding: "contact:5"."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from council.models import Holding
from ledger.hooks import Address


def kept_mail() -> str:
    """The folder in which mail lands where no mail server is set; "" where it goes out."""
    smtp = settings.EMAIL_BACKEND.startswith("django.core.mail.backends.smtp")
    return "" if smtp else str(settings.EMAIL_FILE_PATH)


def contacts(recipients: Sequence[str]) -> dict[str, Address]:
    """One query for all. A holder without an email address is left out."""
    ids = {
        int(number): key
        for key in recipients
        for kind, _, number in [key.partition(":")]
        if kind == "contact" and number.isdigit()
    }
    if not ids:
        return {}
    rows = Holding.objects.filter(pk__in=ids).exclude(contact_email="").order_by()
    return {ids[row.pk]: Address(row.body or row.contact_name, row.contact_email) for row in rows}
