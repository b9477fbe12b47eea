"""A council in the middle of its work, and everybody who might attack it: one world for all attacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Draft, Person
from casework.enquiries import actions, service_requests
from casework.models import Case, Contribution, Copy, Demand, DirectContact, SavedView
from council.models import (
    Adoption,
    ClosureDay,
    Council,
    Delegation,
    Holding,
    Post,
    Relationship,
    Upload,
)
from documents.models import Document
from ledger.models import Event
from members.actions import keep_upload
from members.models import (
    Committee,
    CommitteeSeat,
    Leadership,
    Member,
    PartyGroup,
    Portfolio,
    Seat,
    Term,
    Ward,
)
from officers.models import Absence, Officer, Service
from records import actions as records
from records.models import ErasureRequest, Hold, Review
from tests import cast
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, with_bob, world
from tests.documents.making import with_file
from tests.drafting import begin
from tests.factories import (
    AbsenceFactory,
    AdoptionFactory,
    ClosureDayFactory,
    CommitteeFactory,
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    RelationshipFactory,
    ServiceFactory,
)
from tests.importing import KINDS, kept, small
from tests.members.documents import councillor, document

# Bracknell lets officers copy exceptionally and has agreements to go direct; pausing is the council's.
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
TODAY = NOW.date()


@dataclass
class Stage:
    """The people by what they are, and one enquiry of Alice's in each state."""

    made: World
    people: dict[str, Person]
    cases: dict[str, Case] = field(default_factory=dict)

    def person(self, role: str) -> Person | None:
        """As the next request would load them; None for somebody who has not signed in."""
        return fresh(self.people[role]) if role in self.people else None


def set_up(also: dict[str, str] | None = None) -> Stage:
    """The council at NOW (the test has moved the clock there); `also` is changed in its profile besides."""
    made = world("bracknell", changed=PAUSING | (also or {}))
    people = {
        "member": made.alice,
        "other member": cast.erin(),
        "officer": made.bob,
        "other officer": cast.gita(),
        "head": made.sam,
        "chief": made.carol,
        "clerk": made.dev,
        "proper officer": made.posts["proper_officer"],
        "administrator": cast.ada(),
        "auditor": cast.otis(),
        "delegate": _delegate(made.alice),
        "no role": cast.charlie(),
    }
    stage = Stage(made, people)
    stage.cases = every_state(made)
    _copy(made, people["other member"], stage)
    for case in stage.cases.values():
        with_file(case)
    begin(made.bob, f"/enquiries/{stage.cases['with_officer'].reference}/hold/", text="So far.")
    begin(made.alice, "/enquiries/new/", body="So far.")
    _registers(made, people)
    _records(made, stage)
    return stage


def _records(made: World, stage: Stage) -> None:
    """One of the enquiries is held, one is due for review, and somebody asks to be erased."""
    dev, later = fresh(made.dev), TODAY.replace(year=TODAY.year + 1)
    held = with_bob(made)
    records.hold(abouts=[held.key], why="A claim.", look_again_on=later, by=dev, now=NOW)
    records.record_request(name="Rosa Quill", received_on=TODAY, by=dev, now=NOW)
    Review.objects.create(about=stage.cases["closed"].key, due_on=TODAY, brought_at=NOW)


def _delegate(principal: Person) -> Person:
    from tests.factories import PersonFactory

    person = PersonFactory(name="Dora Dunn", email="dora@example.org")
    DelegationFactory(principal=principal, delegate=person)
    return person


def every_state(made: World) -> dict[str, Case]:
    """One enquiry a state, each reached by the verbs that lead there."""
    bob, alice, lead = fresh(made.bob), fresh(made.alice), fresh(made.sam)

    def held() -> Case:
        return with_bob(made)

    def waiting() -> Case:
        case = enquiry(made)
        Case.objects.filter(pk=case.pk).update(owner=None, owner_since=None)
        return reloaded(case)

    found = {"received": waiting(), "with_officer": held()}
    found["with_member"] = actions.ask(case=held(), by=bob, text="Which end?", now=NOW)
    found["paused"] = actions.pause(case=held(), by=bob, reason="A survey.", now=NOW)
    found["answered"] = actions.answer(case=held(), by=bob, text="Mended.", now=NOW)
    done = actions.answer(case=held(), by=bob, text="Mended.", now=NOW)
    found["closed"] = actions.close(case=done, by=bob, outcome="resolved", now=NOW)
    found["returned"] = actions.return_to_member(
        case=waiting(), by=lead, reason="Not ours.", now=NOW
    )
    found["withdrawn"] = actions.withdraw(case=held(), by=alice, now=NOW)
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    found["handed_on"] = actions.hand_on(
        case=held(),
        by=bob,
        room=service_requests.ROOM,
        reason="It is for the roads team.",
        said={"reference": "R 1"},
        now=NOW,
    )
    first, second = held(), held()
    for case in (*found.values(), twin := held()):
        for other, kind in ((first, "duplicate"), (second, "related")):
            actions.link(case=case, by=bob, other=other, kind=kind, reason="The same.", now=NOW)
    found["duplicate"] = actions.close_duplicate(
        case=twin, by=bob, other=first, reason="You asked twice.", now=NOW
    )
    return {state: reloaded(case) for state, case in found.items()}


