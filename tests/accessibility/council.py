"""A council in which every page has something to show, long words and awkward states included."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

from django.core.management import call_command

from accounts.actions import change_person
from accounts.models import Draft, Person
from casework.contributions import actions as contributions
from casework.demands import actions as demands
from casework.enquiries import actions, service_requests
from casework.models import Case, Contribution, Copy, Demand, DirectContact, SavedView
from council.models import Council, Post
from documents.models import Document
from ledger.models import Event
from members.actions import keep_upload
from members.models import CommitteeSeat, Leadership, Portfolio, Term
from officers.actions import reorganising
from records import actions as records
from records.models import Review
from tests import cast
from tests.casework.making import (
    MONDAY,
    World,
    at,
    enquiry,
    fresh,
    hold,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.documents.making import with_file
from tests.drafting import begin
from tests.factories import (
    LONG_AGO,
    AbsenceFactory,
    AdoptionFactory,
    ClosureDayFactory,
    CommitteeFactory,
    DelegationFactory,
    MemberFactory,
    OfficerFactory,
    PartyGroupFactory,
    PersonFactory,
    RelationshipFactory,
    ServiceFactory,
    WardFactory,
)
from tests.importing import KINDS, kept, small

# A Wednesday; what came on MONDAY is eleven working days old.
TODAY = date(2026, 6, 17)
THEN, NOW = at(MONDAY, 9, 30), at(TODAY, 11, 5)
LATELY = at(date(2026, 6, 15), 14)
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}
# Nothing that a person types may push a page sideways.
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochuchaf"
ADDRESS = (
    "https://www.example.org/planning/applications/2026-00417-F/documents/site-plan-revision-c.pdf"
)
CSV = """councillorid,fullusername,wardtitle,politicalpartytitle,email
11,Councillor Ffion Ifans MBE,Harbour,Harbour Independents,ffion@example.org
12,Councillor Gus Hart,Quayside,,gus@example.org
12,,,,
"""


class Things:
    """What addresses are filled with: `things["answered"]` is a case, `things["ward"]` a ward."""

    def __init__(self, made: World) -> None:
        self.made = made
        self.found: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        return self.found[name]

    def argument(self, name: str) -> object:
        """What stands for it in an address: a case's reference, a post's key, a number, or itself."""
        thing = self.found.get(name, name)
        if isinstance(thing, Case):
            return thing.reference
        if isinstance(thing, Post | Copy | Document | Draft | Contribution | Demand):
            return thing.key
        return getattr(thing, "pk", thing)


def people(made: World) -> dict[str, Person | None]:
    """Everybody whose pages differ, by the part that they play. None is a visitor."""
    assistant = PersonFactory(name="Asha Amin", email="asha@example.org")
    DelegationFactory(principal=made.alice, delegate=assistant)
    both = OfficerFactory(person__name="Bryn Both", person__email="bryn@example.org")
    MemberFactory(person=both.person, ward=WardFactory(name="Hillside"))
    hana = made.posts["head_of_paid_service"]
    return {
        "visitor": None,
        "nobody": cast.charlie(),
        "member": made.alice,
        "another member": cast.erin(),
        "delegate": assistant,
        "member and officer": both.person,
        "officer": made.bob,
        "head of service": made.sam,
        "chief officer": made.carol,
        "head of paid service": hana,
        "monitoring officer": made.posts["monitoring_officer"],
        "clerk": made.dev,
        "administrator": cast.ada(),
        "auditor": cast.otis(),
    }


def new() -> tuple[World, dict[str, Person | None]]:
    """A council on its first day: people, and no enquiry."""
    made = world("bristol", changed=PAUSING)
    Council.objects.update(
        name="Exampleton and Hinterland District Council",
        brand_colour="#5b2a86",
        postal_address=f"The Old Corn Exchange\n{LONG}\nExampleton EX1 2AB",
        daily_at=9,
        online_name="Report it",
        online_address=f"https://report.example.gov.uk/{LONG}"[:300],
    )
    return made, people(made)


def at_work(made: World, who: dict[str, Person | None]) -> Things:
    """The same council with enquiries in every state and a full directory."""
    things = Things(made)
    _enquiries(things, who["another member"])
    _files(things)
    _directory(things, who)
    _drafts(things)
    things.found["event"] = Event.objects.latest("pk")
    _records(things)
    return things


def _records(things: Things) -> None:
    """One that is due for review, one that is held and was asked for, one that was erased."""
    made, found = things.made, things.found
    dev = fresh(made.dev)
    answer = {"text": "It was mended.", "gives": False}

    def ended(subject: str) -> Case:
        case = with_bob(made, subject=subject, constituent_name=f"Rosa {LONG}", now=LATELY)
        done = _do("answer", case, made.bob, **answer)
        return _do("close", done, made.bob, outcome="resolved", remark="")

    found["due"], found["held"], found["erased"] = map(ended, ("Gate", f"Gate {LONG}", "Gates"))
    Review.objects.create(about=found["due"].key, due_on=TODAY, brought_at=NOW)
    Review.objects.create(about=found["held"].key, due_on=TODAY, brought_at=NOW)
    held = {"why": f"A claim about {LONG}.", "look_again_on": date(2027, 1, 4), "now": NOW}
    (found["hold"],) = records.hold(abouts=[found["held"].key], by=dev, **held)
    records.erase(abouts=[found["erased"].key], extent="all", by=dev, now=NOW)
    asked = {"name": f"Rosa {LONG}", "received_on": TODAY, "by": dev, "now": NOW}
    closed = records.record_request(**asked)
    records.close(request=closed, outcome="nothing", by=dev, now=NOW)
    found["erasure"] = records.record_request(**asked)


def _do(verb: str, case: Case, by: Person, now: datetime = LATELY, **given) -> Case:
    getattr(actions, verb)(case=case, by=fresh(by), now=now, **given)
    return reloaded(case)


def _enquiries(things: Things, erin: Person) -> None:
    made, found = things.made, things.found
    found["late"] = with_bob(
        made,
        subject=f"Where is the sign for {LONG}?",
        body=f"It is on {ADDRESS}\n\n{LONG}",
        now=THEN,
    )
    late_too = with_bob(made, subject="Bins in Mill Lane", now=THEN)
    closing = with_bob(made, subject="Kerb in Elm Row", now=THEN)
    for day in (9, 10, 11, 16):
        call_command(
            "chase", now=at(date(2026, 6, day), 9).isoformat(), verbosity=0, stdout=io.StringIO()
        )
    answer = {"text": "It was mended this morning."}
    found["unexplained"] = _do("answer", late_too, made.bob, **answer)
    closing = _do("answer", closing, made.bob, **answer, copy_to=[erin], writer_agreed=True)
    found["answered"] = closing
    found["copy"] = Copy.objects.get(person=erin)

    def given(subject: str, **changes) -> Case:
        return with_bob(made, subject=subject, now=LATELY, **changes)

    def raised(subject: str) -> Case:
        return enquiry(made, subject=subject, ward=made.harbour, now=LATELY)

    found["received"] = raised("Gulley in Bath Street")
    found["confidential"] = given("Damp", confidential=True, confidential_why="A name")
    found["confidential"] = _do("acknowledge", found["confidential"], made.bob, text="I will ask.")
    found["given"] = given("Street light in Ash Road")
    _do("acknowledge", found["given"], made.bob, text="Thank you. I will look.")
    _do("note", reloaded(found["given"]), made.bob, text="Ring the contractor first.")
    found["given"] = reloaded(found["given"])
    found["asked"] = _do("ask", given("Trees"), made.bob, text="Which trees do you mean?")
    found["resident"] = given("Drain", constituent_name="Mrs Green", constituent_basis="consent")
    found["paused"] = _do("pause", given("Lease"), made.bob, reason="The lender must answer.")
    held = _do("hold", given("Fence"), made.bob, text="The fencer comes on Friday.")
    later = working_days(TODAY, 20)
    found["extended"] = _do("extend", held, made.bob, reason="Parts.", new_date=later)
    found["returned"] = _do("return_to_member", raised("Cats"), made.bob, reason="Ask a vet.")
    found["withdrawn"] = _do("withdraw", given("Dogs"), made.alice)
    twin, first = given("Hedge at the corner"), given("Hedge on the corner")
    how = {"other": first, "kind": "duplicate", "reason": "She wrote and rang."}
    twin = _do("link", twin, made.bob, **how)
    found["linked"] = _do("link", given("Hedge trimming"), made.bob, **{**how, "other": twin})
    found["repeated"] = twin
    ended = _do("link", given("Hedge, again"), made.bob, **how)
    found["duplicate"] = _do(
        "close_duplicate", ended, made.bob, other=first, reason="It is the same hedge."
    )
    there = {"room": service_requests.ROOM, "said": {"reference": f"R-{LONG}"[:60]}}
    there["reason"] = "The streets team mends it."
    found["handed on"] = _do("hand_on", given("Pothole"), made.bob, **there)
    done = _do("answer", given("Clock"), made.bob, **answer)
    found["closed"] = _do("close", done, made.bob, outcome="resolved", remark="")
    old = with_bob(made, subject="Swings", now=at(date(2026, 5, 11)))
    found["old answer"] = _do("answer", old, made.bob, at(date(2026, 5, 12)), **answer)
    again = _do("answer", given("Slide"), made.bob, **answer)
    found["again"] = _do("ask_again", again, made.alice, NOW, text="And the ladder of it?")
    _contributions(things, given)
    _demands(things, given)
    for number in range(26):
        given(f"Pothole {number + 1}")


def _drafts(things: Things) -> None:
    """In a form, in one whose case has moved on since, and of an enquiry."""
    made = things.made
    forms = {key: f"/enquiries/{things[key].reference}" for key in ("given", "closed", "asked")}
    things.found["draft"] = begin(made.bob, f"{forms['given']}/hold/", text=f"I wait for {LONG}.")
    begin(made.bob, f"{forms['given']}/answer/", text="It is mended.")
    begin(made.bob, f"{forms['closed']}/answer/", text="It was mended.")
    begin(made.alice, f"{forms['asked']}/reply/", text="The lime trees.")
    resident = {"constituent_name": "Mrs Green", "constituent_basis": "consent"}
    begin(made.alice, "/enquiries/new/", subject="Lamp", **resident)
    for key in ("contribution", "called back"):
        begin(made.dev, f"{things[key].get_absolute_url()}contribute/", text=f"Of {LONG}.")
    begin(made.dev, f"{things['contribution'].get_absolute_url()}decline/", reason="Not ours.")


def _contributions(things: Things, given) -> None:
    """Of one service, by its officer: open, with what the member wrote; given late; and called back."""
    made, found = things.made, things.found
    officer, service = made.dev.officer, made.dev.officer.service

    def asked(case: Case, **changes) -> Contribution:
        due = {"due": working_days(LATELY.date(), 2), "now": LATELY, "by": fresh(made.bob)}
        contributions.ask(case=case, text="Whose lamp is it, please?", **(due | changes))
        return Contribution.objects.with_names().latest("pk")

    found["contributes"] = given("Lamp", constituent_name="Rita Resident")
    found["contribution"] = asked(found["contributes"], officer=officer, shares=True)
    found["in the queue"] = asked(given("Lamp in Ash Road"), service=service)
    late = asked(given("Lamp in Oak Road"), officer=officer, due=LATELY.date())
    contributions.contribute(contribution=late, by=fresh(made.dev), text="It is ours.", now=NOW)
    found["contributed"], found["contributed to"] = late, late.case
    back = asked(given("Lamp in Elm Road"), officer=officer)
    found["called back"] = contributions.call_back(
        contribution=back, by=fresh(made.bob), reason="We know it now.", now=NOW
    )


def _demands(things: Things, given) -> None:
    """One that waits and one that was considered; another was taken back."""
    made, found = things.made, things.found

    def flagged(subject: str, kind: int = 0):
        case = given(subject)
        ground = case.profile.demands.offered[kind]
        handled = "request" if ground.kind == "instruction" else ""
        said = {"text": f"She rings about {LONG} each hour.", "handled": handled, "now": NOW}
        return demands.flag(case=case, by=fresh(made.bob), ground=ground, **said)

    found["demand"] = flagged("Bench", -1)
    found["demanded"] = found["demand"].case
    found["demand considered"] = flagged("Bench in Ash Road")
    by = fresh(found["demand considered"].told.get().person)
    said = {"outcome": "talked", "text": "She rings on Mondays now.", "by": by, "now": NOW}
    demands.consider(demand=found["demand considered"], **said)
    back = flagged("Bench in Elm Road")
    found["demand taken back"] = demands.take_back(demand=back, by=fresh(made.bob), now=NOW)


def _files(things: Things) -> None:
    """One of each sort that a page shows differently; one waits for the virus scanner."""
    given = things["given"]
    things.found["opened file"] = with_file(
        given, name=f"{LONG} site plan.csv", scan="none", flags=["tracked_changes"]
    )
    things.found["waiting file"] = with_file(given, name="photo.csv", scan="waiting")
    for state in ("quarantined", "removed"):
        document = with_file(given, name=f"{state}.csv")
        type(document).objects.filter(pk=document.pk).update(state=state)


def _directory(things: Things, who: dict[str, Person | None]) -> None:
    made, found = things.made, things.found
    alice, bob, dev = made.alice, made.bob, made.dev
    group, committee = alice.member.group, CommitteeFactory(name="Scrutiny", kind="scrutiny")
    held = {"member": alice.member, "since": LONG_AGO}
    left = MemberFactory(person__name="Lena Left", ended_on=date(2026, 5, 7))
    gone = OfficerFactory(person__name="Greg Gone", ended_on=date(2026, 5, 7))
    disabled = PersonFactory(name="Dora Disabled", email="dora@example.org", is_active=False)
    moving = PersonFactory(name="Mo Moving", email="mo@example.org", last_login=NOW)
    change_person(person=moving, name=moving.name, email=f"{LONG.lower()}@x.example", by=dev)
    never = PersonFactory(name=f"Nia {LONG}", email=f"{LONG.lower()}@example.org")
    past, empty = WardFactory(name="Old Town", ended_on=TODAY), WardFactory(name=LONG)
    found["past group"] = PartyGroupFactory(name="Former Group", ended_on=TODAY)
    found["past committee"] = CommitteeFactory(name="Former Committee", ended_on=TODAY)
    ServiceFactory(name="Former Service", ended_on=date(2026, 5, 7))
    found |= {
        "alice": alice,
        "disabled": disabled,
        "never": never,
        "moving": moving,
        "member": alice.member,
        "left member": left,
        "groupless": MemberFactory(person__name="Ida Independent", group=None),
        "ward": made.harbour,
        "past ward": past,
        "empty ward": empty,
        "group": group,
        "committee": committee,
        "service": made.highways,
        "successor": ServiceFactory(name="Environment", head=OfficerFactory()),
        "officer": bob.officer,
        "gone officer": gone,
        "term": Term.objects.create(member=alice.member, starts_on=date(2023, 5, 4)),
        "seat": alice.member.seats.get(),
        "committee seat": CommitteeSeat.objects.create(committee=committee, role="chair", **held),
        "leadership": Leadership.objects.create(group=group, role="leader", **held),
        "portfolio": Portfolio.objects.create(name="Transport", **held),
        "closure": ClosureDayFactory(day=date(2026, 12, 29)),
        "relationship": RelationshipFactory(person=alice),
        "delegation": DelegationFactory(principal=alice, delegate=disabled),
        "absence": AbsenceFactory(
            officer=bob.officer, since=TODAY + timedelta(20), until=TODAY + timedelta(30)
        ),
        "adoption": made.adoption,
        "next adoption": AdoptionFactory(profile="model", in_force_from=date(2027, 1, 1)),
    }
    found["merged service"] = ServiceFactory(name="Parks", head=bob.officer)
    reorganising.merge(
        service=found["merged service"], into=found["successor"], reason="One team.", by=dev
    )
    hold("monitoring_officer", made.carol, deputy_order=1)
    found["post"] = Post.objects.get(key="monitoring_officer")
    found["holding"] = found["post"].holdings.get(deputy_order=1)
    for keeper in (dev, who["administrator"]):
        upload = keep_upload(
            by=fresh(keeper), name="members.csv", content=CSV.encode(), home_addresses=False
        )
        found["upload"] = found.get("upload", upload)
    for kind in KINDS:
        content = small(kind, fresh(bob))
        found[f"{kind} upload"] = kept(kind, by=fresh(dev), content=content)
    found["saved view"] = SavedView.objects.create(
        person=dev, name="Overdue", listed="case-list", query="figure=overdue", saved_at=NOW
    )
    found["agreement"] = DirectContact.objects.create(
        member=alice, service=made.highways, matter="Roads", agreed_by=dev, since=MONDAY
    )
