"""A word of its own in every field that somebody types, and who may read it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Q

from accounts.models import Person
from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.demands import actions as demands
from casework.enquiries import actions, service_requests
from casework.models import Case, DirectContact, SavedView
from casework.passing import actions as passing
from casework.passing.theirs import Mark
from casework.receiving import Room, Went
from council.models import Council
from members.actions import keep_upload
from tests import cast
from tests.accounts.second_steps import give_passkey
from tests.attack import stage
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, working_days, world
from tests.casework.rooms import invented
from tests.documents.making import with_file
from tests.drafting import begin
from tests.factories import (
    CommitteeFactory,
    DelegationFactory,
    HoldingFactory,
    OfficerFactory,
    PersonFactory,
    ServiceFactory,
)
from tests.importing import KINDS, kept, small
from tests.members.documents import councillor, document

LATE = NOW + timedelta(days=40)


@dataclass
class Planted:
    """Every token, with the names of those who may read it; whoever is not named must not."""

    people: dict[str, Person]
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    # Those who may come upon it, deep in a form, and whom a short crawl may not bring there.
    may_too: dict[str, frozenset[str]] = field(default_factory=dict)
    count: int = 0
    # Invented rooms to which something was handed on; registered while they are looked for.
    rooms: list[Room] = field(default_factory=list)

    def token(self, where: str, readers: Iterable[str], may_too: Iterable[str] = ()) -> str:
        """Words to type into a field called `where`."""
        self.count += 1
        mark = f"{where}{self.count}"
        self.readers[f"leak{mark}"] = frozenset(readers)
        self.may_too[f"leak{mark}"] = frozenset(may_too)
        return f"find{mark} leak{mark}"

    def of(self, who: str) -> set[str]:
        return {canary for canary, readers in self.readers.items() if who in readers}

    def foreign(self, who: str) -> set[str]:
        may = {canary for canary, readers in self.may_too.items() if who in readers}
        return self.readers.keys() - self.of(who) - may


OVERSEERS = ("dev", "prue")
TEAM = ("bob", "sam", "carol")
MEMBERS_SIDE = ("alice", "dora")
# Whoever keeps the directories, and whoever keeps the council's details.
KEEPERS = ("dev", "ada")
COUNCIL = ("dev", "ada", "prue")


def plant(time_machine) -> Planted:
    time_machine.move_to(NOW)
    made = world("bracknell", changed=stage.PAUSING)
    found = Planted(_people(made))
    case = _alices(made, found)
    _handed_on(made, found)
    _others(made, found)
    _directories(made, found)
    give_passkey(made.alice, found.token("passkey", ["alice"]))
    time_machine.move_to(LATE)
    chasing.sweep(now=LATE)
    _late(made, found, case)
    _passed_on(made, found)
    return found


def _people(made: World) -> dict[str, Person]:
    dora = PersonFactory(name="Dora Dunn", email="dora@example.org")
    DelegationFactory(principal=made.alice, delegate=dora)
    return {
        "alice": made.alice,
        "dora": dora,
        "erin": cast.erin(),
        "norris": cast.norris(),
        "bob": made.bob,
        "sam": made.sam,
        "carol": made.carol,
        "gita": cast.gita(),
        "dev": made.dev,
        "prue": made.posts["proper_officer"],
        "ada": cast.ada(),
        "otis": cast.otis(),
        "charlie": cast.charlie(),
    }


def _details(found: Planted, readers: Iterable[str]) -> dict:
    """A token in every field that only an enquiry has."""
    return {
        "constituent_name": found.token("constituent", readers),
        "constituent_contact": found.token("contact", readers),
        "constituent_basis": "consent",
        "mp_name": found.token("mp", readers),
        "confidential": True,
        "confidential_why": found.token("confidential", readers),
        "external_reference": found.token("external", readers),
    }


def _enquiry(
    made: World, found: Planted, readers: Iterable[str], asked: Iterable[str] = (), **changes
) -> Case:
    """`asked` are those of other services who are asked for a contribution: they read its subject."""
    return enquiry(
        made,
        subject=found.token("subject", (*readers, *asked)),
        body=found.token("body", readers),
        **_details(found, readers),
        **changes,
    )


def _alices(made: World, found: Planted) -> Case:
    """Every kind of text in one enquiry of Alice's that Bob has."""
    both, officers = (*MEMBERS_SIDE, *TEAM, *OVERSEERS), (*TEAM, *OVERSEERS)
    bob, alice = fresh(made.bob), fresh(made.alice)
    case = _enquiry(made, found, both, asked=["gita"])
    Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
    case = reloaded(case)
    _file(case, "enquiry", found, both)
    say = {"by": bob, "now": NOW}
    actions.acknowledge(case=case, text=found.token("acknowledged", both), **say)
    actions.ask(case=case, text=found.token("question", both), **say)
    actions.reply(case=case, by=alice, text=found.token("reply", both), now=NOW)
    actions.hold(case=case, text=found.token("holding", both), **say)
    actions.note(case=case, text=found.token("note", officers), **say)
    _file(case, "note", found, officers)
    _contributed(made, found, case)
    _flagged(found, case)
    actions.pause(case=case, reason=found.token("pause", both), **say)
    actions.resume(case=case, **say)
    new_date = working_days(case.next_due, 3)
    reason = found.token("extension", both)
    actions.extend(case=case, reason=reason, new_date=new_date, **say)
    return case


