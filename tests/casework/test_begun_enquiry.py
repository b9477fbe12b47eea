"""An enquiry that somebody began and kept for later, and what is diverted before anything is saved.

Whistleblowing (Mo134; Bl2.5) and an officer's own job go elsewhere. Nobody has said what an enquiry is about
before a button is pressed, so nothing of it is kept as it is typed (docs/adr/0013-drafts.md).
"""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Draft, Person
from accounts.tasks import clear_drafts
from casework.models import Case
from documents import storage
from documents.models import Document
from tests import cast
from tests.accounts.test_kept import blob, drawn, sign_in, with_password
from tests.casework.making import NOW, World, enquiry, fresh, reloaded, with_bob, world
from tests.documents.making import held

pytestmark = pytest.mark.django_db
BODY = "The lamp is out. canary-3b7d"


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("blackpool")


@pytest.fixture
def log() -> str:
    return reverse("enquiry-log")


@pytest.fixture
def alice(made, client) -> Person:
    client.force_login(made.alice)
    return made.alice


def shown(answer) -> str:
    return unescape(answer.content.decode())


def fields(**changes) -> dict:
    return {"subject": "Lamp", "body": BODY, "ward": "none", "nature": "council", **changes}


def keep(client, log: str, **changes):
    return client.post(log, fields(save_draft="yes", **changes))


def whole(client, log: str, **changes) -> dict:
    """What is sent with a page of ours: its key too."""
    page = client.get(log)
    once = re.search(r'name="once" value="([^"]+)"', shown(page))[1]
    seen = page.context["form"]["draft_seen"].value()
    return fields(once=once, significance="routine", draft_seen=seen, **changes)


# Kept by a button ----------------------------------------------------------------------------------


def test_an_enquiry_is_kept_for_later_and_stands_on_the_members_own_page(client, alice, log):
    answer = client.post(log, fields(save_draft="yes", constituent_name="Mrs Green"))
    page = client.get(answer["Location"], follow=True)
    assert "Your draft is saved. Nothing was sent." in shown(page)
    assert "You began an enquiry on Monday 1 June 2026 at 10am" in shown(page)
    form = client.get(log)
    assert BODY in shown(form)
    assert "Mrs Green" in shown(form)
    opened = re.search(r'<details class="govuk-details"[^>]*>', shown(form))[0]
    assert " open" in opened, "what was kept in it is not hidden"
    assert not Case.objects.exists()


def test_what_is_chosen_without_a_word_is_nothing_to_keep(client, alice, log):
    """The form begins with a nature chosen. Seen red with: any field taken for words."""
    answer = keep(client, log, subject="", body=" ")
    assert answer.status_code == 422
    assert "There is nothing to save yet." in shown(answer)
    assert not Draft.objects.exists()


def test_what_the_draft_says_nothing_of_begins_as_ever(client, alice, log):
    """Seen red with: every field of the form taken from the draft."""
    client.post(log, {"save_draft": "yes", "body": BODY})
    form = client.get(log).context["form"]
    assert form["nature"].value() == "council"
    assert form["body"].value() == BODY


def test_it_is_gone_once_it_was_sent(client, alice, log):
    keep(client, log)
    assert client.post(log, whole(client, log)).status_code == 302
    assert Case.objects.get().subject == "Lamp"
    assert not Draft.objects.exists()
    assert "You began an enquiry" not in shown(client.get(reverse("casework-list")))


def test_it_stays_where_the_form_had_an_error(client, alice, log):
    keep(client, log)
    assert client.post(log, whole(client, log, subject="")).status_code == 422
    assert Draft.objects.count() == 1


def test_an_officer_keeps_one_too_and_nobody_else_is_told(client, made, log):
    client.force_login(made.bob)
    keep(client, log)
    assert "You began an enquiry on" in shown(client.get(reverse("work-list")))
    for other in (made.sam, made.alice, cast.ada()):
        client.force_login(fresh(other))
        assert "You began an enquiry" not in shown(client.get("/", follow=True))
        assert "canary-3b7d" not in shown(client.get(log, follow=True))


def test_what_was_begun_as_an_officer_is_no_members_draft(client, alice, log):
    """Somebody who was both (Bracknell), and is a member yet. Seen red with: the capacity not asked for on
    the form; on the list; by the sweep.
    """
    keep(client, log)
    Draft.objects.update(capacity="officer")
    assert "canary-3b7d" not in shown(client.get(log))
    assert "You began an enquiry" not in shown(client.get(reverse("casework-list")))
    clear_drafts()
    assert not Draft.objects.exists()


def test_raising_another_about_a_case_replaces_no_draft_unseen(client, alice, made, log):
    """Seen red with: the mark of the draft given to a form that begins with something else."""
    keep(client, log)
    case = enquiry(made)
    page = client.get(f"{log}?about={case.reference}")
    assert "canary-3b7d" not in shown(page)
    assert case.reference in shown(page)
    refused = keep(
        client, log, body="Another.", draft_seen=page.context["form"]["draft_seen"].value()
    )
    assert refused.status_code == 422
    assert "You have a newer draft of this" in shown(refused)


