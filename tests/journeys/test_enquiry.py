"""An enquiry in a real browser, at each of the five councils, from the first word to the last.

A member raises it → it is routed → acknowledged → chased → breached → escalated → answered → explained →
closed. Pictures at phone and desk width land in var/screens/ for people to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from casework.models import Case
from ledger import actions as ledger
from ledger.verification import Tally, verify
from tests.casework.making import NOW, World, at, clock, reloaded, working_days, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Beyond the last step of every ladder.
LATE = 11
BODY = "CANARY The drain at the foot of Quay Street has been blocked since Monday."


@dataclass(frozen=True)
class Council:
    """What one council's protocol leads a reader to expect; read off the documents, not the profile."""

    profile: str
    first: str
    because: str
    clause: str
    days: int
    standard: str
    asks: tuple[str, ...] = ()
    # The ladder of a town ends with a councillor, who hears that it is late and reads nothing of it.
    ends_with_a_member: bool = False


COUNCILS = [
    Council("bristol", "sam", "set by the council", "", 7, "Br10f"),
    Council("model", "sam", "Mo48", "Mo48", 10, "set by the council", ("No",)),
    Council(
        "weston",
        "town_clerk",
        "We3.7",
        "We3.7",
        10,
        "set by the council",
        ends_with_a_member=True,
    ),
    Council(
        "bracknell",
        "proper_officer",
        "Bk Some general principles",
        "",
        10,
        "set by the council",
        ends_with_a_member=True,
    ),
    Council("blackpool", "carol", "Bl10.1", "Bl10.1", 10, "Bl10.2", ("Significant",)),
]


class Walk(Visit):
    """One browser, several people, and a clock that the test moves."""

    def __init__(self, page: Page, server, made: World, council: Council, travel) -> None:
        super().__init__(page, server.url, council.profile)
        self.made, self.council, self.travel = made, council, travel

    def when(self, moment: datetime) -> None:
        self.travel(moment)

    def chase(self) -> None:
        call_command("chase", now=timezone.now().isoformat(), verbosity=0)

    def first(self) -> Person:
        made = self.made
        return made.posts.get(self.council.first) or getattr(made, self.council.first)


@pytest.fixture
def walk(page, live_server, time_machine, request):
    council = request.param
    time_machine.move_to(NOW)
    made = world(council.profile)
    return Walk(page, live_server, made, council, time_machine.move_to)


@pytest.mark.parametrize("walk", COUNCILS, ids=lambda c: c.profile, indirect=True)
def test_an_enquiry_is_answered_late_and_every_step_is_on_record(walk):
    """Rule rows 1, 2 and 4; the ladder is every council's own."""
    case = raised(walk)
    acknowledged(walk, case)
    chased(walk, case)
    answered(walk, case)
    closed(walk, case)
    asked_again(walk, case)
    nothing_leaked_and_everything_holds(case)


def raised(walk: Walk) -> Case:
    council = walk.council
    walk.as_(walk.made.alice)
    walk.look("your-casework-empty")
    walk.page.get_by_role("button", name="Raise an enquiry").click()
    walk.press("Send the enquiry")
    walk.reads("There is a problem")
    walk.look("raise-with-errors")
    walk.page.get_by_label("Subject").fill("Blocked drain in Quay Street")
    walk.page.get_by_label("What do you want to know, or to happen?").fill(BODY)
    walk.page.get_by_label("Service", exact=True).select_option("Highways")
    walk.page.get_by_label("Ward", exact=True).select_option("Harbour")
    for choice in council.asks:
        walk.page.get_by_label(choice, exact=True).check()
    walk.look("raise")
    walk.press("Send the enquiry")
    walk.reads("The answer is due by", council.because, council.standard)
    walk.look("raised")
    case = Case.objects.get()
    assert clock(case).due == working_days(NOW.date(), council.days)
    walk.page.get_by_text("Why this date?").last.click()
    walk.reads(f"day {council.days}")
    return case


def acknowledged(walk: Walk, case: Case) -> None:
    """Whoever the protocol sends it to gives it to Bob, who acknowledges."""
    walk.as_(walk.first())
    walk.go(case.get_absolute_url())
    walk.look("received")
    walk.page.get_by_role("button", name="Give it to an officer").click()
    walk.page.get_by_label("Which officer?").select_option(str(walk.made.bob.officer.pk))
    walk.look("give-to-an-officer")
    walk.press("Give it to them")
    walk.as_(walk.made.bob)
    walk.reads("Your work", "Blocked drain in Quay Street")
    walk.look("your-work")
    walk.page.get_by_role("link", name="Blocked drain in Quay Street").click()
    walk.page.get_by_role("link", name="Acknowledge").click()
    walk.press("Send the acknowledgement")
    walk.reads("knows that it has arrived")
    walk.look("acknowledged")


