"""What a Member of Parliament raises, and the reply, go to whoever holds the portfolio of the service
(Bl10.3); what is marked private only once whoever wrote was asked (Bl10.5)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from casework import notices
from casework.chasing import actions as chasing
from casework.enquiries import actions
from casework.models import Attachment, Case, Copy, Message, ServicePortfolio
from casework.portfolios import actions as portfolios
from casework.portfolios import views
from ledger.models import Event, Notice
from ledger.verification import Tally, verify
from members.models import Portfolio
from officers.actions import reorganising
from officers.models import Service
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
    world,
)
from tests.documents.making import with_file
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return blackpool()


def test_the_concern_and_each_reply_go_to_whoever_holds_the_portfolio(made):
    """Bl10.3: the second answer, too. Seen red with: `owed` left out of `log`; out of `answer`."""
    holds(made.erin)
    belongs(made)
    case = raised(made)
    assert reads(made.erin) == [CONCERN]
    answered(made, case)
    assert reads(made.erin) == [CONCERN, REPLY]
    actions.ask_again(case=reloaded(case), by=fresh(made.alice), text="And the next?", now=NOW)
    answered(made, case, text="That too.")
    assert reads(made.erin) == [CONCERN, REPLY, "That too."]
    actions.put_right(case=reloaded(case), by=fresh(made.bob), reason="Wrong lamp.", now=NOW)
    answered(made, case, text="The other one.")
    assert reads(made.erin) == [CONCERN, REPLY, "That too.", "The other one."]
    assert not waits(case)


def test_they_see_that_and_nothing_else_of_it(made, client):
    """Bl10.3 has no more copied: no note, no question, no resident, no page of the case.
    Seen red with: `_copy` of every message."""
    holds(made.erin)
    belongs(made)
    case = raised(made, constituent_name="Rita Resident", constituent_basis="consent")
    actions.note(case=reloaded(case), by=fresh(made.bob), text=NOTE, now=NOW)
    actions.hold(case=reloaded(case), by=fresh(made.bob), text="We look into it.", now=NOW)
    answered(made, case)
    assert reads(made.erin) == [CONCERN, REPLY]
    client.force_login(fresh(made.erin))
    assert client.get(case.get_absolute_url()).status_code == 404
    assert not Case.objects.visible_to(fresh(made.erin)).exists()
    assert not Message.objects.visible_to(fresh(made.erin)).exists()
    assert Message.objects.copied_to(fresh(made.erin)).count() == 2
    for copy in Copy.objects.filter(person=made.erin):
        page = unescape(client.get(reverse("copy-page", args=[copy.key])).content.decode())
        assert MP in page
        assert "Bl10.3" in page
        for words in (NOTE, "Rita Resident", "We look into it.", case.reference):
            assert words not in page
    listed = client.get(reverse("copy-list")).content.decode()
    assert listed.count("/copies/") >= 2


def test_its_files_come_with_it(made):
    holds(made.erin)
    belongs(made)
    case = raised(made)
    with_file(case, message=case.messages.get(kind="enquiry"), name="lamp.csv", content=b"a,b")
    assert Attachment.objects.visible_to(fresh(made.erin)).count() == 1


def test_it_is_on_record_and_open_to_see(made, client):
    """An event each, with its clause; and nobody has an unseen copy (Bl: no blind copies)."""
    holds(made.erin)
    belongs(made)
    case = answered(made, raised(made))
    verbs = list(Event.objects.about(case.key).values_list("verb", flat=True))
    assert verbs.count("mp_concern_copied") == verbs.count("mp_reply_copied") == 1
    assert [str(fault) for fault in verify(tally=Tally())] == []
    for who in (made.alice, made.bob):
        client.force_login(fresh(who))
        page = unescape(client.get(case.get_absolute_url()).content.decode())
        assert "was copied to Erin Ellis" in page
        assert page.count("Bl10.3") >= 2
    Copy.objects.filter(by_rule=True).update(by_rule=False)
    assert list(verify(tally=Tally()))


def test_a_notice_leads_to_each_copy(made):
    """Seen red with: `_what_was_copied` that takes the latest copy of the case."""
    holds(made.erin)
    belongs(made)
    answered(made, raised(made))
    sent = list(
        Notice.objects.filter(event__verb__startswith="mp_").select_related("event").order_by("pk")
    )
    assert {n.recipient for n in sent} == {f"person:{made.erin.pk}"}
    texts = notices.render(sent)
    for notice, kind in zip(sent, ("enquiry", "answer"), strict=True):
        copy = Copy.objects.get(message__kind=kind)
        assert reverse("copy-page", args=[copy.key]) in texts[notice.pk].body
        for words in (CONCERN, REPLY, MP, "Alice"):
            assert words not in texts[notice.pk].subject + texts[notice.pk].body


def test_where_nobody_is_there_it_waits_and_is_made_as_soon_as_somebody_is(made, client):
    """Bl10.3 is not lost: the officer and the clerk read why. Seen red with: `make_up` left out of `chase`."""
    case = answered(made, raised(made))
    assert waits(case)
    client.force_login(fresh(made.bob))
    page = unescape(client.get(case.get_absolute_url()).content.decode())
    assert "Nobody has said to whose portfolio the service belongs." in page
    client.force_login(fresh(made.dev))
    assert "1 copy waiting" in client.get(reverse("overview-show")).content.decode()
    Portfolio.objects.create(
        name="Highways and lamps",
        member=made.erin.member,
        since=NOW.date() - timedelta(days=9),
        until=NOW.date() - timedelta(days=1),
    )
    belongs(made)
    page = unescape(client.get(reverse("service-portfolio-list")).content.decode())
    assert "Nobody holds the portfolio “Highways and lamps” today." in page
    assert case.reference in page
    chasing.chase(now=NOW)
    assert waits(case)
    holds(made.erin)
    chasing.chase(now=NOW)
    chasing.chase(now=NOW)
    assert reads(made.erin) == [CONCERN, REPLY]
    assert not waits(case)
    assert "No copy waits" in client.get(reverse("overview-show")).content.decode()
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_a_service_that_is_found_later_brings_the_copy(made):
    holds(made.erin)
    belongs(made)
    case = enquiry(made, mp_name=MP, body=CONCERN, service=None, significance="routine")
    assert waits(case)
    given = {"officer": made.bob.officer, "by": fresh(made.dev)}
    actions.allocate(case=reloaded(case), now=NOW, **given)
    assert reads(made.erin) == [CONCERN]


def test_after_a_merger_the_reply_waits_for_the_portfolio_of_the_successor(made):
    """Bl10.3. Whoever keeps the directory merges services, and opens no copy to anybody by it.

    Seen red with: a merger that takes the portfolio of the service along.
    """
    holds(made.erin)
    belongs(made)
    case = raised(made)
    lead = OfficerFactory(level="senior")
    new = ServiceFactory(name="Environment", head=lead)
    reorganising.merge(service=made.highways, into=new, reason="So.", by=fresh(made.dev))
    answered(made, case)
    assert reads(made.erin) == [CONCERN]
    assert waits(case)
    portfolios.belongs(service=new, name="Highways and lamps", by=fresh(made.dev))
    chasing.chase(now=NOW)
    assert reads(made.erin) == [CONCERN, REPLY]


def test_what_waited_when_its_service_was_merged_is_copied_by_the_successors_portfolio(made):
    """Bl10.3: it was answered before, so it stayed with the old service. Seen red with: the ids of services
    that a portfolio names, and no other.
    """
    holds(made.erin)
    case = raised(made)
    answered(made, case)
    new = ServiceFactory(name="Environment", head=OfficerFactory(level="senior"))
    reorganising.merge(service=made.highways, into=new, reason="So.", by=fresh(made.dev))
    portfolios.belongs(service=new, name="Highways and lamps", by=fresh(made.dev))
    chasing.chase(now=NOW)
    assert reads(made.erin) == [CONCERN, REPLY]
    assert not waits(case)


def test_whoever_raises_it_reads_first_to_whom_it_goes(made, client):
    """Bl10.3. Seen red with: the hint of a protocol that copies nothing."""
    client.force_login(fresh(made.alice))
    said = client.get(reverse("enquiry-log")).content.decode()
    assert "are copied to the executive member whose portfolio it is (Bl10.3)" in said


def test_what_was_withdrawn_or_returned_is_copied_to_nobody_later(made, client):
    """Bl10.3 has the council's reply; of these there is none. Seen red with: every state in `COPIED`."""
    withdrawn, returned = raised(made), enquiry(made, mp_name=MP, service=made.highways)
    actions.withdraw(case=reloaded(withdrawn), by=fresh(made.alice), now=NOW)
    actions.return_to_member(
        case=reloaded(returned), by=fresh(made.sam), reason="Say it without her name.", now=NOW
    )
    holds(made.erin)
    belongs(made)
    chasing.chase(now=NOW)
    assert reads(made.erin) == []
    client.force_login(fresh(made.dev))
    assert "No copy waits" in client.get(reverse("overview-show")).content.decode()
    said = client.get(withdrawn.get_absolute_url()).content.decode()
    assert "It ended without an answer, so it is copied to nobody." in said


