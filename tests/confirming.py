"""Who signs in by force in a test has just shown who they are (tests/conftest.py); here it is long ago."""

from __future__ import annotations

from django.conf import settings
from django.test import Client


def long_ago(client: Client) -> None:
    """It is longer ago than a step-up takes."""
    session = client.session
    session["account_authentication_methods"][0]["at"] -= settings.CONFIRMED_SECONDS + 60
    session.save()
