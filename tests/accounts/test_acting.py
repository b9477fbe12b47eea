"""One capacity at a time for whoever has several: shown on every page, and kept to by every form."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts import standing
from accounts.models import Draft, Person
from casework.enquiries import actions
from casework.models import Case, Message
from council.models import Delegation
from frontend import mark
from ledger.models import Event
from officers.models import Officer
from tests.casework.making import NOW, enquiry, fresh, with_bob, world
from tests.drafting import WORDS
from tests.factories import PASSWORD, DelegationFactory, MemberFactory
from tests.sending import send

pytestmark = pytest.mark.django_db
CHANGE = "/account/acting/"
TOKEN = re.compile(r'csrfmiddlewaretoken" value="[^"]+"')
MARK = re.compile(rf'name="{mark.FIELD}" value="([^"]*)"')


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bracknell")


@pytest.fixture
def bob(made) -> Person:
    """Officer in Highways, a member, and Alice's delegate: three capacities."""
    MemberFactory(person=made.bob)
    DelegationFactory(principal=made.alice, delegate=made.bob)
    return made.bob


@pytest.fixture
def case(made) -> Case:
    """Of another member than Alice, with Bob as officer."""
    erin = MemberFactory(person__name="Erin Ellis").person
    return with_bob(made, by=erin, member=erin)


@pytest.fixture
def window(bob, client) -> Client:
    client.force_login(bob)
    return client


def text(answer) -> str:
    return unescape(answer.content.decode())


def shown(answer) -> str:
    """What the page says that they act as."""
    found = re.search(r'class="eh-acting">(.*?)</div>', answer.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(found[1])).split()) if found else ""


def change(client: Client, key: str):
    return client.post(CHANGE, {"capacity": key})


def note(case: Case) -> str:
    return reverse("enquiry-note", args=[case.reference])


# What is shown, and what belongs to it ----------------------------------------------------------------


def test_every_page_says_what_they_act_as_and_shows_what_belongs_to_that_alone(
    window, made, bob, case
):
    """Seen red with: `standing.of` that gives all facts; `_acting.html` taken out of base.html."""
    alices = enquiry(made)
    start = window.get("/", follow=True)
    assert shown(start).startswith("You are acting as Councillor")
    assert "Your casework" in text(start)
    assert "Your work" not in text(start)
    assert window.get(case.get_absolute_url()).status_code == 404

    assert change(window, "officer").status_code == 302
    start = window.get("/", follow=True)
    assert shown(start).startswith("You are acting as Highways officer, Highways")
    assert "Your work" in text(start)
    assert "Your casework" not in text(start)
    assert window.get(case.get_absolute_url()).status_code == 200
    assert window.get(reverse("casework-list")).status_code == 403

    change(window, f"for:{made.alice.pk}")
    for page in (
        reverse("casework-list"),
        alices.get_absolute_url(),
        "/account/",
        "/help/",
        "/nowhere/",
    ):
        assert shown(window.get(page)).startswith("You are acting for Alice Archer"), page
    assert window.get(case.get_absolute_url()).status_code == 404
    assert window.get(reverse("work-list")).status_code == 403


def test_what_is_out_of_sight_says_how_to_look_again_whether_or_not_it_is_there(window, bob, case):
    """Seen red with: the address that was asked for shown in the line."""
    there, nowhere = window.get(case.get_absolute_url()), window.get("/cases/E-2222222/")
    assert there.status_code == nowhere.status_code == 404
    assert TOKEN.sub("", text(there)) == TOKEN.sub("", text(nowhere))
    assert "change what you act as" in text(there)


def test_whoever_has_one_capacity_is_offered_no_other(made, client, case):
    """Seen red with: the page drawn for whoever has one."""
    client.force_login(made.alice)
    for page in ("/", "/account/", "/nowhere/"):
        answer = client.get(page, follow=True)
        assert shown(answer) == ""
        assert mark.FIELD not in text(answer)
        assert "change what you act as" not in text(answer)
    assert client.get(CHANGE).status_code == 404
    assert change(client, "officer").status_code == 404
    assert not Event.objects.of("capacity_changed").exists()


