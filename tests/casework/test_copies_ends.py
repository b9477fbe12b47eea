"""How a concern of an MP ends for whoever has a copy of it; and whose it is, put right (Bl10.3; ADR 19)."""

from __future__ import annotations

from html import unescape

import pytest
from django.db.models import Q
from django.urls import reverse

from casework import notices
from casework.chasing import actions as chasing
from casework.enquiries import actions, service_requests
from casework.models import Case, Copy, EnquiryDetail
from casework.portfolios import actions as portfolios
from council.models import Council
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from protocol.refusals import Refused
from tests import cast
from tests.casework.copies import (
    CONCERN,
    MP,
    NOTE,
    REPLY,
    answered,
    belongs,
    blackpool,
    holds,
    raised,
    reads,
    waits,
)
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    nothing_written,
    reloaded,
    with_bob,
    world,
)
from tests.casework.rooms import invented, registered
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db
AWAY, BACK, TWICE = (
    "It is for the lamp crew, ibis.",
    "It is ours, heron.",
    "You asked twice, stork.",
)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    found = blackpool()
    Council.objects.update(online_name="Report it", online_address="https://report.example.gov.uk/")
    return found


def hand_on(made: World, case: Case, **changes) -> Case:
    there = {"room": service_requests.ROOM, "said": {"reference": "RI-1"}}
    asked = {"by": fresh(made.bob), "reason": AWAY, "now": NOW, **there}
    return actions.hand_on(case=reloaded(case), **(asked | changes))


def duplicate(made: World, case: Case, other: Case) -> Case:
    by = fresh(made.bob)
    actions.link(case=case, by=by, other=other, kind="duplicate", reason="The same.", now=NOW)
    return actions.close_duplicate(
        case=reloaded(case), by=by, other=reloaded(other), reason=TWICE, now=NOW
    )


def page(client, who, path: str) -> str:
    client.force_login(fresh(who))
    return unescape(client.get(path).content.decode())


def copies_told(person) -> int:
    verbs = Notice.objects.filter(event__verb__startswith="mp_")
    return verbs.filter(recipient=f"person:{person.pk}").count()


def sound() -> bool:
    return [str(fault) for fault in verify(tally=Tally())] == []


# Handed on ----------------------------------------------------------------------------------------


def test_whoever_has_a_concern_reads_that_it_was_handed_on_and_taken_back(made, client):
    """Bl10.3; ADR 20: no reply follows from here. Seen red with: no `ended` in `hand_on`, or `take_back`."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    hand_on(made, case)
    assert [text.split("\n")[0] for text in reads(made.erin)] == [CONCERN, AWAY]
    copy = Copy.objects.get(message__kind="handing")
    said = page(client, made.erin, reverse("copy-page", args=[copy.key]))
    assert "How a concern ended here" in said
    assert "Report it, with the reference RI-1" in said
    concern = Copy.objects.get(message__kind="enquiry")
    assert reverse("copy-page", args=[copy.key]) in page(
        client, made.erin, reverse("copy-page", args=[concern.key])
    )
    actions.take_back(case=reloaded(case), by=fresh(made.bob), reason=BACK, now=NOW)
    assert reads(made.erin)[-1] == BACK
    assert copies_told(made.erin) == 3
    sent = Notice.objects.filter(event__verb__startswith="mp_").select_related("event")
    texts = notices.render(list(sent))
    for text in texts.values():
        assert "/copies/" in text.body
        for words in (MP, AWAY, BACK, "RI-1"):
            assert words not in text.subject + text.body
    answered(made, case)
    assert reads(made.erin)[-1] == REPLY
    assert sound()
    timeline = page(client, made.alice, case.get_absolute_url())
    assert "How it ended here was copied to Erin Ellis" in timeline
    assert "That it is open here again was copied to Erin Ellis" in timeline


def test_whoever_had_no_concern_hears_of_no_end(made):
    """Handed on before an officer took it on; or by a holder who came since."""
    first = holds(made.erin)
    belongs(made)
    asked = {"mp_name": MP, "body": CONCERN, "significance": "routine"}
    hand_on(made, enquiry(made, **asked))
    assert reads(made.erin) == []
    case = raised(made)
    first.delete()
    norris = cast.norris()
    holds(norris)
    hand_on(made, case)
    assert reads(norris) == []
    assert copies_told(made.erin) == 1


@pytest.mark.parametrize("how", ["a room that some may know of", "restricted"])
def test_where_it_went_that_not_everybody_may_know_of_is_copied_to_nobody(made, how):
    """ADR 20. Seen red with: `ended` whatever the room; whatever the sensitivity."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    if how == "restricted":
        actions.hold(case=reloaded(case), by=fresh(made.bob), text="So.", now=NOW)
        Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
        message = case.messages.get(kind="holding")
        portfolios.ended(case=reloaded(case), message=message, now=NOW)
    else:
        room = invented("vault", known_to=lambda person: Q(pk__in=[]))
        with registered(room):
            hand_on(made, case, room=room, said={"about": "Bob"})
    assert reads(made.erin) == [CONCERN]
    assert copies_told(made.erin) == 1


