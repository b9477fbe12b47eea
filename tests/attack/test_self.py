"""An administrator administers and reads no case: nor does one let oneself in by administering."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from casework.models import Case
from council.models import Delegation, Holding
from officers.models import Absence, Officer, Service
from tests.attack import stage
from tests.casework.making import NOW, fresh
from tests.factories import OfficerFactory, ServiceFactory
from tests.sending import send

pytestmark = pytest.mark.django_db
SINCE = {"since_day": "1", "since_month": "6", "since_year": "2026"}


@pytest.fixture
def theatre(time_machine) -> stage.Stage:
    time_machine.move_to(NOW)
    return stage.set_up()


def _ways(theatre: stage.Stage, who: str) -> dict[str, tuple[str, dict]]:
    """Every page on which one could put oneself where cases are seen."""
    me, member = theatre.people[who], theatre.people["member"]
    post = {"who": "person", "person": me.pk, "deputy_order": "0", **SINCE}
    officer = {"name": me.name, "email": me.email, "job_title": "Spy", "level": "chief"}
    return {
        "clerk": (reverse("post-hold", args=["democratic_services"]), post),
        "adviser": (reverse("post-hold", args=["proper_officer"]), post),
        "deputy": (reverse("post-hold", args=["proper_officer"]), {**post, "deputy_order": "1"}),
        "delegate": (
            reverse("delegation-add"),
            {"principal": member.pk, "delegate": me.pk, **SINCE},
        ),
        "officer": (
            reverse("officer-add"),
            {**officer, "service": theatre.made.highways.pk},
        ),
    }


def _rows() -> dict[str, list]:
    models = (Holding, Delegation, Officer, Service, Absence)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def _turned_away(theatre: stage.Stage, ways: dict[str, tuple[str, dict]]) -> None:
    client = Client()
    client.force_login(theatre.person("administrator"))
    before = _rows()
    seen = set(Case.objects.visible_to(theatre.person("administrator")))
    for way, (path, values) in ways.items():
        answer = send(client, path, values)
        assert answer.status_code == 422, way
        assert "You cannot make yourself" in answer.content.decode(), way
        assert _rows() == before, way
        assert set(Case.objects.visible_to(theatre.person("administrator"))) == seen, way


def test_an_administrator_cannot_give_themselves_sight_of_cases(theatre):
    """Seen red with: the calls of `not_for_oneself` taken out of posts, delegations and officers."""
    _turned_away(theatre, _ways(theatre, "administrator"))


def test_nor_one_who_works_elsewhere_in_the_council(theatre):
    """Seen red with: the calls taken out of a change of officer, of service, and of absences."""
    me = theatre.people["administrator"]
    mine = OfficerFactory(person=me, service=ServiceFactory(name="Computers"), job_title="IT")
    highways, bob = theatre.made.highways, theatre.people["officer"].officer
    officer = {"name": me.name, "email": me.email, "job_title": "IT", "level": "officer"}
    until = {"until_day": "1", "until_month": "6", "until_year": "2026"}
    service = {"name": highways.name, "chief_officer": highways.chief_officer_id}
    edit = reverse("service-edit", args=[highways.pk])
    _turned_away(
        theatre,
        {
            "service": (
                reverse("officer-edit", args=[mine.pk]), {**officer, "service": highways.pk}
            ),
            "head": (edit, {**service, "head": mine.pk}),
            "chief": (edit, {"name": highways.name, "chief_officer": mine.pk}),
            "cover": (
                reverse("absence-add"),
                {"officer": bob.pk, "cover": mine.pk, **SINCE, **until},
            ),
        },
    )  # fmt: skip


def test_whoever_oversees_everything_already_may_record_what_they_hold(theatre):
    """A clerk on their own can still be recorded as what they are."""
    client = Client()
    client.force_login(theatre.person("clerk"))
    path, values = _ways(theatre, "clerk")["adviser"]
    assert send(client, path, values).status_code == 302
    assert "post:proper_officer" in _facts(theatre.people["clerk"])


def _facts(person) -> frozenset[str]:
    from accounts import standing

    return standing.of(fresh(person)).facts