def _contributed(made: World, found: Planted, case: Case) -> None:
    """Gita's service is asked twice: she gives one, and the other is open until the answer comes."""
    readers = (*TEAM, *OVERSEERS, "gita")
    gita, bob = fresh(found.people["gita"]), fresh(made.bob)
    for given in (True, False):
        wanted, due = found.token("wanted", readers), working_days(NOW.date(), 3)
        asked = {"officer": gita.officer, "text": wanted, "due": due}
        contributions.ask(case=case, by=bob, now=NOW, **asked)
        if given:
            text = found.token("contribution", readers)
            one = case.contributions.open().get()
            contributions.contribute(contribution=one, by=gita, text=text, now=NOW)


def _handed_on(made: World, found: Planted) -> None:
    """One to the online reporting system, which whoever sees the case may know of; and one to a room of which
    nobody here may: of that they read the words to the member alone.
    """
    both = (*MEMBERS_SIDE, *TEAM, *OVERSEERS)
    name = found.token("onlinename", both, may_too=KEEPERS)
    there = {"online_name": name, "online_address": "https://report.example.gov.uk/"}
    Council.objects.update(**there)
    secret, nobody = found.token("inroom", ()), Q(pk__in=[])
    went = Went(name=secret, reference=found.token("there", ()), address=f"/{secret[-8:]}/")
    room = invented("secret", receive=lambda **told: went, known_to=lambda person: nobody)
    found.rooms.append(room)
    reference = found.token("reference", both)
    for one, said in (
        (service_requests.ROOM, {"reference": reference}),
        (room, {"about": found.token("toroom", ())}),
    ):
        case = _enquiry(made, found, both)
        Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
        reason = found.token("handedon", both)
        bob = fresh(made.bob)
        actions.hand_on(case=reloaded(case), by=bob, room=one, reason=reason, said=said, now=NOW)


def _flagged(found: Planted, case: Case) -> None:
    """Bob flags two demands of Alice's; of one the Proper Officer says what comes of it. Nobody else in his
    team reads of them.
    """
    readers, bob = ("bob", *OVERSEERS), fresh(found.people["bob"])
    for closed in (True, False):
        ground = case.profile.demands.offered[0]
        text = found.token("demand", readers)
        one = demands.flag(case=case, by=bob, ground=ground, text=text, now=NOW)
        if closed:
            prue, came = fresh(found.people["prue"]), found.token("cameofit", readers)
            demands.consider(demand=one, by=prue, outcome="talked", text=came, now=NOW)


def _file(case: Case, kind: str, found: Planted, readers: Iterable[str]) -> None:
    """A token in the name of a file and one in its bytes."""
    name = found.token("filename", readers).replace(" ", "-") + ".csv"
    content = found.token("filebody", readers).encode()
    with_file(case, message=case.messages.get(kind=kind), name=name, content=content)


