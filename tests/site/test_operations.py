"""How the product is running: what an administrator and an auditor see, and what a monitor is told."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from celery.signals import task_failure, task_success
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import navigation
from ledger import actions
from ledger import tasks as ledger_tasks
from ledger.models import Notice, Run, Tell
from protocol_site import operations
from protocol_site.celery import app
from tests import cast

SECRET = "canary-7f3a"


def told(*, ago: timedelta = timedelta(0), **fate) -> Notice:
    """A notice to somebody, about a case, that was made so long ago."""
    with transaction.atomic():
        event = actions.record(
            verb="enquiry_logged",
            subject="case:1",
            actor=None,
            at=timezone.now() - ago,
            tell=[Tell(f"contact:{SECRET}")],
        )
    Notice.objects.filter(event=event).update(**fate)
    return Notice.objects.get(event=event)


def all_ran() -> None:
    for name in operations.TASKS:
        actions.note_run(name=name, now=timezone.now())


def page(client, who, name="operations-show") -> str:
    client.force_login(who)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


# The administrator's page -----------------------------------------------------------------------
@pytest.mark.django_db
def test_an_administrator_sees_that_everything_runs(client):
    all_ran()
    shown = page(client, cast.ada())
    assert "Everything is running as it should" in shown
    assert "None is waiting" in shown
    assert "Answers (" in shown


@pytest.mark.django_db
def test_failing_mail_stands_on_the_page_by_class_and_names_nobody(client):
    """Seen red with: recipients in place of classes."""
    all_ran()
    told(ago=timedelta(hours=2), last_error="ConnectionRefusedError")
    told(dropped_at=timezone.now(), dropped_because="refused")
    shown = page(client, cast.ada())
    assert "Notices have waited for more than an hour" in shown
    assert "ConnectionRefusedError: 1" in shown
    assert "the recipient’s mail server refused it for good: 1".replace("’", "&#x27;") in shown
    assert SECRET not in shown
    assert "case:1" not in shown


@pytest.mark.django_db
def test_a_worker_that_is_gone_stands_on_the_page(client):
    all_ran()
    Run.objects.filter(name=operations.CHASE).update(ended_at=timezone.now() - timedelta(hours=1))
    Run.objects.filter(name=operations.DELIVER).delete()
    shown = page(client, cast.ada())
    assert "Chasing and escalating: it has not run in the last ten minutes" in shown
    assert "Sending notices: it has not run in the last ten minutes" in shown
    assert "Has not run yet" in shown


@pytest.mark.django_db
def test_a_broker_that_does_not_answer_is_said_without_its_address(client, settings):
    settings.CELERY_BROKER_URL = "redis://:hunter2@127.0.0.1:1/0"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    shown = page(client, cast.ada())
    assert "The broker does not answer" in shown
    assert "hunter2" not in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "name", "status"),
    [
        (cast.ada, "operations-show", 200),
        (cast.dev, "operations-show", 403),
        (cast.otis, "operations-show", 403),
        (cast.alice, "operations-show", 403),
        (cast.otis, "ledger-show", 200),
        (cast.ada, "ledger-show", 403),
        (cast.bob, "ledger-show", 403),
    ],
)
def test_each_page_is_for_its_own_role(client, make, name, status):
    client.force_login(make())
    assert client.get(reverse(name)).status_code == status


@pytest.mark.django_db
def test_each_page_is_a_link_of_the_navigation_for_its_role_alone(client):
    client.get("/healthz")
    assert "Running" in [item.text for item in navigation.items_for(cast.ada(), "/")]
    assert "Ledger" in [item.text for item in navigation.items_for(cast.otis(), "/")]
    assert not {"Running", "Ledger"} & {i.text for i in navigation.items_for(cast.dev(), "/")}


# The auditor's page -----------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_auditor_sees_counts_seals_and_how_it_was_last_verified(client):
    told()
    actions.seal(now=timezone.now())
    otis = cast.otis()
    assert "Not yet" in page(client, otis, "ledger-show")
    call_command("verify_ledger", stdout=io.StringIO())
    shown = page(client, otis, "ledger-show")
    assert "Whole, " in shown
    assert SECRET not in shown


# What runs by itself ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_every_task_of_the_schedule_stands_on_the_page():
    """Seen red with: a task added to the schedule alone."""
    assert set(operations.TASKS) == set(app.conf.beat_schedule)


@pytest.mark.django_db
def test_a_task_of_the_schedule_leaves_a_note_when_it_ends_and_when_it_fails():
    """Seen red with: the signal of the failure not connected."""
    task = ledger_tasks.seal
    task_success.send(sender=task, result=None)
    assert Run.objects.get().ended_at
    task_failure.send(sender=task, exception=KeyError(SECRET))
    assert Run.objects.get().error == "KeyError"
    assert Run.objects.get().name == "ledger.tasks.seal"


# What a monitor is told -------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_deep_question_fails_where_notices_wait_and_the_plain_one_does_not(client):
    """Seen red with: the plain question answering 503 too, which takes a web that is well away."""
    told()
    assert client.get("/healthz?deep").status_code == 200
    told(ago=timedelta(minutes=61))
    answer = client.get("/healthz?deep")
    assert (answer.status_code, answer.content) == (503, b"notices wait\n")
    assert client.get("/healthz").status_code == 200
