"""A demonstration in a run that is none: the room is installed for these tests and taken out again."""

import copy
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from accounts.signing_in import parts
from casework.clocks import LONDON

# A Friday afternoon: something can be due today.
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=LONDON)


@contextmanager
def demonstration():
    """The settings, addresses and parts of pages of a demonstration."""
    from django.conf import settings

    # Read as this run is, and not for the first time as the demonstration that it is to become.
    import_module("protocol_site.urls")
    installed = "demo" in settings.INSTALLED_APPS
    templates = copy.deepcopy(settings.TEMPLATES)
    processors = templates[0]["OPTIONS"]["context_processors"]
    if "demo.context.demo" not in processors:
        processors.append("demo.context.demo")
    before = dict(parts._parts)
    try:
        with override_settings(
            DEMO=True,
            DEMO_FROM_ENVIRONMENT=installed,
            INSTALLED_APPS=settings.INSTALLED_APPS
            if installed
            else ["demo", *settings.INSTALLED_APPS],
            TEMPLATES=templates,
            ROOT_URLCONF="tests.demo.urls",
        ):
            yield
    finally:
        parts._parts.clear()
        parts._parts.update(before)


@pytest.fixture(scope="package")
def at_the_time():
    """The clock stands at the end of the history that the tests load."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def demo(db, at_the_time):
    with demonstration():
        yield


@contextmanager
def undone():
    """What happens inside is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def loaded(**wish):
    """A demonstration council in the database, for as long as this lasts."""
    from demo.actions import Wish, load

    given = {"profile": "weston", "cases": 20, "seed": 1, "now": NOW} | wish
    with undone():
        yield load(wish=Wish(**given))
