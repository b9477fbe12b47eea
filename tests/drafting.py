"""What somebody has begun to write, kept as the page of the form keeps it."""

from __future__ import annotations

import json
import uuid
from html import unescape

from django.http import QueryDict
from django.urls import reverse

from accounts import actions, drafts
from accounts.models import Draft, Person
from casework.enquiries import drafting
from casework.models import Case
from tests.casework.making import fresh

WORDS = "Ring Mrs Ümit at number 7 – “the blue door” & ask\r\nabout <b>the</b> canary-8c2f."


def begin(person: Person, path: str, **fields: str) -> Draft:
    """A draft of this person in the form at an address."""
    who, posted = fresh(person), QueryDict(mutable=True)
    posted.update(fields)
    return actions.save_draft(place=drafts.place_at(path, who), by=who, posted=posted)


def address(case: Case, verb: str) -> str:
    return reverse(drafting.name_of(verb), args=[case.reference])


def mark() -> str:
    return str(uuid.uuid4())


def save(client, path: str, text: str = WORDS, **more):
    """As the script does it."""
    sent = {"draft_path": path, "draft_mark": mark(), "text": text, **more}
    return client.post(reverse("draft-save"), sent)


def later(client, path: str, **fields):
    """The button, as it works without any script."""
    return client.post(path, {"save_draft": "yes", **fields})


def shown(answer) -> str:
    return unescape(answer.content.decode())


def said(answer) -> dict:
    return json.loads(answer.content)


def words_of(draft: Draft) -> dict:
    return dict(draft.fields.lists())
