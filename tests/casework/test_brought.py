"""What a member hears as the holder of a post: that a promise was broken, and nothing anybody wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import scope
from casework.brought import to_holder
from casework.chasing import actions as chasing
from casework.models import Case, Escalation
from council import calendar
from ledger import actions as ledger
from ledger.models import Notice
from tests.casework.making import MONDAY, NOW, at, enquiry, fresh, world
from tests.factories import HoldingFactory, MemberFactory

pytestmark = pytest.mark.django_db
SECRET = "The resident must not be named"


@pytest.fixture
def late(time_machine):
    """Weston, an enquiry that nobody answered, and a councillor as Town Mayor."""
    time_machine.move_to(NOW)
    made = world("weston")
    mayor = made.posts["town_mayor"]
    mayor.holdings.all().delete()
    mayor = MemberFactory().person
    HoldingFactory(post__key="town_mayor", person=mayor)
    case = enquiry(made, subject=SECRET, body=SECRET)
    for days in range(40):
        chasing.sweep(now=at(MONDAY + timedelta(days=days)))
    time_machine.move_to(at(MONDAY + timedelta(days=40)))
    return made, mayor, case


def test_the_mayor_hears_of_it_and_reads_none_of_it(late, client, mailoutbox):
    """We9.1. Seen red with: `reach.posts` opening the case to whoever holds one."""
    _, mayor, case = late
    assert Escalation.objects.filter(case=case, person=mayor).exists()
    assert not Case.objects.visible_to(fresh(mayor)).exists()
    client.force_login(mayor)
    assert client.get(case.get_absolute_url()).status_code == 404
    page = client.get(reverse("casework-list")).content.decode()
    assert case.reference in page
    assert "Brought to you as Town Mayor (1)" in page
    assert SECRET not in page
    ledger.deliver(now=timezone.now(), limit=500)
    mail = [m for m in mailoutbox if mayor.email in m.to[0]]
    assert mail
    assert all(case.reference in m.subject and SECRET not in m.body for m in mail)


def test_nothing_is_brought_once_it_is_answered_restricted_or_the_post_has_passed_on(late, client):
    """Seen red with: closed cases listed; restricted ones listed."""
    _, mayor, case = late
    client.force_login(mayor)

    def listed() -> bool:
        return case.reference in client.get(reverse("casework-list")).content.decode()

    assert listed()
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    assert not listed()
    Case.objects.filter(pk=case.pk).update(sensitivity="ordinary", state="withdrawn")
    assert not listed()
    Case.objects.filter(pk=case.pk).update(state="received")
    mayor.holdings.update(until=timezone.localdate() - timedelta(days=1))
    assert not listed()


def test_another_member_is_told_nothing_of_it(late, client):
    _, _, case = late
    other = MemberFactory().person
    client.force_login(other)
    assert case.reference not in client.get(reverse("casework-list")).content.decode()
    assert not Notice.objects.filter(recipient=other.key).exists()


def test_a_member_in_a_post_stands_on_the_members_side_of_every_case(late):
    """The second lock behind `visible_to`: officers' notes are not theirs even where a case were.

    Seen red with: "officer" for whoever is neither the raiser nor their delegate.
    """
    made, mayor, case = late
    assert scope.side(case, fresh(mayor)) == "member"
    assert scope.side(case, fresh(made.bob)) == "officer"


def test_what_reaches_a_post_before_its_date_is_not_called_late(late):
    """A reminder goes up where nobody has the case. Seen red with: late on whatever day."""
    _, mayor, case = late
    now = calendar.current()
    before = to_holder(fresh(mayor), case.next_due, now)[0].due
    after = to_holder(fresh(mayor), case.next_due + timedelta(days=7), now)[0].due
    assert (before.text[:3], before.tone) == ("Due", "soon")
    assert after.tone == "late"
