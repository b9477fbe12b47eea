"""What an officer writes for another service's enquiry is kept as they type it (ADR 13, ADR 14)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions as accounts
from accounts import drafts
from accounts.actions.drafts import NoDraft
from accounts.models import Draft
from casework.contributions import actions, drafting
from casework.models import Case, Contribution, Message
from tests import cast
from tests.casework.making import NOW, World, fresh, reloaded, with_bob, working_days, world
from tests.drafting import WORDS, later, mark, said, save, shown
from tests.factories import OfficerFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    found = world("bristol")
    found.gita = cast.gita()
    service = found.gita.officer.service
    found.gus = OfficerFactory(person__name="Gus Green", service=service).person
    return found


def asked(made: World, case: Case | None = None, **whom) -> Contribution:
    """Bob asks Gita, or a service, by Thursday."""
    whom = whom or {"officer": made.gita.officer}
    case, due = reloaded(case) if case else with_bob(made), working_days(NOW.date(), 3)
    actions.ask(case=case, by=fresh(made.bob), text="Whose lamp?", due=due, now=NOW, **whom)
    return Contribution.objects.latest("pk")


@pytest.fixture
def one(made, client) -> Contribution:
    found = asked(made)
    client.force_login(made.gita)
    return found


def address(one: Contribution, verb: str = "contribute") -> str:
    return reverse(drafting.name_of(verb), args=[one.key])


def give(one: Contribution, by, text: str = "Ours.") -> None:
    actions.contribute(contribution=one, by=fresh(by), text=text, now=NOW)


def again(one: Contribution) -> Contribution:
    return Contribution.objects.get(pk=one.pk)


def test_what_was_typed_stands_in_its_form_and_on_its_page_and_the_work_list_leads_to_it(
    one, client
):
    assert said(save(client, address(one), version=1))["words"].startswith("Draft saved at ")
    for path in (address(one), one.get_absolute_url()):
        page = client.get(path)
        assert "Your draft is below. Nothing has been sent." in shown(page), path
        form = page.context.get("inline") or page.context["form"]
        assert form["text"].value().splitlines() == WORDS.splitlines()
    listed = client.get(reverse("work-list")).content.decode()
    assert f'href="{address(one)}"' in listed
    assert "You have begun your contribution" in listed


def test_its_page_names_what_stands_in_another_form(one, client):
    save(client, address(one, "decline"), text="", reason=WORDS)
    page = shown(client.get(one.get_absolute_url()))
    assert "You have begun to say that your service cannot" in page
    assert "Your draft is below" not in page
    there = client.get(address(one, "decline")).context["form"]
    assert there["reason"].value().splitlines() == WORDS.splitlines()


def test_it_goes_with_the_sending_and_stays_where_that_is_refused(one, client):
    """Seen red with: `sending` left out of the view."""
    known = {"version": "1", "draft_seen": said(save(client, address(one), version=1))["mark"]}
    assert client.post(address(one), {**known, "text": ""}).status_code == 200
    assert client.post(address(one), {**known, "version": "7", "text": WORDS}).status_code == 409
    assert Draft.objects.count() == 1
    assert client.post(address(one), {**known, "text": WORDS}).status_code == 302
    assert not Draft.objects.exists()
    assert Message.objects.filter(kind="contribution").count() == 1


def test_the_button_keeps_it_without_any_script_and_sends_nothing(one, client):
    answer = later(client, address(one), text=WORDS, version="1", draft_seen="")
    assert answer.headers["Location"] == one.get_absolute_url()
    assert "Your draft is saved. Nothing was sent." in shown(client.get(one.get_absolute_url()))
    assert again(one).is_open


@pytest.mark.parametrize("verb", ["contribute", "decline"])
def test_a_saving_that_the_sending_overtook_begins_no_draft(one, client, verb, made):
    """Its place was looked at before the sending ended. Seen red with: `acts` left out of the place; the
    contribution's version not recorded, as giving raises none of the enquiry.
    """
    gita = fresh(made.gita)
    place = drafts.place_at(address(one, verb), gita)
    sent = {"text": WORDS, "reason": WORDS}
    client.post(address(one, verb), {**sent, "version": "1"})
    posted = QueryDict(mutable=True)
    posted.update(sent)
    with pytest.raises(NoDraft):
        accounts.save_draft(place=place, by=gita, posted=posted, version=1)
    assert save(client, address(one, verb), version=1, **sent).status_code == 409
    assert not Draft.objects.exists()


def test_what_somebody_else_did_and_what_was_done_elsewhere_is_no_reason_to_keep_nothing(
    made, client
):
    """Seen red with: everybody’s acts counted."""
    one = asked(made, service=made.gita.officer.service)
    actions.take_on(contribution=one, by=fresh(made.gus), now=NOW)
    officer = made.gita.officer
    actions.pass_on(
        contribution=again(one), by=fresh(made.gus), officer=officer, reason="Yours.", now=NOW
    )
    client.force_login(fresh(made.gita))
    assert save(client, address(one), version=1).status_code == 200


def test_after_their_own_act_elsewhere_it_is_kept_when_they_ask_for_it(made, client):
    one = asked(made, service=made.gita.officer.service)
    actions.take_on(contribution=one, by=fresh(made.gita), now=NOW)
    client.force_login(fresh(made.gita))
    refused = save(client, address(one), version=1)
    assert refused.status_code == 409
    assert "You changed this in another window" in said(refused)["words"]
    kept = save(client, address(one), version=1, draft_seen=said(refused)["mark"])
    assert kept.status_code == 200


def test_where_it_was_called_back_meanwhile_the_words_can_be_copied(one, client, made):
    """Seen red with: the draft shown only with the form."""
    save(client, address(one), version=1)
    actions.call_back(contribution=again(one), by=fresh(made.bob), now=NOW)
    page = shown(client.get(one.get_absolute_url()))
    assert f'href="{address(one)}"' in page
    page = shown(client.get(address(one)))
    assert "canary-8c2f" in page
    assert "Copy it if you need it." in page
    assert "Give your contribution</button>" not in page


def test_nobody_else_sees_it_or_saves_in_its_place(one, client, made):
    """Nor whoever asked, nor a colleague, nor a clerk."""
    save(client, address(one), version=1)
    places = (address(one), one.get_absolute_url(), reverse("work-list"), reverse("team-list"))
    for other in (made.bob, made.gus, made.dev, made.alice, cast.ada()):
        client.force_login(fresh(other))
        for path in (*places, one.case.get_absolute_url()):
            page = shown(client.get(path, follow=True))
            assert "canary-8c2f" not in page, (other, path)
            assert "You have begun" not in page, (other, path)
        assert save(client, address(one), draft_mark=mark()).status_code == 404, other
    assert Draft.objects.count() == 1


def test_what_was_done_to_one_says_nothing_of_another(one, client, made):
    """Bob calls back what Gita was asked while he writes in the same form of another. Seen red with: the
    events of both counted; the enquiry's version in the place of its own.
    """
    other = asked(made, one.case, service=ServiceFactory(name="Lighting"))
    actions.call_back(contribution=one, by=fresh(made.bob), now=NOW)
    client.force_login(fresh(made.bob))
    assert (
        save(client, address(other, "call_back"), text="", reason=WORDS, version=1).status_code
        == 200
    )


def test_whoever_asked_has_a_draft_of_calling_it_back_and_it_is_not_hers(one, client, made):
    client.force_login(fresh(made.bob))
    assert save(client, address(one, "call_back"), text="", reason=WORDS).status_code == 200
    assert "You have begun to call it back" in shown(client.get(one.get_absolute_url()))
    client.force_login(fresh(made.gita))
    assert save(client, address(one, "call_back"), text="", reason=WORDS).status_code == 404
    assert "You have begun" not in shown(client.get(one.get_absolute_url()))


def test_the_sweep_takes_what_is_not_theirs_any_more_and_nothing_else(made, client):
    """Two of one service write, and one of them gives it. Seen red with: `still_theirs` that keeps all."""
    one = asked(made, service=made.gita.officer.service)
    for person in (made.gita, made.gus):
        client.force_login(fresh(person))
        assert save(client, address(one), version=1).status_code == 200
    assert accounts.clear_drafts(now=timezone.now()) == 0
    give(again(one), made.gita)
    client.force_login(fresh(made.gus))
    late = client.post(address(one), {"text": WORDS, "version": "1"})
    assert late.status_code == 404
    assert "canary-8c2f" in shown(late)
    assert accounts.clear_drafts(now=timezone.now()) == 1
    assert Draft.objects.get().person == made.gita


def test_a_page_asks_once_what_was_begun_however_much_it_is(one, client):
    """One for the links, and one for the words of the form that stands there."""

    def asked_of_drafts() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(one.get_absolute_url())
        return sum('FROM "accounts_draft"' in query["sql"] for query in made)

    assert asked_of_drafts() == 1
    save(client, address(one, "decline"), text="", reason=WORDS)
    save(client, address(one, "pass_on"), text="", reason=WORDS)
    assert asked_of_drafts() == 1
    save(client, address(one), version=1)
    assert asked_of_drafts() == 2
