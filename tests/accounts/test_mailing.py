"""How somebody is mailed, on their own page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Person
from ledger import actions as ledger
from ledger.models import Event
from protocol.refusals import Refused, Stale
from tests.casework.making import enquiry, fresh, world
from tests.factories import CouncilFactory
from tests.sending import send

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)


@pytest.fixture
def made(time_machine):
    time_machine.move_to(FRIDAY, tick=False)
    made = world("bristol")
    CouncilFactory._meta.model.objects.update(
        daily_at=9, quiet_from=18, quiet_until=8, quiet_days=True
    )
    return made


def page(client, person) -> str:
    client.force_login(fresh(person))
    return client.get(reverse("account")).content.decode()


def test_somebody_chooses_and_reads_when_the_next_one_goes(made, client):
    """Over a weekend that is quiet. Seen red with: the next day shown, whatever day it is."""
    assert "As it happens" in page(client, made.alice)
    answer = send(client, reverse("mail-edit"), {"mailed": "daily"})
    assert answer.status_code == 302
    shown = page(client, made.alice)
    assert "From now on you are mailed once a day, at 9am." in shown
    assert "Once a day, at 9am" in shown
    when = "The next one goes on Monday 30 November 2026 at 9am: "
    assert f"{when}nothing so far, and then none is sent." in shown
    enquiry(made, by=made.dev, now=FRIDAY)
    ledger.deliver(now=FRIDAY)
    assert f"{when}1 notice so far." in page(client, made.alice)
    event = Event.objects.get(verb="mail_preference_changed")
    assert (event.subject, event.data) == (made.alice.key, {"mailed": "daily"})


@pytest.mark.parametrize(
    ("hour", "said"), [(15, "is on its way"), (22, "goes when the quiet hours end")]
)
def test_what_was_waiting_is_not_said_to_be_on_its_way_at_night(
    made, client, time_machine, hour, said
):
    """Seen red with: the same words at any hour."""
    Person.objects.filter(pk=made.alice.pk).update(mailed="daily")
    time_machine.move_to(FRIDAY.replace(hour=hour), tick=False)
    client.force_login(fresh(made.alice))
    send(client, reverse("mail-edit"), {"mailed": "happens"})
    assert f"What was waiting {said}." in page(client, made.alice)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({}, "between 6pm and 8am or on weekends, bank holidays and closure days, except"),
        ({"quiet_days": False}, "no mail between 6pm and 8am, except"),
        ({"quiet_from": None, "quiet_until": None}, "no mail on weekends, bank holidays and"),
    ],
)
def test_everybody_reads_when_no_mail_goes(made, client, hours, said):
    """However they are mailed. Seen red with: nothing said of the quiet hours."""
    CouncilFactory._meta.model.objects.update(**hours)
    for mailed in Person.Mailed.values:
        Person.objects.filter(pk=made.alice.pk).update(mailed=mailed)
        assert said in page(client, made.alice)


def test_where_mail_goes_at_any_hour_nothing_is_said_of_it(made, client):
    CouncilFactory._meta.model.objects.update(quiet_from=None, quiet_until=None, quiet_days=False)
    assert "sends no mail" not in page(client, made.alice)


def test_what_came_shortly_before_the_hour_is_not_counted_for_it(made, client, time_machine):
    """It goes with the next. Seen red with: whatever is held counted."""
    Person.objects.filter(pk=made.alice.pk).update(mailed="daily")
    shortly = FRIDAY.replace(hour=8, minute=57)
    time_machine.move_to(shortly, tick=False)
    enquiry(made, by=made.dev, now=shortly)
    ledger.deliver(now=shortly)
    shown = page(client, made.alice)
    assert "Friday 27 November 2026 at 9am: nothing so far" in shown


@pytest.mark.parametrize("name", ["account", "mail-edit", "mail-hours"])
def test_its_pages_cost_few_queries(made, client, django_assert_max_num_queries, name):
    """With forty notices held."""
    Person.objects.filter(pk=made.dev.pk).update(mailed="daily")
    for _ in range(40):
        enquiry(made, now=FRIDAY)
    ledger.deliver(now=FRIDAY)
    client.force_login(fresh(made.dev))
    client.get(reverse("account"))
    with django_assert_max_num_queries(12) as queries:
        assert client.get(reverse(name)).status_code == 200
    print(f"\n{name}: {len(queries)} queries", end="")


def test_choosing_what_one_has_records_nothing(made, client):
    client.force_login(made.alice)
    send(client, reverse("mail-edit"), {"mailed": "happens"})
    assert not Event.objects.filter(verb="mail_preference_changed").exists()


def test_nothing_chosen_says_so(made, client):
    client.force_login(made.alice)
    answer = client.post(reverse("mail-edit"), {"mailed": ""})
    assert "Choose how you want to be mailed" in answer.content.decode()


@pytest.mark.parametrize("mailed", ["daily", "never", ""])
def test_where_the_council_sends_no_daily_mail_nobody_can_choose_it(made, client, mailed):
    """Off unless the council sets it. Seen red with: the rule left out."""
    CouncilFactory._meta.model.objects.update(daily_at=None)
    client.force_login(made.alice)
    assert client.get(reverse("mail-edit")).status_code == 404
    assert reverse("mail-edit") not in page(client, made.alice)
    with pytest.raises(Refused):
        actions.choose_mail(person=Person.objects.get(pk=made.alice.pk), mailed=mailed)


def test_somebody_who_chose_it_reads_that_it_has_stopped(made, client):
    Person.objects.filter(pk=made.alice.pk).update(mailed="daily")
    CouncilFactory._meta.model.objects.update(daily_at=None)
    shown = page(client, made.alice)
    assert "the council does not send one at present" in shown


def test_of_two_changes_at_once_the_second_is_stale(made):
    one, two = (Person.objects.get(pk=made.alice.pk) for _ in range(2))
    actions.choose_mail(person=one, mailed="daily")
    two.mailed = "happens"
    with pytest.raises(Stale):
        actions.choose_mail(person=two, mailed="daily")
