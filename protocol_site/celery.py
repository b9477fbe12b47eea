"""The Celery application. Its settings and the one schedule are in protocol_site/settings.py."""

import logging
import os

from celery import Celery
from celery.signals import task_failure, task_success, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protocol_site.settings")

app = Celery("evenhand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
logger = logging.getLogger(__name__)


@worker_ready.connect
def _started(**_) -> None:
    """Compare the settings with those of the start before. The worker alone does: the web has the same."""
    from django.conf import settings
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from ledger.configured import note_settings

    try:
        note_settings(marks=settings.SETTINGS_SEEN, now=timezone.now())
    except DatabaseError as fault:
        logger.warning("the settings were not compared: %s", type(fault).__name__)
    finally:
        connection.close()


@task_success.connect
def _ended(sender, **_) -> None:
    _note(sender.name)


@task_failure.connect
def _failed(sender, exception, **_) -> None:
    _note(sender.name, type(exception).__name__)


def _note(name: str, error: str = "") -> None:
    """Keep when a task of the schedule last ran, for the page that says how the product is running."""
    from django.db import DatabaseError
    from django.utils import timezone

    from ledger.actions import note_run

    if name not in app.conf.beat_schedule:
        return
    try:
        note_run(name=name, now=timezone.now(), error=error)
    except DatabaseError as fault:
        # The task has done its work: that nobody wrote down when is no reason to fail.
        logger.warning("the run of %s was not kept: %s", name, type(fault).__name__)
