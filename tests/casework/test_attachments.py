"""Files on an enquiry, as people add, open and remove them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from casework.enquiries import actions
from casework.enquiries.action_forms import NoteForm
from casework.models import Attachment, Case, Message
from documents import storage
from documents.models import Document
from frontend.forms import draw_only
from ledger.models import Event
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import NOW, enquiry, fresh, reloaded, told, verbs, with_bob, world
from tests.documents import samples
from tests.documents.making import CONTENT, held, with_file
from tests.documents.samples import upload
from tests.sending import opened

pytestmark = pytest.mark.django_db

PLAN = ("plan.csv", CONTENT)


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


def words(page) -> str:
    return unescape(page.content.decode())


def press(client, case: Case, verb: str, *files, **typed):
    """Send the form of a verb's page with files chosen in it."""
    address = reverse(f"enquiry-{verb}", args=[case.reference])
    chosen = [upload(name, content) for name, content in files]
    return client.post(address, {**opened(client, address), **typed, "files": chosen})


def ticked(page) -> list[str]:
    """The keys of the files that the page has ticked."""
    return re.findall(r'name="held" value="([0-9a-f-]{36})" checked', words(page))


# Adding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("answer", "bob"),
        ("ask", "bob"),
        ("hold", "bob"),
        ("note", "bob"),
        ("reply", "alice"),
        ("record-reply", "bob"),
        ("ask-again", "alice"),
        ("record-asking", "bob"),
    ],
)
def test_files_go_with_whatever_is_written(made, client, verb, who):
    case = with_bob(made)
    if "reply" in verb:
        actions.ask(case=case, by=made.bob, text="Which end?", now=NOW)
    if "asking" in verb or "again" in verb:
        actions.answer(case=case, by=made.bob, text="Filled.", now=NOW)
    client.force_login(fresh(getattr(made, who)))
    photo = ("photo.jpg", samples.picture("jpeg"))
    done = press(client, case, verb, PLAN, photo, text="Here they are.")
    assert done.status_code == 302
    message = Message.objects.get(body="Here they are.")
    files = [one.document for one in message.attachments.order_by("pk")]
    assert [(f.name, f.kind, f.state, f.about) for f in files] == [
        ("plan.csv", "csv", "attached", case.key),
        ("photo.jpg", "jpeg", "attached", case.key),
    ]
    event = Event.objects.about(case.key).get(commitments__has_key=message.key)
    assert {file.mark for file in files} <= event.commitments.keys()
    page = words(client.get(case.get_absolute_url()))
    assert "plan.csv (CSV, 1 KB)" in page
    assert all(reverse("document-open", args=[file.key]) in page for file in files)
    # Nobody has set up a scanner here, and the page says so.
    assert page.count("not checked for viruses") == 2


def typed(made, client, **changes) -> dict:
    return {
        **opened(client, reverse("enquiry-log")),
        "subject": "Potholes",
        "body": "There are three of them.",
        "service": made.highways.pk,
        "ward": "none",
        "nature": "council",
        "likely": "new",
        **changes,
    }


def test_a_member_sends_photographs_with_an_enquiry(made, client):
    client.force_login(made.alice)
    photo = upload("IMG 0042.JPG", samples.photograph_with_a_place())
    client.post(reverse("enquiry-log"), typed(made, client, files=[photo]))
    document = Document.objects.get()
    assert document.attachment.message.kind == "enquiry"
    assert document.name == "IMG 0042.jpg"


def test_the_same_form_sent_twice_is_one_enquiry_with_one_file(made, client):
    """And one sent again with another file is not taken for the first: no file is dropped.

    Seen red with: `says_the_same` that does not look at the files.
    """
    client.force_login(made.alice)
    address = reverse("enquiry-log")
    once = typed(made, client)
    for _ in range(2):
        client.post(address, {**once, "files": [upload(*PLAN)]})
    case = Case.objects.get()
    assert Attachment.objects.count() == 1
    other = client.post(address, {**once, "files": [upload("other.csv", b"Other,Road\n")]})
    assert other.status_code == 422
    assert f"it made enquiry {case.reference}" in words(other)
    again = {**once, "once": other.context["form"]["once"].value(), "held": ticked(other)}
    client.post(address, again)
    assert Case.objects.count() == 2
    assert Attachment.objects.count() == 2


def test_the_same_words_from_a_fresh_form_with_a_file_are_another_enquiry(made, client):
    """Seen red with: `_just_sent` asked whatever is attached."""
    client.force_login(made.alice)
    address = reverse("enquiry-log")
    client.post(address, typed(made, client))
    client.post(address, {**typed(made, client), "files": [upload(*PLAN)]})
    assert Case.objects.count() == 2
    assert Attachment.objects.count() == 1