def test_what_is_private_waits_until_whoever_wrote_was_asked(made, client):
    """Bl10.5. Seen red with: `may_have` that lets everybody."""
    holds(made.erin)
    belongs(made)
    case = raised(made, confidential=True, confidential_why="His health.")
    chasing.chase(now=NOW)
    assert reads(made.erin) == []
    path = reverse("copy-agreed", args=[case.reference])
    for who in (made.alice, made.erin, cast.gita()):
        client.force_login(fresh(who))
        assert client.post(path).status_code == 404
    client.force_login(fresh(made.bob))
    assert path in client.get(case.get_absolute_url()).content.decode()
    assert client.get(path).status_code == 200
    assert reads(made.erin) == []
    client.post(path, {"people": client.get(path).context["form"]["people"].value()})
    assert reads(made.erin) == [CONCERN]
    answered(made, case, writer_agreed=True)
    assert reads(made.erin) == [CONCERN, REPLY]
    with nothing_written(), pytest.raises(Refused, match="need be asked"):
        portfolios.agreed(case=reloaded(case), by=fresh(made.bob), people=[made.erin.pk], now=NOW)


def test_a_restricted_one_is_copied_to_nobody(made):
    holds(made.erin)
    belongs(made)
    case = raised(made)
    Case.objects.update(sensitivity="restricted")
    answered(made, case)
    chasing.chase(now=NOW)
    assert reads(made.erin) == [CONCERN]


