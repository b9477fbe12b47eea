"""When mail goes: the clerk's page, and what it refuses."""

from __future__ import annotations

import pytest
from django.urls import reverse

from council.actions import mailing
from council.models import Council
from ledger.models import Event
from protocol.refusals import Refused
from tests.sending import opened, send

pytestmark = pytest.mark.django_db
URL = "mail-hours"
NIGHT = {"quiet_from": "18", "quiet_until": "8", "quiet_days": "on", "daily_at": "9"}


def test_the_clerk_sets_the_hours_and_takes_them_away(kept):
    answer = send(kept, reverse(URL), NIGHT)
    assert answer.status_code == 302
    council = Council.objects.get()
    assert mailing.shown(council) == {
        "quiet_from": 18,
        "quiet_until": 8,
        "quiet_days": True,
        "daily_at": 9,
    }
    assert council.calendar_version == 1
    event = Event.objects.get(verb="council_changed")
    assert event.data == {"fields": ["quiet_from", "quiet_until", "quiet_days", "daily_at"]}
    shown = kept.get(reverse(URL)).content.decode()
    assert "Mail that waits goes by the new hours within five minutes." in shown
    send(kept, reverse(URL), {"quiet_from": "", "quiet_until": "", "daily_at": ""})
    assert not Council.objects.get().holds_mail


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quiet_until": ""}, "Choose when the quiet hours end, or no beginning"),
        ({"quiet_from": ""}, "Choose when the quiet hours begin, or no end"),
        ({"daily_at": "7"}, "Choose an hour for the daily mail that is outside the quiet hours"),
        ({"quiet_from": "99"}, "Choose an hour that is on the list"),
        ({"daily_at": "x"}, "Choose an hour that is on the list"),
    ],
)
def test_hours_that_do_not_go_together_are_refused_with_what_was_chosen(kept, wrong, says):
    answer = send(kept, reverse(URL), {**NIGHT, **wrong})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Council.objects.get().holds_mail


def test_the_action_refuses_what_the_page_would(kept):
    with pytest.raises(Refused):
        mailing.change(
            council=Council.objects.get(),
            quiet_from=10,
            quiet_until=8,
            quiet_days=False,
            daily_at=None,
            by=None,
        )


def test_of_two_clerks_the_second_reads_what_the_first_chose(kept):
    first = opened(kept, reverse(URL))
    send(kept, reverse(URL), NIGHT)
    answer = kept.post(reverse(URL), {**first, **NIGHT, "daily_at": "10"})
    assert answer.status_code == 409
    assert "The daily mail goes at is now: 9am" in answer.content.decode()
    assert Council.objects.get().daily_at == 9
