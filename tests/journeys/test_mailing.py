"""The clerk sets the hours of mail, a member chooses one mail a day, and it comes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger import actions as ledger
from tests import cast
from tests.casework.making import MONDAY, NOW, at, enquiry, world
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TUESDAY = at(MONDAY.replace(day=2), 9)


def test_a_member_reads_their_day_in_one_mail(page, live_server, time_machine, mailoutbox):
    time_machine.move_to(NOW)
    made = world("bristol")
    ada = cast.ada()
    visit = Visit(page, live_server.url, "mailing")
    visit.as_(made.dev)
    visit.go(reverse("mail-hours"))
    visit.look("hours-none")
    visit.page.get_by_label("Quiet hours begin at").select_option("6pm")
    visit.press("Save the hours")
    visit.reads("There is a problem", "Choose when the quiet hours end, or no beginning")
    visit.look("hours-wrong")
    visit.page.get_by_label("Quiet hours end at").select_option("8am")
    visit.page.get_by_label("Weekends, bank holidays and closure days").check()
    visit.page.get_by_label("The daily mail goes at").select_option("9am")
    visit.press("Save the hours")
    visit.reads("Saved. Mail that waits goes by the new hours within five minutes.")
    visit.look("hours-set")
    visit.as_(made.alice)
    visit.go(reverse("account"))
    visit.reads("As it happens")
    visit.look("account-as-it-happens")
    visit.page.get_by_role("link", name="Change how you are mailed").click()
    visit.look("choose")
    visit.page.get_by_label("Once a day, at 9am").check()
    visit.press("Save")
    visit.reads("From now on you are mailed once a day, at 9am.")
    case = enquiry(made, by=made.dev)
    ledger.deliver(now=NOW)
    visit.go(reverse("account"))
    visit.reads("The next one goes on Tuesday 2 June 2026 at 9am: 1 notice so far.")
    visit.look("account-daily")
    visit.as_(ada)
    visit.go(reverse("operations-show"))
    visit.reads("For the daily mail: 1, to go on 2 June 2026, 09:00")
    visit.look("running")
    assert not [mail for mail in mailoutbox if made.alice.email in mail.to[0]]
    ledger.deliver(now=TUESDAY)
    (mail,) = [mail for mail in mailoutbox if made.alice.email in mail.to[0]]
    assert mail.subject == "Your daily mail: 1 notice"
    assert case.reference in mail.body
    print(mail.body)
