"""T13: whoever loses what they were loses what it showed with the next request, in the session they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from casework.models import Case, Copy, Escalation
from council.models import Delegation, Holding
from members.models import Member
from officers.models import Absence, Officer, Service
from tests.attack import stage
from tests.casework.making import NOW
from tests.factories import AbsenceFactory, ServiceFactory

pytestmark = pytest.mark.django_db
YESTERDAY = stage.TODAY - timedelta(days=1)


@pytest.fixture
def theatre(time_machine) -> stage.Stage:
    time_machine.move_to(NOW)
    return stage.set_up()


@dataclass(frozen=True)
class Loss:
    """Somebody, what takes it from them, and the pages that they open before and not after."""

    who: str
    takes: Callable[[stage.Stage], object]
    pages: tuple[str, ...]


def case_page(theatre: stage.Stage) -> str:
    return theatre.cases["with_officer"].get_absolute_url()


def _ended(model, **which):
    field = "until" if model in (Holding, Delegation) else "ended_on"
    return model.objects.filter(**which).update(**{field: YESTERDAY})


def _moved(theatre: stage.Stage):
    """To another service, and what he had given to somebody else."""
    Officer.objects.filter(person=theatre.people["officer"]).update(
        service=ServiceFactory(name="Waste")
    )
    return Case.objects.filter(owner=theatre.people["officer"]).update(owner=theatre.people["head"])


def _head_no_more(theatre: stage.Stage):
    Service.objects.filter(name="Highways").update(head=None, chief_officer=None)
    return Officer.objects.filter(person=theatre.people["head"]).update(
        service=ServiceFactory(name="Waste")
    )


LOSSES = {
    "the member loses their seat": Loss(
        "member",
        lambda t: _ended(Member, person=t.people["member"]),
        ("casework-list", "casework-all", "enquiry-log", "CASE", "ACT:reply", "ACT:withdraw"),
    ),
    "the member is disabled": Loss(
        "member",
        lambda t: Person.objects.filter(pk=t.people["member"].pk).update(is_active=False),
        ("casework-list", "enquiry-log", "CASE", "account"),
    ),
    "who was copied in loses their seat": Loss(
        "other member",
        lambda t: _ended(Member, person=t.people["other member"]),
        ("COPY", "enquiry-log"),
    ),
    "the delegation ends": Loss(
        "delegate",
        lambda t: _ended(Delegation, delegate=t.people["delegate"]),
        ("casework-list", "enquiry-log", "CASE", "ACT:reply"),
    ),
    "the member whose delegate they are is not theirs any more": Loss(
        "delegate",
        lambda t: Delegation.objects.update(principal=t.people["other member"]),
        ("CASE",),
    ),
    "the officer moves to another service": Loss("officer", _moved, ("CASE", "ACT:answer")),
    "the officer leaves": Loss(
        "officer",
        lambda t: _ended(Officer, person=t.people["officer"]),
        ("work-list", "team-list", "enquiry-log", "CASE", "ACT:answer", "absence-mine"),
    ),
    "the head is head no more": Loss("head", _head_no_more, ("CASE", "ACT:reassign")),
    "the clerk's post ends": Loss(
        "clerk",
        lambda t: _ended(Holding, person=t.people["clerk"]),
        ("overview-show", "case-list", "CASE", "ACT:note", "member-list", "person-list"),
    ),
    "the administrator's post ends": Loss(
        "administrator",
        lambda t: _ended(Holding, person=t.people["administrator"]),
        ("person-list", "member-list", "council-show"),
    ),
    "the absence that they covered is over": Loss(
        "other officer",
        lambda t: Absence.objects.filter(cover=t.people["other officer"].officer).delete(),
        ("CASE", "ACT:answer"),
    ),
    "what was brought to them as holder of a post, when the post ends": Loss(
        "other officer",
        lambda t: _ended(Holding, person=t.people["other officer"]),
        ("CASE",),
    ),
}


def _stood_in(theatre: stage.Stage, what: str) -> None:
    """What has to be so before it can be lost."""
    if what.startswith("the absence"):
        officer, cover = theatre.people["officer"].officer, theatre.people["other officer"].officer
        AbsenceFactory(officer=officer, since=stage.TODAY, until=stage.TODAY, cover=cover)
    if what.startswith("what was brought"):
        person, post = theatre.people["other officer"], stage.Post.objects.get(key="town_clerk")
        Holding.objects.create(post=post, person=person, since=YESTERDAY - timedelta(days=9))
        Escalation.objects.create(
            case=theatre.cases["with_officer"], person=person, post_key=post.key, at=NOW
        )


def _address(theatre: stage.Stage, page: str) -> str:
    if page == "CASE":
        return case_page(theatre)
    if page == "COPY":
        return reverse("copy-page", args=[Copy.objects.get().key])
    if page.startswith("ACT:"):
        verb = page.partition(":")[2]
        return reverse(f"enquiry-{verb}", args=[theatre.cases["with_officer"].reference])
    return reverse(page)


@pytest.mark.parametrize("what", LOSSES)
def test_what_is_lost_is_lost_with_the_next_request(theatre, what, figure):
    """Seen red with: `copy_show` that asks only whose copy it is; members' standing that outlives them."""
    loss = LOSSES[what]
    _stood_in(theatre, what)
    client = Client()
    client.force_login(theatre.person(loss.who))
    paths = [_address(theatre, page) for page in loss.pages]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    assert loss.takes(theatre)
    for path in paths:
        for ask in (client.get, client.post):
            answer = ask(path)
            gone = answer.status_code in {403, 404} or "/sign-in/" in answer.get("Location", "")
            assert gone, f"{path}: {answer.status_code}"
    # Nor does the way home lead round it.
    home = client.get(reverse("home"), follow=True)
    assert case_page(theatre) not in home.content.decode()
    figure("T13", n=len(paths) * 2, of=f"requests after {what}")
