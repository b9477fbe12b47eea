"""The page that asks whether a new enquiry is one that is there already: nothing typed is lost by it."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import Draft
from casework.enquiries import actions
from casework.models import Case, CaseLink, Message
from documents.models import Document
from tests import cast
from tests.casework.duplicates import LOG, carried, logged, typed, words
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, with_bob, world
from tests.documents import samples
from tests.documents.samples import upload
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("bristol")


# The page ------------------------------------------------------------------------------------------


def test_the_page_asks_once_and_no_says_send_it(made, client):
    """Seen red with: the answer "new" not heard, so that it is asked for ever."""
    case = enquiry(made)
    client.force_login(made.alice)
    page = client.post(reverse(LOG), typed(made))
    assert (page.status_code, Case.objects.count()) == (200, 1)
    assert "Is it this one?" in words(page)
    assert case.reference in words(page)
    sent = client.post(reverse(LOG), {**carried(page), "likely": "new"})
    assert sent.status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.subject, new.service) == ("More potholes in Quay Street", made.highways)
    assert new.messages.get().body == "There are four now."


def test_what_is_like_nothing_is_sent_at_once(made, client):
    enquiry(made)
    client.force_login(made.alice)
    sent = client.post(reverse(LOG), typed(made, subject="When is the library open?"))
    assert sent.status_code == 302


def test_the_same_form_twice_is_one_enquiry_and_no_question(made, client):
    """Pressing "Send" twice offers nobody their own new enquiry. Seen red with: `made_before` not asked."""
    client.force_login(made.alice)
    form = typed(made)
    first, second = (client.post(reverse(LOG), form) for _ in range(2))
    again = client.post(reverse(LOG), {**form, "once": str(uuid.uuid4())})
    assert [page.status_code for page in (first, second, again)] == [302] * 3
    assert Case.objects.count() == 1
    page = client.post(reverse(LOG), {**form, "body": "Other words."})
    assert page.status_code == 422
    assert "sent this form already" in words(page)


def test_changing_it_draws_the_form_with_every_word_and_file(made, client):
    enquiry(made)
    client.force_login(made.alice)
    chosen = {"files": [upload("photo.jpg", samples.picture("jpeg"))]}
    page = client.post(
        reverse(LOG),
        typed(made, constituent_name="Mrs Green", constituent_basis="consent") | chosen,
    )
    held = Document.objects.get()
    again = client.post(reverse(LOG), {**carried(page), "likely": "change"})
    assert again.status_code == 200
    assert Case.objects.count() == 1
    for word in (
        "There are four now.",
        "More potholes",
        "Mrs Green",
        f'value="{held.key}" checked',
    ):
        assert word in words(again)


def test_adding_to_an_open_one_carries_every_word_and_file_there(made, client):
    case = with_bob(made)
    client.force_login(made.alice)
    chosen = {"files": [upload("photo.jpg", samples.picture("jpeg"))]}
    more = {"constituent_name": "Mrs Green", "constituent_basis": "consent"}
    page = client.post(reverse(LOG), typed(made, **more) | chosen)
    assert "add to it" in words(page)
    adding = client.post(reverse(LOG), {**carried(page), "likely": f"add:{case.reference}"})
    assert adding.status_code == 200
    assert Case.objects.count() == 1
    said = words(adding)
    assert "There is a problem" not in said
    for word in ("More potholes in Quay Street", "There are four now.", "Mrs Green"):
        assert word in said
    address = reverse("enquiry-add", args=[case.reference])
    assert f'action="{address}"' in said
    text = re.search(r'<textarea name="text".*?>\s*(.*?)</textarea>', said, re.S).group(1)
    held = re.findall(r'name="held" value="([0-9a-f-]{36})"', said)
    version = re.search(r'name="version" value="(\d+)"', said).group(1)
    done = client.post(address, {"text": text, "held": held, "version": version})
    assert done.status_code == 302
    added = Message.objects.get(kind="addition")
    assert "There are four now." in added.body
    assert added.attached
    assert case.messages.count() == 2
    assert Case.objects.count() == 1


def sent_to_add(page) -> dict:
    """What the page that adds to it sends, as it was drawn."""
    said = words(page)
    text = re.search(r'<textarea name="text".*?>\s*(.*?)</textarea>', said, re.S).group(1)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', said))
    return {**fields, "text": text}


def test_a_draft_whose_words_were_added_is_no_draft_any_more(made, client):
    """Both happen or neither, also after an error. Seen red with: the mark not taken over; not drawn again."""
    case = with_bob(made)
    client.force_login(made.alice)
    address = reverse("enquiry-add", args=[case.reference])
    client.post(reverse(LOG), typed(made, save_draft="yes"))
    seen = client.get(reverse(LOG)).context["form"]["draft_seen"].value()
    page = client.post(reverse(LOG), typed(made, draft_seen=seen, likely=f"add:{case.reference}"))
    sent = sent_to_add(page)
    refused = client.post(address, {**sent, "text": ""})
    assert Draft.objects.count() == 1
    again = {**sent_to_add(refused), "text": "A fourth."}
    assert client.post(address, again).status_code == 302
    assert not Draft.objects.exists()
    client.force_login(cast.erin())
    client.post(reverse(LOG), typed(made, save_draft="yes", once=str(uuid.uuid4())))
    client.force_login(fresh(made.alice))
    forged = {**again, "version": reloaded(case).version}
    forged["draft_besides"] = str(Draft.objects.get().mark)
    assert client.post(address, forged).status_code == 302
    assert Draft.objects.count() == 1, "another person's stays"


def test_what_was_declared_comes_over_in_words(made, client):
    """BrG2.1: that it is for family; and why the council may hold what it says of a resident. Seen red with:
    what was chosen from a list left out.
    """
    case = with_bob(made)
    client.force_login(made.alice)
    said = {"interest": "family", "constituent_name": "Mrs Green", "constituent_basis": "consent"}
    adding = words(client.post(reverse(LOG), typed(made, likely=f"add:{case.reference}", **said)))
    text = re.search(r'<textarea name="text".*?>\s*(.*?)</textarea>', adding, re.S).group(1)
    form = client.get(reverse(LOG)).context["form"]
    for name in said:
        value = dict(getattr(form.fields[name], "choices", ())).get(said[name], said[name])
        assert f"{form.fields[name].label}: {value}" in text
    assert "Service" not in text


def test_what_is_confidential_is_added_only_to_what_is_confidential(time_machine, client):
    """Bl10.5: an answer to what is not marked goes to others freely. Seen red with: the mark not asked for."""
    time_machine.move_to(NOW, tick=False)
    made = world("blackpool")
    mark = {"confidential": "on", "confidential_why": "Names.", "significance": "routine"}
    case = enquiry(made, significance="routine")
    client.force_login(made.alice)
    page = client.post(reverse(LOG), typed(made, likely=f"add:{case.reference}", **mark))
    assert "and this one is not, so nothing is added to it" in words(page)
    assert 'value="add:' not in words(page)
    assert carried(page)["confidential"] == ["on"]
    sent = client.post(reverse(LOG), {**carried(page), "likely": "new"})
    assert sent.status_code == 302
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.enquiry.confidential, new.enquiry.confidential_why) == (True, "Names.")
    page = client.post(
        reverse(LOG), typed(made, body="And more.", likely=f"add:{new.reference}", **mark)
    )
    assert reverse("enquiry-add", args=[new.reference]) in words(page)


@pytest.mark.parametrize(
    ("way", "verb"), [("ask", "reply"), ("answer", "ask-again"), ("nothing", "add")]
)
def test_how_it_is_added_follows_where_the_case_stands(made, client, way, verb):
    case = with_bob(made)
    if way != "nothing":
        getattr(actions, way)(case=case, by=made.bob, text="Which end?", now=NOW)
    client.force_login(made.alice)
    page = client.post(reverse(LOG), typed(made, likely=f"add:{case.reference}"))
    assert f'action="{reverse(f"enquiry-{verb}", args=[case.reference])}"' in words(page)


def test_nothing_is_added_to_what_is_not_offered(made, client):
    """A reference that was made up leads nowhere; it is asked as before."""
    mine, erin = enquiry(made), cast.erin()
    hers = enquiry(made, by=erin, member=erin)
    client.force_login(made.alice)
    for reference in (hers.reference, "E-AAAAAAA", "\x00", "x" * 500):
        page = client.post(reverse(LOG), typed(made, likely=f"add:{reference}"))
        assert page.status_code == 200
        assert hers.reference not in words(page).replace(f"add:{hers.reference}", "")
        assert mine.reference in words(page)
    assert Message.objects.count() == 2


def test_an_officer_sends_another_members_and_links_the_two(made, client):
    """Each member is owed their own answer, so nothing is added to another's."""
    case, erin = with_bob(made), cast.erin()
    client.force_login(made.bob)
    page = client.post(reverse(LOG), logged(made, erin))
    assert "add to it" not in words(page)
    assert "link the two" in words(page)
    client.post(reverse(LOG), {**carried(page), "likely": f"link:{case.reference}"})
    new = Case.objects.get(raised_by=erin)
    link = CaseLink.objects.get()
    assert (link.case, link.other, link.kind, link.by) == (new, case, "related", made.bob)


def test_an_officer_records_what_the_member_adds(made, client):
    case = with_bob(made)
    client.force_login(made.bob)
    page = client.post(reverse(LOG), logged(made, made.alice, likely=f"add:{case.reference}"))
    assert reverse("enquiry-record-addition", args=[case.reference]) in words(page)
    actions.record_addition(case=reloaded(case), by=fresh(made.bob), text="A fifth.", now=NOW)
    assert Message.objects.get(kind="addition").acting_for == made.alice


def test_a_link_that_may_not_be_made_loses_no_enquiry(made, client):
    """What is logged for another service is out of Bob's sight; it is sent all the same, and said so."""
    case, erin = with_bob(made), cast.erin()
    client.force_login(made.bob)
    parks = ServiceFactory(name="Parks")
    sent = logged(made, erin, likely=f"link:{case.reference}") | {"service": parks.pk}
    page = client.post(reverse(LOG), sent, follow=True)
    assert Case.objects.filter(raised_by=erin).exists()
    assert not CaseLink.objects.exists()
    assert "not linked" in words(page)
