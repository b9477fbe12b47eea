"""An auditor's pages read the ledger through its indexes, whatever it holds (ADR 25)."""

from __future__ import annotations

from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.council_at_scale import Council
from ledger.models import Event, Stream
from tests.speed.plans import Plan
from tests.speed.test_pages import MOST_QUERIES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
EVENTS = "ledger_event"
FILTERS = (
    "",
    "?kind=enquiries",
    "?kind=council",
    "?verb=signed_in",
    "?about=case",
    "?about=post",
    "?subject=case:500",
    "?person=person:{person}",
    "?person=person:{person}&about=case",
    "?chain={chain}",
    "?until_day=3&until_month=5&until_year=2024",
    "?since_day=1&since_month=5&since_year=2024&until_day=3&until_month=5&until_year=2024",
)


def test_no_page_of_events_reads_them_all(council: Council, signed_in):
    """The first page and one from the middle, under each filter, within twelve queries."""
    browser = signed_in(council.cast["otis"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_event")
    middle = Event.objects.order_by("pk")[Event.objects.count() // 2]
    about = {"person": council.cast["bob"].pk, "chain": Stream.objects.latest("pk").key}
    slowest = looked = 0.0
    for asked in FILTERS:
        for place in ("", f"before={middle.pk}"):
            query = asked.format(**about)
            query = f"{query}{'&' if query else '?'}{place}" if place else query
            address = reverse("event-list") + query
            started = perf_counter()
            with CaptureQueriesContext(connection) as found:
                assert browser.get(address).status_code == 200
            slowest, looked = max(slowest, perf_counter() - started), looked + 1
            assert len(found) <= MOST_QUERIES, address
            for one in found:
                if f'FROM "{EVENTS}"' in one["sql"]:
                    plan = Plan.of(one["sql"])
                    assert "Seq Scan" not in plan.reads(EVENTS), f"{address}: {plan}"
    print(f"\nN={looked:.0f} pages over {Event.objects.count():,} events, slowest {slowest:.2f} s")
