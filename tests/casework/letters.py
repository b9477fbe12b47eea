"""Letters to look at, and how to read them off a page and a PDF."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pypdf
from django.test import Client
from django.urls import reverse

from casework.enquiries import actions
from casework.letters import letter
from casework.letters.press.setting import BREAK
from casework.models import Case, Message
from council.models import Council
from tests import cast
from tests.casework.making import NOW, World, fresh, reloaded, with_bob, working_days

LATER = NOW + timedelta(days=2)
ADDRESS = "Town Hall\nHigh Street\nExampleton EX1 2AB"


def sent(made: World, *, copies: bool = False, **changes) -> Case:
    """An enquiry acknowledged, given a later date and answered by Bob: three letters."""
    case, bob = with_bob(made, **changes), fresh(made.bob)
    actions.acknowledge(case=case, by=bob, text="It is here.", now=NOW)
    actions.note(case=case, by=bob, text="She is cross.", now=NOW)
    later = working_days(case.next_due, 5)
    actions.extend(case=case, by=bob, reason="The survey is late.", new_date=later, now=NOW)
    actions.answer(
        case=case,
        by=bob,
        text="The holes are filled.\n\nThe line comes next.",
        copy_to=[cast.erin()] if copies else [],
        writer_agreed=copies,
        copy_reason="It is her ward too." if copies else "",
        now=LATER,
    )
    return reloaded(case)


def the(case: Case, place: int, person=None) -> letter.Letter:
    """A letter of a case, as a person (the member) has it."""
    message = letter.find(case, fresh(person or case.raised_by), place)
    return letter.write(case, message, place, Council.objects.get())


def answered(made: World, text: str, **changes) -> letter.Letter:
    """The letter of an answer with this text."""
    case = with_bob(made, **changes)
    actions.answer(case=case, by=fresh(made.bob), text=text, now=NOW)
    return the(reloaded(case), 1)


def words(content: bytes) -> str:
    """What a PDF says, on one line."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace(BREAK, "").split())


def squeezed(text: str) -> str:
    return re.sub(rf"[\s{BREAK}]", "", text)


def opened(client: Client, name: str, case: Case, place: int = 1):
    return client.get(reverse(name, args=[case.reference, place]))


def on_page(client: Client, case: Case, place: int = 1) -> str:
    """The sheet of the page, its words on one line."""
    html = opened(client, "letter-page", case, place).content.decode()
    sheet = html.partition('<article class="eh-letter"')[2].partition("</article>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", sheet)).split())


def with_body(made: World, body: str) -> letter.Letter:
    """A letter with this text, without the rules for what somebody may send."""
    case = Case.objects.for_page().first() or reloaded(with_bob(made))
    message = Message(pk=1, case=case, kind="answer", author=made.bob, body=body, at=NOW)
    message.author_title = "Highways officer"
    return letter.write(case, message, 1, Council.objects.get())