def _late(made: World, found: Planted, case: Case) -> None:
    """What is written after the breach, and the answer, copied to Norris with a reason for it."""
    both, officers = (*MEMBERS_SIDE, *TEAM, *OVERSEERS), (*TEAM, *OVERSEERS)
    case = reloaded(case)
    sam, bob = fresh(made.sam), fresh(made.bob)
    handover = found.token("handover", officers)
    actions.reassign(case=case, by=bob, officer=made.sam.officer, reason=handover, now=LATE)
    answer = found.token("answer", (*both, "norris"))
    actions.answer(
        case=case,
        by=sam,
        text=answer,
        copy_to=[found.people["norris"]],
        writer_agreed=True,
        copy_reason=found.token("copied", officers),
        gives=False,
        now=LATE,
    )
    actions.explain_breach(
        case=case,
        by=sam,
        explanation=found.token("explanation", officers),
        learned=found.token("learned", officers),
        now=LATE,
    )
    _file(case, "answer", found, (*both, "norris"))
    remark = found.token("closing", officers)
    learned = found.token("atclosing", officers)
    actions.close(case=case, by=sam, outcome="resolved", remark=remark, learned=learned, now=LATE)
    asked = found.token("again", both)
    actions.ask_again(case=case, by=fresh(made.alice), text=asked, now=LATE)
    actions.answer(case=case, by=sam, text=found.token("second", both), gives=False, now=LATE)
    wrong = found.token("correction", both)
    actions.put_right(case=case, by=sam, reason=wrong, now=LATE)
    _drafts(found, case)


def _passed_on(made: World, found: Planted) -> None:
    """One of Alice's that Bob has is passed on, and a restricted one that was sent with it stays."""
    mine = (*MEMBERS_SIDE, *TEAM, *OVERSEERS)
    cases = [_enquiry(made, found, mine, now=LATE)]
    private = _enquiry(made, found, ("alice", "bob"), now=LATE)
    held = {"owner": made.bob, "state": "with_officer"}
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(**held)
    Case.objects.filter(pk=private.pk).update(**held, sensitivity="restricted")
    outcomes = passing.pass_on(
        marks=[Mark(case.reference, case.version) for case in (*cases, private)],
        of=made.bob.officer,
        officer=made.carol.officer,
        by=fresh(made.sam),
        reason=found.token("passed", (*TEAM, *OVERSEERS)),
        once=uuid.uuid4(),
        now=LATE,
    )
    assert [one.refused is None for one in outcomes] == [True, False]


def _drafts(found: Planted, case: Case) -> None:
    """Seen by their writers, and by nobody else who may open the same form."""
    people = found.people
    forms = f"/enquiries/{case.reference}"
    begin(people["dev"], f"{forms}/note/", text=found.token("draft", ["dev"]))
    begin(people["prue"], f"{forms}/note/", text=found.token("draft", ["prue"]))
    begin(people["alice"], f"{forms}/withdraw/", reason=found.token("draft", ["alice"]))
    given = case.contributions.order_by("pk").first().get_absolute_url()
    begin(people["gita"], f"{given}decline/", reason=found.token("draft", ["gita"]))
    begin(
        people["alice"],
        "/enquiries/new/",
        body=found.token("draft", ["alice"]),
        constituent_name=found.token("draft", ["alice"]),
    )


