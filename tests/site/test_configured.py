"""Settings that changed are an event, which names them and holds no value."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from ledger.configured import note_settings
from ledger.models import Event
from protocol_site import celery
from protocol_site.environment import Environment

pytestmark = pytest.mark.django_db
VALUES = {"SESSION_MINUTES": "720", "EMAIL_URL": "smtp://u:canary@mail", "SECRET_KEY": "s" * 50}


def started(**changes: str) -> Event | None:
    env = Environment({**VALUES, **changes})
    for name in ("SESSION_MINUTES", "EMAIL_URL", "SECRET_KEY", "CLAMD_URL"):
        env.text(name)
    env.flag("BEHIND_PROXY")
    return note_settings(marks=env.marks(env.text("SECRET_KEY")), now=timezone.now())


def test_the_settings_that_are_other_ones_are_named_once_and_none_is_told():
    """Seen red with: every start recorded."""
    assert started().data["changed"] == [
        "BEHIND_PROXY",
        "CLAMD_URL",
        "EMAIL_URL",
        "SECRET_KEY",
        "SESSION_MINUTES",
    ]
    assert started() is None
    assert started(SESSION_MINUTES="30", BEHIND_PROXY="1").data["changed"] == [
        "BEHIND_PROXY",
        "SESSION_MINUTES",
    ]
    assert started(SESSION_MINUTES="30", BEHIND_PROXY="1") is None
    assert started(BEHIND_PROXY="1").data["changed"] == ["SESSION_MINUTES"]
    assert "canary" not in str([event.data for event in Event.objects.all()])


def test_of_another_secret_it_can_say_only_that():
    started()
    assert started(SECRET_KEY="t" * 50).data["changed"] == ["SECRET_KEY"]


def test_a_worker_that_starts_compares_them(monkeypatch):
    """Seen red with: `worker_ready` not connected."""
    monkeypatch.setattr(connection, "close", lambda: None)
    celery.worker_ready.send(sender=None)
    assert "SESSION_MINUTES" in Event.objects.of("settings_changed").get().data["marks"]
