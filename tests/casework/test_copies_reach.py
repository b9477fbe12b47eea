"""When a copy by rule is made, and who has it by then (Bl10.3; Bl10.5; ADR 19)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework import notices
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Case, Copy, EnquiryDetail, Message, ServicePortfolio
from casework.portfolios import actions as portfolios
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from protocol.refusals import Stale
from tests import cast
from tests.casework.copies import (
    CONCERN,
    MP,
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
)
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return blackpool()


@pytest.fixture
def parks(made):
    """Another service and its officer; its portfolio is Norris's."""
    norris = cast.norris()
    service = ServiceFactory(name="Parks", head=OfficerFactory(level="senior"))
    ServicePortfolio.objects.create(service=service, name="Parks and play")
    holds(norris, name="Parks and play")
    made.norris, made.gardener = norris, OfficerFactory(service=service)
    return service


def told(person, verb: str = "") -> int:
    """How many notices of copies by rule a person has."""
    sent = Notice.objects.filter(recipient=f"person:{person.pk}")
    return sent.filter(event__verb=verb).count() if verb else sent.count()


def copied(verb: str) -> int:
    return Event.objects.filter(verb=verb).count()


def guessed(made: World, **changes):
    asked = {"mp_name": MP, "body": CONCERN, "significance": "routine"}
    return enquiry(made, **(asked | changes))


# When ---------------------------------------------------------------------------------------------


def test_the_service_that_somebody_guessed_brings_no_copy(made, parks, client):
    """Bl10.3. Seen red with: a copy made as it is logged."""
    holds(made.erin)
    belongs(made)
    case = guessed(made, service=parks)
    assert reads(made.norris) == []
    assert waits(case)
    client.force_login(fresh(made.dev))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "No officer has taken it on yet" in page
    actions.allocate(
        case=reloaded(case), by=fresh(made.dev), officer=made.bob.officer, reason="Lamp.", now=NOW
    )
    assert reads(made.norris) == []
    assert reads(made.erin) == [CONCERN]
    assert not waits(case)
    assert copied("mp_concern_copied") == told(made.erin) == 1


def test_what_nobody_has_taken_on_is_not_made_up_by_the_sweep_nor_counted_as_waiting(made, client):
    """It waits for an officer and not for the clerk. Seen red with: `COPIED` with "received"."""
    holds(made.erin)
    belongs(made)
    case = guessed(made)
    chasing.chase(now=NOW)
    assert reads(made.erin) == []
    client.force_login(fresh(made.dev))
    assert "No copy waits" in client.get(reverse("overview-show")).content.decode()
    assert case.reference not in client.get(reverse("service-portfolio-list")).content.decode()
    actions.accept(case=reloaded(case), by=fresh(made.bob), now=NOW)
    assert reads(made.erin) == [CONCERN]


def test_what_is_referred_upward_is_taken_on(made):
    """Bl10.4. Seen red with: `owed` in `accept` alone."""
    holds(made.erin)
    belongs(made)
    actions.refer_upward(case=guessed(made), by=fresh(made.bob), reason="Big.", now=NOW)
    assert reads(made.erin) == [CONCERN]


def test_after_a_reassignment_the_right_holder_has_the_concern_too(made, parks):
    """Bl10.3. Seen red with: messages left out that anybody has by rule."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    to = {"officer": made.gardener, "reason": "It is in the park."}
    actions.reassign(case=reloaded(case), by=fresh(made.dev), now=NOW, **to)
    assert reads(made.norris) == [CONCERN]
    answered(made, case, by=fresh(made.gardener.person))
    assert reads(made.norris) == [CONCERN, REPLY]
    assert reads(made.erin) == [CONCERN]
    assert copied("mp_concern_copied") == 2
    assert (told(made.erin), told(made.norris)) == (1, 2)
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_passing_it_on_within_a_service_copies_nothing_twice(made):
    """Events and notices alike. Seen red with: `is_owed` that forgets who has it."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    actions.reassign(
        case=reloaded(case), by=fresh(made.dev), officer=made.sam.officer, reason="Head.", now=NOW
    )
    assert copied("mp_concern_copied") == told(made.erin) == 1