def _copy(made: World, reader: Person, stage: Stage) -> None:
    actions.answer(
        case=with_bob(made),
        by=fresh(made.bob),
        text="Mended, and copied.",
        copy_to=[reader],
        copy_reason="It is their ward too.",
        now=NOW,
    )


def _registers(made: World, people: dict[str, Person]) -> None:
    """At least one row behind every address that takes a key."""
    member, officer = made.alice.member, made.bob.officer
    long_ago = date(2016, 1, 1)
    committee = CommitteeFactory(name="Scrutiny")
    CommitteeSeat.objects.create(member=member, committee=committee, since=long_ago)
    Leadership.objects.create(member=member, group=member.group, since=long_ago)
    Portfolio.objects.create(member=member, name="Highways", since=long_ago)
    Term.objects.create(member=member, starts_on=long_ago)
    MemberFactory(person__name="Gone Grey", ended_on=date(2020, 1, 1))
    ServiceFactory(name="Waste")
    ClosureDayFactory()
    RelationshipFactory(person=made.alice, other=people["other member"])
    soon = TODAY + timedelta(days=3)
    AbsenceFactory(officer=officer, since=soon, until=soon, cover=made.sam.officer)
    AdoptionFactory(profile="bristol", in_force_from=TODAY + timedelta(days=60))
    HoldingFactory(post__key="town_clerk", person=None, body="The Bench")
    DirectContact.objects.create(
        member=made.alice,
        service=made.highways,
        matter="Bins",
        agreed_by=people["proper officer"],
        since=TODAY,
    )
    file = document({"Harbour": [councillor(1, "Cllr New Nash")]})
    keep_upload(by=fresh(made.dev), name="members.xml", content=file, home_addresses=False)
    for kind in KINDS:
        kept(kind, by=fresh(made.dev), content=small(kind, officer.person))


# Every address ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    view: object


def addresses() -> list[Address]:
    """Every address of the resolver, in its order."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns, before: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield Address(pattern.name or route, "/" + route, pattern.callback)


MOST_EVENTS = 3
# The number of a letter within its case; the case has the key.
PLACE = "<int:place>"
# What a number in an address is a key of, by the start of the address's name: the longest that fits.
KEYS = {
    "absence": Absence,
    "adoption": Adoption,
    "agreement": DirectContact,
    "closure": ClosureDay,
    "committee": Committee,
    "committee-seat-end": CommitteeSeat,
    "delegation": Delegation,
    "event": Event,
    "group": PartyGroup,
    "holding": Holding,
    "leadership-end": Leadership,
    "member": Member,
    "member-import": Upload,
    **{f"{kind}-import-": Upload for kind in KINDS},
    "officer": Officer,
    "passkey": Authenticator,
    "person": Person,
    "portfolio-end": Portfolio,
    "relationship": Relationship,
    "hold-lift": Hold,
    "erasure": ErasureRequest,
    "seat-end": Seat,
    "service": Service,
    "term-edit": Term,
    "view": SavedView,
    "ward": Ward,
    "work-pass-on": Officer,
    # Giving a member something is at the member's own address.
    "seat-add": Member,
    "committee-seat-add": Member,
    "leadership-add": Member,
    "portfolio-add": Member,
    "term-add": Member,
}


def model_of(name: str):
    """The model whose key stands in the address of this name."""
    return KEYS[max((start for start in KEYS if name.startswith(start)), key=len)]


def keys_for(address: Address) -> list[str]:
    """Real values for what an address takes; [""] for an address that takes nothing."""
    if "<int:pk>" in address.route:
        keys = [str(pk) for pk in model_of(address.name).objects.values_list("pk", flat=True)]
        # There are hundreds of events, and each has the same page.
        return keys[:MOST_EVENTS] if address.name.startswith("event-") else keys
    if "<uuid:key>" in address.route:
        kinds = {
            "document": Document,
            "draft": Draft,
            "contribution": Contribution,
            "demand": Demand,
        }
        rows = kinds.get(address.name.partition("-")[0], Copy)
        return [str(key) for key in rows.objects.order_by("pk").values_list("key", flat=True)]
    if "reference>" in address.route:
        return list(Case.objects.order_by("pk").values_list("reference", flat=True))
    if "<slug:key>" in address.route:
        return list(Post.objects.order_by("pk").values_list("key", flat=True))
    return [""]
