"""What an officer who goes leaves in casework, as each who may end them reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import leaving
from casework.leaving import OTHERS, REST
from casework.models import Case
from tests import cast
from tests.casework.making import NOW, World, fresh, reloaded, with_bob, world
from tests.sending import send

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


def _read(client, person, officer, name: str) -> str:
    client.force_login(person)
    return client.get(reverse(name, args=[officer.pk])).content.decode()


def test_the_page_that_ends_an_officer_and_the_one_after_list_their_open_enquiries(
    made, client, django_assert_max_num_queries
):
    """Seen red with: casework not registered; closed cases listed."""
    open_, closed = with_bob(made), with_bob(made, subject="Done with")
    Case.objects.filter(pk=closed.pk).update(state="withdrawn")
    bob = made.bob.officer
    _read(client, made.dev, bob, "officer-end")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(reverse("officer-end", args=[bob.pk])).content.decode()
    assert f"Enquiry {open_.reference}: {open_.subject}" in page
    assert open_.get_absolute_url() in page
    assert closed.reference not in page
    last = timezone.localdate() + timedelta(days=1)
    typed = {"last_day_day": last.day, "last_day_month": last.month, "last_day_year": last.year}
    answer = send(client, reverse("officer-end", args=[bob.pk]), typed)
    after = client.get(answer.url).content.decode()
    assert "Give what is listed below to others." in after
    assert open_.reference in after
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("officer-show", args=[bob.pk]))


def test_an_administrator_who_reads_no_case_reads_of_none_here(made, client):
    """Seen red with: `seen` not asked; "others" said to whoever asks."""
    case = with_bob(made)
    page = _read(client, cast.ada(), made.bob.officer, "officer-end")
    assert case.reference not in page
    assert OTHERS not in page


def test_an_overseer_hears_that_there_are_others_and_not_how_many(made, client):
    """Restricted ones are not theirs to open. Seen red with: restricted ones left out of `theirs`."""
    cases = [with_bob(made) for _ in range(2)]
    before = _read(client, made.dev, made.bob.officer, "officer-end")
    assert OTHERS not in before
    Case.objects.filter(pk=cases[0].pk).update(sensitivity="restricted")
    page = _read(client, made.dev, made.bob.officer, "officer-end")
    assert cases[0].reference not in page
    assert OTHERS in page
    Case.objects.update(sensitivity="restricted")
    assert leaving.waiting(made.bob.pk, fresh(made.dev)) == [(OTHERS, "")]


def test_a_long_list_is_cut_and_says_so(made, monkeypatch):
    """Seen red with: MOST rows asked for and no more."""
    monkeypatch.setattr(leaving, "MOST", 1)
    first = reloaded(with_bob(made))
    assert len(leaving.waiting(made.bob.pk, fresh(made.dev))) == 1
    with_bob(made)
    assert leaving.waiting(made.bob.pk, fresh(made.dev)) == [
        (f"Enquiry {first.reference}: {first.subject}", first.get_absolute_url()),
        (REST, ""),
    ]
