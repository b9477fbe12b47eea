"""The forms by which an enquiry is handed on as what it really is, and taken back."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from casework import phrases, receiving
from casework.enquiries import doors, rules
from casework.enquiries.action_forms import ActionForm, reason
from casework.receiving import Room
from frontend.parts import Cite
from frontend.terms import said
from protocol.refusals import Refused


class HandOnForm(ActionForm):
    """The room is in the page's address; with one alone it is that. `room` None: nothing can be sent yet."""

    submit_text = "Hand it on"
    room = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    reason = reason(
        said("What should the {member} know?"), said("Enter what the {member} should know")
    )

    def prepare(self) -> None:
        self.today = timezone.localdate()
        held = rules.relations(self.case, self.by, self.today)
        self.offered = receiving.open_to(self.case, held)
        wanted = self.data.get("room") if self.is_bound else self.initial.get("room")
        alone = self.offered[0] if len(self.offered) == 1 else None
        self.chosen: Room | None = next((r for r in self.offered if r.key == wanted), alone)
        self.asked: dict[str, forms.Field] = {}
        if self.chosen is None:
            return
        self.submit_text = f"Hand it on as {self.chosen.kind[0].lower()}{self.chosen.kind[1:]}"
        self.initial["room"] = self.chosen.key
        self.initial.setdefault("reason", self.chosen.words(self.case))
        self.fields["reason"].help_text = "Whoever sees this enquiry can read it, too"
        self.asked = self.chosen.fields(self.case)
        self.fields.update(self.asked)
        self.order_fields(["version", "room", *self.asked, "reason"])

    def clean(self):
        if self.chosen is None:
            raise forms.ValidationError("Nothing was handed on: choose what it really is.")
        return super().clean()

    def values(self) -> dict:
        found = super().values()
        told = {name: found.pop(name) for name in self.asked}
        return {**found, "room": self.chosen, "said": told}

    # What the page tells besides --------------------------------------------------------------------

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
        held = rules.relations(self.case, self.by, self.today)
        found = []
        for one in receiving.rooms():
            why = receiving.why_not(one, self.case) if held & one.who else None
            if why is not None:
                words = " ".join(filter(None, [why.reason, why.instead]))
                cite = phrases.cite(self.case, why.clause) if why.clause else None
                found.append((one, words, cite))
        return found

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


class TakeBackForm(ActionForm):
    submit_text = "Take it back"
    warning = True
    reason = reason(
        said("What should the {member} know about it?"),
        said("Enter what the {member} should know about it"),
    )
