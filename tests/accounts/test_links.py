"""Setting a password by a mailed link, for those who forgot theirs and those who never had one."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import actions, links
from accounts.models import Person
from ledger.actions import deliver, record
from ledger.models import Event, Notice, Tell
from protocol.refusals import Stale
from tests import cast
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
NEW = "quiet lamps over harbour"
LINK = re.compile(r"^http://\S+(/account/password/\S+/)$", re.MULTILINE)


def ask(client, email):
    return client.post("/account/password/forgotten/", {"email": email})


def mailed(mailoutbox) -> str:
    """The path of the link in the one mail that went out."""
    deliver(now=timezone.now())
    (mail,) = mailoutbox
    mailoutbox.clear()
    return LINK.search(mail.body)[1]


def follow(client, link):
    """Open the link as a browser does: to the page without the token, where there is one."""
    return client.get(link, follow=True)


def set_by(client, link, password=NEW):
    page = follow(client, link)
    return client.post(page.request["PATH_INFO"], {"password": password})


def can_sign_in(email, password) -> bool:
    answer = Client().post("/sign-in/?next=/account/", {"email": email, "password": password})
    return answer.status_code == 302


def test_a_forgotten_password_is_set_by_the_mailed_link(client, pat, mailoutbox, told):
    answer = ask(client, "PAT@example.org")
    assert answer["Location"] == "/account/password/sent/"
    done = set_by(client, mailed(mailoutbox))
    assert done["Location"] == "/sign-in/"
    assert "Your password is set" in client.get("/sign-in/").content.decode()
    assert can_sign_in("pat@example.org", NEW)
    assert not can_sign_in("pat@example.org", PASSWORD)
    assert told()[:2] == [
        ("password_link_requested", pat.key, None),
        ("password_set", pat.key, pat.pk),
    ]


def test_an_invited_person_sets_their_first_password(client, mailoutbox):
    person = actions.add_person(name="Ines Ivory", email="ines@example.org", by=None)
    actions.invite(person=person, by=None)
    deliver(now=timezone.now())
    (mail,) = mailoutbox
    assert mail.subject == "You are invited to Evenhand"
    assert mail.to == ["Ines Ivory <ines@example.org>"]
    assert "7 days" in mail.body
    set_by(client, LINK.search(mail.body)[1])
    assert can_sign_in("ines@example.org", NEW)


def test_an_invited_person_who_says_they_forgot_gets_a_link_too(client, mailoutbox):
    person = PersonFactory(email="ines@example.org")
    ask(client, person.email)
    set_by(client, mailed(mailoutbox))
    assert can_sign_in(person.email, NEW)


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client, pat, told, notices):
    """Seen red with: a form error for an unknown address."""
    PersonFactory(email="disabled@example.org", password=PASSWORD, is_active=False)
    emails = ("pat@example.org", "nobody@example.org", "disabled@example.org")
    answers = [ask(client, email) for email in emails]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/account/password/sent/")
    }
    assert notices() == [("password_link_requested", pat.key)]
    assert [subject for _, subject, _ in told()] == [pat.key, actions.STRANGER, actions.STRANGER]


def test_the_mail_goes_to_the_address_we_hold_and_not_to_the_one_typed(client, pat, mailoutbox):
    ask(client, "Pat@EXAMPLE.org")
    deliver(now=timezone.now())
    assert mailoutbox[0].to == ["Pat Price <pat@example.org>"]


def test_the_token_is_in_the_mail_and_nowhere_else(client, pat, mailoutbox, caplog):
    """Seen red with: the token put into the event’s data."""
    ask(client, pat.email)
    link = mailed(mailoutbox)
    token = link.rstrip("/").rpartition("/")[2]
    kept = [*Event.objects.values_list("data", "subject"), *Notice.objects.values_list()]
    assert token not in repr(kept)
    assert set(map(repr, Event.objects.values_list("data", flat=True))) == {"{}"}
    page = follow(client, link)
    assert page.redirect_chain == [(link.replace(token, "set-password"), 302)]
    assert token not in page.content.decode()
    assert token not in caplog.text
    set_by(client, link)
    for session in Session.objects.all():
        assert token not in repr(session.get_decoded())


def test_the_page_behind_the_link_is_neither_kept_nor_told_to_other_sites(client, pat):
    page = follow(client, links.link_for(pat).partition("127.0.0.1:8000")[2])
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def dead(client, link) -> bool:
    """Whether the link opens only the page that says so, on GET and on POST."""
    page = follow(client, link).content.decode()
    path = re.sub(r"[^/]+/$", "set-password/", link)
    sent = client.post(path, {"password": NEW}).content.decode()
    return "This link no longer works" in page and "This link no longer works" in sent


def path_of(person, **kwargs) -> str:
    return LINK.search(links.link_for(person, **kwargs))[1]


def test_a_link_works_once(client, pat):
    """Seen red with: the password left out of the token."""
    link = path_of(pat)
    set_by(client, link)
    assert dead(client, link)


def test_two_links_are_both_spent_by_the_one_that_is_used(client, pat):
    """Seen red with: the password left out of the token."""
    link, other = path_of(pat), path_of(pat, invitation=True)
    set_by(client, link)
    assert dead(client, other)


def test_signing_in_spends_a_link(client, pat):
    """Seen red with: the last sign-in left out of the token."""
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        link = path_of(pat)
        assert can_sign_in(pat.email, PASSWORD)
        assert dead(client, link)


@pytest.mark.parametrize(
    ("invitation", "lasts"), [(False, timedelta(hours=24)), (True, timedelta(days=7))]
)
def test_a_link_ends_when_the_mail_says(client, pat, invitation, lasts):
    """Seen red with: invitations made with the tokens of resets."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        link = path_of(pat, invitation=invitation)
        clock.shift(lasts - timedelta(minutes=1))
        assert "Set your password" in follow(client, link).content.decode()
        clock.shift(timedelta(minutes=2))
        assert dead(Client(), link)


