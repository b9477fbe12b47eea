"""Every page costs at most twelve queries, whatever the number of rows."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.council_at_scale import Council
from bench.long_case import latest, lengthen
from casework.enquiries import rules
from casework.enquiries.steps import STEPS
from casework.models import Case, Handing, Message
from casework.querysets import FIGURES
from protocol import lifecycle
from tests.speed.measuring import RUNS, Cost, cost_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
MOST_QUERIES = 12
OVERSEERS = ("dev", "mona", "hana")

# Who opens which list. `case-list` is opened with each of its filters besides.
LISTS = {
    "work-list": ("bob", "sam", "carol", *OVERSEERS),
    "team-list": ("bob", "sam", "carol", *OVERSEERS),
    "passed-list": ("sam", "carol"),
    "casework-list": ("alice", "della"),
    "casework-all": ("alice", "della"),
    "case-list": OVERSEERS,
    "overview-show": OVERSEERS,
    "enquiry-log": ("alice", "della", "bob", "dev"),
}


def opened(browser: Client, name: str, address: str, *, runs: int = 1) -> Cost:
    answers: set[int] = set()
    cost = cost_of(name, lambda: answers.add(browser.get(address).status_code), runs=runs)
    assert answers == {200}, f"{name}: {answers}"
    return cost


def within_bounds(costs: list[Cost]) -> None:
    over = [str(cost) for cost in costs if cost.queries > MOST_QUERIES]
    print(f"\nN={len(costs)} pages, at most {max(cost.queries for cost in costs)} queries")
    assert not over, "\n".join(over)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_a_hundred_thousand_cases_takes_at_most_twelve_queries(
    name, council: Council, signed_in
):
    """Seen red with: `for_list` without its prefetch of clocks."""
    within_bounds(
        [
            opened(signed_in(council.cast[who]), f"{name} as {who}", reverse(name), runs=RUNS)
            for who in LISTS[name]
        ]
    )


def filters(service: int, ward: int) -> list[str]:
    """Each filter of the list of cases by each value that means something, and all of them at once."""
    return [
        *(f"figure={figure}" for figure in FIGURES),
        *(f"state={state}" for state in lifecycle.WORDS),
        *(f"service={service}", f"ward={ward}", "ward=none", "q=wisteria", "q=E-7K3"),
        f"service={service}&ward={ward}&state=closed&figure=within&q=pothole",
        "page=2",
        "page=400",
    ]


def test_each_filter_of_the_list_takes_at_most_twelve_queries(council: Council, signed_in):
    """Seen red with: services and wards as model choices, read anew for each use of them."""
    browser, address = signed_in(council.cast["dev"]), reverse("case-list")
    chosen = filters(council.services[0], council.wards[0])
    within_bounds([opened(browser, query, f"{address}?{query}") for query in chosen])


def test_a_page_far_down_takes_no_more_queries_than_the_first(council: Council, signed_in):
    """How long it takes: tests/speed/test_finding.py."""
    browser, address = signed_in(council.cast["dev"]), reverse("case-list")
    first, deep = (
        opened(browser, f"case-list, page {page}", f"{address}?page={page}", runs=RUNS)
        for page in (1, 400)
    )
    assert deep.queries <= first.queries
    within_bounds([first, deep])


@pytest.mark.parametrize("state", sorted(lifecycle.WORDS))
def test_a_case_in_each_state_takes_at_most_twelve_queries(state, council: Council, signed_in):
    """As everyone who may see it. Seen red with: `for_page` that joins nothing."""
    # The council of the speed tests has neither of these: one that was withdrawn has as much on its page.
    none = (lifecycle.DUPLICATE, lifecycle.HANDED_ON)
    case = latest("withdrawn" if state in none else state)
    Case.objects.filter(pk=case.pk).update(state=state)
    if state == lifecycle.HANDED_ON:
        there = {"name": "Report it", "address": "https://example.org", "reference": "R 1"}
        by, at = case.owner or case.logged_by, case.closed_at
        Handing.objects.create(case=case, room="service_request", by=by, at=at, salt="", **there)
    page = reverse("case-page", args=[case.reference])
    people = [case.raised_by, *council.leads[case.service_id]]
    people += [council.cast[who] for who in OVERSEERS]
    within_bounds([opened(signed_in(one), f"{state} as {one}", page) for one in people])


@pytest.mark.parametrize("state", ["received", "with_officer", "paused", "answered"])
def test_each_verbs_page_takes_at_most_twelve_queries(state, council: Council, signed_in):
    """Seen red with: the choices of "Copy it to" not listed once, two queries a member."""
    case = latest(state)
    head = council.leads[case.service_id][0]
    addresses = {
        verb: reverse(f"enquiry-{verb.replace('_', '-')}", args=[case.reference]) for verb in STEPS
    }
    theirs = {
        verb
        for verb, who in rules.WHO.items()
        if rules.relations(case, head, timezone.localdate()) & who
    }
    costs = {
        verb: opened(signed_in(head), f"{verb} of {state}", address)
        for verb, address in addresses.items()
    }
    within_bounds([cost for verb, cost in costs.items() if verb in theirs])
    refused = [cost for verb, cost in costs.items() if verb not in theirs]
    assert all(cost.queries <= MOST_QUERIES + FOR_THE_RECORD for cost in refused), refused


# A file, and a refusal, leaves a record: its savepoint, its stream, the event, the stream's new head, and
# the end.
FOR_THE_RECORD = 5


def test_a_letter_takes_at_most_twelve_queries_and_a_file_five_more(council: Council, signed_in):
    """As the member, the head and an overseer. Seen red with: the services of the case read one by one."""
    answers = Message.objects.filter(kind="answer", case__sensitivity="ordinary")
    case = answers.filter(case__state="answered").latest("pk").case
    for person in (case.raised_by, council.leads[case.service_id][0], council.cast["dev"]):
        browser = signed_in(person)
        page, file = (
            opened(browser, f"{name} as {person}", reverse(name, args=[case.reference, 1]))
            for name in ("letter-page", "letter-pdf")
        )
        within_bounds([page])
        print(file)
        assert file.queries <= MOST_QUERIES + FOR_THE_RECORD, file


def test_a_long_case_costs_no_more_queries_than_a_short_one(council: Council, signed_in):
    """300 events by 70 people and 120 messages by 40. Seen red with: authors not joined."""
    case = latest("closed")
    page = reverse("case-page", args=[case.reference])
    browser = signed_in(council.cast["dev"])
    short = opened(browser, "a short case", page, runs=RUNS)
    with transaction.atomic():
        lengthen(case, council)
        long = opened(browser, "a case of 300 events and 120 messages", page, runs=RUNS)
        transaction.set_rollback(True)
    # One for names that the short case did not need.
    assert long.queries <= short.queries + 1
    within_bounds([short, long])
