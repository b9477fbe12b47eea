"""A service was merged or ended: lists by it, and what was raised already, lead to its successor (ADR 18)."""

from __future__ import annotations

from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse

from casework.enquiries import actions, likely
from casework.models import Case
from casework.saved import actions as saved
from tests import cast
from tests.casework.carrying import asked, housing, merge, two_services
from tests.casework.making import NOW, World, enquiry, fresh, with_bob

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return two_services()


def test_a_filter_by_the_successor_has_what_it_took_over(made, client):
    """Seen red with: `stands_for` that names the service alone."""
    old = actions.answer(
        case=with_bob(made, subject="An old hole"), by=fresh(made.bob), text="Filled."
    )
    merge(made)
    client.force_login(made.dev)
    page = client.get(reverse("case-list"), {"service": made.environment.pk}).content.decode()
    assert old.reference in page
    assert "Environment (including Highways, until Sunday 31 May 2026)" in page
    assert "Highways (until Sunday 31 May 2026)" in page
    page = client.get(reverse("case-list"), {"service": housing().pk}).content.decode()
    assert old.reference not in page
    client.force_login(made.gita)
    page = client.get(reverse("case-find"), {"service": made.environment.pk, "q": "hole"})
    assert old.reference not in page.content.decode()


# A view that was saved, or a bookmark -------------------------------------------------------------

WENT = "Highways has ended, and Environment carries on its work. Open and new enquiries are there."
LISTS = [
    ("dev", "case-list", ""),
    ("dev", "case-find", "holes"),
    ("bob", "work-list", ""),
    ("sam", "team-list", ""),
]


def read(client, person, name: str, **query) -> tuple[str, list]:
    client.force_login(fresh(person))
    page = client.get(reverse(name), query)
    return unescape(page.content.decode()), page.context["filter"].went_on


@pytest.mark.parametrize("kind", ["merge", "end"])
@pytest.mark.parametrize(("who", "name", "words"), LISTS)
def test_a_list_by_an_old_service_says_so_and_leads_to_its_successor(
    made, client, kind, who, name, words
):
    """With the other filters kept, and from its first page. Seen red with: nothing said; the rest left out."""
    query = {"service": made.highways.pk, "state": "with_officer", "q": words}
    assert WENT not in read(client, getattr(made, who), name, **query)[0]
    case = with_bob(made, subject="The holes")
    merge(made, kind=kind)
    page, [link] = read(client, getattr(made, who), name, **query, page="2")
    assert WENT in page
    now = QueryDict(link.href.removeprefix("?")).dict()
    assert now == {"service": str(made.environment.pk), "state": "with_officer", "q": words}
    if (who, kind) != ("sam", "end"):  # who leads nothing now, and works nowhere
        page, links = read(client, getattr(made, who), name, **now)
        assert case.reference in page
        assert links == []
        assert WENT not in page


def test_a_list_by_what_an_old_service_was_asked_says_so_too(made, client):
    """Seen red with: `service` alone looked at."""
    one = asked(made, housing())
    merge(made, housing())
    page, [link] = read(client, made.dev, "case-list", asked_service=housing().pk, asked="open")
    assert "Housing has ended, and Environment carries on its work." in page
    assert one.case.reference not in page
    now = QueryDict(link.href.removeprefix("?")).dict()
    assert one.case.reference in read(client, made.dev, "case-list", **now)[0]


def test_a_view_that_was_saved_leads_there_and_can_be_saved_anew(made, client):
    query = f"service={made.highways.pk}"
    view = saved.save(by=fresh(made.dev), name="Roads", listed="case-list", query=query)
    merge(made)
    page, [link] = read(client, made.dev, view.listed, **QueryDict(view.query).dict())
    assert WENT in page
    client.force_login(fresh(made.dev))
    there = client.get(reverse("case-list") + link.href)
    assert there.context["bar"].save


@pytest.mark.parametrize("service", ["", "0", "x", "999999"])
def test_what_is_no_service_says_nothing_of_it(made, client, service):
    merge(made)
    page, links = read(client, made.dev, "case-list", service=service)
    assert links == []
    assert WENT not in page


# What was raised already --------------------------------------------------------------------------


def offered(made: World, service, **changes) -> list[Case]:
    """To the clerk, who logs for Erin what Alice raised."""
    raised = {"subject": "Potholes in Quay Street", "on": NOW.date(), "service": service}
    return likely.offered(by=fresh(made.dev), member=made.erin, **(raised | changes))


@pytest.mark.parametrize("kind", ["merge", "end"])
def test_what_was_raised_with_an_old_service_is_found_in_its_successor(made, kind):
    """Answered, it keeps its old service. Seen red with: `about` that names the service alone."""
    made.erin = cast.erin()
    case = actions.answer(case=with_bob(made), by=fresh(made.bob), text="They are filled.")
    other = enquiry(made, service=housing())
    assert offered(made, made.environment) == []
    merge(made, kind=kind)
    assert offered(made, made.environment) == [case]
    assert offered(made, housing()) == [other]
