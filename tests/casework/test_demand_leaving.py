"""An officer goes for whom demands wait: whoever ends them reads of it, as far as they may know (ADR 19)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.demands import actions, leaving
from casework.models import Case, Demand
from officers.models import Officer
from tests import cast
from tests.casework.making import NOW, World, fresh, with_bob, world
from tests.casework.test_demands import flag
from tests.factories import OfficerFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def made(time_machine) -> World:
    """Bob flagged a demand (Mo49), and Sam is to consider it."""
    time_machine.move_to(NOW, tick=False)
    found = world("model")
    found.demand = flag(with_bob(found), found.bob)
    return found


def read(client, person, officer: Officer, name: str = "officer-end") -> str:
    client.force_login(fresh(person))
    return unescape(client.get(reverse(name, args=[officer.pk])).content.decode())


def waiting(who, viewer) -> list[str]:
    return [address for _, address in leaving.waiting(who.pk, fresh(viewer))]


def test_the_page_that_ends_an_officer_and_the_one_after_name_what_waits_for_them(
    made, client, django_assert_max_num_queries
):
    """Mo49. Seen red with: demands left out of `left`; with those alone that they may see, who has left."""
    sam, address = made.sam.officer, made.demand.get_absolute_url()
    page = read(client, made.dev, sam)
    words = f"Demand to consider, about {made.demand.case.reference}: {leaving.REMINDED}"
    assert words in page
    assert address in page
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("officer-end", args=[sam.pk]))
    Officer.objects.filter(pk=sam.pk).update(ended_on=NOW.date() - timedelta(days=1))
    page = read(client, made.dev, sam, "officer-show")
    assert words in page
    assert address in page
    assert made.demand.case.subject not in page


def test_it_is_named_of_whoever_was_asked_last_and_only_while_it_waits(made, time_machine):
    """The reminder brings it on to Carol. Seen red with: everybody whom it was ever brought to; closed ones."""
    assert waiting(made.sam, made.dev) == [made.demand.get_absolute_url()]
    assert waiting(made.bob, made.dev) == []
    Officer.objects.filter(person=made.sam).update(ended_on=NOW.date() - timedelta(days=1))
    made.demand.refresh_from_db()
    time_machine.move_to(made.demand.remind_at, tick=False)
    chasing.chase(now=made.demand.remind_at)
    assert waiting(made.sam, made.dev) == []
    assert waiting(made.carol, made.dev) == [made.demand.get_absolute_url()]
    actions.consider(demand=made.demand, by=fresh(made.carol), outcome="talked", text="Yes.")
    assert waiting(made.carol, made.dev) == []


def test_who_may_not_know_of_it_reads_nothing_of_it(made, client):
    """Not who keeps the directory alone, nor a clerk who is close to the member. Seen red with: `visible_to`
    left out."""
    assert "Demand" not in read(client, cast.ada(), made.sam.officer)
    clerk = OfficerFactory(service=made.highways, person__name="Pat Poole").person
    assert waiting(made.sam, clerk) == []
    assert waiting(made.sam, made.alice) == []
    RelationshipFactory(person=made.dev, other=made.alice)
    assert waiting(made.sam, made.dev) == []


def test_what_was_restricted_meanwhile_is_named_by_no_reference(made):
    """By those alone who know of it. Seen red with: the reference of every enquiry."""
    Case.objects.update(sensitivity="restricted")
    assert leaving.waiting(made.sam.pk, fresh(made.dev)) == []
    [(words, _)] = leaving.waiting(made.sam.pk, fresh(made.sam))
    assert made.demand.case.reference not in words


def test_where_nobody_is_reminded_it_says_so(made):
    Demand.objects.update(remind_at=None)
    [(words, _)] = leaving.waiting(made.sam.pk, fresh(made.dev))
    assert leaving.NOT_REMINDED in words


def test_a_long_list_is_cut_and_says_so(made, monkeypatch):
    """Seen red with: no bound."""
    monkeypatch.setattr(leaving, "MOST", 1)
    flag(with_bob(made, subject="A lamp"), made.bob)
    found = leaving.waiting(made.sam.pk, fresh(made.dev))
    assert [words for words, _ in found][1:] == [leaving.REST]
    assert len(found) == 2
