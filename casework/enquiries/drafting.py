"""Which forms of enquiries keep a draft, what one is called, and what happened to its case meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts import drafts, standing
from accounts.drafts import Drafted, Forms, Place
from accounts.models import Draft, Person
from casework import links, timeline
from casework.contributions import drafting as of_contributions
from casework.enquiries import action_forms, handing_forms, rules
from casework.enquiries.forms import LogForm
from casework.enquiries.steps import STEPS
from casework.models import Case
from casework.scope import side
from frontend.parts import Link
from frontend.words import moment
from protocol import capacity

LOG = "enquiry-log"
# What somebody has begun, by the verb: every form with a long text has a draft.
BEGUN = {
    "acknowledge": "an acknowledgement",
    "add": "to add to it",
    "answer": "an answer",
    "ask": "a question",
    "ask_again": "to ask again",
    "ask_service": "to ask another service",
    "close": "to close it",
    "close_duplicate": "to close it as a duplicate",
    "explain_breach": "to say why it was late",
    "extend": "to give a new date",
    "hand_on": "to hand it on",
    "hold": "a holding reply",
    "link": "to link it with another",
    "note": "a note",
    "pause": "to pause the clock",
    "put_right": "to put the answer right",
    "reassign": "to pass it on",
    "record_addition": "to record what was added",
    "record_asking": "to record that it is asked again",
    "record_reply": "to record a reply",
    "refer_upward": "to refer it upward",
    "remove_file": "to remove a file",
    "reply": "a reply",
    "return": "to return it",
    "take_back": "to take it back",
    "withdraw": "to withdraw it",
}
FORMS = {**{verb: STEPS[verb].form for verb in BEGUN}, "answer": action_forms.AnswerWithCopiesForm}


def name_of(verb: str) -> str:
    """Of the address at which a verb is done."""
    return f"enquiry-{verb.replace('_', '-')}"


VERBS = {name_of(verb): verb for verb in BEGUN}


def place_of(case: Case, person: Person, verb: str) -> Place | None:
    """The form of a verb for somebody who may see the case; None where nothing long is written in it."""
    if verb not in BEGUN:
        return None
    fields, texts = drafts.names_of(FORMS[verb])
    if verb == "hand_on":
        more, words = handing_forms.kept(case, person)
        fields, texts = fields | more, texts | words
    return Place(
        path=reverse(name_of(verb), args=[case.reference]),
        about=case.key,
        capacity=side(case, person),
        fields=fields,
        texts=texts,
        version=case.version,
    )


def place_of_logging(person: Person) -> Place:
    """Kept by the press of a button alone: until somebody has said what it is about, it may be what is
    diverted before anything is saved (docs/adr/0013-drafts.md).
    """
    fields, texts = drafts.names_of(LogForm)
    where = standing.of(person)
    return Place(
        path=reverse(LOG),
        about="",
        # What was begun for one member must not be sent for another.
        capacity=where.capacity
        if capacity.principal(where.capacity)
        else "officer"
        if where.may("enquiry.log")
        else "member",
        fields=fields,
        texts=texts,
        automatic=False,
    )


def register() -> None:
    verbs = Forms(place=_verb, still_theirs=_still_done)
    drafts.register([name_of(verb) for verb in BEGUN], verbs)
    drafts.register([LOG], Forms(place=_logging, still_theirs=_still_logging))


def _verb(person: Person, reference: str, verb: str) -> Place:
    """For whoever the verb is, in whatever state the case is: what was begun in time can be finished."""
    case = get_object_or_404(Case.objects.visible_to(person), reference=reference)
    if not rules.relations(case, person, timezone.localdate()) & rules.WHO[verb]:
        raise Http404
    return place_of(case, person, verb)


def _still_done(person: Person, mine: list[Draft]) -> list[Draft]:
    """Through the door of `_verb`: the case is in sight, and the verb is theirs."""
    today = timezone.localdate()
    cases = Case.objects.visible_to(person).in_bulk({_pk(draft) for draft in mine})
    held = {pk: rules.relations(case, person, today) for pk, case in cases.items()}
    return [
        draft
        for draft in mine
        if (verb := _verb_of(draft)) and held.get(_pk(draft), frozenset()) & rules.WHO[verb]
    ]


def _logging(person: Person) -> Place:
    where = standing.of(person)
    if not (where.may("enquiry.raise") or where.may("enquiry.log")):
        raise Http404
    return place_of_logging(person)


def _still_logging(person: Person, mine: list[Draft]) -> list[Draft]:
    try:
        here = _logging(person)
    except Http404:
        return []
    return [draft for draft in mine if draft.capacity == here.capacity]


def _verb_of(draft: Draft) -> str | None:
    return VERBS.get(f"enquiry-{draft.path.rstrip('/').rpartition('/')[2]}")


def _pk(draft: Draft) -> int:
    return int(draft.about.removeprefix("case:"))


# What pages show of them -----------------------------------------------------------------------------


def offer(form: Drafted, case: Case, person: Person, verb: str) -> Place | None:
    """Let a form begin with what this person wrote, and say what happened since; its place, if it has one."""
    place = place_of(case, person, verb)
    if place is None:
        return None
    form.offer_draft(place, person, afresh=not getattr(case, "has_drafts", True))
    draft = form.draft
    if draft and not form.is_bound and draft.version and draft.version < case.version:
        form.happened_since = since(case, person, draft.version)
    return place


def since(case: Case, person: Person, version: int) -> list[str]:
    """What happened to a case after this person had that version before them, as they may read it."""
    found = links.readable(case, person)
    names = timeline.Names.of(found)
    return timeline.since(found, version, case, names, side=side(case, person))


@dataclass(frozen=True)
class Begun:
    """What one person has begun to write: by the key of what it is about, and an enquiry to be logged."""

    links: Mapping[str, list[Link]]
    enquiry: Link | None

    def to(self, case: Case) -> list[Link]:
        return self.about(case.key)

    def about(self, key: str) -> list[Link]:
        return self.links.get(key, [])


def begun(person: Person) -> Begun:
    """One query, of few rows: nobody has many."""
    log = place_of_logging(person)
    found: dict[str, list[Link]] = {}
    enquiry = None
    for draft in Draft.objects.visible_to(person).defer("sealed").order_by("begun_at", "pk"):
        verb = _verb_of(draft)
        if link := of_contributions.link(draft):
            found.setdefault(draft.about, []).append(link)
        elif draft.about and verb:
            link = Link(f"You have begun {BEGUN[verb]}", draft.path)
            found.setdefault(draft.about, []).append(link)
        elif (draft.path, draft.capacity) == (log.path, log.capacity):
            enquiry = Link(f"You began an enquiry on {moment(draft.begun_at)}", draft.path)
    return Begun(found, enquiry)
