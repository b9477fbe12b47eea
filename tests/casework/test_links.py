"""Two enquiries linked: both pages say so to those who may see both, and to nobody else in any way."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework import notices
from casework.enquiries import actions, rules
from casework.models import Case, CaseLink
from ledger.models import Notice
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    nothing_written,
    reloaded,
    verbs,
    with_bob,
    world,
)
from tests.factories import DelegationFactory, MemberFactory, ServiceFactory

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'csrfmiddlewaretoken" value="\w+"')
WHY = "Both are about the one gulley."


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


def linked(made: World, case: Case, other: Case, kind: str = "related", by=None) -> CaseLink:
    by = fresh(by or made.bob)
    actions.link(case=case, by=by, other=other, kind=kind, reason=WHY, now=NOW)
    return CaseLink.objects.get(case=case, other=other)


def restrict(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    return reloaded(case)


def page_of(client, case: Case, person) -> str:
    client.force_login(fresh(person))
    return unescape(client.get(case.get_absolute_url()).content.decode())


# Who learns of it ----------------------------------------------------------------------------------


def test_both_pages_lead_to_the_other_with_the_reason_for_officers_alone(made, client):
    erin = cast.erin()
    one, other = with_bob(made), with_bob(made, by=erin, member=erin, subject="Flood")
    linked(made, one, other)
    for case, another in ((one, other), (other, one)):
        said = page_of(client, case, made.bob)
        assert "Linked enquiries" in said
        assert another.reference in said
        assert WHY in said
        assert "linked it with another enquiry" in said
    for case, member, another in ((one, made.alice, other), (other, erin, one)):
        said = page_of(client, case, member)
        assert "Linked" not in said
        assert another.reference not in said
        assert WHY not in said
        assert "linked it" not in said


def test_a_member_is_led_to_another_of_their_own_and_never_told_why(made, client):
    one, other = with_bob(made), with_bob(made, subject="Flood")
    linked(made, one, other)
    said = page_of(client, one, made.alice)
    assert other.reference in said
    assert WHY not in said
    assert "linked it" not in said


def test_whoever_may_not_see_the_other_reads_the_page_of_a_case_without_links(made, client):
    """Not a link, not an event, not a verb and not a number. Seen red with: `readable` that leaves the event;
    `look` that keeps every row.
    """
    one, private = with_bob(made), restrict(with_bob(made, subject="Flood"))
    alone = with_bob(made, subject="Alone")
    linked(made, one, private)
    for who in (made.sam, made.carol, made.dev):
        for case in (one, alone):
            said = page_of(client, case, who)
            assert "Linked" not in said
            assert private.reference not in said
            assert WHY not in said
            assert "linked it" not in said
        today = NOW.date()
        offered = [rules.available(reloaded(case), fresh(who), today) for case in (one, alone)]
        assert offered[0] == offered[1]
        assert "unlink" not in offered[0]
        client.force_login(fresh(who))
        pages = [
            client.get(reverse("enquiry-unlink", args=[case.reference])) for case in (one, alone)
        ]
        assert [page.status_code for page in pages] == [200, 200]
        texts = [
            TOKEN.sub(
                "", page.content.decode().replace(case.reference, "").replace(case.subject, "")
            )
            for page, case in zip(pages, (one, alone), strict=True)
        ]
        assert texts[0] == texts[1]
    assert private.reference in page_of(client, one, made.bob)
    actions.unlink(case=one, by=fresh(made.bob), link=CaseLink.objects.get(), now=NOW)
    assert "took away the link" in page_of(client, one, made.bob)
    assert "took away the link" not in page_of(client, one, made.sam)


def test_what_they_may_not_know_of_costs_the_page_no_query(made, client):
    """Nor does what they may: the time that a page takes tells nothing. Seen red with: a query of its own for
    the other cases, where there are such events.
    """
    one, private = with_bob(made), restrict(with_bob(made, subject="Flood"))
    alone, open_one = with_bob(made), with_bob(made)
    linked(made, one, private)
    linked(made, open_one, with_bob(made))
    # Alice raised the restricted one: that she reads of it is put on record, and costs that.
    pages = {made.sam: (one, open_one), made.dev: (one, open_one), made.alice: (open_one,)}
    for who, linked_ones in pages.items():
        client.force_login(fresh(who))
        spent = []
        for case in (alone, alone, *linked_ones):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(case.get_absolute_url()).status_code == 200
            spent.append(len(asked))
        assert set(spent[1:]) == {spent[1]}, who.name


def test_what_happened_since_tells_nothing_of_it(made, client):
    """Beside a draft, and where somebody else was first. Seen red with: `since` of every event."""
    one, private = with_bob(made), restrict(with_bob(made, subject="Flood"))
    seen = reloaded(one).version
    client.force_login(fresh(made.sam))
    address = reverse("enquiry-note", args=[one.reference])
    saved = {"draft_path": address, "text": "So far.", "version": seen}
    assert client.post(reverse("draft-save"), saved).status_code == 200
    actions.note(case=reloaded(one), by=fresh(made.bob), text="Rang.", now=NOW)
    linked(made, reloaded(one), private)
    for page in (client.get(address), client.post(address, {"text": "Mine.", "version": seen})):
        said = unescape(page.content.decode())
        assert "Bob Baker added a note for officers" in said
        assert "linked it" not in said


def test_the_mail_names_the_other_to_those_alone_who_may_see_it(made):
    """Whoever had it is told that it is closed, and not of what. Seen red with: the other one named to all."""
    one, other = with_bob(made), enquiry(made, service=ServiceFactory(name="Parks"))
    Case.objects.filter(pk=other.pk).update(next_due=one.next_due)
    linked(made, one, reloaded(other), "duplicate", by=made.dev)
    actions.close_duplicate(case=one, by=fresh(made.dev), other=other, reason="Twice.", now=NOW)
    rows = list(Notice.objects.filter(event__verb="enquiry_closed_as_duplicate"))
    texts = notices.render(rows)
    named = {row.recipient: other.reference in texts[row.pk].body for row in rows}
    assert named == {made.alice.key: True, made.bob.key: False}


def test_linking_stops_nobody_who_writes_meanwhile(made):
    """The version stays: being refused would say something. Seen red with: `moving.move` in `link`."""
    one, private = with_bob(made), restrict(with_bob(made, subject="Flood"))
    before = reloaded(one).version
    linked(made, one, private)
    assert reloaded(one).version == before
    assert Notice.objects.filter(event__verb="enquiries_linked").count() == 0
    actions.note(case=reloaded(one), by=fresh(made.sam), text="Rang.", seen=before, now=NOW)


def test_whoever_is_a_member_too_is_told_nothing_of_their_own_as_an_officer(time_machine, client):
    """Bk: one person may be both. The reason was written for officers; neither page shows it, or lets them take
    it away. Seen red with: `look` that asks for no side; `readable` likewise.
    """
    time_machine.move_to(NOW, tick=False)
    made = world("bracknell")
    MemberFactory(person=made.bob)
    both = fresh(made.bob)
    own, theirs = enquiry(made, by=both, member=both, subject="Flood"), with_bob(made)
    found = linked(made, own, theirs, by=made.dev)
    for case, another in ((own, theirs), (theirs, own)):
        said = page_of(client, case, both)
        assert "Linked" not in said
        assert another.reference not in said
        assert WHY not in said
        assert "linked it" not in said
        assert "unlink" not in rules.available(reloaded(case), fresh(both), NOW.date())
        with nothing_written(), pytest.raises(Refused):
            actions.unlink(case=reloaded(case), by=fresh(both), link=found, now=NOW)
    for case in (own, theirs):
        assert WHY in page_of(client, case, made.dev)
    another = enquiry(made, by=both, member=both)
    with nothing_written(), pytest.raises(Refused, match="no enquiry with that reference"):
        linked(made, theirs, another, by=both)


# Linking -------------------------------------------------------------------------------------------


def test_what_is_not_theirs_to_see_is_refused_as_what_is_not_there(made, client):
    """The same words for another service's, a restricted one and none at all."""
    case, erin = with_bob(made), cast.erin()
    private = restrict(enquiry(made, subject="Flood"))
    parks = ServiceFactory(name="Parks")
    elsewhere = enquiry(made, by=erin, member=erin, service=parks)
    client.force_login(fresh(made.bob))
    address = reverse("enquiry-link", args=[case.reference])
    answers = set()
    for reference in (private.reference, elsewhere.reference, "E-AAAAAAA", "\x00", "é" * 20):
        sent = {
            "other_reference": reference,
            "how": "related",
            "reason": WHY,
            "version": case.version,
        }
        page = client.post(address, sent)
        assert page.status_code == 200
        if reference != "\x00":
            said = page.content.decode()
            answers.add("There is no enquiry with that reference that you may see" in said)
    assert answers == {True}
    for other in (private, elsewhere):
        with nothing_written(), pytest.raises(Refused, match="no enquiry with that reference"):
            linked(made, case, other)


def test_it_is_linked_once_with_another_and_never_with_itself(made):
    one, other = with_bob(made), with_bob(made)
    linked(made, one, other)
    for case, another, words in (
        (one, other, "already"),
        (other, one, "already"),
        (one, one, "this"),
    ):
        with nothing_written(), pytest.raises(Refused, match=words):
            linked(made, case, another)


def test_nobody_links_on_the_members_side(made):
    """A councillor who is an officer too (Bracknell) is on the member's side of their own."""
    one, other = with_bob(made), with_bob(made)
    helper = MemberFactory().person
    DelegationFactory(principal=made.alice, delegate=helper)
    for person in (made.alice, helper):
        with nothing_written(), pytest.raises(Refused):
            linked(made, one, other, by=person)


def test_a_link_can_be_taken_away_and_both_histories_keep_it(made):
    one, other = with_bob(made), with_bob(made)
    found = linked(made, one, other)
    actions.unlink(case=other, by=fresh(made.sam), link=found, now=NOW)
    assert not CaseLink.objects.exists()
    for case in (one, other):
        assert verbs(case)[-2:] == ["enquiries_linked", "enquiries_unlinked"]
