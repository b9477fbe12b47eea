"""An officer hands on a service request; the councillor reads where it is and asks again: in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.enquiries import actions, service_requests
from casework.models import Handing
from council.models import Council
from tests.casework.making import NOW, enquiry, fresh, reloaded, with_bob, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "https://report.example.gov.uk/"


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    made = world("blackpool")
    Council.objects.update(online_name="Report it", online_address=ADDRESS)
    return made


@pytest.fixture
def visit(made, page, live_server):
    return Visit(page, live_server.url, "handing-on")


def test_bl10_1_a_pothole_is_handed_on_and_the_member_asks_again(made, visit):
    case = enquiry(made)
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.page.get_by_role("link", name="It is really something else").click()
    visit.reads("What is this really?", "A service request", "If it is one of these")
    visit.look("what-is-this-really")
    visit.press("Hand it on as a service request")
    visit.reads("Enter the reference that it has there")
    visit.look("without-a-reference")
    visit.page.get_by_label("Which reference does it have in Report it?").fill("RI-20417")
    visit.press("Hand it on as a service request")
    visit.reads("It is handed on. The member has been told where it is now.", "Handed on")
    visit.look("officer-after")
    assert Handing.objects.get(case=case).reference == "RI-20417"

    visit.as_(made.alice)
    visit.go(reverse("home"))
    visit.reads("Handed on in the last 14 days")
    visit.look("member-home")
    visit.go(case.get_absolute_url())
    visit.reads("It was handed on as a service request", "RI-20417", "you can ask again here")
    assert visit.page.get_by_role("link", name="Go to Report it").get_attribute("href") == ADDRESS
    visit.look("member-reads")
    visit.page.get_by_role("button", name="Ask again about this").click()
    visit.page.get_by_label("What is missing, or still wrong?").fill("It is still there.")
    visit.look("member-asks-again")
    visit.press("Ask again")
    visit.reads("It is open again")
    visit.look("open-again")


def test_a_mistake_is_taken_back(made, visit, time_machine):
    case = actions.hand_on(
        case=reloaded(with_bob(made)),
        by=fresh(made.bob),
        room=service_requests.ROOM,
        reason="It is for the roads team.",
        said={"reference": "RI-1"},
        now=NOW - timedelta(minutes=1),
    )
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.page.get_by_role("link", name="Take it back").click()
    visit.look("take-it-back")
    visit.page.get_by_label("What should the member know about it?").fill("It is ours after all.")
    visit.press("Take it back")
    visit.reads("It is open here again, with Bob Baker", "Handed on by mistake to")
    visit.look("taken-back")


def test_a_complaint_is_returned_with_the_right_door(made, visit):
    """Bl4.4."""
    case = enquiry(made)
    Council.objects.update(online_name="", online_address="")
    visit.as_(made.bob)
    visit.go(reverse("enquiry-hand-on", args=[case.reference]))
    visit.reads("Nobody has said yet where", "A complaint, or a concern about an officer")
    visit.look("nothing-to-hand-on-to")
    visit.page.get_by_role("link", name="Return it to the member with these words").first.click()
    visit.reads("Return this enquiry to the member")
    visit.look("returned-with-words")
    visit.press("Return it to the member")
    visit.as_(made.alice)
    visit.go(case.get_absolute_url())
    visit.reads("Where the officer works in Highways, that is Carol Clarke.")


def test_late_and_with_a_question_it_comes_back_as_it_went(made, visit, time_machine):
    """Begun, kept for later, handed on, and taken back by the officer; the member replies."""
    case = with_bob(made)
    actions.ask(case=reloaded(case), by=fresh(made.bob), text="Which lamp is it?", now=NOW)
    late = NOW + timedelta(days=16)
    time_machine.move_to(late)
    visit.as_(made.bob)
    visit.go(reverse("enquiry-hand-on", args=[case.reference]))
    visit.page.get_by_label("Which reference does it have in Report it?").fill("RI-20417")
    visit.reads("Draft saved at")
    visit.go(case.get_absolute_url())
    visit.page.get_by_role("link", name="You have begun to hand it on").click()
    box = visit.page.get_by_label("Which reference does it have in Report it?")
    expect(box).to_have_value("RI-20417")
    Council.objects.update(online_name="", online_address="")
    visit.press("Hand it on as a service request")
    visit.reads("Nothing was handed on. Nobody has said yet where")
    visit.look("the-system-went-meanwhile")
    Council.objects.update(online_name="Report it", online_address=ADDRESS)
    visit.press("Hand it on as a service request")
    visit.reads("It is handed on.", "late: it was due by Monday 15 June 2026")
    visit.look("officer-after-handing-on-late")
    visit.go(reverse("work-list"))
    visit.look("officers-work")

    visit.as_(made.dev)
    visit.go(reverse("overview-show"))
    visit.reads("handed on, not answered")
    visit.look("overview")
    visit.page.get_by_role("link", name="handed on, not answered").click()
    visit.reads("Nobody here", case.reference)
    visit.look("list-of-what-was-handed-on")

    visit.as_(made.bob)
    visit.go(reverse("enquiry-take-back", args=[case.reference]))
    visit.page.get_by_label("What should the member know about it?").fill("It is ours after all.")
    visit.press("Take it back")
    visit.reads("It is open here again", "waits for its reply again", "was due on Monday 15 June")
    visit.look("officer-after-taking-back")

    visit.as_(made.alice)
    visit.go(reverse("home"))
    visit.reads("Waiting for you")
    visit.look("member-home-after")
    visit.go(case.get_absolute_url())
    visit.reads("Which lamp is it?", "Send your reply")
    visit.look("member-is-asked-again")
