"""The head of a service passes on the work of an officer who leaves: some to one, some to another. In a real
browser, at a desk and on a phone, and once without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from casework.enquiries import actions
from casework.models import Case
from ledger.actions import deliver
from officers.models import Officer
from tests.casework.making import NOW, World, at, fresh, reloaded, with_bob, working_days
from tests.casework.passing import WHY, contribution, team
from tests.factories import RelationshipFactory
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBJECTS = (
    "Potholes in Quay Street",
    "The zebra crossing at Harbour Primary School, where two children were nearly hit in a week",
    "Gulley in Bath Street",
    "Street light in Ash Road",
)


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    found = team()
    cases = [with_bob(found, subject=subject) for subject in SUBJECTS]
    contribution(found, subject="Who owns the wall at the old mill?")
    time_machine.move_to(at(working_days(NOW.date(), 8)))
    with_bob(found, subject="Verge in Mill Lane", now=timezone.now())
    Officer.objects.filter(pk=found.bob.officer.pk).update(
        ended_on=timezone.localdate() - timedelta(days=1)
    )
    found.cases = cases
    return found


def test_a_head_of_service_passes_on_the_work_of_an_officer_who_left(
    page, live_server, made, mailoutbox
):
    visit = Visit(page, live_server.url, "passing")
    visit.as_(made.sam)
    visit.go(reverse("team-list"))
    visit.look("team")
    page.get_by_role("link", name="Pass on all that one officer has").click()
    visit.reads("Whose work do you pass on?", "Last day was")
    visit.look("whose")
    page.get_by_role("link", name="Bob Baker").click()
    visit.look("all-ticked")
    nothing_chosen(visit)
    first_round(visit, made)
    second_round(visit, made)
    visit.go(reverse("work-pass-on", args=[made.bob.officer.pk]))
    visit.reads("There is nothing here for you to pass on")
    visit.look("nothing-left")
    mailoutbox.clear()
    while deliver(now=timezone.now()).claimed:
        pass
    mine = [mail for mail in mailoutbox if "nia@example.org" in mail.to[0]]
    assert [mail.subject for mail in mine] == ["3 enquiries and 1 contribution passed to you"]


def nothing_chosen(visit: Visit) -> None:
    page = visit.page
    visit.press("Take all ticks off")
    page.get_by_label("Why are you passing it on?").fill(WHY)
    visit.press("Look it over")
    visit.reads("There is a problem", "Tick what you want to pass on", "Choose who is to have it")
    expect(page.get_by_label("Why are you passing it on?")).to_have_value(WHY)
    visit.look("nothing-chosen")


def first_round(visit: Visit, made: World) -> None:
    """All to Nia; one was answered meanwhile, and one is changed before it is sent."""
    page = visit.page
    visit.press("Tick all")
    page.get_by_label("Who is to have what you ticked?").select_option(
        label="Nia North: Service officer, Highways"
    )
    actions.note(case=reloaded(made.cases[3]), by=fresh(made.sam), text="Rang.", now=timezone.now())
    visit.press("Look it over")
    visit.reads("4 enquiries and 1 contribution go to Nia North", "What stays", WHY)
    visit.look("looked-over")
    visit.press("Change what you chose")
    expect(page.get_by_label("Why are you passing it on?")).to_have_value(WHY)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(6)
    visit.press("Look it over")
    visit.reads("5 enquiries and 1 contribution go to Nia North")
    for case in made.cases[2:]:
        actions.note(case=reloaded(case), by=fresh(made.sam), text="Rang.", now=timezone.now())
    visit.press("Pass them on")
    visit.reads("3 enquiries and 1 contribution went to Nia North", "What did not go")
    visit.look("some-went")


def second_round(visit: Visit, made: World) -> None:
    """What did not go is chosen again: for Carol, who may not act in it, and then for Gita of Housing."""
    page = visit.page
    RelationshipFactory(person=made.carol, other=made.alice)
    visit.press("Choose again for these")
    expect(page.get_by_label("Why are you passing it on?")).to_have_value(WHY)
    page.get_by_label("Who is to have what you ticked?").select_option(
        label="Carol Clarke: Director of Place, Highways"
    )
    visit.press("Look it over")
    visit.reads("None of it can go to Carol Clarke", "may not act in this matter")
    visit.look("none-can-go")
    visit.press("Change what you chose")
    page.get_by_label("Who is to have what you ticked?").select_option(
        label="Gita Gill: Housing officer, Housing"
    )
    visit.press("Look it over")
    visit.reads("2 enquiries go to Gita Gill", "It moves to Housing.")
    visit.look("to-another-service")
    visit.press("Pass them on")
    visit.reads("2 enquiries went to Gita Gill", "Nothing more of Bob Baker is left")
    visit.look("all-went")
    assert not Case.objects.open().filter(owner=made.bob).exists()


def test_a_clerk_is_led_there_from_the_directory_without_a_script(browser, live_server, made):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    visit = Visit(page, live_server.url, "passing-clerk")
    visit.as_(made.dev)
    visit.go(reverse("officer-show", args=[made.bob.officer.pk]))
    visit.reads("To be given to somebody else")
    visit.look("officer")
    page.get_by_role("link", name="Pass on the work of Bob Baker").click()
    visit.reads("What stays with Bob Baker, and why", "Whoever answers for Highways can pass it on")
    page.get_by_label("Who is to have what you ticked?").select_option(
        label="Nia North: Service officer, Highways"
    )
    page.get_by_label("Why are you passing it on?").fill(WHY)
    visit.look("chosen")
    visit.press("Look it over")
    visit.press("Pass them on")
    visit.reads("5 enquiries went to Nia North", "What stays with Bob Baker, and why")
    visit.look("done")
    visit.go(reverse("officer-show", args=[made.bob.officer.pk]))
    visit.reads("Contribution to", "Whoever answers for Highways can pass it on")
    visit.look("officer-after")
    context.close()
