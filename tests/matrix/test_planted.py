"""The faults that T1 must find, planted one after the other: a walk that sees none of them proves nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse

from accounts import permissions
from accounts.middleware import PrivatePages
from casework.contribution_querysets import ContributionQuerySet
from casework.contributions import actions as contributions
from casework.demand_querysets import DemandQuerySet
from casework.enquiries import rules
from casework.enquiries.views import act
from casework.models import Case, Contribution, Demand, Handover
from casework.querysets import CaseQuerySet
from officers.models import Officer
from protocol_site import requests
from tests import cast
from tests.casework.demands import flag
from tests.casework.making import World, fresh, reloaded
from tests.matrix import asked_and_flagged
from tests.matrix.addresses import AREAS
from tests.matrix.test_things import (
    DUE,
    ENQUIRY,
    NO_KEY,
    NO_REFERENCE,
    Thing,
    key_of,
    made,
    of_the_enquiry,
    places_of,
)
from tests.matrix.walking import NOT_THERE, YES, Place, Somebody, Walk

__all__ = ["made"]
pytestmark = pytest.mark.django_db
SEES = CaseQuerySet.visible_to
FOUND = act._found


@pytest.fixture(autouse=True)
def _no_log_of_refusals():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def enquiry(made: World) -> Thing:
    """Its page and one verb of it."""
    keys = {"reference": (made.case.reference, NO_REFERENCE)}
    places = list(places_of("case-page", "enquiry-note", **keys))
    return Thing("enquiry", ENQUIRY, places, of_the_enquiry("sees it", "may", restricted=False))


def widened(more: Callable[[object], Q]):
    """`visible_to` with more in it, for officers."""

    def visible_to(self, person):
        if not Officer.objects.filter(person_id=getattr(person, "pk", None)).exists():
            return SEES(self, person)
        return self.filter(Q(pk__in=SEES(Case.objects.all(), person).values("pk")) | more(person))

    return visible_to


def to_any_service(person) -> Q:
    return Q(service__isnull=False)


def to_a_former_holder(person) -> Q:
    return Q(pk__in=Handover.objects.filter(service=person.officer.service).values("case"))


def refused(request, reference):
    try:
        return FOUND(request, reference)
    except Http404:
        raise PermissionDenied from None


# What is planted → by whom it is found out.
ON_ENQUIRIES = {
    "sight of every service's enquiries": (
        "other_service",
        lambda patch: patch.setattr(CaseQuerySet, "visible_to", widened(to_any_service)),
    ),
    "sight of what one's service passed on": (
        "passed_it_on",
        lambda patch: patch.setattr(CaseQuerySet, "visible_to", widened(to_a_former_holder)),
    ),
    "403 where there is nothing for them": (
        "another_group",
        lambda patch: patch.setattr(act, "_found", refused),
    ),
    "a verb that asks nobody who they are": (
        "colleague",
        lambda patch: patch.setattr(rules, "may", lambda *args, **kwargs: None),
    ),
}


@pytest.mark.parametrize("fault", ON_ENQUIRIES)
def test_what_is_planted_in_enquiries_is_found(made, monkeypatch, fault):
    """N = 4 faults; without them the same walk finds nothing."""
    row, plant = ON_ENQUIRIES[fault]
    sound = enquiry(made)
    sound.asks_as(row, made)
    assert sound.walk.wrong == []
    plant(monkeypatch)
    faulty = enquiry(made)
    faulty.asks_as(row, made)
    assert faulty.walk.wrong != [], fault


def test_a_body_that_tells_what_is_there_is_found(made, monkeypatch):
    monkeypatch.setattr(act, "_act", _telling(act._act))
    thing = enquiry(made)
    thing.asks_as("another_group", made)
    assert any("bytes, where nothing is" in wrong for wrong in thing.walk.wrong)


def _telling(sound):
    def telling(request, reference, verb):
        try:
            return sound(request, reference, verb)
        except Http404:
            if Case.objects.filter(reference=reference).exists():
                return HttpResponse("It is not for you.", status=404)
            raise

    return telling


def test_sight_of_what_was_asked_or_flagged_that_is_too_wide_is_found(made, monkeypatch):
    officer = cast.gita().officer
    asked = {"officer": officer, "text": "Whose lamp?", "due": DUE}
    contributions.ask(case=reloaded(made.case), by=fresh(made.bob), **asked)
    flag(made.case, made.bob)
    everything = lambda self, person: self.all()  # noqa: E731
    for model, queryset, makers, row in (
        (Contribution, ContributionQuerySet, asked_and_flagged.CONTRIBUTION, "asked_of_before"),
        (Demand, DemandQuerySet, asked_and_flagged.DEMAND, "colleague_of_whoever_flagged"),
    ):
        name = model.__name__.lower()
        places = list(places_of(f"{name}-page", key=(str(key_of(model)), NO_KEY)))
        thing = Thing(name, makers, places, lambda *about: NOT_THERE)
        thing.asks_as(row, made)
        assert thing.walk.wrong == []
        with monkeypatch.context() as patch:
            patch.setattr(queryset, "visible_to", everything)
            patch.setattr(queryset, "readable_by", everything, raising=False)
            thing.asks_as(row, made)
        assert thing.walk.wrong != [], name


def page(name: str, path: str) -> Place:
    return Place(name, AREAS[name], path)


def asked(person, place: Place, expected: str) -> Walk:
    walk = Walk()
    Somebody.of("somebody", person, walk).asks(place, expected)
    return walk


def test_what_is_planted_in_pages_is_found(made, monkeypatch):
    """A decorator that lets everybody in; a way of asking that is not refused; headers that are not sent."""
    people, account = page("person-list", "/people/"), page("account", "/account/")
    assert asked(made.bob, people, NOT_THERE).wrong == []
    assert asked(made.bob, account, YES).wrong == asked(made.bob, account, YES).headers == []
    with monkeypatch.context() as patch:
        patch.setattr(permissions.standing.Standing, "may", lambda self, key: True)
        assert asked(made.bob, people, NOT_THERE).wrong != []
    with monkeypatch.context() as patch:
        patch.setattr(requests, "ASKED_BY", ("GET", "HEAD", "POST", "PUT"))
        assert any("PUT" in wrong for wrong in asked(made.bob, account, YES).wrong)
    with monkeypatch.context() as patch:
        patch.setattr(PrivatePages, "__call__", lambda self, request: self.get_response(request))
        assert asked(made.bob, account, YES).headers != []
