"""Somebody with three capacities changes what they act as, in two windows; a clerk says what they may do."""

import pytest
from django.urls import reverse

from casework.models import Case, Message
from council.models import Delegation
from tests.casework.making import enquiry, with_bob, world
from tests.factories import DelegationFactory, MemberFactory
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def change(visit: Visit, label: str) -> None:
    visit.page.get_by_role("link", name="Change what you act as").first.click()
    visit.page.get_by_label(label).check()
    visit.press("Change")


def test_one_person_acts_as_a_member_an_officer_and_for_another_one_at_a_time(page, live_server):
    """With two windows of one browser, and a clerk who takes from the delegate what they may do."""
    made = world("bracknell")
    erin = MemberFactory(person__name="Erin Ellis").person
    case = with_bob(made, by=erin, member=erin, now=None)
    own = enquiry(made, by=made.alice, subject="Bins in Wharf Road", now=None)
    MemberFactory(person=made.bob)
    DelegationFactory(principal=made.alice, delegate=made.bob)
    visit = Visit(page, live_server.url, "capacities")
    visit.as_(made.bob)
    visit.reads("You are acting as Councillor", "Your casework")
    visit.look("as-a-member")
    visit.go(case.get_absolute_url())
    visit.reads("Page not found", "change what you act as")
    visit.look("out-of-sight")
    visit.page.get_by_role("link", name="Change what you act as").first.click()
    visit.look("choosing")
    visit.page.get_by_label("As Highways officer, Highways").check()
    visit.press("Change")
    visit.reads("You are acting as Highways officer, Highways now", "Your work")
    visit.look("as-an-officer")
    # A note is written in one window, and what they act as is changed in another.
    visit.go(reverse("enquiry-note", args=[case.reference]))
    visit.page.get_by_label("Your note").fill("Ring the contractor on Wednesday.")
    other = visit.page.context.new_page()
    other.goto(live_server.url + reverse("capacity-change"))
    other.get_by_label("For Alice Archer").check()
    other.get_by_role("button", name="Change", exact=True).click()
    other.wait_for_load_state()
    other.close()
    visit.press("Add the note")
    visit.reads("Nothing was sent or saved", "Ring the contractor on Wednesday.")
    visit.look("not-sent")
    assert not Message.objects.filter(kind="note").exists()
    visit.go(own.get_absolute_url())
    visit.reads("You are acting for Alice Archer", "Withdraw")
    visit.look("for-a-member")
    _in_one_window(visit)
    visit.go(reverse("account"))
    visit.look("account")
    _limited(visit, made, own)


def _in_one_window(visit: Visit) -> None:
    """What is begun for one member lies in the window for that member alone.

    Seen red with: the capacity left out of the key in drafts.js.
    """
    log = reverse("enquiry-log")

    def shown() -> str:
        """Once the page's script has had its turn."""
        visit.go(log)
        visit.page.wait_for_load_state("networkidle")
        return visit.page.get_by_label("Subject").input_value()

    visit.go(log)
    visit.page.get_by_label("Subject").fill("For Alice alone")
    visit.reads("Kept in this window")
    change(visit, "As Councillor")
    assert shown() == ""
    change(visit, "For Alice Archer")
    assert shown() == "For Alice alone"


def _limited(visit: Visit, made, own: Case) -> None:
    visit.as_(made.dev)
    visit.go(reverse("delegation-list"))
    visit.look("delegates")
    visit.page.get_by_role("link", name="Change what Bob Baker may do").click()
    for words in ("Answer officers", "Withdraw enquiries"):
        visit.page.get_by_label(words).uncheck()
    visit.look("limits")
    visit.press("Save what they may do")
    visit.reads(
        "Bob Baker may read what they raised, raise enquiries and ask again after an answer"
    )
    assert Delegation.objects.get().may == "ask_again raise"
    visit.go(reverse("authority-page"))
    visit.look("who-may-do-what")
    visit.page.get_by_role("link", name="Who holds what today").click()
    visit.reads("Bob Baker", "Alice Archer")
    visit.look("who-holds-what")
    visit.go(reverse("person-page", args=[made.bob.pk]))
    visit.page.get_by_role("link", name="What they hold, since when").click()
    visit.reads("3 grants", "For Alice Archer")
    visit.look("what-one-holds")
    visit.as_(made.bob)
    visit.go(own.get_absolute_url())
    visit.reads("For Alice Archer you may read what they raised")
    visit.look("limited")
    change(visit, "As Councillor")
    visit.reads("Raise an enquiry")
    visit.as_(made.alice)
    visit.go(reverse("account"))
    visit.reads("Who acts for you", "Bob Baker")
    visit.look("who-acts-for-you")
