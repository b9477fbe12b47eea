"""Which of them, to whom and why."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from casework.enquiries.action_forms import OfficerChoice, reason
from casework.passing.theirs import MOST, Mark
from frontend.forms import GdsForm, OnceOnly
from frontend.words import count
from officers.models import Officer


class Ticks(forms.Field):
    """The marks that were ticked, in the order of the page and each once."""

    widget = forms.SelectMultiple

    def clean(self, value) -> list[Mark]:
        try:
            marks = list(dict.fromkeys(Mark.read(one) for one in value or ()))
        except ValueError:
            raise ValidationError(
                "This page has lost its place. Open it again: keep a copy of your text.",
                code="invalid",
            ) from None
        if not marks:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(marks) > MOST:
            raise ValidationError(f"Pass on {count(MOST, 'thing')} at once or fewer", code="many")
        return marks


class PassOnForm(OnceOnly, GdsForm):
    """`of` is whose work it is. The page draws the ticks itself."""

    form_tag = False
    ticked = Ticks(error_messages={"required": "Tick what you want to pass on"})
    officer = OfficerChoice(
        label="Who is to have what you ticked?",
        queryset=Officer.objects.none(),
        empty_label="Choose an officer",
        help_text="Officers who are away today are not listed",
        error_messages={
            "required": "Choose who is to have it",
            "invalid_choice": "Choose an officer who is there today",
        },
    )
    reason = reason("Why are you passing it on?", "Enter why you are passing it on")

    def __init__(self, *args, of: Officer, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        present = Officer.objects.present(on).with_names().exclude(pk=of.pk)
        self.fields["officer"].queryset = present.order_by("person__name")
        self.fields["reason"].help_text = "Only officers see it. It is kept with each enquiry."

    def fields_layout(self):
        return ["officer", "reason"]