def test_sending_another_about_a_case_deletes_no_draft_unseen(client, alice, made, log):
    """Seen red with: the draft deleted by its place alone."""
    keep(client, log)
    case = enquiry(made)
    about = f"{log}?about={case.reference}"
    sent = client.post(about, whole(client, about, subject="Another"))
    assert sent.status_code == 302
    assert Draft.objects.count() == 1
    assert "It was not sent, and it is still kept." in shown(client.get(sent["Location"]))
    assert BODY in shown(client.get(log))


def test_what_is_refused_here_is_not_kept_either(client, alice, log):
    """Party-political work is no more kept than sent."""
    assert keep(client, log, nature="political").status_code == 422
    assert not Draft.objects.exists()


# Diverted before anything is saved -----------------------------------------------------------------


def test_nothing_of_an_enquiry_is_kept_as_it_is_typed(client, made, log):
    """Nobody has said yet what it is (Mo134; Bl2.5). Seen red with: `automatic` not asked for."""
    for person in (made.alice, made.bob):
        client.force_login(fresh(person))
        sent = {"draft_path": log, "draft_mark": "", **fields()}
        assert client.post(reverse("draft-save"), sent).status_code == 404
        page = shown(client.get(log))
        assert 'data-draft="window"' in page
        assert 'data-draft="server"' not in page
    assert not Draft.objects.exists()


@pytest.mark.parametrize("button", [{}, {"save_draft": "yes"}])
def test_what_is_diverted_is_not_kept_whatever_button_was_pressed(client, alice, log, button):
    """Mo134; Bl2.5. Seen red with: the button for later looked for first."""
    answer = client.post(log, {**fields(nature="whistleblowing"), **button})
    assert "Nothing that you typed was saved, and nobody was told." in shown(answer)
    assert "data-draft-forget" in shown(answer)
    assert not Draft.objects.exists()


def test_a_draft_of_before_goes_with_the_diversion_and_the_page_says_so(client, alice, log):
    """Mo134; Bl2.5. Seen red with: `drop_drafts` left out, and of everybody; the page that says
    that nothing was saved.
    """
    erin = cast.erin()
    client.force_login(erin)
    keep(client, log)
    client.force_login(alice)
    keep(client, log)
    answer = client.post(log, fields(nature="whistleblowing"))
    assert "The draft that you had saved is deleted. Only you could open it." in shown(answer)
    assert "Nothing that you typed was saved" not in shown(answer)
    assert Draft.objects.get().person == erin, "nobody else’s goes with it"
    assert "canary-3b7d" not in shown(client.get(log))


def test_an_officers_own_job_is_no_more_kept(client, made, log):
    client.force_login(made.bob)
    keep(client, log)
    client.post(log, fields(nature="own_employment"))
    assert not Draft.objects.exists()


def test_it_goes_too_where_the_session_had_ended(client, made, log):
    """The form is only drawn again, and what a view writes then is taken back: not this.

    Seen red with: the deletion within what is taken back; and with “then send it” above the page.
    """
    alice = with_password(made.alice)
    sign_in(client, alice)
    keep(client, log)
    client.post("/sign-out/")
    ended = client.post(log, fields(nature="whistleblowing"))
    page = drawn(client, sign_in(client, alice, kept=blob(ended)))
    assert "The draft that you had saved is deleted." in shown(page)
    assert "then send it" not in shown(page)
    assert not Draft.objects.exists()


def test_the_files_of_the_form_go_too_where_the_session_had_ended(
    client, made, log, django_capture_on_commit_callbacks
):
    """Row and bytes. Seen red with: the files dropped only within what is taken back."""
    alice = with_password(made.alice)
    file = held(fresh(alice))
    sign_in(client, alice)
    client.post("/sign-out/")
    ended = client.post(log, fields(nature="whistleblowing", held=[str(file.key)]))
    with django_capture_on_commit_callbacks(execute=True):
        page = drawn(client, sign_in(client, alice, kept=blob(ended)))
    assert "Nothing that you typed was saved, and nobody was told." in shown(page)
    assert not Document.objects.exists()
    assert not storage.storage().exists(file.stored)


def test_the_files_of_a_form_that_is_drawn_again_are_there_yet(client, made, log):
    """What is taken back takes no bytes with it."""
    alice = with_password(made.alice)
    file = held(fresh(alice))
    sign_in(client, alice)
    client.post("/sign-out/")
    ended = client.post(log, fields(held=[str(file.key)]))
    page = drawn(client, sign_in(client, alice, kept=blob(ended)))
    assert str(file.key) in shown(page)
    assert storage.storage().exists(file.stored)


# What lists show -----------------------------------------------------------------------------------


def test_lists_say_what_their_reader_has_begun(client, made):
    case = with_bob(made)
    path = reverse("enquiry-answer", args=[case.reference])
    client.force_login(made.bob)
    client.post(reverse("draft-save"), {"draft_path": path, "text": "So far."})
    for name in ("work-list", "team-list"):
        assert "You have begun an answer" in shown(client.get(reverse(name)))
    client.force_login(made.alice)
    assert "You have begun" not in shown(client.get(reverse("casework-list")))
    withdraw = reverse("enquiry-withdraw", args=[case.reference])
    client.post(reverse("draft-save"), {"draft_path": withdraw, "reason": "So far."})
    assert "You have begun to withdraw it" in shown(client.get(reverse("casework-list")))
    assert "You have begun to withdraw it" in shown(client.get(reloaded(case).get_absolute_url()))
