"""The form by which a demand is flagged, and one for each of its verbs."""

from __future__ import annotations

from crispy_forms_gds.choices import Choice
from django import forms

from accounts.models import Person
from casework.demands import phrases, rules
from casework.enquiries.action_forms import reason, text
from casework.models import Case, Demand
from frontend.forms import GdsForm, Versioned
from frontend.terms import say
from protocol.profile import SET_BY_COUNCIL

EXCEPTION = "exception:"


class FlagForm(GdsForm):
    """On which ground, in the officer's words, and what they did with an instruction."""

    submit_text = "Flag it"
    ground = forms.ChoiceField(
        label="What is the matter with it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is the matter with it"},
    )
    text = text(
        "What was asked of you, and what is wrong with it?", "Enter what was asked of you", rows=6
    )
    handled = forms.ChoiceField(
        label="If it was an instruction: what did you do?",
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, case: Case, by: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.case, self.by = case, by
        self.grounds = case.profile.demands.offered
        self.fields["ground"].choices = [
            Choice(str(place), ground.text, hint=_source(ground))
            for place, ground in enumerate(self.grounds)
        ]
        self.fields["text"].help_text = say(
            "Whoever considers it reads this. The {member} does not, and is not told."
        )
        self._handled()

    def _handled(self) -> None:
        """Not asked where the profile has no such ground."""
        instruction = next((g for g in self.grounds if g.kind == "instruction"), None)
        if instruction is None:
            del self.fields["handled"]
            return
        self.exceptions = instruction.exceptions or ()
        source = instruction.clause or SET_BY_COUNCIL
        named = dict(Demand.HANDLED)
        self.fields["handled"].choices = [
            ("request", named["request"]),
            ("referred", named["referred"]),
            *(
                Choice(f"{EXCEPTION}{place}", words, hint=f"An exception ({source})")
                for place, words in enumerate(self.exceptions)
            ),
        ]
        self.fields["handled"].help_text = "Leave it out where you were asked, and not told"

    def clean(self):
        found = super().clean()
        if "ground" not in found:
            return found
        ground = self.grounds[int(found["ground"])]
        handled = found.get("handled", "")
        if ground.kind == "instruction" and not handled and "handled" not in self.errors:
            self.add_error("handled", "Select what you did with the instruction")
        if ground.kind != "instruction" and handled:
            self.add_error("handled", "Leave this out, or select above that it was an instruction")
        return found

    def values(self) -> dict:
        """The arguments of the action, but for `case`, `by` and `contribution`."""
        found = self.cleaned_data
        how, _, place = found.get("handled", "").partition(":")
        return {
            "ground": self.grounds[int(found["ground"])],
            "text": found["text"],
            "handled": how,
            "exception": self.exceptions[int(place)] if place else "",
        }


def _source(ground) -> str:
    return ground.citation if ground.clause else SET_BY_COUNCIL.capitalize()


class DemandForm(Versioned, GdsForm):
    """A form for one verb on one demand: `version` is what the person had before them."""

    def __init__(self, *args, demand: Demand, by: Person, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"version": demand.version, **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        self.demand, self.by = demand, by
        self.prepare()

    def prepare(self) -> None:
        """What depends on the demand."""

    def values(self) -> dict:
        """The arguments of the action, but for `demand` and `by`."""
        found = dict(self.cleaned_data)
        return {"seen": found.pop("version"), **found}


class ConsiderForm(DemandForm):
    submit_text = "Close it with this"
    outcome = forms.ChoiceField(
        label="What comes of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what comes of it"},
    )
    text = text("In your words", "Enter what comes of it, in your words", rows=5)

    def prepare(self) -> None:
        self.fields["outcome"].choices = [
            (key, phrases.outcome(key)) for key in rules.outcomes(self.demand)
        ]
        self.fields["text"].help_text = say(
            "The officer who flagged it reads this. The {member} does not."
        )


class TakeBackForm(DemandForm):
    submit_text = "Take it back"
    reason = reason("Why do you take it back? (optional)", "", required=False)
