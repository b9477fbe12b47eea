"""Nothing that a person typed is lost when their session has ended, and nobody else is shown it.

What was sent is sealed into the sign-in page that answers; signed in again, the same person sees their
form with everything in it. Nothing is done until they send it (docs/adr/0005).
"""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import PasswordInput
from django.test import Client
from django.urls import reverse

from accounts import actions, kept
from accounts.models import Person
from casework.enquiries import actions as enquiries
from casework.models import Case, Message
from documents.models import Document
from frontend.forms import PlainForm
from ledger.models import Event
from tests import cast
from tests.casework.making import NOW, with_bob, world
from tests.factories import PASSWORD, OfficerFactory, PersonFactory

pytestmark = pytest.mark.django_db
WORDS = "Ring Mrs Ümit at number 7 – “the blue door” & ask\r\nabout <b>the</b> canary-5d1e."
SEALED = re.compile(r'name="kept" value="([^"]+)"')
FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)


def with_password(person: Person) -> Person:
    person = Person.objects.get(pk=person.pk)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, person, **more):
    return client.post("/sign-in/", {"email": person.email, "password": PASSWORD, **more})


@pytest.fixture
def made(time_machine):
    """A council with an enquiry that is Bob's."""
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.fixture
def case(made):
    return with_bob(made)


@pytest.fixture
def bob(made, case) -> Person:
    return with_password(made.bob)


@pytest.fixture
def note(case) -> str:
    """The address of the form for a note."""
    return reverse("enquiry-note", args=[case.reference])


def typed(case) -> dict:
    return {"text": WORDS, "version": fresh_case(case).version}


