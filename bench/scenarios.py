"""What is measured, a line each: pages as people open them, an enquiry logged, sweeps."""

from __future__ import annotations

from django.urls import reverse

from bench.faults import CannotRun
from bench.floor import DUE_ROWS, FRAME, NOTHING
from bench.scene import Hidden, Scenario, Scene, Work, case_page, page
from bench.sweeping import idle_sweep, night_sweep


def log_an_enquiry(scene: Scene, who: str) -> Work:
    """The form is fetched unmeasured; sending it is measured. Each is another enquiry, and committed."""
    browser, address = scene.browser(who), reverse("enquiry-log")
    sent = Hidden.of(browser.get(address).content.decode())
    scene.logged += 1
    sent |= {
        "subject": f"Street light out by number {scene.logged}",
        "body": "It has been dark for a week. When will it be mended?",
        "service": scene.short.service_id,
        "ward": "none",
        "significance": "routine",
        "factual": "no",
        "nature": "council",
    }

    def work() -> None:
        answer = browser.post(address, sent)
        if answer.status_code != 302:
            raise CannotRun(f"The enquiry was not taken: {address} answered {answer.status_code}.")

    return work


READING = (
    Scenario("Your work", "officer", page("work-list"), FRAME),
    Scenario("Your work, page 400 or the last", "officer", page("work-list", "page=400"), FRAME),
    Scenario("Your team’s work", "head of service", page("team-list"), FRAME),
    Scenario("Your team’s work", "chief officer", page("team-list"), FRAME),
    Scenario("Your casework", "member", page("casework-list"), FRAME),
    Scenario("All your casework", "member", page("casework-all"), FRAME),
    Scenario("All cases", "clerk", page("case-list"), FRAME),
    Scenario("All cases", "Head of Paid Service", page("case-list"), FRAME),
    Scenario("All cases, page 400 or the last", "clerk", page("case-list", "page=400"), FRAME),
    Scenario("All cases with a rare word", "clerk", page("case-list", "q=wisteria"), FRAME),
    Scenario(
        "All cases with two common words", "clerk", page("case-list", "q=pothole+lane"), FRAME
    ),
    Scenario("Find a rare word", "officer", page("case-find", "q=honeysuckle"), FRAME),
    Scenario("Find a rare word", "member", page("case-find", "q=honeysuckle"), FRAME),
    Scenario("Find a rare word", "clerk", page("case-find", "q=honeysuckle"), FRAME),
    Scenario("Find two common words", "clerk", page("case-find", "q=pothole+lane"), FRAME),
    Scenario("How we are doing", "clerk", page("overview-show"), FRAME),
    Scenario("How we are doing", "Head of Paid Service", page("overview-show"), FRAME),
    Scenario("A case", "clerk", case_page("short"), FRAME),
    Scenario("A case of 300 events and 120 messages", "clerk", case_page("long"), FRAME),
    Scenario("The form for an enquiry", "member", page("enquiry-log"), FRAME),
)
# After what is read, since they leave the tables larger.
WRITING = (
    Scenario("Log an enquiry", "member", log_an_enquiry, NOTHING),
    Scenario("A sweep with nothing due", "", idle_sweep, "SELECT 1"),
    Scenario("A sweep of a night’s steps", "", night_sweep, DUE_ROWS, counts=True),
)