# Changing ---------------------------------------------------------------------------------------------


def test_a_change_is_recorded_holds_for_this_session_and_is_where_the_next_begins(
    window, bob, made
):
    """Seen red with: the choice kept in the person's row alone; and in the session alone."""
    other = Client()
    other.force_login(bob)
    other.get("/account/")
    change(other, "member")
    change(window, "officer")
    assert "Highways officer" in shown(window.get("/account/"))
    assert "Councillor" in shown(other.get("/account/"))
    event = Event.objects.of("capacity_changed").get()
    assert (event.actor, event.subject) == (bob.pk, bob.key)
    assert event.data == {"capacity": "officer", "before": "member"}
    later = Client()
    later.force_login(bob)
    assert "Highways officer" in shown(later.get("/account/"))


def test_no_address_and_no_field_of_another_page_changes_it(window, bob, case):
    """Seen red with: `begin` that takes `acting_as` from the address, and from what was sent."""
    councillor = shown(window.get("/account/"))
    assert "Councillor" in councillor
    for key in ("officer", "post", "for:1", f"for:{bob.pk}"):
        for name in (mark.FIELD, "capacity", "acting"):
            asked = window.get(f"/account/?{name}={key}")
            sent = window.post("/account/password/change/", {name: key, mark.FIELD: key})
            assert {shown(asked), shown(sent)} == {councillor}, f"{name}={key}"
    assert "Councillor" in shown(window.get("/account/"))
    refused = change(window, "post")
    assert "You cannot act as that any more" in text(refused)
    assert "Councillor" in shown(window.get("/account/"))


def test_a_capacity_that_ends_is_gone_with_the_next_click(window, bob, made, case):
    """And the others are not there all at once in its place. Seen red with: that."""
    alices = enquiry(made)
    change(window, "officer")
    assert window.get(case.get_absolute_url()).status_code == 200
    drawn = window.get(note(case))
    yesterday = (NOW - timedelta(days=1)).date()
    Officer.objects.filter(person=bob).update(ended_on=yesterday)
    sent = window.post(note(case), {"text": WORDS, mark.FIELD: MARK.search(text(drawn))[1]})
    assert sent.status_code == 409
    assert WORDS.replace("\r\n", "\n") in text(sent).replace("\r\n", "\n")
    assert window.get(case.get_absolute_url()).status_code == 404
    assert window.get(alices.get_absolute_url()).status_code == 404
    change(window, f"for:{made.alice.pk}")
    Delegation.objects.filter(delegate=bob).update(until=yesterday)
    # The member alone is left: nothing to choose, and nothing of the others.
    assert shown(window.get("/account/")) == ""
    assert standing.whole(fresh(bob)).parted.keys() == {"member"}
    assert window.get(CHANGE).status_code == 404


# Two windows ------------------------------------------------------------------------------------------


def test_a_form_drawn_in_one_capacity_and_sent_in_another_does_nothing_and_loses_nothing(
    window, bob, made, case
):
    """Seen red with: `OneCapacity.process_view` that returns None."""
    change(window, "officer")
    drawn = window.get(note(case))
    marks = set(MARK.findall(text(drawn)))
    assert marks == {"officer"}
    form = {"text": WORDS, "version": case.version, mark.FIELD: "officer"}
    other = window  # a second window of the same browser has the same session
    change(other, "member")
    before = Message.objects.count()
    for sent in (form, {**form, mark.FIELD: ""}, {**form, mark.FIELD: "for:9"}, {"text": WORDS}):
        answer = window.post(note(case), sent)
        assert answer.status_code == 409
        assert WORDS.replace("\r\n", "\n") in text(answer).replace("\r\n", "\n")
        assert "Nothing was sent or saved" in text(answer)
    assert Message.objects.count() == before
    assert "change to acting as Highways officer" in text(window.post(note(case), form))
    change(other, "officer")
    assert window.post(note(case), form).status_code == 302
    assert Message.objects.filter(kind="note", author=bob).count() == 1


