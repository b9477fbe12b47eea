"""What somebody has begun to write is kept for them, shown again, and never sent or written over unasked.

docs/adr/0013-drafts.md says why, and what is not kept; test_draft_keeping.py who reads it, and how long.
"""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction
from django.forms import FileField, PasswordInput
from django.http import QueryDict
from django.urls import reverse

from accounts import actions, drafts
from accounts.actions.drafts import NoDraft
from accounts.models import Draft, Person
from casework.contributions import drafting as contributions
from casework.enquiries import actions as enquiries
from casework.enquiries import drafting
from casework.enquiries.steps import STEPS
from casework.models import Case, Message
from tests import cast
from tests.accounts.test_kept import blob, drawn, sign_in, with_password
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
from tests.drafting import WORDS, address, later, mark, said, save, shown, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def case(made) -> Case:
    return with_bob(made)


@pytest.fixture
def note(case) -> str:
    return address(case, "note")


@pytest.fixture
def bob(made, client) -> Person:
    client.force_login(made.bob)
    return made.bob


# Kept as it is typed, and shown again ---------------------------------------------------------------


def test_what_was_typed_stands_in_the_form_when_it_is_opened_again(client, bob, case, note):
    """Seen red with: `_begin_with` that does nothing."""
    answer = save(client, note, version=case.version)
    assert said(answer)["words"] == "Draft saved at 10am"
    page = client.get(note)
    assert "canary-8c2f" in shown(page)
    assert page.context["form"]["text"].value() == WORDS.replace("\r\n", "\n")
    assert "You began this on Monday 1 June 2026 at 10am." in shown(page)
    assert "Delete the draft" in shown(page)
    assert not Message.objects.filter(kind="note").exists()


def test_it_is_there_after_the_session_was_lost_and_another_begun(client, bob, note):
    save(client, note)
    client.cookies.clear()
    assert client.get(note).status_code == 302
    client.force_login(bob)
    assert "canary-8c2f" in shown(client.get(note))


def test_where_the_form_stands_on_the_case_page_the_draft_stands_in_it_too(client, bob, case):
    save(client, address(case, "answer"))
    page = client.get(case.get_absolute_url())
    assert "canary-8c2f" in shown(page)
    assert "Your draft is below." in shown(page)


def test_every_kind_of_field_comes_back(client, bob, case):
    """Dates in three boxes, a choice, ticks. Seen red with: only the first of several values kept."""
    extend = {"reason": "A crane.", "new_date_day": "9", "new_date_month": "x", "new_date_year": ""}
    path = address(case, "extend")
    client.post(reverse("draft-save"), {"draft_path": path, "draft_mark": mark(), **extend})
    form = client.get(path).context["form"]
    assert form["new_date"].value() == ["9", "x", ""]
    erin, norris = cast.erin(), cast.norris()
    copies = {"text": "Done.", "copy_to": [erin.pk, norris.pk], "writer_agreed": "on"}
    path = address(case, "answer")
    client.post(reverse("draft-save"), {"draft_path": path, "draft_mark": mark(), **copies})
    form = client.get(path).context["form"]
    assert form["copy_to"].value() == [str(erin.pk), str(norris.pk)]


def test_every_form_with_a_long_text_keeps_a_draft_and_has_a_name_for_it():
    """Seen red with: "hold" left out of BEGUN; "decline" left out of that of contributions."""
    for steps, begun in ((STEPS, drafting.BEGUN), (contributions.STEPS, contributions.BEGUN)):
        assert {verb for verb, step in steps.items() if drafts.is_long(step.form)} == set(begun)
    assert len(drafting.BEGUN) >= 19


def test_only_what_a_form_declares_is_kept(client, bob, case, note):
    """No token, no version, no file's key, nothing that was only sent. Seen red with: all of POST kept."""
    forged = {"state": "closed", "password": "x y", "csrfmiddlewaretoken": "t", "held": mark()}
    save(client, note, **forged, version=case.version, owner="3")
    assert set(words_of(Draft.objects.get())) == {"text"}


