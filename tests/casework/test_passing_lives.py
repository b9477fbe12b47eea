"""Random desks of an officer who leaves, and what happens to them meanwhile: each goes once or not at all, and
is told once to whoever has it (ADR 17)."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework.enquiries import actions as enquiries
from casework.models import Case, Contribution
from casework.passing import actions
from casework.passing.theirs import find
from casework.together import WAIT
from ledger.models import Event, Notice
from officers.models import Officer
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, with_bob
from tests.casework.passing import WHY, contribution, marks, sent, team
from tests.casework.test_random_lives import undone
from tests.factories import AbsenceFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
REFERENCE = re.compile(r"E-[2-9A-Z]{7}")
NIA, BOB, ALICE, GITA = (f"{name}@example.org" for name in ("nia", "bob", "alice", "gita"))


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return team()


# Whatever is in the way -------------------------------------------------------------------------------

KINDS = ("case", "case", "contribution", "received", "restricted", "hers")
SPOILT = ("", "", "", "", "changed", "passed", "answered", "restricted")
TO = ("nia", "nia", "nia", "carol", "gita", "away", "apart")
BY = ("sam", "sam", "sam", "dev", "bob", "nia", "gus")
MANY = [("case", ""), ("received", ""), ("case", "")]
LIVES = max(20, settings.default.max_examples // 4)


@pytest.fixture
def councils(made, mailoutbox):
    return made, mailoutbox


def test_every_one_has_one_owner_and_one_event_and_nobody_is_told_of_what_they_may_not_see(
    councils,
):
    """Random sets of what an officer has, and of what happens to them meanwhile.

    Seen red with: a refusal that ends the loop; an event recorded for one that was refused; `_seen` of the
    mail without `visible_to`; one left out of the mail; one told besides by a notice of its own.
    """
    made, mailoutbox = councils
    lived = []

    @settings(
        max_examples=LIVES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        things=st.lists(
            st.tuples(st.sampled_from(KINDS), st.sampled_from(SPOILT)), min_size=1, max_size=6
        ),
        who=st.sampled_from(TO),
        by=st.sampled_from(BY),
        twice=st.booleans(),
    )
    # Luck seldom lets three go: one desk on which all go, and one from which they go out of his sight.
    @example(things=[*MANY, ("contribution", "")], who="nia", by="sam", twice=True)
    @example(things=MANY, who="gita", by="dev", twice=False)
    def one(things, who, by, twice):
        with undone():
            lived.append(live(made, mailoutbox, things, who, by, twice=twice))

    one()
    went = sum(went for went, _ in lived)
    refused = sum(refused for _, refused in lived)
    print(f"\nN = {len(lived)} desks, {went} went, {refused} were refused")
    # Luck varies; desks on which nothing happens would test nothing.
    assert went
    assert refused


def live(made: World, mailoutbox, things, who: str, by: str, *, twice: bool) -> tuple[int, int]:
    before = [make(made, kind) for kind, _ in things]
    chosen = marks(*before)
    for thing, (_, why) in zip(before, things, strict=True):
        spoil(made, thing, why)
    to = receiver(made, who)
    owners = {one.key: _now(one).owner_id for one in before}
    events = Event.objects.count()
    actor = fresh(getattr(made, by))
    may = {
        key for key, item in find(chosen, actor).items() if item.may_be_passed_on(actor, NOW.date())
    }
    sent(mailoutbox, NOW)
    once = uuid.uuid4()
    for _ in range(1 + twice):
        outcomes = actions.pass_on(
            marks=chosen, of=made.bob.officer, officer=to, by=actor, reason=WHY, once=once, now=NOW
        )
    went = [one.mark.key for one in outcomes if one.refused is None]
    # One owner each: who it went to where it went, and who had it where it did not.
    for thing in before:
        gone = _key(thing) in went
        assert _now(thing).owner_id == (to.person_id if gone else owners[thing.key])
    # An event for each that went, and none for any that was refused; and only of what they might pass on.
    found = Event.objects.filter(data__together=str(once))
    assert found.count() == len(went)
    assert Event.objects.count() - events == len(went)
    assert set(went) <= may
    # One notice to whoever has them now; and in no mail what its reader may not see.
    mails = sent(mailoutbox, NOW + WAIT)
    for address, several_mails in mails.items():
        reader = fresh(next(p for p in people(made) if p.email == address))
        for mail in several_mails:
            for reference in REFERENCE.findall(mail.body):
                case = Case.objects.get(reference=reference)
                seen = Case.objects.visible_to(reader).filter(pk=case.pk).exists()
                had = Contribution.objects.filter(case=case, service=made.highways).exists()
                assert seen or had, (address, mail.body)
    # Of each that went, whoever has it now is told once, and of nothing else; all of it in one mail.
    if to.person_id != actor.pk:
        theirs = mails.get(to.person.email, [])
        assert len(theirs) == bool(went)
        links = "".join(mail.body for mail in theirs)
        for thing in before:
            told = links.count(f"{thing.get_absolute_url()}\n")
            assert told == (_key(thing) in went), (thing, links)
    # So is whoever had it, of what they still see.
    if actor.pk != made.bob.pk:
        said = "".join(mail.body for mail in mails.get(BOB, []))
        for case in Case.objects.visible_to(fresh(made.bob)).filter(reference__in=went):
            assert case.reference in said
    assert not Notice.objects.unfinished().exists()
    return len(went), len(outcomes) - len(went)


def make(made: World, kind: str) -> Case | Contribution:
    if kind == "contribution":
        return contribution(made)
    if kind == "hers":
        from tests.casework.passing import with_gita

        return with_gita(made)
    case = enquiry(made) if kind == "received" else with_bob(made)
    if kind == "received":
        Case.objects.filter(pk=case.pk).update(owner=made.bob.pk)
    if kind == "restricted":
        Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    return reloaded(case)


def spoil(made: World, thing: Case | Contribution, why: str) -> None:
    if isinstance(thing, Contribution):
        if why == "changed":
            Contribution.objects.filter(pk=thing.pk).update(version=7)
        return
    if why == "changed":
        Case.objects.filter(pk=thing.pk).update(version=99)
    elif why == "passed":
        Case.objects.filter(pk=thing.pk).update(owner=made.carol.pk)
    elif why == "answered" and thing.state == "with_officer" and thing.owner_id == made.bob.pk:
        enquiries.answer(case=reloaded(thing), by=fresh(made.bob), text="Mended.", now=NOW)
    elif why == "restricted":
        Case.objects.filter(pk=thing.pk).update(sensitivity="restricted")


def receiver(made: World, who: str) -> Officer:
    officer = {"carol": made.carol, "gita": made.gita}.get(who, made.nia).officer
    if who == "away":
        AbsenceFactory(officer=officer, since=NOW.date(), until=NOW.date())
    if who == "apart":
        RelationshipFactory(person=officer.person, other=made.alice)
    return officer


def people(made: World) -> list:
    return [made.alice, made.bob, made.sam, made.carol, made.dev, made.nia, made.gita, made.gus]


def _key(thing: Case | Contribution) -> str:
    return thing.reference if isinstance(thing, Case) else str(thing.key)


def _now(thing):
    return type(thing).objects.get(pk=thing.pk)