# Nothing that was chosen is lost ------------------------------------------------------------------


def test_a_file_chosen_in_a_form_with_an_error_is_there_when_it_is_sent_again(made, client):
    """Seen red with: `take_in` called only where the form is valid."""
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    page = press(client, case, "answer", PLAN, text="")
    assert page.status_code == 200
    assert "Enter your answer" in words(page)
    keys = ticked(page)
    assert len(keys) == 1
    assert "plan.csv (CSV, 1 KB)" in words(page)
    # A second file beside it, and an error once more.
    page = press(client, case, "answer", ("b.csv", b"b\n"), text="", held=keys)
    keys = ticked(page)
    assert len(keys) == 2
    done = press(client, case, "answer", text="Here.", held=keys)
    assert done.status_code == 302
    assert Attachment.objects.filter(message__kind="answer").count() == 2


def test_a_file_that_is_unticked_is_left_out(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    keys = ticked(press(client, case, "note", PLAN, ("b.csv", b"b\n"), text=""))
    press(client, case, "note", text="One is enough.", held=keys[:1])
    assert [a.document.name for a in Attachment.objects.all()] == ["plan.csv"]


def test_what_cannot_be_taken_in_is_said_beside_the_box_and_the_rest_is_kept(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    script = samples.pdf(b"<< /S /JavaScript /JS (x) >>")
    page = press(client, case, "note", PLAN, ("x.pdf", script), ("y.exe", b"MZ"), text="Look.")
    said = words(page)
    assert "“x.pdf” has a script in it. Print it as PDF, then choose that." in said
    assert "“y.exe” is of a kind that is not taken in." in said
    assert "Look." in said
    assert len(ticked(page)) == 1
    assert not Message.objects.filter(kind="note").exists()


def test_six_files_are_too_many_and_none_is_lost(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    six = [(f"{number}.csv", b"a\n") for number in range(6)]
    page = press(client, case, "note", *six, text="Look.")
    assert "You can add up to 5 files to one message. You added 6." in words(page)
    assert len(ticked(page)) == 6


def test_a_whole_folder_is_not_looked_into(made, client):
    """Each file costs time. Seen red with: no limit on how many are looked at."""
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    page = press(client, case, "note", *[("a.csv", b"a\n")] * 11, text="Look.")
    assert "You chose 11 files, so none was added. Choose up to 5" in words(page)
    assert "Look." in words(page)
    assert not Document.objects.exists()


def test_of_what_is_turned_away_no_file_is_kept(made, client, django_capture_on_commit_callbacks):
    """Mo134; Bl2.5: the page says that nothing is kept, so what was held before is dropped too.

    Seen red with: no `drop` in the view.
    """
    client.force_login(made.alice)
    address = reverse("enquiry-log")
    first = client.post(address, typed(made, client, subject="", files=[upload(*PLAN)]))
    document = Document.objects.get()
    away = {"nature": "whistleblowing", "held": ticked(first), "files": [upload(*PLAN)]}
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(address, typed(made, client, **away))
    assert page.status_code == 200
    assert not Document.objects.exists()
    assert not storage.storage().exists(document.stored)


def test_a_form_that_is_only_drawn_again_keeps_no_file(made):
    """What a view writes then is taken back, and a file on the disk would stay there for ever.

    Seen red with: `take_in` that does not ask.
    """
    case, bob = with_bob(made), fresh(made.bob)
    with draw_only():
        form = NoteForm(
            QueryDict(f"text=Look.&version={case.version}"),
            MultiValueDict({"files": [upload(*PLAN)]}),
            case=case,
            by=bob,
        )
        form.take_in()
        assert not form.is_valid()
    assert not Document.objects.exists()


def test_files_that_could_not_be_kept_are_named_where_the_words_come_back(made, client):
    """Where its state rules it out, and where the case is out of sight."""
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    address = reverse("enquiry-answer", args=[case.reference])
    sent = {"version": case.version, "text": "It is mended."}
    actions.answer(case=reloaded(case), by=fresh(made.sam), text="Done.", now=NOW)
    said = words(client.post(address, {**sent, "files": [upload(*PLAN)]}))
    assert "It is mended." in said
    assert "The files that you chose were not kept." in said
    client.force_login(fresh(cast.gita()))
    gone = client.post(address, {**sent, "files": [upload(*PLAN)]})
    assert gone.status_code == 404
    assert "The files that you chose were not kept." in words(gone)


def test_a_file_survives_that_somebody_else_was_first(made, client):
    """Seen red with: the page drawn again from what was posted, without what was taken in."""
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    address = reverse("enquiry-answer", args=[case.reference])
    version = opened(client, address)
    actions.note(case=reloaded(case), by=fresh(made.sam), text="Wait.", now=NOW)
    sent = {**version, "text": "Here.", "files": [upload(*PLAN)]}
    page = client.post(address, sent)
    assert page.status_code == 409
    keys = ticked(page)
    assert len(keys) == 1
    done = client.post(address, {**opened(client, address), "text": "Here.", "held": keys})
    assert done.status_code == 302
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-4000-8000-000000000000", "\x00", "é" * 36])
def test_a_key_that_is_nobodys_is_refused_in_words(made, client, key):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    page = press(client, case, "note", text="Look.", held=[key])
    assert page.status_code in (200, 302, 400)
    assert not Attachment.objects.exists()


def test_nobody_attaches_what_another_holds(made, client):
    """Two guards: each alone holds."""
    case, theirs = with_bob(made), held(fresh(made.sam))
    client.force_login(fresh(made.bob))
    page = press(client, case, "note", text="Look.", held=[str(theirs.key)])
    assert "no longer here" in words(page)
    assert not Attachment.objects.exists()
    with pytest.raises(Refused):
        actions.note(case=case, by=fresh(made.bob), text="Look.", documents=[theirs], now=NOW)


def test_an_action_that_is_refused_attaches_nothing(made):
    """In one transaction with the rest."""
    case, file = with_bob(made), held(fresh(made.bob))
    actions.answer(case=case, by=fresh(made.bob), text="Done.", now=NOW)
    with pytest.raises(Refused):
        actions.ask(case=case, by=fresh(made.bob), text="Which?", documents=[file], now=NOW)
    file.refresh_from_db()
    assert file.state == "held"


# Opening ------------------------------------------------------------------------------------------


def test_a_file_is_served_to_keep_and_never_shown(made, client):
    """T12. Seen red with: `as_attachment=False`."""
    document = with_file(enquiry(made), name="Ash Road “plan”.csv")
    client.force_login(made.alice)
    answer = client.get(reverse("document-open", args=[document.key]))
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer["Content-Length"] == str(len(CONTENT))
    event = Event.objects.get(verb="document_opened")
    assert (event.actor, event.subject) == (made.alice.pk, document.about)


@pytest.mark.parametrize("who", ["erin", "gita", "ada", "otis", "charlie"])
def test_what_is_not_theirs_does_not_exist(made, client, who):
    """The same page as for a file that never was, and nothing on record as opened."""
    document = with_file(enquiry(made))
    client.force_login(fresh(getattr(cast, who)()))
    there = client.get(reverse("document-open", args=[document.key]))
    nowhere = client.get(reverse("document-open", args=["0" * 8 + "-0000-4000-8000-" + "0" * 12]))
    assert there.status_code == nowhere.status_code == 404
    assert not Event.objects.filter(verb="document_opened").exists()


def test_a_file_is_opened_by_asking_and_not_by_sending(made, client):
    document = with_file(enquiry(made))
    client.force_login(made.alice)
    assert client.post(reverse("document-open", args=[document.key])).status_code == 405


def test_whoever_signed_out_is_asked_to_sign_in(made, client):
    document = with_file(enquiry(made))
    answer = client.get(reverse("document-open", args=[document.key]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


def test_a_file_that_waits_for_the_scanner_says_so_and_is_not_served(made, client):
    case = enquiry(made)
    document = with_file(case, scan="waiting")
    client.force_login(made.alice)
    page = words(client.get(case.get_absolute_url()))
    assert "can be opened once it is checked for viruses" in page
    assert reverse("document-open", args=[document.key]) not in page
    answer = client.get(reverse("document-open", args=[document.key]))
    assert answer.status_code == 409
    assert "has not been checked for viruses yet" in words(answer)


def test_a_file_in_quarantine_is_named_and_cannot_be_opened(made, client):
    case = enquiry(made)
    document = with_file(case)
    Document.objects.update(state="quarantined", scan="found")
    client.force_login(made.alice)
    page = words(client.get(case.get_absolute_url()))
    assert "cannot be opened: the virus scanner found something harmful in it" in page
    assert client.get(reverse("document-open", args=[document.key])).status_code == 404


def test_a_copy_brings_its_files(made, client):
    """Bl10.5: openly copied in, to the message and to what went with it; nothing else of the case."""
    blackpool = made
    case = with_bob(blackpool)
    erin = cast.erin()
    other = with_file(case)
    case = reloaded(case)
    actions.answer(
        case=case, by=fresh(made.bob), text="Done.", copy_to=[erin], writer_agreed=True, now=NOW
    )
    sent = with_file(case, message=case.messages.get(kind="answer"))
    client.force_login(fresh(erin))
    copy = erin.copies.get()
    page = words(client.get(reverse("copy-page", args=[copy.key])))
    assert reverse("document-open", args=[sent.key]) in page
    answer = client.get(reverse("document-open", args=[sent.key]))
    assert b"".join(answer.streaming_content) == CONTENT
    assert client.get(reverse("document-open", args=[other.key])).status_code == 404


def test_what_is_hidden_in_a_file_is_said_to_officers_and_to_no_member(made, client):
    """Seen red with: `where` left out of the page."""
    case = enquiry(made)
    with_file(case, flags=["tracked_changes", "comments"])
    said = "has tracked changes and comments in it"
    client.force_login(fresh(made.sam))
    assert said in words(client.get(case.get_absolute_url()))
    client.force_login(made.alice)
    assert said not in words(client.get(case.get_absolute_url()))


def test_its_sender_learns_what_is_hidden_in_a_file_where_the_form_comes_back(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    file = ("b.xlsx", samples.office("xlsx", '<sheet state="hidden"/>'))
    page = press(client, case, "answer", file, text="")
    assert "b.xlsx (Excel spreadsheet, 1 KB): has hidden sheets or slides in it" in words(page)


# Removing -----------------------------------------------------------------------------------------


def test_a_file_sent_by_mistake_is_removed_with_its_reason(made, client):
    """Nobody opens it any more; that it was there and why it went stays."""
    case = with_bob(made)
    document = with_file(case)
    client.force_login(fresh(made.bob))
    assert "Remove a file" in words(client.get(case.get_absolute_url()))
    press(client, case, "remove-file", document=str(document.key), reason="It is another’s.")
    document.refresh_from_db()
    assert document.state == "removed"
    assert verbs(case)[-1] == "file_removed"
    assert told(Event.objects.about(case.key).last()) == {made.alice.key}
    assert client.get(reverse("document-open", args=[document.key])).status_code == 404
    client.force_login(made.alice)
    page = words(client.get(case.get_absolute_url()))
    assert "It is another’s." in page
    assert "removed a file" in page
    assert document.name not in page


def test_of_a_file_that_only_officers_saw_the_member_hears_nothing(made):
    case = with_bob(made)
    actions.note(case=case, by=made.bob, text="A plan.", documents=[held(made.bob)], now=NOW)
    document = Document.objects.get()
    actions.remove_file(
        case=case, by=fresh(made.sam), document=document, reason="Not ours.", now=NOW
    )
    assert verbs(case)[-1] == "officers_file_removed"
    kinds = Message.objects.visible_in(case, fresh(made.alice)).values_list("kind", flat=True)
    assert list(kinds) == ["enquiry"]
    event = Event.objects.about(case.key).last()
    assert made.alice.key not in told(event)


def test_the_members_side_removes_what_it_sent_and_nothing_else(made):
    """Seen red with: `removable` that gives everybody everything."""
    case = with_bob(made)
    mine = with_file(case)
    actions.hold(case=case, by=made.bob, text="A plan.", documents=[held(made.bob)], now=NOW)
    theirs = Document.objects.exclude(pk=mine.pk).get()
    with pytest.raises(Refused, match="cannot remove that file"):
        actions.remove_file(case=case, by=made.alice, document=theirs, reason="No.", now=NOW)
    actions.remove_file(case=case, by=made.alice, document=mine, reason="Wrong one.", now=NOW)
    # Another case's is nobody's here.
    other = with_file(enquiry(made))
    with pytest.raises(Refused):
        actions.remove_file(case=case, by=made.bob, document=other, reason="No.", now=NOW)


def test_without_a_file_there_is_nothing_to_remove(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))
    assert "Remove a file" not in words(client.get(case.get_absolute_url()))
    page = client.get(reverse("enquiry-remove-file", args=[case.reference]))
    assert "There is no file here." in words(page)


def test_the_bytes_of_a_removed_file_are_gone(made, django_capture_on_commit_callbacks):
    case = with_bob(made)
    document = with_file(case)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_file(case=case, by=made.bob, document=document, reason="No.", now=NOW)
    assert not storage.storage().exists(document.stored)


# Speed --------------------------------------------------------------------------------------------


def test_a_case_page_asks_once_for_all_its_files_and_not_at_all_without_any(made, client):
    case = with_bob(made)
    client.force_login(fresh(made.bob))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(case.get_absolute_url())
        return len(seen)

    queries()  # the first visit writes that it was made
    without = queries()
    for number in range(6):
        with_file(case, name=f"{number}.csv")
    assert queries() == without + 1
