"""A clerk reorganises the council's services, and others find what they had, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from casework.enquiries import actions
from officers.models import Service
from tests import cast
from tests.casework.making import NOW, enquiry, fresh, with_bob, world
from tests.factories import OfficerFactory, ServiceFactory
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    found = world("bristol")
    found.environment = ServiceFactory(name="Environment")
    found.ella = OfficerFactory(
        person__name="Ella Earth", service=found.environment, level="senior"
    ).person
    found.environment.head = found.ella.officer
    found.environment.save()
    return found


@pytest.fixture
def visit(made, page, live_server):
    return Visit(page, live_server.url, "reorganising")


def follow(visit: Visit, words: str) -> None:
    visit.page.get_by_role("link", name=words, exact=True).first.click()


def test_a_clerk_merges_two_services_and_everybody_finds_what_was_theirs(made, visit):
    case, queue = with_bob(made), enquiry(made, subject="A lamp in Ash Road")
    old = actions.answer(
        case=with_bob(made, subject="An old hole"), by=fresh(made.bob), text="Filled."
    )
    visit.as_(made.dev)
    visit.go(reverse("service-list"))
    follow(visit, "Highways")
    visit.look("a-service")
    follow(visit, "Merge into another service")
    visit.press("Continue")
    visit.reads("There is a problem", "Choose the service that takes over")
    visit.look("which-error")
    visit.page.get_by_label("Which service takes over?").select_option(label="Environment")
    visit.press("Continue")
    visit.reads("Merge Highways into Environment", "Bob Baker", "2 open enquiries that you can see")
    visit.look("what-will-happen")
    visit.press("Merge Highways into Environment")
    visit.reads("Enter why this is done")
    visit.look("no-reason")
    visit.page.get_by_label("Why is this done?").fill("One team looks after streets and parks.")
    visit.press("Merge Highways into Environment")
    visit.reads("Highways is part of Environment from today.", "Highways, since Monday 1 June 2026")
    visit.look("the-successor")
    follow(visit, "Highways, since Monday 1 June 2026")
    visit.reads(
        "Ended", "Sunday 31 May 2026", "One team looks after streets and parks.", "Dev Desai"
    )
    visit.look("the-old-one")
    visit.go(reverse("service-list"))
    visit.look("services")
    visit.go(reverse("case-list"))
    visit.page.get_by_label("Service", exact=True).select_option(
        label="Environment (including Highways, until Sunday 31 May 2026)"
    )
    visit.go(f"{reverse('case-list')}?service={made.environment.pk}")
    visit.reads(old.reference, case.reference)
    visit.look("filtered")
    visit.as_(made.ella)
    visit.go(reverse("team-list"))
    visit.reads(queue.subject)
    visit.look("the-new-head")
    visit.as_(made.alice)
    visit.go(case.get_absolute_url())
    visit.reads("The enquiry moved from Highways to Environment, as these were merged")
    visit.look("member-open")
    visit.go(old.get_absolute_url())
    visit.reads("Highways, now Environment")
    visit.look("member-old")


def test_an_administrator_ends_a_service_and_renames_another(made, visit, time_machine):
    with_bob(made)
    ada = cast.ada()
    ServiceFactory(name="Print room", head=OfficerFactory(person__name="Prue Press"))
    nobody = ServiceFactory(name="Nobody’s")
    visit = Visit(visit.page, visit.base, "reorganising-admin")
    visit.as_(ada)
    visit.go(reverse("service-end", args=[made.highways.pk]))
    visit.look("who-carries-on")
    visit.page.get_by_label("Which service takes over?").select_option(label=nobody.name)
    visit.press("Continue")
    visit.reads("so nobody would answer for what goes there")
    visit.look("cannot")
    follow(visit, "Choose another service")
    visit.page.get_by_label("Which service takes over?").select_option(label="Environment")
    visit.press("Continue")
    visit.reads("Whatever is open with Highways")
    visit.look("what-will-happen")
    visit.page.get_by_label("Why is this done?").fill("A contractor does this now.")
    visit.press("End Highways")
    visit.reads("Highways has ended. Environment carries on its work from today.")
    time_machine.move_to(NOW + timedelta(days=3))
    visit.as_(ada)
    visit.go(reverse("service-edit", args=[Service.objects.get(name="Print room").pk]))
    visit.page.get_by_label("Name of the service").fill("Design and print")
    visit.press("Save the service")
    visit.reads("until Wednesday 3 June 2026: Print room")
    visit.look("renamed")
