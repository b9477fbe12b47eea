"""The product with its demonstration's pages, on a day that the tests choose."""

import copy
import logging

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings

from accounts.signing_in import parts
from council import calendar
from tests.accessibility.council import NOW
from tests.accessibility.urls import kept


@pytest.fixture
def site(transactional_db, live_server, time_machine, caplog, monkeypatch):
    """The address of the product. Its people are in tests/accessibility/council.py."""
    from django.conf import settings

    templates = copy.deepcopy(settings.TEMPLATES)
    processors = templates[0]["OPTIONS"]["context_processors"]
    wanted = {
        "ROOT_URLCONF": "tests.accessibility.urls",
        "EMAIL_BACKEND": "ledger.maildir.EmailBackend",
    }
    if "demo" not in settings.INSTALLED_APPS:
        wanted["INSTALLED_APPS"] = ["demo", *settings.INSTALLED_APPS]
        wanted["TEMPLATES"] = templates
        processors.append("demo.context.demo")
    before = dict(parts._parts)
    serve = StaticFilesHandler.serve
    monkeypatch.setattr(
        StaticFilesHandler, "serve", lambda self, request: kept(serve(self, request))
    )
    # Hundreds of refusals, each as it should be.
    caplog.set_level(logging.CRITICAL, "django.request")
    time_machine.move_to(NOW)
    calendar.forget()
    with override_settings(**wanted):
        yield live_server.url
    calendar.forget()
    parts._parts.clear()
    parts._parts.update(before)