def test_what_is_marked_private_ends_for_those_alone_who_were_agreed_to(made):
    """Bl10.5. Seen red with: `may_have` left out of `ended`."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    EnquiryDetail.objects.filter(case=case).update(confidential=True)
    hand_on(made, case)
    assert reads(made.erin) == [CONCERN]


# Withdrawn, or a duplicate ------------------------------------------------------------------------


def test_of_what_was_withdrawn_the_page_says_that_no_reply_follows(made, client):
    """Seen red with: `_no_reply` that says nothing."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    copy = Copy.objects.get()
    path = reverse("copy-page", args=[copy.key])
    assert "no reply follows" not in page(client, made.erin, path)
    actions.withdraw(case=reloaded(case), by=fresh(made.alice), reason=NOTE, now=NOW)
    said = page(client, made.erin, path)
    assert "It was withdrawn, so no reply follows." in said
    assert NOTE not in said


def test_the_original_of_a_duplicate_answers_the_mp_and_is_copied(made, client):
    """Bl10.3: the reply is that of the other one. Seen red with: `closed_as_duplicate` left out."""
    holds(made.erin)
    belongs(made)
    original = with_bob(made, body="The post leans, newt.", significance="routine")
    assert Copy.objects.count() == 0
    case = raised(made)
    duplicate(made, case, original)
    assert reads(made.erin) == ["The post leans, newt.", CONCERN, TWICE]
    answered(made, original)
    assert reads(made.erin)[-1] == REPLY
    assert EnquiryDetail.objects.get(case=original).mp_name == MP
    events = Event.objects.filter(verb__startswith="mp_").values_list("verb", flat=True)
    assert sorted(events) == [
        "mp_concern_copied",
        "mp_concern_copied",
        "mp_ending_copied",
        "mp_named",
        "mp_reply_copied",
    ]
    assert copies_told(made.erin) == 4
    assert MP in page(client, made.bob, original.get_absolute_url())
    assert sound()


def test_a_duplicate_that_nobody_took_on_is_copied_where_it_is_answered(made):
    """Its own service is a guess. Seen red with: the service of the duplicate."""
    holds(made.erin)
    belongs(made)
    norris = cast.norris()
    parks = ServiceFactory(name="Parks", head=OfficerFactory(level="senior"))
    holds(norris, name="Parks")
    portfolios.belongs(service=parks, name="Parks", by=fresh(made.dev))
    original = raised(made, mp_name="Sam Low, Wyre")
    asked = {"mp_name": MP, "body": "Dark, toad.", "significance": "routine", "service": parks}
    by = fresh(made.dev)
    case = enquiry(made, **asked)
    actions.link(case=case, by=by, other=original, kind="duplicate", reason="The same.", now=NOW)
    closing = {"other": reloaded(original), "reason": TWICE, "now": NOW}
    actions.close_duplicate(case=reloaded(case), by=by, **closing)
    assert reads(made.erin) == [CONCERN, "Dark, toad."]
    assert reads(norris) == []
    assert not waits(case)
    # It bears the name that it had.
    assert EnquiryDetail.objects.get(case=original).mp_name == "Sam Low, Wyre"


def test_a_duplicate_waits_for_the_holder_where_it_is_answered(made):
    """Seen red with: `_ready` by the service of the duplicate alone."""
    original = with_bob(made, significance="routine")
    asked = {"mp_name": MP, "body": CONCERN, "significance": "routine", "service": None}
    case, by = enquiry(made, **asked), fresh(made.dev)
    actions.link(case=case, by=by, other=original, kind="duplicate", reason="The same.", now=NOW)
    closing = {"other": reloaded(original), "reason": TWICE, "now": NOW}
    actions.close_duplicate(case=reloaded(case), by=by, **closing)
    assert waits(case)
    assert waits(original)
    holds(made.erin)
    belongs(made)
    chasing.chase(now=NOW)
    chasing.chase(now=NOW)
    assert sorted(reads(made.erin)) == sorted([CONCERN, "There are three of them."])
    assert not waits(case)
    assert not waits(original)


def test_the_mp_of_what_is_private_is_named_in_nothing_that_is_not(made):
    """Bl10.5. Seen red with: `_is_as_open` that is always so."""
    holds(made.erin)
    belongs(made)
    original = with_bob(made, significance="routine")
    case = raised(made, confidential=True, confidential_why="Health.")
    duplicate(made, case, original)
    assert EnquiryDetail.objects.get(case=original).mp_name == ""
    assert reads(made.erin) == []


