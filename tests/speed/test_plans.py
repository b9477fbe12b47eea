"""The lists read through an index: PostgreSQL's own plan for what each page really asks."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.urls import reverse

from bench.council_at_scale import Council
from tests.speed.measuring import cost_of
from tests.speed.plans import Plan, of_cases

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
A_PAGE = 25
CASES = "casework_case"


def asked(signed_in, person, name: str) -> list[Plan]:
    """The plans of what a page asks of the table of cases, printed: the count and the rows."""
    address = reverse(name)
    browser = signed_in(person)
    cost = cost_of(name, lambda: browser.get(address), runs=1)
    plans = of_cases(cost.sql)
    for plan in plans:
        print(f"\n{name} as {person}: {', '.join(plan.reads(CASES))}", end="")
    assert plans, f"{name} read no case"
    return plans


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("work-list", "bob"),
        ("work-list", "sam"),
        ("work-list", "carol"),
        ("work-list", "dev"),
        ("work-list", "hana"),
        ("team-list", "bob"),
        ("team-list", "sam"),
        ("team-list", "carol"),
        ("casework-list", "alice"),
        ("casework-list", "della"),
        ("casework-all", "alice"),
        ("casework-all", "della"),
    ],
)
def test_a_list_of_ones_own_reads_through_an_index(name, who, council: Council, signed_in):
    """Neither the rows nor their count read the whole table, whatever `visible_to` adds to them.

    Seen red with: the test below, which takes the indexes away.
    """
    for plan in asked(signed_in, council.cast[who], name):
        assert "Seq Scan" not in plan.reads(CASES), str(plan)


def test_the_work_list_reads_the_index_made_for_it(council: Council, signed_in):
    """Seen red with: `open` as the cases that have no closing date."""
    for plan in asked(signed_in, council.cast["bob"], "work-list"):
        assert "case_worklist" in plan.indexes, str(plan)


def test_the_test_sees_a_list_that_reads_every_case(council: Council, signed_in):
    """The planted fault: without its indexes the work list reads the whole table, and that shows."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE tablename = %s"
                " AND indexname <> %s AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
                [CASES, "casework_case_pkey"],
            )
            for (index,) in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{index}"')
        plans = asked(signed_in, council.cast["bob"], "work-list")
        transaction.set_rollback(True)
    assert all("Seq Scan" in plan.reads(CASES) for plan in plans)


@pytest.mark.parametrize("who", ["dev", "mona", "hana"])
def test_the_first_page_of_all_cases_sorts_none(who, council: Council, signed_in):
    """The clerk's newest 25 of 100,000 are read in order from an index; only their count reads all. The
    page's own rows are put in order again.

    Seen red with: the list ordered by when a case was received, which no index keeps.
    """
    *_, rows = asked(signed_in, council.cast[who], "case-list")
    assert f"LIMIT {A_PAGE}" in rows.sql
    assert "case_received" in rows.indexes, str(rows)
    assert "Seq Scan" not in rows.reads(CASES), str(rows)
    assert rows.most_sorted <= A_PAGE, str(rows)