def fresh_case(case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def ended(client, bob, case, note, time_machine):
    """The answer to what Bob sent after two hours at lunch."""
    sign_in(client, bob)
    assert client.get(note).status_code == 200
    time_machine.move_to(NOW + timedelta(hours=2))
    return client.post(note, typed(case))


def shown(answer) -> str:
    return unescape(answer.content.decode())


def blob(answer) -> str:
    found = SEALED.search(answer.content.decode())
    return unescape(found[1]) if found else ""


def drawn(client, welcome) -> object:
    """Press the one button of the page that follows signing in."""
    action, inside = FORM.search(welcome.content.decode().partition("<main")[2]).groups()
    return client.post(unescape(action), {"kept": SEALED.search(inside)[1]})


# The same person -----------------------------------------------------------------------------------


def test_what_was_typed_is_there_again_after_signing_in_and_is_sent_once_by_hand(
    client, bob, case, note, ended
):
    """Seen red with: the redirect to the sign-in page that Django's middleware gives."""
    assert ended.status_code == 403
    assert "What you typed is kept" in shown(ended)
    welcome = sign_in(client, bob, kept=blob(ended))
    assert "It has not been sent" in shown(welcome)
    page = drawn(client, welcome)
    assert page.status_code == 200
    assert WORDS.replace("\r\n", "\n") in shown(page)
    assert "nothing has been sent yet" in shown(page)
    assert kept.FILES not in shown(page)
    assert not Message.objects.filter(kind="note").exists()
    assert client.post(note, typed(case)).status_code == 302
    assert Message.objects.get(kind="note").body == WORDS.replace("\r\n", "\n")


def test_of_files_that_were_chosen_it_is_said_that_they_are_not_there(
    client, bob, case, note, ended
):
    """They cannot be held before it is known whose they are. Seen red with: the words of any other form."""
    file = SimpleUploadedFile("plan.csv", b"Road\n")
    again = client.post(note, {**typed(case), "files": [file]})
    page = drawn(client, sign_in(client, bob, kept=blob(again)))
    assert kept.FILES in shown(page)
    assert WORDS.splitlines()[1] in shown(page)
    assert not Document.objects.exists()


def test_what_was_typed_about_a_case_that_was_passed_on_meanwhile_is_given_back(
    client, bob, case, made, ended
):
    """Seen red with: 404 left out of DRAWN; and with the words “then send it” above it."""
    housing = OfficerFactory(service__name="Housing")
    dev = Person.objects.get(pk=made.dev.pk)
    enquiries.reassign(case=fresh_case(case), by=dev, officer=housing, reason="Theirs.")
    page = drawn(client, sign_in(client, bob, kept=blob(ended)))
    assert page.status_code == 404
    assert WORDS.splitlines()[1] in shown(page)
    assert "then send it" not in shown(page)


def test_a_wrong_password_loses_nothing(client, bob, ended):
    """Seen red with: the page drawn again without what it carries."""
    wrong = client.post("/sign-in/", {"email": bob.email, "password": "no", "kept": blob(ended)})
    assert blob(wrong) == blob(ended)
    assert "What you typed is kept" in shown(wrong)
    assert WORDS.splitlines()[1] in shown(drawn(client, sign_in(client, bob, kept=blob(wrong))))


def changed_elsewhere(client, person) -> None:
    actions.set_password(person=person, password="quiet lamps over harbour")


def signed_out_in_another_window(client, person) -> None:
    client.post("/sign-out/")


def overnight(client, person) -> None:
    """The browser has thrown the session's own cookie away."""
    del client.cookies[settings.SESSION_COOKIE_NAME]


@pytest.mark.parametrize("end", [changed_elsewhere, signed_out_in_another_window, overnight])
def test_it_does_not_matter_how_the_session_ended(client, bob, case, note, end):
    """Seen red with: whose it is read from the session alone."""
    sign_in(client, bob)
    end(client, bob)
    answer = client.post(note, typed(case))
    found = kept.opened(blob(answer), bob)
    assert (found.path, found.fields["text"]) == (note, WORDS)


def test_a_second_lunch_before_it_was_drawn_loses_nothing_either(client, bob, note, ended):
    """Seen red with: what is sealed already dropped like any field of ours."""
    sign_in(client, bob, kept=blob(ended))
    client.post("/sign-out/")
    again = client.post(note, {"kept": blob(ended)})
    assert blob(again) == blob(ended)
    assert "canary-5d1e" in shown(drawn(client, sign_in(client, bob, kept=blob(again))))


def test_several_values_of_one_field_stay_several(client, bob, note):
    sign_in(client, bob)
    client.post("/sign-out/")
    answer = client.post(note, {"text": "x", "copy_to": ["3", "4"]})
    assert kept.opened(blob(answer), bob).fields.getlist("copy_to") == ["3", "4"]


def test_a_form_of_the_directory_is_drawn_again_too(client, made):
    """Another room, another way to draw: with `form_page`. Nothing is added."""
    dev = with_password(made.dev)
    sign_in(client, dev)
    client.post("/sign-out/")
    address = reverse("ward-add")
    answer = client.post(address, {"name": "Quay Hill"})
    page = drawn(client, sign_in(client, dev, kept=blob(answer)))
    assert 'value="Quay Hill"' in shown(page)
    assert not apps.get_model("members.Ward").objects.filter(name="Quay Hill").exists()


# Nobody else ---------------------------------------------------------------------------------------


def test_the_next_person_at_the_desk_is_not_shown_it(client, ended, case, note):
    """Seen red with: one key for everybody; somebody else taken on to where Bob was."""
    gita = with_password(cast.gita())
    who = {"email": gita.email, "password": PASSWORD, "kept": blob(ended)}
    answer = client.post(f"/sign-in/?next={note}", who)
    assert (answer.status_code, answer["Location"]) == (302, "/"), "nor where Bob was"
    page = client.get("/", follow=True)
    assert "canary-5d1e" not in shown(page)
    assert case.reference not in shown(page)
    assert "canary-5d1e" not in shown(client.post(reverse("account"), {"kept": blob(ended)}))


def test_nobody_can_read_it_off_the_page(ended):
    """Seen red with: the text only signed, not locked."""
    import base64
    import zlib

    sealed = blob(ended)
    raw = base64.urlsafe_b64decode(sealed)
    assert "canary" not in ended.content.decode()
    assert b"canary" not in raw
    for start in range(len(raw)):
        try:
            assert b"canary" not in zlib.decompress(raw[start:])
        except zlib.error:
            continue


def test_no_table_session_or_log_holds_it(client, bob, ended, caplog):
    """Seen red with: the text put into the session."""
    drawn(client, sign_in(client, bob, kept=blob(ended)))
    for model in apps.get_models():
        assert "canary-5d1e" not in repr(list(model.objects.values())), model
    for session in Session.objects.all():
        assert "canary-5d1e" not in repr(session.get_decoded())
    assert "canary-5d1e" not in caplog.text
    assert "canary-5d1e" not in repr(client.cookies)


def test_what_cannot_be_opened_does_nothing_and_breaks_nothing(client, bob, note, ended):
    """Seen red with: a view called with the posted fields where the text cannot be opened."""
    sign_in(client, bob)
    other = blob(ended)[:-4] + "AAAA"
    for text in ("", "x", "é", other, "A" * 5000):
        answer = client.post(note, {"kept": text, "text": WORDS, "version": 1})
        assert answer["Location"] == "/", text
        assert client.post("/sign-in/", {"kept": text}).status_code == 302
    assert not Message.objects.filter(kind="note").exists()


def test_it_is_only_ever_drawn_where_it_was_sent(client, bob, case, ended):
    """Seen red with: the path not compared."""
    sign_in(client, bob)
    elsewhere = reverse("enquiry-answer", args=[case.reference])
    assert client.post(elsewhere, {"kept": blob(ended)})["Location"] == "/"


def test_it_is_kept_for_twelve_hours_and_then_said_to_be_gone(client, bob, ended, time_machine):
    """Seen red with: no ttl."""
    time_machine.move_to(NOW + timedelta(hours=15))
    page = client.get(sign_in(client, bob, kept=blob(ended))["Location"], follow=True)
    assert "kept for 12 hours" in shown(page)
    assert "canary-5d1e" not in shown(page)


def test_somebody_who_was_stopped_meanwhile_sees_nothing_of_it(client, bob, ended):
    actions.disable(person=bob, by=None)
    answer = sign_in(client, bob, kept=blob(ended))
    assert "do not go together" in shown(answer)


def test_a_browser_that_nobody_signed_in_with_is_only_sent_to_the_door(note, case):
    answer = Client().post(note, typed(case))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_a_cookie_that_was_written_by_hand_names_nobody(note, case, bob):
    """Seen red with: the cookie not signed."""
    client = Client()
    sign_in(client, bob)
    name = next(name for name in client.cookies if name.endswith("-last"))
    value = client.cookies[name].value
    assert client.cookies[name]["httponly"]
    assert client.cookies[name]["samesite"] == "Lax"
    client.post("/sign-out/")
    client.cookies[name] = f"{bob.pk + 1}{value[len(str(bob.pk)) :]}"
    assert client.post(note, typed(case)).status_code == 302


def test_a_form_without_its_token_is_kept_for_nobody(bob, note, case):
    """Another site's words must not come to stand in a form of ours. Seen red with: CSRF not checked."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(signed_in_cookies(bob))
    answer = strict.post(note, typed(case))
    assert answer.status_code == 403
    assert not blob(answer)


def signed_in_cookies(person):
    client = Client()
    sign_in(client, person)
    client.post("/sign-out/")
    return client.cookies


# What is not kept ----------------------------------------------------------------------------------


def forms_of_the_product(base=PlainForm) -> set[type]:
    found = set()
    for form in base.__subclasses__():
        found |= {form} | forms_of_the_product(form)
    return {form for form in found if not form.__module__.startswith("tests.")}


def test_no_password_is_ever_kept():
    """Every box of the product that hides what is typed. Seen red with: "current" out of NEVER."""
    boxes = {
        name
        for form in forms_of_the_product()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, PasswordInput)
    }
    assert {"password", "current"} <= boxes
    assert [name for name in boxes if name not in kept.NEVER and "password" not in name] == []


def test_the_page_that_changes_a_password_keeps_none(client, bob):
    sign_in(client, bob)
    client.post("/sign-out/")
    answer = client.post(
        "/account/password/change/", {"current": PASSWORD, "password": "quiet lamps by day"}
    )
    assert answer.status_code == 302


def test_what_is_far_too_long_is_not_carried_about(client, bob, note):
    """Seen red with: LONGEST not compared."""
    sign_in(client, bob)
    client.post("/sign-out/")
    assert client.post(note, {"text": "x" * kept.LONGEST}).status_code == 302


# Nothing is done -----------------------------------------------------------------------------------


def test_a_button_that_asks_nothing_is_not_done_and_says_so(client, made):
    """What a view does without a form is taken back. Seen red with: no rollback; the view's message
    left to be shown.
    """
    dev, ines = with_password(made.dev), PersonFactory(name="Ines Ivory")
    sign_in(client, dev)
    client.post("/sign-out/")
    address = reverse("person-invite", args=[ines.pk])
    answer = client.post(address, {"anything": "typed"})
    page = client.get(
        drawn(client, sign_in(client, dev, kept=blob(answer)))["Location"], follow=True
    )
    assert "so it was not done" in shown(page)
    assert "is invited" not in shown(page)
    assert Person.objects.get(pk=ines.pk).invited_at is None
    assert not Event.objects.filter(verb="person_invited").exists()


def test_a_page_that_has_gone_meanwhile_says_only_that(client, bob, case, note, ended):
    """He may not see the case any more. Seen red with: what was to be said left to be shown."""
    welcome = sign_in(client, bob, kept=blob(ended))
    Case.objects.filter(pk=case.pk).update(
        sensitivity="restricted", owner=cast.gita(), service=None
    )
    gone = drawn(client, welcome)
    assert gone.status_code in {403, 404}
    assert "nothing has been sent yet" not in shown(gone)


def test_a_form_that_is_drawn_again_leaves_the_next_one_as_it_was(client, bob, case, note, ended):
    """Seen red with: `_draw_only` not reset."""
    drawn(client, sign_in(client, bob, kept=blob(ended)))
    assert client.post(note, {**typed(case), "text": "Another."}).status_code == 302


def test_without_anything_typed_the_button_leads_back_to_the_page_it_stood_on(client, made):
    """Its own address takes a post only. Seen red with: `next` as Django sets it."""
    dev, ines = with_password(made.dev), PersonFactory()
    sign_in(client, dev)
    client.post("/sign-out/")
    page = reverse("person-page", args=[ines.pk])
    address = reverse("person-invite", args=[ines.pk])
    for stood_on, onward in [
        (f"http://testserver{page}", page),
        ("https://elsewhere.example/x", address),
        ("", address),
    ]:
        answer = client.post(address, headers={"referer": stood_on})
        assert answer["Location"] == f"/sign-in/?next={onward}"