def test_a_link_ends_when_the_person_is_disabled_and_does_not_come_back(client, pat):
    """Seen red with: `access_round` left out of the token."""
    link = path_of(pat)
    actions.disable(person=pat, by=None)
    assert dead(client, link)
    actions.enable(person=pat, by=None)
    assert dead(client, link)


def test_a_link_is_worth_nothing_to_somebody_who_is_disabled_however_that_came_about(client, pat):
    """Seen red with: `is_active` not asked by the page."""
    link = path_of(pat)
    Person.objects.filter(pk=pat.pk).update(is_active=False)
    assert dead(client, link)


def test_two_who_set_a_password_at_the_same_moment_set_one(pat):
    """Seen red with: the password of before left out of the condition."""
    other = Person.objects.get(pk=pat.pk)
    actions.set_password(person=pat, password=NEW)
    with pytest.raises(Stale):
        actions.set_password(person=other, password="another password altogether")
    assert can_sign_in(pat.email, NEW)


def test_an_invitation_ends_when_a_mistyped_email_is_put_right(client):
    """Seen red with: the email left out of the token."""
    ines = PersonFactory(email="inse@example.org")
    link = path_of(ines, invitation=True)
    actions.change_person(person=ines, name=ines.name, email="ines@example.org", by=None)
    assert dead(client, link)


def test_another_invitation_ends_the_link_of_the_one_before(client):
    """Seen red with: the invitation left out of the token."""
    person = actions.add_person(name="Ines Ivory", email="ines@example.org", by=None)
    first, second = (path_of(actions.invite(person=person, by=None), invitation=True) for _ in "12")
    assert dead(client, first)
    assert not dead(client, second)


def test_a_link_that_is_open_in_two_windows_sets_one_password(client, pat):
    link, other = path_of(pat), Client()
    first, second = follow(client, link), follow(other, link)
    client.post(first.request["PATH_INFO"], {"password": NEW})
    other.post(second.request["PATH_INFO"], {"password": "another password altogether"})
    assert can_sign_in(pat.email, NEW)


@pytest.mark.parametrize("uid", ["x", "MQ", "OTk5OTk", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
@pytest.mark.parametrize("token", ["x", "set-password", "a-b", "zzzzzzzzzzzzzzzzzzzz-x", "é-é"])
def test_links_that_were_never_ours_say_that_they_do_not_work(client, uid, token):
    answer = client.get(f"/account/password/{uid}/{token}/", follow=True)
    assert answer.status_code == 200
    assert "This link no longer works" in answer.content.decode()


def test_mail_that_could_not_go_for_a_day_brings_no_link(client, pat, mailoutbox):
    ask(client, pat.email)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        deliver(now=timezone.now())
    assert mailoutbox == []
    assert Notice.objects.get().dropped_because == "not-visible"


@pytest.mark.parametrize("after", ["disabled", "set a password"])
def test_an_invitation_that_has_no_use_any_more_is_not_sent(pat, mailoutbox, after):
    """Seen red with: `has_password` not asked when the mail goes."""
    person = PersonFactory(email="ines@example.org")
    actions.invite(person=person, by=None)
    if after == "disabled":
        actions.disable(person=person, by=None)
    else:
        actions.set_password(person=person, password=NEW)
    deliver(now=timezone.now())
    assert mailoutbox == []


def test_a_link_goes_to_nobody_but_its_own_person(pat, mailoutbox):
    """Seen red with: the recipient not compared with the subject."""
    other = cast.charlie()
    with transaction.atomic():
        record(verb="password_link_requested", subject=pat.key, actor=None, tell=[Tell(other.key)])
    deliver(now=timezone.now())
    assert mailoutbox == []


BAD = {
    "short words": "at least 12 characters",
    "": "Enter a new password",
    "            ": "nothing to read",
    "123456789012345": "lists that guessers try",
    "1234567890123456": "lists that guessers try",
    "passwordpassword": "lists that guessers try",
    "Password2026!!": "lists that guessers try",
    "abababababababab": "lists that guessers try",
    "pat.price.pat": "too much like your",
    "pat@example.org": "too much like your email",
    "a fine\x00password of mine": "cannot be saved",
    "x" * 10_001: "10,000 characters or fewer",
}


@pytest.mark.parametrize(("password", "said"), BAD.items(), ids=range(len(BAD)))
def test_weak_passwords_are_refused_in_plain_words(client, pat, password, said):
    """Seen red with: AUTH_PASSWORD_VALIDATORS emptied."""
    answer = set_by(client, path_of(pat), password)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert can_sign_in(pat.email, PASSWORD)


def test_spaces_and_any_letters_belong_to_a_password(client, pat):
    set_by(client, path_of(pat), "  Straße über Nacht ✓  ")
    assert can_sign_in(pat.email, "  Straße über Nacht ✓  ")
    assert not can_sign_in(pat.email, "Straße über Nacht ✓")


def test_setting_a_password_lets_somebody_in_who_was_stopped_for_guessing(client, pat):
    """Seen red with: the tries left standing."""
    for _ in range(11):
        can_sign_in(pat.email, "a wrong one")
    set_by(client, path_of(pat))
    assert can_sign_in(pat.email, NEW)


def test_whoever_is_signed_in_is_signed_out_by_setting_somebody_elses_password(client, pat):
    """Seen red with: the logout left out."""
    client.force_login(cast.charlie())
    set_by(client, path_of(pat))
    assert client.get("/account/").status_code == 302
    assert Person.objects.get(pk=pat.pk).check_password(NEW)
