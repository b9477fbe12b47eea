"""Whose a draft is, how long it is kept, and how much. docs/adr/0013-drafts.md"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions, drafts, rules, sealing, throttle
from accounts.models import Draft, Person
from accounts.tasks import clear_drafts
from casework.enquiries import actions as enquiries
from casework.enquiries.action_forms import AnswerWithCopiesForm
from casework.models import Case
from members import actions as members
from tests import cast
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
from tests.drafting import address, said, save, shown, words_of
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory

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


# Nobody else ---------------------------------------------------------------------------------------


def test_nobody_reads_or_deletes_a_draft_of_somebody_else(client, bob, case, note, made):
    """Whoever may write the same note, and an administrator too. Seen red with: the draft looked for by
    its form alone; by its key alone.
    """
    save(client, note)
    key = Draft.objects.get().key
    lists = [reverse(name) for name in ("work-list", "team-list", "casework-list")]
    for other in (made.sam, made.dev, made.alice, cast.ada(), cast.otis()):
        client.force_login(fresh(other))
        for path in (note, case.get_absolute_url(), *lists, "/"):
            page = client.get(path, follow=True)
            assert "canary-8c2f" not in shown(page), (other, path)
            assert "You have begun" not in shown(page), (other, path)
        gone = client.post(reverse("draft-delete", args=[key]))
        assert gone.status_code == 404
    assert Draft.objects.filter(key=key).exists()


def test_two_people_at_one_form_have_a_draft_each(client, bob, case, note, made):
    save(client, note, text="Bob’s words.")
    client.force_login(made.sam)
    assert save(client, note, text="Sam’s words.").status_code == 200
    assert "Sam’s words." in shown(client.get(note))
    assert Draft.objects.count() == 2


def test_nothing_is_saved_for_a_form_that_is_not_theirs(client, bob, case, made):
    """A case out of sight, a verb that is not theirs, no case, no form: one answer.

    Seen red with: the relation not asked for.
    """
    client.force_login(cast.gita())
    paths = [
        address(case, "note"),
        "/enquiries/E-NOSUCH1/note/",
        "/enquiries/direct-contact/",
        "/account/",
        "/no-such-page/",
        "https://elsewhere.example/",
        "",
        "x" * 5000,
        "/enquiries/E-\x00/note/",
        "/enquiries/É-²/note/",
    ]
    answers = [save(client, path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'value="\w+"', "", answer.content.decode()) for answer in answers}) == 1
    client.force_login(made.alice)
    assert save(client, address(case, "answer")).status_code == 404
    assert not Draft.objects.exists()


def test_no_table_session_log_or_mail_shows_it(client, bob, note, caplog, mailoutbox):
    """Sealed for its writer. Seen red with: the words kept as they are."""
    save(client, note)
    client.get(note)
    for model in apps.get_models():
        assert "canary-8c2f" not in repr(list(model.objects.values())), model
    for session in Session.objects.all():
        assert "canary-8c2f" not in repr(session.get_decoded())
    assert "canary-8c2f" not in caplog.text
    assert mailoutbox == []
    assert "canary-8c2f" in repr(words_of(Draft.objects.get()))


def test_a_row_that_was_given_to_somebody_else_opens_for_nobody(client, bob, note, made):
    """Seen red with: one key for everybody."""
    save(client, note)
    Draft.objects.update(person=made.sam)
    client.force_login(made.sam)
    assert "canary-8c2f" not in shown(client.get(note))
    assert client.get(note).status_code == 200


def test_a_delegate_writes_their_own_draft_and_loses_it_with_the_delegation(client, made, case):
    dora = PersonFactory(name="Dora Dunn", email="dora@example.org")
    delegation = DelegationFactory(principal=made.alice, delegate=dora)
    enquiries.ask(case=case, by=fresh(made.bob), text="Which end?", now=NOW)
    client.force_login(fresh(dora))
    path = address(case, "reply")
    assert save(client, path).status_code == 200
    client.force_login(made.alice)
    assert "canary-8c2f" not in shown(client.get(path))
    delegation.delete()
    client.force_login(fresh(dora))
    assert client.get(path).status_code == 404
    clear_drafts()
    assert not Draft.objects.exists()


# How long ------------------------------------------------------------------------------------------


def test_it_is_kept_for_so_many_days_from_its_last_saving(client, bob, note, time_machine):
    """And not shown after that, whether or not the sweep came by. Seen red with: no limit in visible_to."""
    seen = said(save(client, note))["mark"]
    time_machine.move_to(NOW + timedelta(days=10))
    client.force_login(bob)
    seen = said(save(client, note, draft_seen=seen))["mark"]
    time_machine.move_to(NOW + timedelta(days=23, hours=23))
    clear_drafts()
    client.force_login(bob)
    assert "canary-8c2f" in shown(client.get(note))
    time_machine.move_to(NOW + timedelta(days=24, seconds=1))
    client.force_login(bob)
    assert "canary-8c2f" not in shown(client.get(note))
    assert not Draft.objects.visible_to(bob).exists()
    assert Draft.objects.exists()
    clear_drafts()
    assert not Draft.objects.exists()


def test_what_the_sweep_has_yet_to_take_is_no_newer_draft(client, bob, case, note, time_machine):
    """Seen red with: the draft of 14 days ago called newer."""
    save(client, note)
    time_machine.move_to(NOW + settings.DRAFTS_KEPT + timedelta(minutes=5))
    client.force_login(bob)
    assert "Your draft is below." not in shown(client.get(note))
    assert save(client, note, text="New.").status_code == 200
    assert words_of(Draft.objects.get()) == {"text": ["New."]}


def test_the_sweep_takes_a_draft_whose_form_is_not_theirs_any_more(client, bob, case, made):
    """The case is in sight yet, and the answer is for somebody else. Seen red with: the sight alone asked."""
    answer = address(case, "answer")
    save(client, answer)
    enquiries.reassign(
        case=reloaded(case), by=fresh(made.dev), officer=made.sam.officer, reason="x"
    )
    client.force_login(fresh(bob))
    assert client.get(case.get_absolute_url()).status_code == 200
    assert save(client, answer).status_code == 404
    assert actions.clear_drafts(now=timezone.now()) == 1


def test_the_council_sets_how_long(client, bob, note, settings, time_machine):
    settings.DRAFTS_KEPT = timedelta(days=1)
    save(client, note)
    time_machine.move_to(NOW + timedelta(days=1, seconds=1))
    clear_drafts()
    assert not Draft.objects.exists()


def test_the_sweep_takes_what_its_writer_may_not_open_any_more_and_nothing_else(
    client, bob, case, note, made
):
    """Seen red with: `still_theirs` that keeps all."""
    save(client, note)
    client.force_login(made.dev)
    save(client, note, text="The clerk’s words.")
    housing = OfficerFactory(service__name="Housing")
    enquiries.reassign(case=reloaded(case), by=fresh(made.dev), officer=housing, reason="Theirs.")
    client.force_login(fresh(bob))
    assert client.get(note).status_code == 404
    assert actions.clear_drafts(now=timezone.now()) == 1
    assert Draft.objects.get().person == made.dev
    assert actions.clear_drafts(now=timezone.now()) == 0


def test_whoever_is_stopped_from_signing_in_leaves_no_draft(client, bob, note, made):
    """At once, and by the sweep. Seen red with: the line taken out of `disable`."""
    save(client, note)
    actions.disable(person=fresh(bob), by=None)
    assert not Draft.objects.exists()
    client.force_login(made.sam)
    save(client, note)
    Person.objects.filter(pk=made.sam.pk).update(is_active=False)
    assert actions.clear_drafts(now=timezone.now()) == 1


def test_a_member_who_leaves_and_is_stopped_with_that_leaves_no_draft(client, case, made):
    """At once, before the sweep. Seen red with: the line taken out of `stop_signing_in`."""
    client.force_login(made.alice)
    save(client, address(case, "add"))
    client.force_login(made.bob)
    save(client, address(case, "note"))
    members.end_member(by=None, member=made.alice.member, ended_on=NOW.date())
    assert Draft.objects.get().person == made.bob


def test_a_new_secret_loses_the_drafts_and_breaks_nothing(client, bob, note, settings):
    save(client, note)
    settings.SECRET_KEY = "another" * 10
    client.force_login(bob)
    page = client.get(note)
    assert page.status_code == 200
    assert "Your draft is below." not in shown(page)
    again = save(client, note, draft_seen=page.context["form"]["draft_seen"].value())
    assert again.status_code == 200


# A case that moved on ------------------------------------------------------------------------------


def test_the_banner_says_what_happened_since(client, bob, case, note, made):
    """Seen red with: the version not kept with the draft."""
    save(client, note, version=case.version)
    enquiries.hold(case=reloaded(case), by=fresh(made.sam), text="Soon.", now=NOW)
    page = shown(client.get(note))
    assert "Since you wrote it:" in page
    assert "holding reply" in page.partition("Since you wrote it:")[2].partition("</ul>")[0]
    seen = client.get(note).context["form"]["draft_seen"].value()
    save(client, note, draft_seen=seen, version=reloaded(case).version)
    assert "Since you wrote it:" not in shown(client.get(note))


def test_the_banner_tells_a_member_nothing_of_what_officers_wrote_for_officers(client, case, made):
    """Seen red with: the timeline as officers read it."""
    client.force_login(made.alice)
    path = address(case, "add")
    assert save(client, path, version=case.version).status_code == 200
    enquiries.note(case=reloaded(case), by=fresh(made.bob), text="For us.", now=NOW)
    enquiries.hold(case=reloaded(case), by=fresh(made.bob), text="Soon.", now=NOW)
    told = shown(client.get(path)).partition("Since you wrote it:")[2].partition("</ul>")[0]
    assert "holding reply" in told
    assert "note" not in told


def test_what_cannot_be_sent_any_more_can_be_copied_and_deleted(client, bob, case, made):
    """Sam answered while Bob had begun an answer. Seen red with: the draft shown only with the form."""
    path = address(case, "answer")
    save(client, path, version=case.version)
    enquiries.answer(case=reloaded(case), by=fresh(made.sam), text="Mended.", now=NOW)
    page = client.get(path)
    assert "canary-8c2f" in shown(page)
    assert "Copy it if you need it." in shown(page)
    assert "Sam" in shown(page).partition("Since you wrote it:")[2].partition("</ul>")[0]
    assert "Delete the draft" in shown(page)
    assert "Send the answer" not in shown(page)


@pytest.mark.parametrize("version", ["", "x", "²", "9" * 30, "999"])
def test_rubbish_for_a_version_is_the_cases_own(client, bob, case, note, version):
    save(client, note, version=version)
    assert Draft.objects.get().version == case.version


# Bounds --------------------------------------------------------------------------------------------


def test_what_is_too_long_or_cannot_be_stored_is_refused_with_words(client, bob, note):
    """Seen red with: the length not compared; a NUL let through."""
    for text in ("x" * 200_001, "a\x00b", "a\ud800b"):
        try:
            answer = save(client, note, text=text)
        except UnicodeEncodeError:
            continue
        assert answer.status_code == 400, text[:5]
        assert said(answer)["words"].startswith("Not saved.")
    assert save(client, note, text="x" * 199_000).status_code == 200


def test_nobody_has_more_than_so_many(client, bob, note, made):
    rows = [
        Draft(
            person=made.bob,
            path=f"/x/{n}/",
            capacity="officer",
            sealed="",
            begun_at=NOW,
            saved_at=NOW,
            mark=uuid.uuid4(),
        )
        for n in range(rules.MOST_DRAFTS)
    ]
    Draft.objects.bulk_create(rows)
    refused = save(client, note)
    assert refused.status_code == 400
    assert "You have 50 drafts already." in said(refused)["words"]


def test_nobody_saves_more_often_than_anybody_types(client, bob, note, monkeypatch):
    """Seen red with: `spend` left out."""
    monkeypatch.setattr(throttle, "DRAFT", throttle.Limit("draft", 2))
    seen = ""
    statuses = []
    for _ in range(4):
        answer = save(client, note, draft_seen=seen)
        seen = said(answer).get("mark", seen)
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 429, 429]


def test_only_a_post_with_its_token_saves(bob, note):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    assert save(strict, note).status_code == 403
    assert strict.get(reverse("draft-save")).status_code == 405
    assert not Draft.objects.exists()


@given(fields=st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=6))
def test_what_was_kept_comes_back_to_the_letter(fields):
    """Whatever is typed, sealed and opened. No database."""
    sent = QueryDict(mutable=True)
    for name, value in fields.items():
        sent[name] = value
    sealed = sealing.seal(sent.urlencode(), 7, Draft.SEALED_AS)
    kept_for = settings.DRAFTS_KEPT
    assert QueryDict(sealing.unseal(sealed, 7, Draft.SEALED_AS, kept_for)) == sent
    assert sealing.unseal(sealed, 8, Draft.SEALED_AS, kept_for) is None
    assert sealing.unseal(sealed, 7, "accounts.kept", kept_for) is None


def test_the_answer_with_copies_is_the_one_whose_fields_are_kept():
    fields, texts = drafts.names_of(AnswerWithCopiesForm)
    assert fields == {"text", "gives", "checked", "copy_to", "writer_agreed", "copy_reason"}
    assert texts == {"text", "copy_reason"}