# To whom ------------------------------------------------------------------------------------------


def test_whoever_comes_next_has_the_concern_with_the_reply_and_no_reply_of_before(
    made, time_machine
):
    """A reply says nothing without what it answers; and an old one was another's. Seen red with: no
    `since` in `is_owed`; without the concern for whoever has it not.
    """
    first = holds(made.erin)
    belongs(made)
    case = answered(made, raised(made))
    time_machine.move_to(LATER, tick=False)
    first.until = NOW.date() + timedelta(days=1)
    first.save()
    norris = cast.norris()
    holds(norris, since=NOW.date() + timedelta(days=2))
    chasing.chase(now=LATER)
    assert reads(norris) == []
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="And?", now=LATER)
    answered(made, case, text="That too.", now=LATER)
    assert reads(norris) == [CONCERN, "That too."]
    assert reads(made.erin) == [CONCERN, REPLY]


def test_what_an_officer_copied_by_hand_counts_as_the_copy_and_is_told_once(made, time_machine):
    """Bl10.3. Seen red with: an event that tells whoever has it; a copy that stays by hand, so that the next
    holder has an old reply.
    """
    first = holds(made.erin)
    belongs(made)
    case = raised(made)
    before = told(made.erin)
    answered(made, case, copy_to=[made.erin])
    assert told(made.erin) - before == 1
    assert copied("mp_reply_copied") == 1
    (notice,) = Notice.objects.filter(
        recipient=f"person:{made.erin.pk}", event__verb="enquiry_answered"
    ).select_related("event")
    copy = Copy.objects.get(message__kind="answer")
    assert copy.by_rule
    assert reverse("copy-page", args=[copy.key]) in notices.render([notice])[notice.pk].body
    assert [str(fault) for fault in verify(tally=Tally())] == []
    time_machine.move_to(LATER, tick=False)
    first.until = NOW.date()
    first.save()
    norris = cast.norris()
    holds(norris, since=LATER.date())
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="And?", now=LATER)
    answered(made, case, text="That too.", now=LATER)
    assert reads(norris) == [CONCERN, "That too."]


def test_a_copy_by_hand_to_somebody_else_takes_none_from_the_holder(made):
    holds(made.erin)
    belongs(made)
    norris = cast.norris()
    case = raised(made)
    answered(made, case, copy_to=[norris])
    assert reads(made.erin) == [CONCERN, REPLY]
    assert reads(norris) == [REPLY]
    assert not Copy.objects.get(person=norris).by_rule
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_who_holds_it_twice_over_has_one_copy(made):
    """Two rows of one portfolio, spelt otherwise. Seen red with: a row for each row held."""
    holds(made.erin)
    holds(made.erin, name="highways  and Lamps")
    belongs(made)
    raised(made)
    assert Copy.objects.count() == told(made.erin) == 1


# What is private ----------------------------------------------------------------------------------


def private(made: World):
    return raised(made, confidential=True, confidential_why="His health.")


def agreed(made: World, case, *people) -> None:
    portfolios.agreed(
        case=reloaded(case), by=fresh(made.bob), people=[one.pk for one in people], now=NOW
    )


def test_what_was_agreed_for_one_holder_opens_nothing_to_the_next(made, time_machine, client):
    """Bl10.5. Seen red with: `may_have` that lets everybody once somebody was agreed to."""
    first = holds(made.erin)
    belongs(made)
    case = private(made)
    agreed(made, case, made.erin)
    assert reads(made.erin) == [CONCERN]
    time_machine.move_to(LATER, tick=False)
    first.until = NOW.date()
    first.save()
    norris = cast.norris()
    holds(norris, since=LATER.date())
    answered(made, case, now=LATER)
    chasing.chase(now=LATER)
    assert reads(norris) == []
    assert reads(made.erin) == [CONCERN]
    assert waits(case)
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "asked before it is copied to Norris" in page
    portfolios.agreed(case=reloaded(case), by=fresh(made.bob), people=[norris.pk], now=LATER)
    assert reads(norris) == [CONCERN, REPLY]
    assert not waits(case)
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_of_two_who_hold_it_the_one_who_was_not_agreed_to_is_asked_for(made, client):
    """Bl10.5. Seen red with: a page that says "Made" and asks no more."""
    holds(made.erin)
    belongs(made)
    case = private(made)
    agreed(made, case, made.erin)
    norris = cast.norris()
    holds(norris)
    answered(made, case, writer_agreed=True)
    assert reads(made.erin) == [CONCERN, REPLY]
    assert reads(norris) == []
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Not to Norris" in page
    assert reverse("copy-agreed", args=[case.reference]) in page
    agreed(made, case, norris)
    assert reads(norris) == [CONCERN, REPLY]


