"""Every page says what the council calls its members (Bk Introduction; Br1; Mo7; We1.1; Bl1.2)."""

from __future__ import annotations

import logging
import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Person
from casework.enquiries.steps import STEPS
from council import terms
from council.models import Adoption
from frontend.terms import say
from ledger.hooks import Rendered
from ledger.models import Notice
from protocol.profile import load_text
from tests.accessibility import council
from tests.accessibility.pages import NO_PAGE, PAGES
from tests.accessibility.survey import may_open

pytestmark = pytest.mark.django_db
WORDS = re.compile(r"\b(co-opted )?(members?|councillors?)\b( of parliament)?", re.IGNORECASE)
# Pages that show the words of other councils, of a mail or of a file.
APART = {
    "demo-mail",
    "demo-mail-page",
    "profile-compare",
    "adoption-add",
    "adoption-show",
    *NO_PAGE,
}
# Law, other people's formats, and the general English word.
ELSEWHERE = re.compile(
    r"members? of parliament|members of the public|members\.csv|committee members?|GetCouncillorsByWard"
    r"|councillorid|“councillor”"
    # A table of the database and its fields, on the record of processing.
    r"|\b[a-z]+\.[A-Z][A-Za-z]+: \w+(, \w+)*",
    re.IGNORECASE,
)


@pytest.fixture
def burgesses(time_machine, caplog):
    """A council at work whose members are burgesses: a word that no page can have by chance."""
    caplog.set_level(logging.CRITICAL, "django.request")
    time_machine.move_to(council.NOW)
    made, who = council.new()
    text = made.adoption.text
    for old, new in (("member", "burgess"), ("members", "burgesses")):
        assert f'{old} = "{old}"\n' in text
        text = text.replace(f'{old} = "{old}"\n', f'{old} = "{new}"\n', 1)
    Adoption.objects.update(text=text, digest=Adoption.digest_of(text))
    terms.forget()
    return council.at_work(made, who), who, load_text(text)


def read(html: str, quoted: list[str]) -> str:
    """The words that somebody reads, attributes too, less what the profile itself says."""
    html = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    shown = re.findall(r'(?:aria-label|data-label|placeholder|title|alt)="([^"]*)"', html)
    text = unescape(" ".join([re.sub(r"(?s)<[^>]+>", " ", html), *shown]))
    text = " ".join(text.split())
    for one in quoted:
        text = text.replace(one, " ")
    return text


def said(text: str) -> list[str]:
    return [
        text[max(0, found.start() - 40) : found.end() + 30]
        for found in WORDS.finditer(ELSEWHERE.sub(" ", text))
    ]


def test_no_page_calls_a_member_anything_but_what_the_council_does(burgesses):
    """Bk Introduction: councillors; Br1, Mo7, We1.1, Bl1.2: members.

    Seen red with: "Ask the member" written out in one step; a column called "Member".
    """
    things, who, profile = burgesses
    # To whom a letter goes and how it begins are the profile's too, with a name in them.
    forms = (profile.on_letters.addressee, profile.on_letters.greeting)
    named = {form.replace("{name}", one.name) for form in forms for one in Person.objects.all()}
    said_by_profile = {str(v) for _, v, _ in profile.walk()} | {*profile.abouts.values(), *named}
    quoted = sorted(said_by_profile, key=len, reverse=True)
    quoted = [one for one in quoted if len(one) > 12]
    wrong: dict[str, str] = {}
    tried, told = 0, 0
    for page in PAGES:
        if page.name in APART:
            continue
        path = None
        for role in ("member", "officer", "clerk", "administrator", "visitor"):
            try:
                path = page.path(things)
            except Exception:  # an address that another test fills
                break
            if not may_open(path, who[role]):
                continue
            client = Client()
            if who[role] is not None:
                client.force_login(who[role])
            answer = client.get(path)
            if answer.status_code != 200:
                continue
            tried += 1
            text = read(answer.content.decode(), quoted)
            told += "burgess" in text.lower()
            for words in said(text):
                wrong.setdefault(words, f"{page} as {role}")
    assert tried > 150
    assert told > 50
    assert wrong == {}, "\n".join(f"{where}: …{words}…" for words, where in wrong.items())


def test_every_step_and_its_form_say_the_councils_word(burgesses):
    """Seen red with: `help` of "accept" written out."""
    for step in STEPS.values():
        shown = [step.link, step.title, step.help, step.form.submit_text, *step.consequences]
        shown += [
            str(part)
            for field in step.form.base_fields.values()
            for part in (field.label, field.help_text)
        ]
        assert [words for one in shown for words in said(str(one))] == []


def test_no_mail_calls_a_member_anything_but_what_the_council_does(burgesses):
    """Seen red with: "The member has replied" in WORDS."""
    from casework import notices

    sent = notices.render(
        list(Notice.objects.filter(event__subject__startswith="case:").select_related("event"))
    )
    mails = [mail for mail in sent.values() if isinstance(mail, Rendered)]
    assert len(mails) > 30
    assert [words for m in mails for words in said(f"{m.subject} {m.body}")] == []
    # What no enquiry of this council has come to yet.
    texts = [say(text) for side in notices.WORDS.values() for pair in side for text in pair]
    assert [words for text in texts for words in said(text)] == []
