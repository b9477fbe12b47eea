"""After commit a worker is woken; where that fails nothing is lost and nobody sees it."""

import logging
import shutil
from contextlib import suppress

import pytest
from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

from ledger import actions, wake
from ledger.models import Notice, Tell
from ledger.tasks import deliver
from tests.ledger.conftest import NOON, recorded, told


@pytest.fixture
def woken(monkeypatch):
    calls = []
    monkeypatch.setattr(deliver, "apply_async", lambda **options: calls.append(options))
    return calls


@pytest.mark.django_db
def test_delivery_is_woken_once_a_transaction_and_only_after_commit(
    woken, django_capture_on_commit_callbacks
):
    """Seen red with: wake() called where the notice is written."""
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            for case in range(1, 6):
                told("person:1", subject=f"case:{case}")
        assert woken == []
    assert woken == [{"retry": False, "expires": 60}]


@pytest.mark.django_db
def test_without_notices_nobody_is_woken(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        recorded()
    assert woken == []


@pytest.mark.django_db
def test_a_wake_that_was_rolled_back_is_asked_for_again(woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            told("person:1")
            1 / 0  # noqa: B018
        told("person:2")
    assert len(woken) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError("redis is gone"), ConnectionRefusedError()])
def test_a_dead_broker_breaks_no_request_and_is_logged(monkeypatch, caplog, fault):
    def dead(**options):
        raise fault

    monkeypatch.setattr(deliver, "apply_async", dead)
    with caplog.at_level(logging.WARNING), transaction.atomic():
        actions.record(
            verb="enquiry_logged", subject="case:1", actor=1, tell=[Tell("person:1")], at=NOON
        )
    assert Notice.objects.count() == 1
    assert type(fault).__name__ in caplog.text


@pytest.mark.parametrize("broker", ["redis", "filesystem"])
def test_a_real_broker_that_is_gone_is_such_a_fault(monkeypatch, caplog, tmp_path, broker):
    """Not only the exceptions that we thought of: Redis away, the folder deleted."""
    app = Celery("gone", set_as_current=False)
    if broker == "redis":
        app.conf.broker_url = "redis://127.0.0.1:1/0"
        app.conf.broker_transport_options = {"max_retries": 0}
    else:
        for folder in ("messages", "control"):
            (tmp_path / folder).mkdir()
        app.conf.broker_url = "filesystem://"
        app.conf.broker_transport_options = {
            "data_folder_in": str(tmp_path / "messages"),
            "data_folder_out": str(tmp_path / "messages"),
            "control_folder": str(tmp_path / "control"),
        }
        shutil.rmtree(tmp_path)
    monkeypatch.setattr(
        deliver,
        "apply_async",
        lambda **options: app.send_task("ledger.tasks.deliver", **options),
    )
    with caplog.at_level(logging.WARNING):
        wake.wake()
    assert "delivery was not woken" in caplog.text