def _others(made: World, found: Planted) -> None:
    """A restricted one, one returned, one withdrawn, and one of Erin's for Housing."""
    mine = (*MEMBERS_SIDE, *TEAM, *OVERSEERS)
    private = _enquiry(made, found, ("alice", "bob"))
    Case.objects.filter(pk=private.pk).update(
        sensitivity="restricted", owner=made.bob, state="with_officer"
    )
    # Answered in time: what is late is brought to others, who may then read it.
    _file(private, "enquiry", found, ("alice", "bob"))
    text = found.token("answer", ("alice", "bob"))
    actions.answer(case=reloaded(private), by=fresh(made.bob), text=text, gives=False, now=NOW)
    back = _enquiry(made, found, mine)
    Case.objects.filter(pk=back.pk).update(owner=None)
    reason = found.token("returned", mine)
    actions.return_to_member(case=reloaded(back), by=fresh(made.sam), reason=reason, now=NOW)
    _linked(made, found, private)
    gone = _enquiry(made, found, mine)
    reason = found.token("withdrawn", mine)
    actions.withdraw(case=gone, by=fresh(made.alice), reason=reason, now=NOW)
    erins = ("erin", "gita", *OVERSEERS)
    erin, housing = found.people["erin"], ServiceFactory(name="Housing")
    theirs = _enquiry(made, found, erins, by=erin, member=erin, service=housing)
    Case.objects.filter(pk=theirs.pk).update(owner=found.people["gita"], state="with_officer")
    text = found.token("note", ("gita", *OVERSEERS))
    actions.note(case=reloaded(theirs), by=fresh(found.people["gita"]), text=text, now=NOW)


def _linked(made: World, found: Planted, private: Case) -> None:
    """Why two are linked is for officers who may see both: of a restricted one, for its owner alone."""
    mine = (*MEMBERS_SIDE, *TEAM, *OVERSEERS)
    one, other = (_enquiry(made, found, mine) for _ in range(2))
    for case in (one, other):
        Case.objects.filter(pk=case.pk).update(owner=made.bob, state="with_officer")
    bob, alice = fresh(made.bob), fresh(made.alice)
    added, taken_down = found.token("added", mine), found.token("phoned", mine)
    actions.add(case=reloaded(one), by=alice, text=added, now=NOW)
    actions.record_addition(case=reloaded(one), by=bob, text=taken_down, now=NOW)
    for case, seen in ((other, (*TEAM, *OVERSEERS)), (private, ("bob",))):
        how = {"kind": "duplicate", "reason": found.token("link", seen), "now": NOW}
        actions.link(case=reloaded(one), by=bob, other=reloaded(case), **how)
    why = found.token("duplicate", mine)
    actions.close_duplicate(case=reloaded(one), by=bob, other=reloaded(other), reason=why, now=NOW)


def _directories(made: World, found: Planted) -> None:
    """A token in every field of a member's entry, and of what only some may read of the council."""
    member = made.alice.member
    for name in ("phone", "work_address", "home_address", "key_posts"):
        setattr(member, name, found.token(name.replace("_", ""), KEEPERS))
    member.save()
    erin = found.people["erin"].member
    erin.home_address = found.token("home", KEEPERS)
    erin.save()
    CommitteeFactory(name=found.token("committee", KEEPERS))
    OfficerFactory(job_title=found.token("job", KEEPERS, (*TEAM, "prue", "gita")))
    holders = (found.token("body", COUNCIL), found.token("contact", COUNCIL))
    HoldingFactory(post__key="town_clerk", person=None, body=holders[0])
    HoldingFactory(
        post__key="town_clerk", person=None, contact_name=holders[1], contact_email="x@example.org"
    )
    DirectContact.objects.create(
        member=made.alice,
        service=made.highways,
        # Alice is asked whether what she raises is about it.
        matter=found.token("matter", ["prue", "alice"]),
        agreed_by=made.posts["proper_officer"],
        since=NOW.date() - timedelta(days=900),
    )
    SavedView.objects.create(
        person=made.dev,
        name=found.token("view", ["dev"]),
        listed="case-list",
        query="figure=open&" + urlencode({"q": found.token("viewed", ["dev"])}),
        saved_at=NOW,
    )
    file = document({"Harbour": [councillor(1, "Cllr " + found.token("imported", ["dev"]))]})
    name = found.token("file", ["dev"]).replace(" ", "-") + ".xml"
    keep_upload(by=fresh(made.dev), name=name, content=file, home_addresses=False)
    for kind in KINDS:
        word = found.token(f"{kind}file", ["dev"])
        content = small(kind, fresh(made.bob)).replace(b"Nemo", word.encode())
        kept(kind, by=fresh(made.dev), content=content, name=word.replace(" ", "-") + ".csv")
