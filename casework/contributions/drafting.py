"""Which forms of contributions keep a draft, and what one is called. docs/adr/0013-drafts.md"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts import drafts
from accounts.drafts import Acts, Drafted, Forms, Place
from accounts.models import Draft, Person
from casework.contributions import rules
from casework.contributions.steps import STEPS
from casework.models import Contribution
from frontend.parts import Link

# What somebody has begun, by the verb: every form with a long text has a draft.
BEGUN = {
    "contribute": "your contribution",
    "pass_on": "to pass it to a colleague",
    "decline": "to say that your service cannot",
    "call_back": "to call it back",
}


def name_of(verb: str) -> str:
    """Of the address at which a verb is done."""
    return f"contribution-{verb.replace('_', '-')}"


def key(contribution: Contribution) -> str:
    """What a draft of it is about. Not the enquiry: whoever is asked may not see that."""
    return f"contribution:{contribution.pk}"


def place_of(contribution: Contribution, verb: str) -> Place | None:
    """The form of a verb for somebody whose it is; None where nothing long is written in it. What they do
    to it is told by its own version, since giving it raises none of the enquiry.
    """
    if verb not in BEGUN:
        return None
    fields, texts = drafts.names_of(STEPS[verb].form)
    return Place(
        path=reverse(name_of(verb), args=[contribution.key]),
        about=key(contribution),
        capacity="officer",
        fields=fields,
        texts=texts,
        version=contribution.version,
        acts=Acts(
            subject=contribution.case.key,
            version="contribution_version",
            only=(("contribution", contribution.pk),),
        ),
    )


def register() -> None:
    ours = Forms(place=_verb, still_theirs=_still_done)
    drafts.register([name_of(verb) for verb in BEGUN], ours)


def _seen_by(person: Person):
    return Contribution.objects.readable_by(person).select_related("case")


def _verb(person: Person, key: UUID, verb: str) -> Place:
    """For whoever the verb is, also once it has ended: what was begun in time can be finished."""
    contribution = get_object_or_404(_seen_by(person), key=key)
    if not rules.relations(contribution, person, timezone.localdate()) & rules.WHO[verb]:
        raise Http404
    return place_of(contribution, verb)


def _still_done(person: Person, mine: list[Draft]) -> list[Draft]:
    """Through the door of `_verb`: it is in sight, and the verb is theirs."""
    today = timezone.localdate()
    seen = _seen_by(person).in_bulk({_pk(draft) for draft in mine})
    held = {pk: rules.relations(one, person, today) for pk, one in seen.items()}
    return [
        draft for draft in mine if held.get(_pk(draft), frozenset()) & rules.WHO[_verb_of(draft)]
    ]


def _pk(draft: Draft) -> int:
    return int(draft.about.removeprefix("contribution:"))


def _verb_of(draft: Draft) -> str:
    return draft.path.rstrip("/").rpartition("/")[2].replace("-", "_")


# What pages show of them -----------------------------------------------------------------------------


def offer(
    form: Drafted, contribution: Contribution, person: Person, verb: str, *, afresh: bool = False
) -> Place | None:
    """Let a form begin with what this person wrote; its place, if it has one. `afresh`: there is none."""
    place = place_of(contribution, verb)
    if place is not None:
        form.offer_draft(place, person, afresh=afresh)
    return place


def begun(contribution: Contribution, person: Person) -> list[Link]:
    """What this person has begun to write about it. One query."""
    mine = Draft.objects.visible_to(person).filter(about=key(contribution)).defer("sealed")
    return [link(draft) for draft in mine.order_by("begun_at", "pk")]


def link(draft: Draft) -> Link | None:
    """To a draft about a contribution; None for one about something else."""
    if not draft.about.startswith("contribution:"):
        return None
    return Link(f"You have begun {BEGUN[_verb_of(draft)]}", draft.path)