# Which MP -----------------------------------------------------------------------------------------


def named(made: World, case: Case, name: str, by=None) -> bool:
    return portfolios.name_mp(case=reloaded(case), name=name, by=fresh(by or made.bob), now=NOW)


def test_an_officer_says_afterwards_that_an_mp_raised_it_and_it_is_copied(made, client):
    """Bl10.3. Seen red with: `owed` left out of `_name`."""
    holds(made.erin)
    belongs(made)
    case = answered(made, with_bob(made, body=CONCERN, significance="routine"))
    assert reads(made.erin) == []
    path = reverse("mp-name", args=[case.reference])
    assert path in page(client, made.bob, case.get_absolute_url())
    seen = client.get(path).context["form"]["seen"].initial
    assert client.post(path, {"name": MP, "seen": seen}).status_code == 302
    assert reads(made.erin) == [CONCERN, REPLY]
    said = page(client, made.alice, case.get_absolute_url())
    assert "Bob Baker corrected which Member of Parliament raised it" in said
    # A second page that was open before.
    client.force_login(fresh(made.bob))
    answer = client.post(path, {"name": "Sam Low", "seen": seen})
    assert answer.status_code == 409
    assert MP in unescape(answer.content.decode())
    assert Event.objects.filter(verb="mp_named").count() == 1
    assert sound()


def test_a_name_that_was_wrong_is_right_on_the_copies_too(made, client):
    holds(made.erin)
    belongs(made)
    case = raised(made)
    path = reverse("copy-page", args=[Copy.objects.get().key])
    assert named(made, case, "Sam Low, Wyre")
    assert not named(made, case, " Sam Low, Wyre ")
    said = page(client, made.erin, path)
    assert "Sam Low, Wyre" in said
    assert MP not in said
    assert Copy.objects.count() == 1
    named(made, case, "")
    said = page(client, made.erin, path)
    assert "That has been corrected since." in said
    answered(made, case)
    chasing.chase(now=NOW)
    assert reads(made.erin) == [CONCERN]
    assert not waits(case)
    assert Event.objects.filter(verb="mp_named").count() == 2


def test_only_its_officers_correct_it_and_only_where_it_is_asked(made, client, time_machine):
    """Seen red with: everybody who sees it."""
    helper = PersonFactory()
    DelegationFactory(principal=made.alice, delegate=helper)
    case = raised(made)
    path = reverse("mp-name", args=[case.reference])
    for who in (made.alice, helper, made.erin, cast.gita(), cast.ada()):
        client.force_login(fresh(who))
        assert client.get(path).status_code == client.post(path, {"name": "X"}).status_code == 404
        with nothing_written(), pytest.raises(Refused):
            named(made, case, "X", by=who)
    for who in (made.bob, made.sam, made.dev):
        client.force_login(fresh(who))
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(("key", "status"), [("weston", 404), ("bristol", 200)])
def test_it_is_corrected_where_it_is_asked_and_nothing_is_said_of_copies_where_none_is_made(
    time_machine, client, key, status
):
    """Seen red with: the page under every protocol; the words of copies under Bristol's."""
    time_machine.move_to(NOW, tick=False)
    made = world(key)
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    answer = client.get(reverse("mp-name", args=[case.reference]))
    assert answer.status_code == status
    assert "portfolio" not in answer.content.decode()
    offered = "Member of Parliament raised it" in page(client, made.bob, case.get_absolute_url())
    assert offered == (status == 200)


# The list -----------------------------------------------------------------------------------------


def test_the_list_of_copies_is_paged_and_counted(made, client):
    """Seen red with: the first hundred, and no word of the others."""
    holds(made.erin)
    belongs(made)
    for place in range(27):
        raised(made, subject=f"Lamp {place}", body=f"Lamp number {place} is dark.")
    first = page(client, made.erin, reverse("copy-list"))
    assert "27 messages, newest first" in first
    assert "Lamp number 26 is dark." in first
    assert "Lamp number 1 is dark." not in first
    assert "?page=2" in first
    assert "Lamp number 1 is dark." in page(client, made.erin, reverse("copy-list") + "?page=2")


def test_a_copy_says_for_whom_it_was_written_down(made, client):
    """X for Y, as the case does. Seen red with: the author alone."""
    holds(made.erin)
    belongs(made)
    helper = PersonFactory(name="Hal Helper")
    DelegationFactory(principal=made.alice, delegate=helper)
    raised(made, by=fresh(helper))
    copy = Copy.objects.get()
    assert "Concern from Hal Helper for Alice Archer" in page(
        client, made.erin, reverse("copy-list")
    )
    said = page(client, made.erin, reverse("copy-page", args=[copy.key]))
    assert "From Hal Helper for Alice Archer" in said
