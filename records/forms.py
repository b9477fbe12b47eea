"""What people type about keeping and forgetting, made into clean values. Rules and actions decide."""

from __future__ import annotations

from datetime import date

from django import forms

from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm
from records.models import Erasure, ErasureRequest
from records.rules import LONGEST_MONTHS

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _why(label: str, required: str) -> LongTextField:
    return LongTextField(
        label=label,
        rows=4,
        help_text="Whoever keeps to the data protection rules reads this. Do not name a resident.",
        error_messages={"required": required},
    )


class HoldForm(GdsForm):
    submit_text = "Place the hold"
    why = _why("Why must it be kept as it is?", "Enter why it must be kept as it is")
    look_again_on = DateField(
        label="When will you look again whether the hold is still needed?",
        noun="the day to look again",
        help_text="The hold does not end by itself on that day.",
        earliest=EARLIEST,
        latest=LATEST,
    )


class LiftForm(GdsForm):
    submit_text = "Lift the hold"
    why = _why("Why is the hold no longer needed?", "Enter why the hold is no longer needed")


class RequestForm(GdsForm):
    """At least one thing to look for: the action says so."""

    submit_text = "Record it and look"
    name = forms.CharField(
        label="Their name",
        required=False,
        max_length=200,
        help_text="As they write it. Other spellings need another request.",
    )
    address = forms.CharField(
        label="Their address (optional)",
        required=False,
        max_length=200,
        help_text="What an enquiry would have of it: “12 Quay Street”",
    )
    phone = forms.CharField(label="Telephone number (optional)", required=False, max_length=60)
    email = forms.CharField(
        label="Email address (optional)",
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    received_on = DateField(
        label="When did the council receive the request?",
        noun="the day it was received",
        help_text="It is answered within one month (UK GDPR, article 12(3)).",
        earliest=EARLIEST,
        latest=LATEST,
    )


class ExtentForm(GdsForm):
    """Drawn inside the form of the ticks."""

    form_tag = False
    extent = forms.ChoiceField(
        label="What is to be erased of those you tick?",
        choices=Erasure.EXTENTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is to be erased"},
    )


class CloseForm(GdsForm):
    submit_text = "Close the request"
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=ErasureRequest.OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how it ended"},
    )


class KeepForm(GdsForm):
    submit_text = "Keep them"
    until = DateField(
        label="Until when are they kept?",
        noun="the new date",
        help_text="They come up again on that day.",
        earliest=EARLIEST,
        latest=LATEST,
    )
    why = _why("Why are they kept longer?", "Enter why they are kept longer")


class ConfirmForm(GdsForm):
    """A red button, and nothing to fill in."""

    warning = True
    submit_text = "Erase for good"


class SchedulesForm(GdsForm):
    """A field for each way of ending, by `key`."""

    submit_text = "Save"

    def __init__(self, *args, schedules: dict[tuple[str, str], tuple[int, bool]], names, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = {f"{kind}-{outcome}": (kind, outcome) for kind, outcome in schedules}
        for name, key in self.keys.items():
            months, is_set = schedules[key]
            self.fields[name] = forms.IntegerField(
                label=f"{names[key]}: months to keep",
                initial=months,
                min_value=1,
                max_value=LONGEST_MONTHS,
                help_text="Set by the council" if is_set else "Proposed by Evenhand",
                widget=forms.TextInput(
                    attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}
                ),
                error_messages={
                    "required": f"{names[key]}: enter how many months",
                    "invalid": f"{names[key]}: months must be a number",
                    "min_value": f"{names[key]}: months must be 1 or more",
                    "max_value": f"{names[key]}: months must be {LONGEST_MONTHS} or fewer",
                },
            )

    @property
    def months(self) -> dict[tuple[str, str], int]:
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}