def test_an_enquiry_written_for_one_member_is_not_sent_for_another(window, bob, made):
    """Seen red with: one draft for all whom they act for; a form taken in whatever capacity it was drawn."""
    carla = MemberFactory(person__name="Carla Cole").person
    DelegationFactory(principal=carla, delegate=bob)
    change(window, f"for:{made.alice.pk}")
    address = reverse("enquiry-log")
    page = window.get(address)
    assert "Carla Cole" not in text(page)
    kept = send(window, address, {"subject": "Kerb", "body": "For Alice.", "save_draft": "yes"})
    assert kept.status_code == 302
    assert Draft.objects.get().capacity == f"for:{made.alice.pk}"
    change(window, f"for:{carla.pk}")
    assert "For Alice." not in text(window.get(address))
    sent = window.post(address, {"body": "For Alice, please.", mark.FIELD: f"for:{made.alice.pk}"})
    assert sent.status_code == 409
    assert not Case.objects.filter(raised_by=carla).exists()
    change(window, f"for:{made.alice.pk}")
    assert "For Alice." in text(window.get(address))


def test_the_script_is_told_and_saves_no_draft_in_another_capacity(window, bob, case):
    """Seen red with: `draft_save` let through in any capacity."""
    change(window, "officer")
    sent = {"draft_path": note(case), "draft_mark": "x", "text": WORDS, mark.FIELD: "member"}
    answer = window.post(reverse("draft-save"), sent)
    assert (answer.status_code, answer["Evenhand-Refused"]) == (409, "capacity")
    assert not Draft.objects.exists()


def test_what_was_kept_when_a_session_ended_is_not_drawn_in_another_capacity(
    window, bob, case, time_machine
):
    """Seen red with: `_sent` that looks at the page which carries it and not into what was sealed."""
    bob.set_password(PASSWORD)
    bob.save()
    sign = {"email": bob.email, "password": PASSWORD}
    window.post("/sign-in/", sign)
    change(window, "officer")
    time_machine.move_to(NOW + timedelta(hours=2))
    form = {"text": WORDS, "version": case.version, mark.FIELD: "officer"}
    ended = window.post(note(case), form)
    sealed = re.search(r'name="kept" value="([^"]+)"', ended.content.decode())[1]
    window.post("/sign-in/", sign | {"kept": sealed})
    assert window.post(note(case), {"kept": sealed, mark.FIELD: "officer"}).status_code == 200
    change(window, "member")
    refused = window.post(note(case), {"kept": sealed, mark.FIELD: "member"})
    assert refused.status_code == 409
    assert WORDS.replace("\r\n", "\n") in text(refused).replace("\r\n", "\n")


# Mail, and whose name stands there --------------------------------------------------------------------


def test_the_delegates_name_and_the_members_stand_together_on_what_they_did(window, bob, made):
    """Seen red with: `acting_for` that gives nobody."""
    case = enquiry(made)
    case = actions.allocate(case=case, by=fresh(made.dev), officer=made.sam.officer, now=NOW)
    actions.ask(case=case, by=fresh(made.sam), text="Which end of it?", now=NOW)
    change(window, f"for:{made.alice.pk}")
    address = reverse("enquiry-reply", args=[case.reference])
    case.refresh_from_db()
    sent = send(window, address, {"text": "The north end.", "version": case.version})
    assert sent.status_code == 302
    reply = Message.objects.get(kind="reply")
    assert (reply.author, reply.acting_for) == (bob, made.alice)
    event = Event.objects.of("member_replied").get()
    assert (event.actor, event.acting_for) == (bob.pk, made.alice.pk)
    page = text(window.get(case.get_absolute_url()))
    assert "Bob Baker for Alice Archer" in page
    assert "Bob Baker (for Alice Archer) replied to the officer’s question" in page