def chased(walk: Walk, case: Case) -> None:
    """Weeks in which nobody answers: reminded, due, breached, escalated."""
    due = clock(case).due
    day = NOW.date()
    while day < working_days(due, LATE):
        day += timedelta(days=1)
        walk.when(at(day, 9))
        walk.chase()
    case = reloaded(case)
    walk.as_(walk.made.dev)
    walk.reads("1 overdue", "late, not yet explained")
    walk.look("overview")
    walk.page.get_by_role("link", name="overdue").click()
    walk.reads("1 case", f"{LATE} working days late")
    walk.look("overdue")
    top = case.escalations.order_by("-at", "-pk").first()
    assert top is not None, "nobody above was told"
    walk.as_(top.person)
    if walk.council.ends_with_a_member:
        walk.reads("Brought to you as", case.reference, f"{LATE} working days late")
        expect(walk.page.locator("body")).not_to_contain_text("Blocked drain")
        walk.look("brought-to-a-member")
        walk.as_(walk.made.dev)
    walk.go(case.get_absolute_url())
    walk.reads("A breach was recorded", "It was escalated to")
    walk.look("escalated")
    walk.as_(walk.made.alice)
    walk.reads("Late (1)", f"{LATE} working days late")
    walk.look("late-for-the-member")


def answered(walk: Walk, case: Case) -> None:
    walk.as_(walk.made.bob)
    walk.go(case.get_absolute_url())
    walk.page.get_by_label("Your answer").fill("The drain was cleared this morning.")
    walk.look("answering")
    walk.press("Send the answer")
    walk.reads("has your answer")
    assert reloaded(case).figure == "breach"
    walk.page.get_by_role("button", name="Say why it was late").click()
    walk.page.get_by_label("Why was it late?").fill("The jetting lorry was off the road.")
    walk.look("explain")
    walk.press("Put it on record")
    walk.as_(walk.made.alice)
    walk.reads("Answered since your last visit", "(1)")
    walk.look("answered-for-the-member")


def closed(walk: Walk, case: Case) -> None:
    walk.as_(walk.made.bob)
    walk.go(case.get_absolute_url())
    walk.page.get_by_role("button", name="Close it").click()
    walk.page.get_by_label("Put right", exact=True).check()
    walk.press("Close the enquiry")
    walk.reads("There is a problem", "Enter what was learned")
    walk.look("close-without-what-was-learned")
    walk.page.get_by_label("What was learned?").fill("CANARY Book the lorry ahead.")
    walk.press("Close the enquiry")
    walk.reads("The enquiry is closed", "Answered late")
    walk.look("closed")
    assert reloaded(case).state == "closed"


def asked_again(walk: Walk, case: Case) -> None:
    """The member asks again on a phone; it is Bob's once more, is answered, and counts apart."""
    walk.as_(walk.made.alice)
    walk.go(case.get_absolute_url())
    walk.reads("you can ask again until the end of")
    walk.look("may-ask-again")
    walk.page.get_by_role("button", name="Ask again about this").click()
    walk.press("Ask again")
    walk.reads("Enter what is missing, or still wrong")
    walk.page.get_by_label("What is missing, or still wrong?").fill("CANARY It is blocked again.")
    walk.look("asking-again")
    walk.press("Ask again")
    walk.reads("It is open again, with Bob Baker", "Opened again", "Second answer")
    walk.look("asked-again")
    walk.as_(walk.made.bob)
    walk.go(case.get_absolute_url())
    walk.reads("Alice Archer asks again", "It is blocked again")
    walk.page.get_by_label("Your answer").fill("CANARY The pipe is mended.")
    walk.look("answering-again")
    walk.press("Send the answer")
    walk.reads("has your answer", "Answered again in time")
    walk.as_(walk.made.dev)
    walk.reads("1 answered late", "1 answered again in time", "0 answered again late")
    walk.look("counted-apart")
    assert reloaded(case).figure == "breach"


def nothing_leaked_and_everything_holds(case: Case) -> None:
    """Mail quotes nothing that anybody wrote, and the ledger verifies."""
    ledger.deliver(now=timezone.now() + timedelta(minutes=1), limit=1000)
    assert any(case.reference in message.subject for message in mail.outbox)
    for message in mail.outbox:
        assert "CANARY" not in message.body + message.subject
        assert "Blocked drain" not in message.body + message.subject
    tally = Tally()
    assert list(verify(tally=tally)) == []