def test_whoever_says_it_says_it_of_the_holder_whom_the_page_named(made, client):
    """Bl10.5. Seen red with: the people left out of the form."""
    first = holds(made.erin)
    belongs(made)
    case = private(made)
    path = reverse("copy-agreed", args=[case.reference])
    client.force_login(fresh(made.bob))
    page = client.get(path)
    assert "Erin Ellis" in page.content.decode()
    sent = {"people": page.context["form"]["people"].value()}
    first.delete()
    norris = cast.norris()
    holds(norris)
    assert client.post(path, sent).status_code == 409
    assert client.post(path, {"people": "x"}).status_code == 409
    assert client.post(path).status_code == 409
    assert reads(norris) == []
    with nothing_written(), pytest.raises(Stale):
        agreed(made, case, made.erin)
    again = client.post(path, sent)
    assert norris.name in again.content.decode()
    assert client.post(path, {"people": str(norris.pk)}).status_code == 302
    assert reads(norris) == [CONCERN]


def test_it_is_on_record_for_whom_it_was_agreed(made, client):
    holds(made.erin)
    belongs(made)
    case = private(made)
    agreed(made, case, made.erin)
    client.force_login(fresh(made.alice))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "whoever wrote it lets it be copied to Erin Ellis" in page
    Event.objects.get(verb="copy_agreed")


def test_where_nobody_holds_it_there_is_nobody_to_agree_to(made, client):
    """Bl10.5. It was agreed for somebody, or for nobody."""
    belongs_to_nobody = ServicePortfolio(service=made.highways, name="Highways and lamps")
    belongs_to_nobody.save()
    case = private(made)
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Nobody holds the portfolio" in page
    assert reverse("copy-agreed", args=[case.reference]) not in page


# From before --------------------------------------------------------------------------------------


def before(made: World, **changes):
    """As an enquiry stands that was taken on before copies were made by rule."""
    case = with_bob(made, body=CONCERN, significance="routine", **changes)
    EnquiryDetail.objects.filter(case=case).update(mp_name=MP)
    return case


def test_an_enquiry_from_before_copies_says_so_and_not_that_they_were_made(made, client):
    """Migration 0016 left these. Seen red with: `DONE` for whatever does not wait."""
    holds(made.erin)
    belongs(made)
    case = before(made)
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Made. Each message says to whom" not in page
    assert "Not yet. It was raised before copies were made. It goes with the reply" in page
    answered(made, case)
    assert reads(made.erin) == [CONCERN, REPLY]
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Made. Each message says to whom" in page
    ended = answered(made, before(made))
    Copy.objects.filter(message__case=ended).delete()
    Message.objects.filter(case=ended).update(copied=False)
    page = unescape(client.get(ended.get_absolute_url()).content.decode())
    assert "None was made" in page


@pytest.mark.parametrize(
    ("marked", "says"),
    [("restricted", "It is restricted"), ("private", "asked before it is copied to Erin Ellis")],
)
def test_what_is_from_before_and_private_promises_no_copy(made, client, marked, says):
    """Bl10.5. Seen red with: "It goes with the reply" of whatever is open."""
    holds(made.erin)
    belongs(made)
    case = before(made)
    if marked == "private":
        EnquiryDetail.objects.filter(case=case).update(confidential=True)
    else:
        Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert says in page
    assert "It goes with the reply" not in page


def test_whoever_raised_it_and_holds_the_portfolio_reads_that_no_copy_is_needed(made, client):
    holds(made.alice)
    belongs(made)
    case = raised(made)
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Not needed: whoever raised it holds the portfolio" in page