def test_no_form_of_the_product_would_keep_a_password_or_a_file():
    given = {contributions.STEPS[verb].form for verb in contributions.BEGUN}
    for form in {*drafting.FORMS.values(), drafting.LogForm, *given}:
        fields, texts = drafts.names_of(form)
        assert texts <= fields
        for name, one in form.base_fields.items():
            hidden = one.widget.is_hidden or isinstance(one.widget, PasswordInput)
            if hidden or isinstance(one, FileField) or name == "held":
                assert name not in fields


def test_what_was_kept_goes_when_all_words_are_taken_out(client, bob, note):
    first = said(save(client, note))
    gone = said(save(client, note, text=" \n", draft_seen=first["mark"]))
    assert gone == {"words": "", "mark": ""}
    assert not Draft.objects.exists()


def test_an_older_window_without_a_word_takes_no_newer_draft_with_it(client, bob, note):
    """Seen red with: whatever stands in its place deleted."""
    save(client, note)
    assert save(client, note, text="").status_code == 200
    assert Draft.objects.count() == 1


# Sent ----------------------------------------------------------------------------------------------


def test_it_is_gone_once_it_was_sent(client, bob, case, note):
    """Seen red with: `sending` that deletes nothing."""
    seen = said(save(client, note))["mark"]
    done = client.post(note, {"text": WORDS, "version": case.version, "draft_seen": seen})
    assert done.status_code == 302
    assert not Draft.objects.exists()


def test_sending_takes_a_saving_that_nobody_answered(client, bob, case, note):
    """The button was pressed while it was on its way. Seen red with: `draft_tried` not read."""
    lost = mark()
    client.post(reverse("draft-save"), {"draft_path": note, "draft_mark": lost, "text": WORDS})
    sent = {"text": WORDS, "version": case.version, "draft_tried": f"{mark()} {lost}"}
    assert client.post(note, sent).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_that_the_page_had_not_seen_stays_when_it_is_sent(client, bob, case, note):
    """A long one of another computer, and a short note sent here. Seen red with: the draft deleted by its
    place alone.
    """
    save(client, note)
    done = client.post(note, {"text": "Short.", "version": case.version, "draft_seen": ""})
    assert words_of(Draft.objects.get()) == {"text": [WORDS]}
    page = shown(client.get(done["Location"]))
    assert "You have another draft of this, from another window. It was not sent" in page
    assert "You have begun a note" in page


def test_what_a_sending_that_failed_had_tried_is_known_to_the_page_that_follows(
    client, bob, case, note
):
    lost = mark()
    client.post(reverse("draft-save"), {"draft_path": note, "draft_mark": lost, "text": WORDS})
    failed = client.post(note, {"text": "", "version": case.version, "draft_tried": lost})
    assert failed.context["form"]["draft_tried"].value() == lost


