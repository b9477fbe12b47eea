"""The lists and the overview: who may open them, what they count, and what they cost."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from casework import rows
from casework.enquiries import actions
from casework.models import Case
from casework.querysets import FIGURES
from council import calendar
from frontend.parts import State
from tests import cast
from tests.casework.making import (
    NOW,
    at,
    clock,
    enquiry,
    fresh,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.factories import AbsenceFactory, OfficerFactory

pytestmark = pytest.mark.django_db
# Twelve, and the closure days: inside a test's transaction no calendar is remembered (council/calendar.py).
MOST_QUERIES = 13


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("alice", "casework-list"),
        ("alice", "casework-all"),
        ("bob", "work-list"),
        ("sam", "team-list"),
        ("sam", "passed-list"),
        ("dev", "case-list"),
        ("dev", "overview-show"),
    ],
)
def test_a_list_costs_the_same_for_two_cases_and_for_sixty(
    made, client, who, name, django_assert_max_num_queries
):
    """Seen red with: `for_list` without its prefetch of clocks."""
    client.force_login(getattr(made, who))
    for _ in range(2):
        with_bob(made)
    address = reverse(name)
    client.get(address)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        assert client.get(address).status_code == 200
    for _ in range(28):
        with_bob(made)
        enquiry(made, by=made.bob)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        assert client.get(address).status_code == 200
    assert len(many) <= len(few) + 1


def test_home_leads_each_person_to_their_own_first_page(made, client):
    for who, name in [("alice", "casework-list"), ("bob", "work-list"), ("dev", "overview-show")]:
        client.force_login(getattr(made, who))
        assert client.get("/").url == reverse(name)


def test_home_tells_somebody_without_a_role_what_to_do(made, client):
    client.force_login(cast.charlie())
    page = client.get("/")
    assert page.status_code == 200
    assert "There is nothing for you here yet" in page.content.decode()


def test_each_number_of_the_overview_leads_to_exactly_its_cases(made, client, time_machine):
    """Seen red with: "due_this_week" counting paused cases in its list but not in its tile."""
    for days in (0, 1, 7, 8, 12, 15):
        with_bob(made, now=at(working_days(NOW.date(), -days) if days else NOW.date()))
    answered = with_bob(made)
    actions.answer(case=answered, by=fresh(made.bob), text="Done.", now=NOW)
    client.force_login(made.dev)
    page = client.get(reverse("overview-show"))
    names = ("open_tiles", "answered_tiles", "again_tiles")
    tiles = [tile for name in names for tile in page.context[name]]
    assert {parse_qs(tile.href.partition("?")[2])["figure"][0] for tile in tiles} == set(FIGURES)
    for tile in tiles:
        assert client.get(tile.href).context["page"].paginator.count == tile.count, tile.words
    assert sum(tile.count for tile in tiles) > 6


def test_a_first_and_a_second_answer_are_counted_apart_each_in_its_own_month(
    made, client, time_machine
):
    """Late in June, asked about again and answered in time in July.

    Seen red with: second answers counted in with the first; the list of second answers narrowed by when
    the first one came.
    """
    case = with_bob(made)
    july = at(date(2026, 7, 2))
    actions.answer(case=case, by=fresh(made.bob), text="Sorry.", now=at(date(2026, 6, 22)))
    actions.ask_again(case=case, by=fresh(made.alice), text="And?", now=at(date(2026, 6, 30)))
    time_machine.move_to(july)
    actions.answer(case=case, by=fresh(made.bob), text="Both.", now=july)
    client.force_login(made.dev)
    counts = {}
    for period in ("month", "last-month", "all"):
        page = client.get(reverse("overview-show"), {"period": period})
        tiles = [*page.context["answered_tiles"], *page.context["again_tiles"]]
        counts[period] = {tile.words: tile.count for tile in tiles if tile.count}
        for tile in tiles:
            assert client.get(tile.href).context["page"].paginator.count == tile.count, tile.words
    late, again = {"answered late": 1}, {"answered again in time": 1}
    assert counts == {"month": again, "last-month": late, "all": late | again}
    assert page.context["rate"] == 0


def test_an_open_case_not_yet_due_is_neither_success_nor_failure(made, client):
    enquiry(made)
    client.force_login(made.dev)
    page = client.get(reverse("overview-show"))
    assert page.context["rate"] is None
    assert "% of what was answered" not in page.content.decode()


def test_the_work_list_shows_the_day_count_and_the_soonest_first(made, client, time_machine):
    """The due date with its day count: "day 3 of 7" (Br10f)."""
    later = with_bob(made)
    sooner = with_bob(made, now=at(working_days(NOW.date(), -3)))
    client.force_login(made.bob)
    page = client.get(reverse("work-list"))
    subjects = [row[0][1] for row in page.context["rows"]]
    assert subjects == [sooner.reference, later.reference]
    assert "(day 3 of 7)" in page.content.decode()


def test_whoever_answers_for_a_team_keeps_sight_of_what_it_passed_on_until_it_is_answered(
    made, client
):
    """The list is theirs alone. Seen red with: no Handover kept; and with the answered among them."""
    gita = cast.gita()
    passed, kept = with_bob(made), with_bob(made)
    actions.reassign(case=passed, by=fresh(made.bob), officer=gita.officer, reason="Hers.", now=NOW)
    client.force_login(made.sam)
    page = client.get(reverse("passed-list"))
    assert [row[0][1] for row in page.context["rows"]] == [passed.reference]
    assert "Gita Gill" in page.content.decode()
    assert client.get(passed.get_absolute_url()).status_code == 200
    team = client.get(reverse("team-list"))
    assert [row[0][1] for row in team.context["rows"]] == [kept.reference]
    assert [str(tab.text) for tab in team.context["tabs"]][-1] == "Passed to other teams"
    # Back again, it is theirs as before, and listed once.
    actions.reassign(case=passed, by=fresh(gita), officer=made.bob.officer, reason="No.", now=NOW)
    assert client.get(reverse("passed-list")).context["rows"] == []
    actions.reassign(case=passed, by=fresh(made.bob), officer=gita.officer, reason="Yes.", now=NOW)
    assert len(client.get(reverse("passed-list")).context["rows"]) == 1
    actions.answer(case=passed, by=fresh(gita), text="Done.", now=NOW)
    assert client.get(reverse("passed-list")).context["rows"] == []
    assert client.get(passed.get_absolute_url()).status_code == 404
    client.force_login(made.bob)
    assert client.get(reverse("passed-list")).status_code == 403
    assert len(client.get(reverse("work-list")).context["tabs"]) == 2


def test_a_page_holds_twenty_five(made, client):
    for _ in range(27):
        with_bob(made)
    client.force_login(made.bob)
    first = client.get(reverse("work-list"))
    assert len(first.context["rows"]) == 25
    assert len(client.get(reverse("work-list") + "?page=2").context["rows"]) == 2
    assert len(client.get(reverse("work-list") + "?page=none").context["rows"]) == 25


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "figure=nonsense",
        "state[]=1&state=nonsense",
        "service=99999999999999999999",
        "ward=-1",
        "page=99999999999999999999",
        "q=%ed%a0%80",
    ],
)
def test_no_filter_gives_an_error_page(made, client, query):
    enquiry(made)
    client.force_login(made.dev)
    assert client.get(f"{reverse('case-list')}?{query}").status_code == 200


def test_a_choice_that_cannot_be_used_lists_nothing_and_says_so(made, client):
    """Seen red with: `filter_queryset` that passes over what is wrong."""
    enquiry(made)
    client.force_login(made.dev)
    page = client.get(f"{reverse('case-list')}?figure=nonsense")
    assert not page.context["rows"]
    assert "Nothing is listed" in page.content.decode()
    assert "Select what to show from the list. Or clear" in page.content.decode()


def test_a_member_sees_their_casework_in_the_order_of_what_needs_them(made, client, time_machine):
    """Waiting for them; late, with what happens next; answered; the rest."""
    waiting, late = with_bob(made), with_bob(made, now=at(working_days(NOW.date(), -9)))
    answered, rest = with_bob(made), enquiry(made)
    actions.ask(case=waiting, by=fresh(made.bob), text="Which end?", now=NOW)
    actions.answer(case=answered, by=fresh(made.bob), text="Done.", now=NOW)
    client.force_login(made.alice)
    page = client.get(reverse("casework-list"))
    found = {s.key: [i.reference for i in s.items] for s in page.context["sections"]}
    assert found == {
        "waiting": [waiting.reference],
        "late": [late.reference],
        "handed_on": [],
        "answered": [answered.reference],
        "open": [rest.reference],
    }


def test_a_figure_that_is_paused_is_neither_due_nor_overdue(time_machine):
    time_machine.move_to(NOW)
    made = world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})
    case = with_bob(made)
    actions.pause(case=case, by=fresh(made.bob), reason="Waiting for the water company.", now=NOW)
    late = working_days(clock(case).due, 5)
    assert Case.objects.counts(late)["overdue"] == 0
    assert Case.objects.counts(late)["paused"] == 1


def test_what_is_open_stands_by_its_due_date_and_what_is_answered_by_its_answer(
    made, client, time_machine
):
    """Sorted by due date. Seen red with: every list newest first."""
    later = with_bob(made)
    sooner = with_bob(made, now=at(working_days(NOW.date(), -3)))
    client.force_login(made.dev)

    def listed(**query) -> list[str]:
        page = client.get(reverse("case-list"), query)
        return [row[0][1] for row in page.context["rows"]]

    for query in ({"figure": "open"}, {"state": "with_officer"}):
        assert listed(**query) == [sooner.reference, later.reference]
    assert listed() == [later.reference, sooner.reference]
    for case in (sooner, later):
        actions.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    Case.objects.filter(pk=later.pk).update(answered_at=NOW - timedelta(minutes=5))
    assert listed(figure="within") == [sooner.reference, later.reference]
    assert listed(answered="month") == [sooner.reference, later.reference]


def test_words_are_found_in_any_order_and_each_must_be_there(made, client):
    """Seen red with: the words looked for as one phrase."""
    case = enquiry(made, subject="Tanner Place be resurfaced")
    client.force_login(made.dev)
    for query, found in [
        ("resurfaced tanner", 1),
        ("tanner potholes", 0),
        (case.reference.lower(), 1),
        ("  ", 1),
        ("%", 0),
    ]:
        page = client.get(reverse("case-list"), {"q": query})
        assert page.context["page"].paginator.count == found, query


def test_a_list_of_open_work_offers_no_filter_that_finds_nothing(made, client):
    client.force_login(made.bob)
    form = client.get(reverse("work-list")).context["filter"].form
    assert not {"closed", "withdrawn", "answered"} & {k for k, _ in form.fields["state"].choices}
    assert not {"within", "breach", "open"} & {k for k, _ in form.fields["figure"].choices}
    page = client.get(reverse("work-list"), {"figure": "breach"})
    assert page.status_code == 200


def test_a_printed_list_says_what_it_is_a_list_of(made, client):
    enquiry(made)
    client.force_login(made.dev)
    page = client.get(reverse("case-list"), {"figure": "open"}).content.decode()
    assert "(show: Open)" in page


def test_whoever_covers_has_the_work_in_their_own_list_while_they_do(made, client):
    """Cover gets the work and not only the deadlines. Seen red with: `owner=request.user`."""
    case = with_bob(made)
    colleague = OfficerFactory(service__name="Housing")
    absence = AbsenceFactory(
        officer=made.bob.officer, since=NOW.date(), until=NOW.date(), cover=colleague
    )
    client.force_login(colleague.person)

    def listed() -> str:
        return client.get(reverse("work-list")).content.decode()

    assert case.reference in listed()
    assert "You cover for Bob Baker" in listed()
    type(absence).objects.update(until=NOW.date() - timedelta(days=1), since=date(2026, 1, 1))
    assert case.reference not in listed()


def test_what_was_given_after_midnight_in_summer_is_new_for_its_own_day(made):
    """Half past midnight in London is the day before in UTC. Seen red with: owner_since.date()."""
    case = reloaded(with_bob(made, now=at(NOW.date(), 0, 30)))
    tuesday = NOW.date() + timedelta(days=1)
    state = rows.for_officer([case], tuesday, calendar.current())[0][3]
    assert isinstance(state, list)
    assert state[-1] == State("New", "teal")
