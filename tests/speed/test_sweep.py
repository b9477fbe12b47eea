"""What runs every minute costs next to nothing where there is nothing to do."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bench.council_at_scale import Council
from casework import clocks
from casework.chasing import actions as chasing
from casework.models import Case, Clock
from council.calendar import current
from council.models import Council as TheCouncil
from ledger.actions import deliver
from ledger.models import Notice
from tests.speed.measuring import cost_of
from tests.speed.plans import Plan

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
MOST_MS = 5
RUNS = 21
CLOCKS = "casework_clock"


def cheap(name: str, work, *, indexes: set[str]) -> None:
    """Nothing to do costs at most MOST_MS of the database's time, and reads these indexes alone.

    The least of many runs, since all that the others add is what else the machine did: a busy one
    stretches any run by a few milliseconds. The median is printed beside it.
    """
    cost = cost_of(name, work, runs=RUNS)
    plans = [Plan.of(sql) for sql in cost.sql if CLOCKS in sql or "ledger_notice" in sql]
    assert {index for plan in plans for index in plan.indexes} == indexes
    assert not [plan for plan in plans if "Seq Scan" in str(plan)]
    assert cost.queries <= 3
    assert min(cost.database) <= MOST_MS, str(cost)


def test_a_sweep_in_which_nothing_is_due_costs_at_most_five_milliseconds(council: Council):
    """Seen red with: `step_due` that puts a far date in the place of none."""
    now = timezone.now()
    assert Clock.objects.running().count() > 3000
    assert chasing.sweep(now=now).lines == []
    cheap("a sweep, nothing due", lambda: chasing.sweep(now=now), indexes={"clock_next_step"})


def test_a_recount_with_nothing_stale_costs_at_most_five_milliseconds(council: Council):
    """Seen red with: `stale` that looks at stopped clocks too."""
    version = TheCouncil.objects.current().calendar_version
    assert not Clock.objects.stale(version).exists()
    cheap("a recount, nothing stale", chasing.recount, indexes={"clock_calendar"})


def test_a_delivery_with_nothing_waiting_costs_at_most_five_milliseconds(council: Council):
    """Seen red with: `waiting` that puts a far date in the place of none."""
    now = timezone.now()
    assert Notice.objects.count() > 10_000
    cheap(
        "a delivery, nothing waiting", lambda: deliver(now=now), indexes={"ledger_notice_waiting"}
    )


def test_the_clocks_of_these_cases_are_those_that_the_product_would_start(council: Council):
    """The data is what actions leave: dates and next steps counted anew for some of every state."""
    calendar, checked = current(), 0
    for state in ("received", "with_officer", "with_member", "paused", "closed"):
        for case in Case.objects.filter(state=state, figure__in=["", "within"]).order_by("-pk")[
            :40
        ]:
            for kept in case.clocks.prefetch_related("steps"):
                made = clocks.start(
                    case=case,
                    promise=kept.promise,
                    profile=case.profile,
                    calendar=calendar,
                    calendar_version=kept.calendar_version,
                )
                assert (kept.original_due, kept.due) == (made.original_due, made.due)
                assert (kept.days, kept.clause) == (made.days, made.clause)
                taken = frozenset(step.step for step in kept.steps.all())
                step = clocks.next_step_at(kept, case.profile, calendar, taken=taken)
                assert kept.next_step_at == step, f"{case.pk} {state} {kept.promise}"
                checked += 1
    print(f"\nN={checked} clocks")
    assert checked > 300
