"""The forms by which an enquiry is handed on as what it really is, and taken back."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts import drafts
from accounts.drafts import Place
from casework import links, phrases, receiving
from casework.enquiries import doors, rules
from casework.enquiries.action_forms import ActionForm, reason
from casework.models import Case
from casework.receiving import Room
from frontend.parts import Cite
from frontend.terms import said, say
from protocol.refusals import Refused


def kept(case: Case, by) -> tuple[frozenset[str], frozenset[str]]:
    """What a draft of handing on keeps besides, and which of it are words: what the rooms ask for that are open
    to this person, and which of them it is for.
    """
    asked = [drafts.names_in(one.fields(case)) for one in _theirs(case, by)]
    fields = frozenset().union(*(names for names, _ in asked))
    return fields | {"room"}, frozenset().union(*(words for _, words in asked))


def _theirs(case: Case, by) -> list[Room]:
    """The rooms that are open to this person, though not perhaps for this case."""
    held = rules.relations(case, by, timezone.localdate())
    return [one for one in receiving.rooms() if held & one.who]


class HandOnForm(ActionForm):
    """The room is in the page's address or in the draft; with one alone it is that. `chosen` None: nothing can
    be sent yet. A room that was shut since is still drawn, with what was typed for it, and refuses.
    """

    submit_text = "Hand it on"
    room = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    reason = reason(
        said("What should the {member} know?"), said("Enter what the {member} should know")
    )

    def prepare(self) -> None:
        self.today = timezone.localdate()
        self.theirs = _theirs(self.case, self.by)
        refused = [receiving.why_not(one, self.case) for one in self.theirs]
        self.refused = {
            one.key: why for one, why in zip(self.theirs, refused, strict=True) if why is not None
        }
        self.offered = [one for one in self.theirs if one.key not in self.refused]
        self.asked: dict[str, forms.Field] = {}
        self.chosen: Room | None = None
        alone = self.offered[0] if len(self.offered) == 1 else None
        if self.is_bound:
            # What was typed for it stays on the page, whatever became of the room.
            self._choose(self._named(self.theirs, self.data.get("room")) or alone)
        else:
            self._choose(self._named(self.offered, self.initial.get("room")) or alone)

    def _named(self, rooms: list[Room], key: str | None) -> Room | None:
        return next((one for one in rooms if one.key == key), None)

    def _choose(self, room: Room | None) -> None:
        if room is None or room is self.chosen:
            return
        self.chosen = room
        self.submit_text = f"Hand it on as {room.kind[0].lower()}{room.kind[1:]}"
        self.initial["room"] = room.key
        self.initial.setdefault("reason", room.words(self.case))
        self.fields["reason"].help_text = "Whoever sees this enquiry can read it, too"
        self.asked = room.fields(self.case)
        self.fields.update(self.asked)
        self.order_fields(["version", "room", *self.asked, "reason"])

    def _begin_with(self, values: QueryDict, place: Place) -> None:
        """A draft is for the room for which it was begun; of another it fills in nothing but the words."""
        begun_for = self._named(self.theirs, values.get("room"))
        if self.chosen is None:
            self._choose(begun_for)
        names = {"reason"} if self.chosen is not begun_for else place.fields
        super()._begin_with(values, replace(place, fields=place.fields & names - {"room"}))

    def clean(self):
        if self.chosen is None:
            raise forms.ValidationError("Nothing was handed on: choose what it really is.")
        if why := self.refused.get(self.chosen.key):
            raise forms.ValidationError(f"Nothing was handed on. {_in_words(why)}")
        return super().clean()

    def values(self) -> dict:
        found = super().values()
        told = {name: found.pop(name) for name in self.asked}
        return {**found, "room": self.chosen, "said": told}

    # What the page tells besides --------------------------------------------------------------------

    @property
    def consequences(self) -> list[str]:
        """What follows from it for this case."""
        again, found = self.case.profile.asking_again, []
        if again is not None and again.allowed:
            found.append(
                say("The {member} can ask again here if nothing happens there, as after an answer.")
            )
        for one in links.repeats(self.case):
            found.append(
                f"{one.other.reference} was closed as a duplicate of this, so nobody answers that either."
            )
        return found

    @property
    def why_not(self) -> str:
        """Above a draft: that it cannot be handed on there now. What is sent is told so as an error."""
        why = self.refused.get(self.chosen.key)
        return _in_words(why) if why and not self.is_bound else ""

    @property
    def source(self) -> Cite:
        return phrases.cite(self.case, self.chosen.clause(self.case))

    @property
    def others(self) -> list[Room]:
        """What it can be handed on as instead."""
        return [one for one in self.offered if one is not self.chosen]

    @property
    def shut(self) -> list[tuple[Room, str, Cite | None]]:
        """Rooms that are open to this person, but not for this case or this council: why, and the clause."""
        return [
            (
                one,
                _in_words(why),
                phrases.cite(self.case, why.clause) if why.clause else None,
            )
            for one in self.theirs
            if (why := self.refused.get(one.key))
        ]

    @property
    def doors(self) -> list[doors.Door]:
        verbs = [verb for verb in ("return", "answer") if self._could(verb)]
        return doors.doors(self.case, self.today, verbs)

    def _could(self, verb: str) -> bool:
        try:
            rules.may(verb, case=self.case, by=self.by, on=self.today)
            rules.ready(verb, case=self.case, on=self.today)
        except Refused:
            return False
        return True


def _in_words(why: Refused) -> str:
    return " ".join(filter(None, [why.reason, why.instead]))


class TakeBackForm(ActionForm):
    submit_text = "Take it back"
    warning = True
    reason = reason(
        said("What should the {member} know about it?"),
        said("Enter what the {member} should know about it"),
    )
