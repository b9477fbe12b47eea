"""The one question about a saved view: what it is called."""

from __future__ import annotations

from django import forms

from casework.models.saved_view import LONGEST_NAME
from frontend.forms import GdsForm


class ViewNameForm(GdsForm):
    name = forms.CharField(
        label="Name of the view",
        help_text="Only you see it. For example, “Overdue in Highways”.",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
