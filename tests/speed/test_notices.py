"""The outbox at a council's size: what a sweep asks is read through the indexes made for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import actions
from ledger.models import Notice
from tests.ledger.conftest import NOON
from tests.speed.plans import Plan

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
EVENTS, READERS, SENT, HELD = 110, 1_000, 100_000, 10_000
TABLE = "ledger_notice"
FILL = """
INSERT INTO ledger_notice (event_id, recipient, channel, created_at, message_id, next_attempt_at, attempts,
  claimed_by, sent_at, dropped_because, held_for, held_until, last_error)
SELECT event, 'person:' || reader, 'email', %(at)s, '<' || event || '.' || reader || '@x>', %(at)s, 1, '',
  CASE WHEN held THEN NULL ELSE %(at)s END, '',
  CASE WHEN held THEN CASE WHEN reader %% 2 = 0 THEN 'daily' ELSE 'quiet' END ELSE '' END,
  CASE WHEN held THEN %(until)s END, ''
FROM unnest(%(events)s) WITH ORDINALITY AS e (event, place), generate_series(1, %(readers)s) AS reader,
  LATERAL (SELECT place > %(old)s AS held) AS h
"""


@pytest.fixture
def full() -> None:
    """100,000 notices that went and 10,000 that are held for a thousand readers, half of them for their
    daily mail; all of these are to be looked at now."""
    with transaction.atomic():
        entries = [actions.Entry("enquiry_logged", f"case:{n}") for n in range(1, EVENTS + 1)]
        events = [event.pk for event in actions.record_many(entries, at=NOON)]
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "at": NOON,
                "until": NOON + timedelta(hours=20),
                "events": events,
                "readers": READERS,
                "old": SENT // READERS,
            },
        )
        cursor.execute(f"ANALYZE {TABLE}")
    ours = Notice.objects.filter(event__in=events)
    assert ours.exclude(sent_at=None).count() == SENT
    assert ours.held(NOON).count() == HELD


def planned(found) -> Plan:
    sql, values = found.query.sql_with_params()
    with connection.cursor() as cursor:
        return Plan.of(cursor.mogrify(sql, values).decode())


def asked() -> dict[str, Plan]:
    """The plans of what a sweep asks of the outbox, and the pages of what is held."""
    notices, later = Notice.objects, NOON + timedelta(hours=1)
    first = notices.claimable(later).order_by("next_attempt_at", "id")[:100]
    return {
        "claimable": planned(first),
        "along with": planned(notices.along_with(first, later)),
        "stuck": planned(notices.stuck(later).order_by("next_attempt_at", "id")[:1]),
        "held": planned(notices.held(later)),
        "mine": planned(notices.held(later).to(["person:2"]).filter(held_for="daily")),
    }


def test_no_sweep_reads_the_notices_that_went(full):
    """Claiming looks once into the index of daily mails for each that it might claim.

    Seen red with: the test below, which takes the indexes away.
    """
    for name, plan in asked().items():
        print(f"\n{name}: {plan}", end="")
        assert "Seq Scan" not in plan.reads(TABLE), f"{name}: {plan}"
        assert "ledger_notice_recipient" not in plan.indexes, f"{name}: {plan}"


def test_claiming_reads_both_indexes_made_for_it(full):
    plan = asked()["claimable"]
    assert {"ledger_notice_waiting", "ledger_notice_daily"} <= plan.indexes, str(plan)


@pytest.mark.parametrize("held_until", [timedelta(0), timedelta(hours=9)])
def test_no_sweep_reads_the_notices_that_went_whatever_is_held(full, held_until):
    """In quiet hours a tenth of the table is held: to be looked at now, or all of it later.

    Seen red with: the first question asked by `exists()`, which drops the order. The planner then
    reads the table from its start for the first that waits, and they all stand at its end.
    """
    Notice.objects.unfinished().update(next_attempt_at=NOON + held_until)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")
    later = NOON + timedelta(hours=1)
    with CaptureQueriesContext(connection) as made:
        actions.deliver(now=later, limit=10)
        # As the health check asks it.
        Notice.objects.is_stuck(later)
    statements = [one["sql"] for one in made if f'"{TABLE}"' in one["sql"]]
    assert statements
    for sql in statements:
        plan = Plan.of(sql)
        assert "Seq Scan" not in plan.reads(TABLE), f"{sql}: {plan}"


def test_where_nothing_waits_the_index_says_so(full):
    """What every sweep asks first."""
    Notice.objects.unfinished().update(sent_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")
    first = Notice.objects.waiting(NOON + timedelta(hours=1)).order_by("next_attempt_at", "id")
    plan = planned(first[:1])
    assert plan.indexes == {"ledger_notice_waiting"}, str(plan)


def test_the_test_sees_a_sweep_that_reads_every_notice(full):
    """The planted fault: without the indexes a sweep reads what went too, and that shows."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX ledger_notice_waiting, ledger_notice_daily")
        plan = asked()["claimable"]
        transaction.set_rollback(True)
    assert "Seq Scan" in plan.reads(TABLE), str(plan)
