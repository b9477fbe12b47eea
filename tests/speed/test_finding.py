"""Finding one case in a hundred thousand costs what the work list costs, and so does a page far down."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.urls import reverse

from bench.council_at_scale import Council
from tests.speed.measuring import Cost, cost_of
from tests.speed.plans import Plan, of_cases
from tests.speed.test_pages import MOST_QUERIES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
RUNS = 7
TIMES = 2
# Each stands in 0.1 % of the cases: one in subjects, one in messages.
RARE = ("wisteria", "honeysuckle")
TABLES = ("casework_case", "casework_message", "casework_enquirydetail")
INDEXES = {f"{table}_search" for table in TABLES}
LISTS = {"bob": "work-list", "sam": "work-list", "dev": "case-list", "alice": "casework-all"}


def page(
    signed_in, council: Council, who: str, name: str, query: str = "", runs: int = RUNS
) -> Cost:
    browser = signed_in(council.cast[who])
    address = reverse(name) + query
    return cost_of(f"{name}{query} as {who}", lambda: browser.get(address), runs=runs)


def least(cost: Cost) -> float:
    """What the machine can do when nothing disturbs it, in milliseconds."""
    return min(cost.total)


@pytest.mark.parametrize("who", LISTS)
@pytest.mark.parametrize("word", RARE)
def test_a_rare_word_is_found_in_twice_the_time_of_the_first_page_of_a_list(
    who, word, council: Council, signed_in
):
    """Seen red with: the messages read by their keys, for which the planner reads the whole table."""
    first = page(signed_in, council, who, LISTS[who])
    found = page(signed_in, council, who, "case-find", f"?q={word}")
    assert found.queries <= MOST_QUERIES
    assert least(found) <= TIMES * least(first), f"{found} against {first}"


@pytest.mark.parametrize("number", [2, 400, 2000, 3900])
def test_a_page_far_down_takes_at_most_twice_the_time_of_the_first(
    number, council: Council, signed_in
):
    """Page 2,000 is the middle: what is beyond it is read from the end. Seen red with (for 3,900): every
    page read from the beginning, its rows joined before they are counted off."""
    first = page(signed_in, council, "dev", "case-list")
    deep = page(signed_in, council, "dev", "case-list", f"?page={number}")
    assert deep.queries <= first.queries
    assert least(deep) <= TIMES * least(first), f"{deep} against {first}"


def asked(signed_in, council: Council, who: str, word: str) -> Plan:
    """The plan of the statement that finds the cases."""
    cost = page(signed_in, council, who, "case-find", f"?q={word}", runs=1)
    keys = [plan for plan in of_cases(cost.sql) if "to_tsquery" in plan.sql and "LIMIT" in plan.sql]
    print(f"\n{word} as {who}: {keys[0]}", end="")
    return keys[0]


@pytest.mark.parametrize("who", LISTS)
@pytest.mark.parametrize("word", [*RARE, "nothinglikeit", '"by the honeysuckle"'])
def test_a_search_reads_the_index_of_words_and_no_table_from_end_to_end(
    who, word, council: Council, signed_in
):
    """Residents' names only in the member's own casework (ADR 10)."""
    plan = asked(signed_in, council, who, word)
    residents = "casework_enquirydetail_search"
    assert plan.indexes & INDEXES == INDEXES - ({residents} if who != "alice" else set()), str(plan)
    for table in TABLES:
        assert "Seq Scan" not in plan.reads(table), str(plan)


def test_the_test_sees_a_search_that_reads_every_message(council: Council, signed_in):
    """The planted fault: without the index of words every message is read, and that shows."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX casework_message_search")
        plan = asked(signed_in, council, "dev", RARE[1])
        transaction.set_rollback(True)
    assert any("Seq Scan" in read for read in plan.reads("casework_message")), str(plan)


def test_a_word_of_every_case_brings_back_a_thousand_and_is_measured(council: Council, signed_in):
    """Its time is printed, and grows with the number of cases that have the word."""
    cost = page(signed_in, council, "dev", "case-find", "?q=residents", runs=3)
    assert cost.queries <= MOST_QUERIES
    (limit,) = [sql for sql in cost.sql if "LIMIT 1001" in sql]
    assert "OFFSET" not in limit
