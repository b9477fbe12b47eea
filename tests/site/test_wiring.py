"""The schedule, the health address, the length of a session and what the logs may say."""

import io
import logging
import sys

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError
from django.urls import reverse

from protocol_site import sessions
from protocol_site.celery import app
from protocol_site.logs import Discreet
from tests.factories import PersonFactory


# The schedule -------------------------------------------------------------------------------
def test_every_scheduled_name_is_a_task_that_exists():
    """Seen red with: a letter of a task's name changed in the schedule."""
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    assert settings.CELERY_BEAT_SCHEDULE
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named - set(app.tasks) == set()


def test_a_wake_up_that_nobody_heard_is_not_kept_for_later():
    """After an outage the queue must not hold a day's worth of the same sweep."""
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert 0 < entry["options"]["expires"] <= entry["schedule"].total_seconds(), name


def test_tasks_carry_json_and_keep_no_results():
    """Seen red with: pickle accepted."""
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
    assert app.conf.task_acks_late


# The health address -------------------------------------------------------------------------
@pytest.mark.django_db
def test_anybody_may_ask_whether_the_product_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


# The length of a session --------------------------------------------------------------------
@pytest.fixture
def visits(client, time_machine):
    """A function that makes a request at a minute and says whether the person is signed in."""
    time_machine.move_to("2026-11-23T08:00:00+00:00")
    client.force_login(PersonFactory())

    def visit(minute: int) -> bool:
        time_machine.move_to(f"2026-11-23T{8 + minute // 60:02}:{minute % 60:02}:00+00:00")
        return client.get("/healthz").wsgi_request.user.is_authenticated

    return visit


@pytest.mark.django_db
def test_an_hour_without_a_click_ends_the_session(visits):
    """T13. Seen red with: the idle check taken out."""
    assert visits(0)
    assert visits(59)
    assert visits(118)
    assert not visits(179)


@pytest.mark.django_db
def test_no_session_outlives_twelve_hours_however_busy(visits):
    """T13. Seen red with: the beginning noted again on every visit."""
    for minute in range(0, 721, 30):
        assert visits(minute)
    assert not visits(725)


@pytest.mark.django_db
def test_a_session_that_ended_is_gone_from_the_database(visits, client):
    """Seen red with: the person forgotten for this request alone."""
    visits(0)
    key = client.session.session_key
    visits(120)
    assert not client.session.exists(key)


@pytest.mark.django_db
def test_a_busy_reader_writes_their_visit_seldom(visits, client):
    """Seen red with: every visit noted."""
    visits(0)
    before = client.session[sessions.SEEN]
    visits(4)
    assert client.session[sessions.SEEN] == before
    visits(6)
    assert client.session[sessions.SEEN] > before


# What the logs may say ----------------------------------------------------------------------
def logged(error: Exception) -> str:
    """What the console would show of an error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("{levelname} {message}", style="{"))
    try:
        raise error
    except Exception:
        handler.emit(
            logging.LogRecord(
                "task", logging.ERROR, __file__, 1, "failed: %r", (error,), sys.exc_info()
            )
        )
    return stream.getvalue()


CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(
            'null value in column "x"\nDETAIL:  Failing row contains (1, '
            f"dear officer,\n\n{CANARY}\nyours)."
        ),
        DataError(
            f"invalid input syntax for type integer: \"{CANARY}\"\nLINE 1: SELECT '{CANARY}'"
        ),
    ],
)
def test_a_refused_row_is_not_quoted_in_the_log(error):
    """T2. Seen red with: logging.Formatter in Discreet's place."""
    said = logged(error)
    assert CANARY not in said
    assert "Traceback" in said
    assert type(error).__name__ in said


def test_the_reason_that_quotes_nothing_is_kept():
    said = logged(IntegrityError('null value in column "x"\nDETAIL:  Failing row contains (1).'))
    assert 'null value in column "x"' in said


def test_the_cause_of_an_error_is_not_quoted_either():
    cause = IntegrityError(f"no\nDETAIL: {CANARY}")
    error = RuntimeError("could not answer")
    error.__cause__ = cause
    assert CANARY not in logged(error)


@pytest.mark.django_db
def test_a_request_that_is_refused_is_one_line_and_a_fault_of_ours_has_its_traceback(
    client, monkeypatch
):
    """Seen red with: Discreet leaving the exception in every record."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("{levelname} {name}: {message}", style="{"))
    logger = logging.getLogger("django.request")
    monkeypatch.setattr(logger, "handlers", [handler])
    client.raise_request_exception = False
    client.force_login(PersonFactory())
    assert client.get("/no-such-page/").status_code == 404
    assert client.get(reverse("person-list")).status_code == 403
    said = stream.getvalue()
    assert "Traceback" not in said
    assert "Not Found: /no-such-page/" in said
    assert len(said.splitlines()) <= 4

    def broken(*args, **kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr("accounts.views.own.picture_of", broken)
    assert client.get(reverse("account")).status_code == 500
    assert "Traceback" in stream.getvalue()


def test_the_products_own_console_uses_it():
    assert settings.LOGGING["formatters"]["plain"]["()"] == "protocol_site.logs.Discreet"
    assert settings.LOGGING["root"]["handlers"] == ["console"]
