"""The form asks whether an enquiry is about what was agreed (We3.7; Bk Some general principles, row 4)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework.enquiries import actions
from casework.models import Case, DirectContact
from ledger.models import Event
from tests.casework.making import MONDAY, NOW, fresh, world
from tests.factories import DelegationFactory, MemberFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["weston", "bracknell"])
def made(request, client, time_machine):
    """A council whose members write to the clerk, with Alice signed in."""
    time_machine.move_to(NOW)
    found = world(request.param)
    client.force_login(found.alice)
    return found


def clerk(made):
    return made.posts.get("town_clerk") or made.posts["proper_officer"]


def agreed(made, matter: str = "the quay", **changes) -> DirectContact:
    what = {"member": made.alice, "service": made.highways, "since": MONDAY}
    return actions.agree_direct_contact(by=fresh(clerk(made)), matter=matter, **{**what, **changes})


def sent(made, **changes) -> dict:
    values = {
        "once": uuid.uuid4(),
        "subject": "The crane",
        "body": "When will it go?",
        "service": made.highways.pk,
        "ward": "none",
        "nature": "council",
        "likely": "new",
    }
    return {**values, **changes}


def words(page) -> str:
    return unescape(page.content.decode())


def test_the_form_shows_what_was_agreed_and_asks_whether_it_is_about_that(made, client):
    """We3.7; Bk Some general principles: matter, service and dates.

    Seen red with: the choices without their hints.
    """
    agreed(made, until=date(2026, 12, 31))
    page = words(client.get(reverse("enquiry-log")))
    assert "Is this about “the quay”?" in page
    assert "It goes straight to Highways." in page
    assert "Agreed from Monday 1 June 2026 to Thursday 31 December 2026" in page
    assert "first" in page.partition("Agreed from")[2].partition("</fieldset>")[0]


def test_two_agreements_are_each_a_choice(made, client):
    agreed(made)
    agreed(made, "the fair", service=ServiceFactory(name="Events"))
    page = words(client.get(reverse("enquiry-log")))
    assert "Is this about one of these?" in page
    assert "Yes, “the quay”" in page
    assert "Yes, “the fair”" in page


def test_who_has_agreed_nothing_is_asked_nothing(made, client):
    """An agreement of somebody else, or one that has ended, is not shown.

    Seen red with: agreements of every member; and of every day.
    """
    agreed(made, "their matter", member=MemberFactory().person)
    agreed(made, "last month", since=MONDAY - timedelta(30), until=MONDAY - timedelta(1))
    page = words(client.get(reverse("enquiry-log")))
    assert "Is this about" not in page
    assert "their matter" not in page


def test_yes_goes_straight_to_the_service_and_no_to_the_clerk(made, client):
    """We3.7; Bk Some general principles."""
    agreement = agreed(made)
    for answer, owner, kept in [(agreement.pk, None, agreement), ("no", clerk(made), None)]:
        client.post(reverse("enquiry-log"), sent(made, direct_contact=answer))
        case = Case.objects.latest("pk")
        assert (case.owner, case.enquiry.direct_contact) == (owner, kept)


def test_without_an_answer_nothing_is_sent_past_the_clerk(made, client):
    """We3.7; Bk Some general principles: the question must be answered where the service is agreed.

    Seen red with: `clean` that takes silence for yes.
    """
    agreed(made)
    page = client.post(reverse("enquiry-log"), sent(made))
    assert page.status_code == 422
    assert "Select yes if it is about “the quay”" in words(page)
    assert not Case.objects.exists()
    elsewhere = ServiceFactory(name="Parks")
    client.post(reverse("enquiry-log"), sent(made, service=elsewhere.pk))
    assert Case.objects.get().owner == clerk(made)


def test_yes_brings_its_service_along_and_goes_with_no_other(made, client):
    agreement = agreed(made)
    parks = ServiceFactory(name="Parks")
    page = client.post(
        reverse("enquiry-log"), sent(made, service=parks.pk, direct_contact=agreement.pk)
    )
    assert "Select Highways, where “the quay” goes" in words(page)
    client.post(reverse("enquiry-log"), sent(made, service="", direct_contact=agreement.pk))
    assert Case.objects.get().service == made.highways


def test_an_officer_who_logs_for_the_member_is_asked_once_both_are_known(made, client):
    """Seen red with: agreements looked up only for whoever is signed in."""
    agreement = agreed(made)
    client.force_login(made.dev)
    assert "Is this about" not in words(client.get(reverse("enquiry-log")))
    day = {"received_day": "1", "received_month": "6", "received_year": "2026"}
    asked = sent(made, member=made.alice.pk, channel="phone", **day)
    assert "Is this about “the quay”?" in words(client.post(reverse("enquiry-log"), asked))
    client.post(reverse("enquiry-log"), asked | {"direct_contact": agreement.pk})
    assert Case.objects.get().enquiry.direct_contact == agreement


def test_a_made_up_answer_or_somebody_else_s_agreement_opens_no_way(made, client):
    """The choices, the member's own agreements and the rule each refuse it. Seen red with: all three
    left out.
    """
    agreed(made)
    theirs = agreed(made, "their matter", member=MemberFactory().person)
    for answer in (theirs.pk, "0", "x", "9" * 30, "\x00"):
        page = client.post(reverse("enquiry-log"), sent(made, direct_contact=answer))
        assert page.status_code == 422
    assert not Case.objects.exists()


def test_a_council_without_such_agreements_never_asks(client, time_machine):
    """Where the profile does not ask `agreed_direct`. Seen red with: the question whatever it says."""
    time_machine.move_to(NOW)
    made = world("bristol")
    DirectContact.objects.create(
        member=made.alice, service=made.highways, matter="old", agreed_by=made.dev, since=MONDAY
    )
    client.force_login(made.alice)
    assert "Is this about" not in words(client.get(reverse("enquiry-log")))


def test_a_delegate_learns_nothing_of_what_others_have_agreed(made, client):
    """Only for those whom they act for. Seen red with: `member__in` left out of `_agreements`."""
    other = MemberFactory().person
    agreed(made, "their secret matter", member=other)
    assistant = PersonFactory()
    DelegationFactory(principal=made.alice, delegate=assistant)
    client.force_login(assistant)
    page = client.post(reverse("enquiry-log"), sent(made, member=other.pk))
    assert page.status_code == 422
    assert "their secret matter" not in words(page)


# Keeping the agreements ---------------------------------------------------------------------------


def agreement_form(made, **changes) -> dict:
    first = {"since_day": "1", "since_month": "6", "since_year": "2026"}
    return {
        "member": made.alice.pk,
        "service": made.highways.pk,
        "matter": "the quay",
        **first,
        **changes,
    }


def test_the_same_agreement_sent_twice_is_recorded_once(made, client):
    """We3.7; Bk Some general principles. Other days, another matter or another service are another.

    Seen red with: the look for the same one left out; and with either end of the days left out.
    """
    client.force_login(clerk(made))
    address = reverse("agreement-add")
    assert client.post(address, agreement_form(made)).status_code == 302
    again = client.post(address, agreement_form(made, matter="The Quay"))
    assert "It is already agreed for these days" in words(again)
    assert DirectContact.objects.count() == 1
    agreed(made, "the fair", since=MONDAY + timedelta(30))
    agreed(made, "the fair", until=MONDAY + timedelta(29))
    agreed(made, "the market", until=MONDAY + timedelta(29))
    agreed(made, "the market", since=MONDAY + timedelta(30))
    agreed(made, service=ServiceFactory(name="Parks"))
    assert DirectContact.objects.count() == 6


def test_an_agreement_that_is_to_begin_is_listed_and_can_be_called_off(made, client):
    """It then never begins, and is gone from the list.

    Seen red with: the page asking for those of today; and with those called off listed still.
    """
    client.force_login(clerk(made))
    done = client.post(reverse("agreement-add"), agreement_form(made, since_month="7"), follow=True)
    assert "go straight there from Wednesday 1 July 2026" in words(done)
    assert "Call it off" in words(done)
    coming = DirectContact.objects.get()
    done = client.post(reverse("agreement-end", args=[coming.pk]), follow=True)
    assert "The agreement never begins." in words(done)
    assert "No agreements" in words(done)
    assert not DirectContact.objects.on(coming.since).exists()
    assert client.post(reverse("agreement-end", args=[coming.pk])).status_code == 404


def test_an_agreement_that_has_its_last_day_can_be_ended_sooner_and_once(made, client):
    """Seen red with: the button left out where there is a last day; and shown on that day;
    and with the event written again.
    """
    agreement = agreed(made, until=MONDAY + timedelta(30))
    client.force_login(clerk(made))
    assert "End it today" in words(client.get(reverse("agreement-list")))
    done = client.post(reverse("agreement-end", args=[agreement.pk]), follow=True)
    assert "The agreement ends today." in words(done)
    assert "End it today" not in words(done)
    agreement.refresh_from_db()
    assert agreement.until == MONDAY
    again = client.post(reverse("agreement-end", args=[agreement.pk]), follow=True)
    assert "has been ended already" in words(again)
    assert Event.objects.of("direct_contact_ended").count() == 1