def test_it_stays_where_the_sending_failed(client, bob, case, note, monkeypatch):
    """Both in one transaction, whichever of the two fails. Seen red with: the draft deleted first, in a
    transaction of its own; the action outside of it.
    """
    save(client, note)
    sent = {"text": WORDS, "draft_seen": str(Draft.objects.get().mark)}
    refused = client.post(note, {**sent, "version": case.version + 5})
    assert refused.status_code == 409
    assert Draft.objects.count() == 1

    def broken(*args, **kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr("accounts.querysets.DraftQuerySet.delete", broken, raising=False)
    client.raise_request_exception = False
    answer = client.post(note, {**sent, "version": case.version})
    assert answer.status_code == 500
    monkeypatch.undo()
    assert Draft.objects.count() == 1
    assert not Message.objects.filter(kind="note").exists()


def test_a_saving_that_the_sending_overtook_begins_no_draft(client, bob, case, note):
    """It was on its way when the button was pressed. Seen red with: `_not_sent_meanwhile` left out."""
    client.post(note, {"text": WORDS, "version": case.version})
    assert save(client, note, version=case.version).status_code == 409
    known = save(client, note, version=case.version, draft_seen=mark())
    assert known.status_code == 409
    assert not Draft.objects.exists()
    assert save(client, note, text="Another.", version=reloaded(case).version).status_code == 200


def test_asked_for_all_the_same_it_is_kept_though_they_did_something_else(client, bob, case, note):
    """The second press, with the script and without. Seen red with: a mark of "" in that answer, which
    begins the same refusal for ever.
    """
    client.post(note, {"text": "My own note.", "version": case.version})
    answer = address(case, "answer")
    refused = save(client, answer, version=case.version)
    assert refused.status_code == 409
    assert "You changed this in another window" in said(refused)["words"]
    again = save(client, answer, version=case.version, draft_seen=said(refused)["mark"])
    assert again.status_code == 200
    assert Draft.objects.get().version == case.version, "the banner still says what happened"
    Draft.objects.all().delete()
    fields = {"text": WORDS, "version": case.version, "draft_seen": ""}
    refused = later(client, answer, **fields)
    assert refused.status_code == 409
    seen = refused.context["form"]["draft_seen"].value()
    assert later(client, answer, **{**fields, "draft_seen": seen}).status_code == 302


def test_asked_for_all_the_same_is_asked_of_what_was_told_and_no_more(client, bob, case, note):
    client.post(note, {"text": "One.", "version": case.version})
    mark_of = said(save(client, note, version=case.version))["mark"]
    client.post(note, {"text": "Two.", "version": reloaded(case).version})
    assert save(client, note, version=case.version, draft_seen=mark_of).status_code == 409
    for rubbish in ("after-", "after-x", "after-²", "after--1"):
        assert save(client, note, version=case.version, draft_seen=rubbish).status_code == 409


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_first_saving_during_the_sending_waits_for_it_and_begins_nothing(case, made):
    """Seen red with: no row locked, so that the saving ended before the sending did."""
    note, who = address(case, "note"), fresh(made.bob)
    place = drafts.place_at(note, who)
    sent, go = threading.Event(), threading.Event()

    def send() -> None:
        with transaction.atomic():
            with actions.sending(place=place, by=who):
                enquiries.note(case=reloaded(case), by=who, text="The note.", now=NOW)
            sent.set()
            go.wait(5)
        connections.close_all()

    thread = threading.Thread(target=send)
    thread.start()
    sent.wait(5)
    threading.Timer(1, go.set).start()
    with pytest.raises(NoDraft):
        actions.save_draft(
            place=place, by=who, posted=QueryDict("text=The+note."), version=case.version
        )
    thread.join()
    assert not Draft.objects.exists()


def test_what_somebody_else_did_meanwhile_is_no_reason_to_keep_nothing(
    client, bob, case, note, made
):
    enquiries.note(case=reloaded(case), by=fresh(made.sam), text="The crane is broken.", now=NOW)
    assert save(client, note, version=case.version).status_code == 200


# Two windows ---------------------------------------------------------------------------------------


def test_an_older_window_does_not_write_over_a_newer_one_unasked(client, bob, note):
    """Seen red with: the condition on `mark` left out; the mark of the page's first drawing enough."""
    first = said(save(client, note, text="One."))["mark"]
    here = said(save(client, note, text="One, two.", draft_seen=first))["mark"]
    refused = save(client, note, text="One, three.", draft_seen=first)
    assert refused.status_code == 409
    assert (
        "You have a newer draft of this. It was saved in another window" in said(refused)["words"]
    )
    assert "What you typed is still on this page." in said(refused)["words"]
    assert words_of(Draft.objects.get()) == {"text": ["One, two."]}
    assert said(refused)["mark"] == here
    asked = save(client, note, text="One, three.", draft_seen=said(refused)["mark"])
    assert asked.status_code == 200
    assert words_of(Draft.objects.get()) == {"text": ["One, three."]}


def test_a_saving_that_nobody_answered_is_known_again(client, bob, note):
    """The answer was lost on the way: the next one of the same window is no stranger. So is the same
    saving sent twice; and one that never arrived is no draft that was deleted. Seen red with: `draft_tried`
    not read; an unanswered saving taken for a draft.
    """
    lost = mark()
    assert save(client, note, text="", draft_tried=[mark()]).status_code == 200
    assert save(client, note, text="One.", draft_tried=[mark()]).status_code == 200
    Draft.objects.all().delete()
    sent = {"draft_path": note, "draft_mark": lost, "text": "One."}
    client.post(reverse("draft-save"), sent)
    assert client.post(reverse("draft-save"), sent).status_code == 200
    assert save(client, note, text="One, two.", draft_tried=[lost]).status_code == 200
    assert words_of(Draft.objects.get()) == {"text": ["One, two."]}


def test_without_the_script_a_newer_draft_is_replaced_by_the_second_press_alone(
    client, bob, case, note
):
    save(client, note, text="The newer words.")
    fields = {"text": "The older words.", "version": case.version, "draft_seen": ""}
    refused = later(client, note, **fields)
    assert refused.status_code == 409
    assert "You have a newer draft of this" in shown(refused)
    assert "The older words." in shown(refused)
    seen = refused.context["form"]["draft_seen"].value()
    assert later(client, note, **{**fields, "draft_seen": seen}).status_code == 302
    assert words_of(Draft.objects.get()) == {"text": ["The older words."]}


def test_a_window_whose_draft_was_deleted_elsewhere_says_so(client, bob, note):
    first = said(save(client, note))["mark"]
    client.post(reverse("draft-delete", args=[Draft.objects.get().key]))
    refused = save(client, note, draft_seen=first)
    assert refused.status_code == 409
    assert "You sent or deleted this draft in another window." in said(refused)["words"]
    assert save(client, note, draft_seen=said(refused)["mark"]).status_code == 200


# Without JavaScript --------------------------------------------------------------------------------


def test_the_button_keeps_it_and_sends_nothing(client, bob, case, note):
    """Seen red with: the form sent, because the button's name was not looked for."""
    answer = later(client, note, text=WORDS, version=case.version)
    assert answer["Location"] == case.get_absolute_url()
    page = shown(client.get(answer["Location"]))
    assert "Your draft is saved. Nothing was sent." in page
    assert "kept for you alone until Monday 15 June 2026" in page
    assert "You have begun a note" in page
    assert not Message.objects.filter(kind="note").exists()
    assert "canary-8c2f" in shown(client.get(note))


def test_the_button_asks_for_no_more_than_words(client, bob, case):
    """What would be amiss if it were sent is not said now; without a word there is nothing to keep."""
    path = address(case, "extend")
    assert later(client, path, reason="A crane.", version=case.version).status_code == 302
    empty = later(client, address(case, "hold"), text="", version=case.version)
    assert "There is nothing to save yet" in shown(empty)
    assert "Enter what you can tell" not in shown(empty)


def test_a_draft_is_deleted_by_a_button(client, bob, note):
    save(client, note)
    answer = client.post(reverse("draft-delete", args=[Draft.objects.get().key]))
    assert answer["Location"] == note
    assert "The draft is deleted" in shown(client.get(note))
    assert "canary-8c2f" not in shown(client.get(note))


def test_pressed_after_the_session_had_ended_it_saves_nothing_and_loses_nothing(
    client, bob, case, note
):
    """The sealed text is drawn again, and the button of before is not pressed a second time.

    Seen red with: `asked_to_keep` that does not ask whether the form is only drawn again.
    """
    with_password(bob)
    client.logout()
    sign_in(client, bob)
    client.post(reverse("sign-out"))
    ended = later(client, note, text=WORDS, version=case.version)
    page = drawn(client, sign_in(client, bob, kept=blob(ended)))
    assert page.status_code == 200
    assert "canary-8c2f" in shown(page)
    assert not Draft.objects.exists()