def test_whoever_raised_it_needs_no_copy_of_their_own(made):
    holds(made.alice)
    belongs(made)
    case = answered(made, raised(made))
    assert not Copy.objects.exists()
    assert not waits(case)


def test_what_was_copied_stays_and_what_comes_later_goes_to_the_next(made):
    """As with every copy: it stays with who had it, for as long as they are in office."""
    first = holds(made.erin)
    belongs(made)
    case = raised(made)
    first.until = NOW.date() - timedelta(days=1)
    first.save()
    norris = cast.norris()
    holds(norris)
    answered(made, case)
    assert reads(made.erin) == [CONCERN]
    # No reply says anything without what it answers.
    assert reads(norris) == [CONCERN, REPLY]
    made.erin.member.ended_on = NOW.date() - timedelta(days=1)
    made.erin.member.save()
    assert reads(made.erin) == []


def test_whoever_was_copied_in_by_the_officer_has_one_copy(made):
    holds(made.erin)
    belongs(made)
    case = raised(made)
    answered(made, case, copy_to=[made.erin])
    assert reads(made.erin) == [CONCERN, REPLY]
    assert [str(fault) for fault in verify(tally=Tally())] == []


def test_what_no_mp_raised_is_copied_to_nobody(made):
    holds(made.erin)
    belongs(made)
    answered(made, raised(made, mp_name=""))
    chasing.chase(now=NOW)
    assert not Copy.objects.exists()


@pytest.mark.parametrize("profile", ["bristol", "model", "weston", "bracknell"])
def test_where_no_protocol_has_it_nothing_of_it_shows(time_machine, client, profile):
    """Seen red with: `applies` that reads the name of the MP alone."""
    time_machine.move_to(NOW, tick=False)
    made = world(profile)
    holds(cast.erin())
    ServicePortfolio.objects.create(service=made.highways, name="Highways and lamps")
    case = answered(made, raised(made))
    chasing.chase(now=NOW)
    assert not Copy.objects.exists()
    client.force_login(fresh(made.dev))
    assert "executive" not in client.get(reverse("overview-show")).content.decode()
    assert "executive member" not in client.get(case.get_absolute_url()).content.decode()
    for path in (
        reverse("service-portfolio-list"),
        reverse("service-portfolio", args=[made.highways.pk]),
        reverse("copy-agreed", args=[case.reference]),
    ):
        assert client.get(path).status_code == 404


def test_only_whoever_oversees_says_to_whose_portfolio_a_service_belongs(made, client):
    """It opens what is copied: not an administrator. Seen red with: `directory.keep` in its place."""
    holds(made.erin)
    path = reverse("service-portfolio", args=[made.highways.pk])
    for who in (cast.ada(), made.bob, made.alice, made.erin):
        client.force_login(fresh(who))
        assert client.get(path).status_code == 403
        assert client.post(path, {"name": "Highways and lamps"}).status_code == 403
    client.force_login(fresh(made.dev))
    seen = client.get(path).context["form"]["seen"].initial
    sent = {"name": "Highways and lamps", "seen": seen}
    assert client.post(path, sent).status_code == 302
    assert Service.objects.get(pk=made.highways.pk).portfolio.name == "Highways and lamps"
    # A second page that was open before.
    assert client.post(path, {"name": "", "seen": seen}).status_code == 409
    assert mail.outbox == []


def test_of_many_that_wait_the_page_says_that_it_shows_the_first(made, client, monkeypatch):
    """Seen red with: the list cut without a word."""
    monkeypatch.setattr(views, "MOST", 2)
    client.force_login(fresh(made.dev))
    for place in range(3):
        page = client.get(reverse("service-portfolio-list")).content.decode()
        assert "Only the first" not in page
        raised(made, subject=f"Lamp {place}")
    page = client.get(reverse("service-portfolio-list")).content.decode()
    assert "Only the first 2 are shown here." in page
    assert "Lamp 2" not in page


def test_its_pages_cost_no_more_for_many(made, client, django_assert_max_num_queries):
    holds(made.erin)
    cases = [raised(made, subject=f"Lamp {place}") for place in range(4)]
    case = raised(made, subject="Bench", confidential=True, confidential_why="His health.")
    for who, path in (
        (made.dev, reverse("service-portfolio-list")),
        (made.dev, reverse("service-portfolio", args=[made.highways.pk])),
        (made.dev, reverse("overview-show")),
        (made.bob, cases[0].get_absolute_url()),
        (made.bob, case.get_absolute_url()),
        (made.bob, reverse("copy-agreed", args=[case.reference])),
        (made.bob, reverse("mp-name", args=[case.reference])),
    ):
        client.force_login(fresh(who))
        client.get(path)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(path).status_code == 200
