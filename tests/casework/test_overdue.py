"""What is overdue: the overview's number, the filter, the words of a row, and the member's own page agree
on every day, working or not. It is overdue from the day after its due date.
"""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework import casework_home, phrases
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case
from council import calendar
from council.actions import closures
from protocol.refusals import Refused
from tests.casework.making import World, at, enquiry, fresh, with_bob, world

pytestmark = pytest.mark.django_db
# The week before Good Friday 2026; Easter Monday is 6 April, and Early May's bank holiday 4 May.
BEFORE_EASTER = date(2026, 3, 23)


@pytest.fixture
def made(db) -> World:
    return world("bristol", changed={"[pausing]\nallowed = false": "[pausing]\nallowed = true"})


def agree(made: World, on: date) -> int:
    """Everything that says "overdue" says it of the same cases; returns how many they are."""
    now = at(on, 12)
    listed = set(Case.objects.counted("overdue", on))
    assert Case.objects.counts(on)["overdue"] == len(listed)
    assert set(Case.objects.overdue(on)) == listed
    days = calendar.current()
    for case in Case.objects.for_list():
        words = phrases.due(case, on, days).text
        late = words.startswith("Overdue: was due ") or " late: was due " in words
        assert late is (case in listed), f"{on:%A}: {words}"
        assert not words.startswith("0 ")
        due_today = words.startswith("Due today")
        assert due_today is Case.objects.counted("due_today", on).filter(pk=case.pk).exists()
    alice = fresh(made.alice)
    found = casework_home.shown(alice, now)
    home = {one.key: one for one in casework_home.sections(found, alice, now, days)}
    theirs = {item.reference for item in home["late"].items}
    asked = {case.reference for case in listed if case.state == "with_member"}
    assert theirs | asked == {case.reference for case in listed}
    assert theirs & asked == set()
    return len(listed)


# What happens to each case besides its date, and how many days after Easter it is received.
CASES = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(["queue", "taken", "asked", "paused", "extended", "answered", "withdrawn"]),
    ),
    min_size=1,
    max_size=4,
)
CLOSED = st.sets(st.integers(0, 60), max_size=6)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(CASES, CLOSED, st.lists(st.integers(0, 70), min_size=1, max_size=6))
@example([(0, "taken"), (2, "queue"), (3, "extended")], {7, 8, 16}, list(range(5, 30)))
def test_every_count_filter_and_word_agree_on_what_is_overdue_on_any_day(made, cases, closed, days):
    """Weekends, Easter, the May holidays, and closure days that come after the cases do.

    Seen red with: a row that is late only from the first working day after; the count from the day itself;
    the member's "late" by working days; paused cases in the count; `next_due` left behind by a
    closure day.
    """

    class Done(Exception):
        pass

    try:
        with transaction.atomic():
            for offset, what in cases:
                _one(made, BEFORE_EASTER + timedelta(days=offset), what)
            for offset in closed:
                try:
                    day = BEFORE_EASTER + timedelta(days=offset)
                    closures.add(first=day, name="Closed", by=None)
                except Refused:
                    continue
            chasing.recount(now=at(BEFORE_EASTER, 9))
            for offset in days:
                agree(made, BEFORE_EASTER + timedelta(days=offset))
            raise Done
    except Done:
        calendar.forget()


def _one(made: World, received: date, what: str) -> None:
    now = at(received)
    make = enquiry if what == "queue" else with_bob
    case = make(made, now=now, submission_key=uuid.uuid4())
    if what == "asked":
        actions.ask(case=case, by=fresh(made.bob), text="Which end?", now=now)
    elif what == "paused":
        actions.pause(case=case, by=fresh(made.bob), reason="Away.", now=now)
    elif what == "extended":
        later = calendar.current().add(case.next_due, 3)
        actions.extend(case=case, by=fresh(made.bob), reason="More.", new_date=later, now=now)
    elif what == "answered":
        actions.answer(case=case, by=fresh(made.bob), text="Done.", now=now)
    elif what == "withdrawn":
        actions.withdraw(case=case, by=fresh(made.alice), now=now)


def _read(page) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub("<[^>]+>", "", page.content.decode()).split())


@pytest.mark.parametrize(
    ("received", "day", "words"),
    [
        # Due on Friday 20 November 2026.
        ("2026-11-11", "2026-11-20", "Due today (day 7 of 7)"),
        ("2026-11-11", "2026-11-21", "Overdue: was due Friday 20 November"),
        ("2026-11-11", "2026-11-22", "Overdue: was due Friday 20 November"),
        ("2026-11-11", "2026-11-23", "1 working day late: was due Friday 20 November"),
        # Due on Maundy Thursday; working days begin again on the Tuesday.
        ("2026-03-24", "2026-04-03", "Overdue: was due Thursday 2 April"),
        ("2026-03-24", "2026-04-06", "Overdue: was due Thursday 2 April"),
        ("2026-03-24", "2026-04-07", "1 working day late: was due Thursday 2 April"),
        # Due on Monday 1 June; the council is closed on the 2nd and the 3rd.
        ("2026-05-20", "2026-06-02", "Overdue: was due Monday 1 June"),
        ("2026-05-20", "2026-06-03", "Overdue: was due Monday 1 June"),
        ("2026-05-20", "2026-06-04", "1 working day late: was due Monday 1 June"),
    ],
)
def test_on_a_day_that_does_not_count_it_is_overdue_and_every_page_says_so(
    made, client, time_machine, received, day, words
):
    """Br10f: seven working days. The list, the tile that leads to it, the case and the member's page.

    Seen red with: "Was due Friday" on the Saturday, and nothing of its being late.
    """
    for closed in ("2026-06-02", "2026-06-03"):
        closures.add(first=date.fromisoformat(closed), name="Closed", by=None)
    time_machine.move_to(at(date.fromisoformat(received)))
    case = with_bob(made, now=at(date.fromisoformat(received)))
    on = date.fromisoformat(day)
    time_machine.move_to(at(on))
    overdue = on > case.next_due
    assert agree(made, on) == overdue
    client.force_login(made.dev)
    tile = next(
        tile
        for tile in client.get(reverse("overview-show")).context["open_tiles"]
        if tile.words == "overdue"
    )
    listed = client.get(tile.href)
    assert tile.count == listed.context["page"].paginator.count == overdue
    assert (words in _read(listed)) is overdue
    assert words in _read(client.get(case.get_absolute_url()))
    client.force_login(made.bob)
    assert words in _read(client.get(reverse("work-list")))
    client.force_login(made.alice)
    page = _read(client.get(reverse("casework-list")))
    assert words in page
    assert ("Late (1)" in page) is overdue


def test_after_its_due_date_nobody_is_promised_that_an_answer_is_still_in_time(made):
    """The breach is recorded on the next working day; an answer before that is late all the same.

    Seen red with: "If there is no answer before Monday, …" on the Saturday.
    """
    case = with_bob(made, now=at(date(2026, 11, 11)))
    days = calendar.current()
    friday, saturday = (phrases.next_step(case, at(date(2026, 11, day)), days) for day in (20, 21))
    assert friday == "If there is no answer before Monday 23 November, it is recorded as late."
    assert saturday == (
        "It was not answered in time. It is recorded as late on Monday 23 November."
    )
    actions.answer(case=case, by=fresh(made.bob), text="Done.", now=at(date(2026, 11, 21)))
    assert Case.objects.get().figure == "breach"
