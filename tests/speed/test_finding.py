"""Finding one case in a hundred thousand costs what the work list costs, and so does a page far down."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.urls import reverse

from bench.council_at_scale import Council
from casework.finding.search import FEW
from tests.speed.measuring import Cost, cost_of, costs_in_turn
from tests.speed.plans import Plan, of_cases
from tests.speed.test_pages import MOST_QUERIES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
RUNS = 7
# What stands in its words and what was found of them, besides what a list asks.
MOST_OF_A_SEARCH = MOST_QUERIES + 2
TIMES = 2
# Each stands in 0.1 % of the cases: one in subjects, one in messages.
RARE = ("wisteria", "honeysuckle")
TABLES = ("casework_case", "casework_message", "casework_enquirydetail")
INDEXES = {f"{table}_search" for table in TABLES}
LISTS = {"bob": "work-list", "sam": "work-list", "dev": "case-list", "alice": "casework-all"}


def opening(signed_in, council: Council, who: str, name: str, query: str = ""):
    browser = signed_in(council.cast[who])
    address = reverse(name) + query
    return lambda: browser.get(address)


def in_turn(signed_in, council: Council, who: str, *pages: tuple[str, str]) -> list[Cost]:
    works = {
        f"{name}{query} as {who}": opening(signed_in, council, who, name, query)
        for name, query in pages
    }
    return costs_in_turn(works, runs=RUNS)


def least(cost: Cost) -> float:
    """What the machine can do when nothing disturbs it, in milliseconds."""
    return min(cost.total)


@pytest.mark.parametrize("who", LISTS)
@pytest.mark.parametrize("word", RARE)
def test_a_rare_word_is_found_in_twice_the_time_of_the_first_page_of_a_list(
    who, word, council: Council, signed_in
):
    """Seen red with: the messages read by their keys, for which the planner reads the whole table."""
    pages = ((LISTS[who], ""), ("case-find", f"?q={word}"))
    first, found = in_turn(signed_in, council, who, *pages)
    assert found.queries <= MOST_OF_A_SEARCH
    assert least(found) <= TIMES * least(first), f"{found} against {first}"


@pytest.mark.parametrize("number", [2, 400, 2000, 3900])
def test_a_page_far_down_takes_at_most_twice_the_time_of_the_first(
    number, council: Council, signed_in
):
    """Page 2,000 is the middle: what is beyond it is read from the end. Seen red with (for 3,900): every
    page read from the beginning, its rows joined before they are counted off."""
    pages = (("case-list", ""), ("case-list", f"?page={number}"))
    first, deep = in_turn(signed_in, council, "dev", *pages)
    assert deep.queries <= first.queries
    assert least(deep) <= TIMES * least(first), f"{deep} against {first}"


def asked(signed_in, council: Council, who: str, word: str) -> Plan:
    """The plan of the statement that finds the cases, before it is asked who may see them."""
    work = opening(signed_in, council, who, "case-find", f"?q={word}")
    cost = cost_of(word, work, runs=1)
    keys = [plan for plan in of_cases(cost.sql) if f"LIMIT {FEW + 1}" in plan.sql]
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
    work = opening(signed_in, council, "dev", "case-find", "?q=residents")
    cost = cost_of("a word of every case as dev", work, runs=3)
    assert cost.queries <= MOST_OF_A_SEARCH
    (limit,) = [sql for sql in cost.sql if "LIMIT 1001" in sql]
    assert "OFFSET" not in limit
