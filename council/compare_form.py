"""Which protocols stand side by side."""

from __future__ import annotations

from crispy_forms_gds.helper import FormHelper
from django import forms
from django.http import QueryDict

from frontend.forms import GdsForm
from frontend.layout import Field
from protocol import profile


class CompareForm(GdsForm):
    """Which protocols stand beside the council's own, and whether all of it or what differs.

    `own` is None before a protocol is in force: the library's are then compared with each other.
    """

    submit_text = "Compare"
    MOST = 5

    against = forms.MultipleChoiceField(
        label="Compare with",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select a protocol to compare with"},
    )
    show = forms.ChoiceField(
        label="Show",
        widget=forms.RadioSelect,
        choices=[("different", "Only what differs"), ("all", "Everything")],
        error_messages={"required": "Select what to show"},
    )

    def __init__(self, asked: QueryDict, *, own: profile.Profile | None) -> None:
        self.own = own
        library = [profile.load(key) for key in profile.LIBRARY]
        self.others = {one.key: one for one in library if own is None or one.digest != own.digest}
        sent = asked if {"against", "show"} & asked.keys() else None
        super().__init__(sent, initial={"against": self._first(), "show": "different"})
        self.fields["against"].choices = [(key, one.title) for key, one in self.others.items()]

    def _first(self) -> list[str]:
        """One that is nearest: of the same kind of council where there is one; two if there is no own."""
        kind = self.own.kind if self.own else None
        nearest = sorted(self.others, key=lambda key: self.others[key].kind != kind)
        return nearest[: 1 if self.own else 2]

    def fields_layout(self) -> list:
        return [Field.checkboxes("against", small=True), Field.radios("show", small=True)]

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_method = "get"
        helper.disable_csrf = True
        return helper

    def clean_against(self) -> list[str]:
        chosen = self.cleaned_data["against"]
        most = self.MOST - (self.own is not None)
        if len(chosen) > most:
            raise forms.ValidationError(f"Select {most} or fewer: more cannot be read side by side")
        if self.own is None and len(chosen) < 2:
            raise forms.ValidationError("Select two or more")
        return chosen

    @property
    def chosen(self) -> list[profile.Profile]:
        """What stands side by side, the council's own first; empty where the form has an error."""
        if self.is_bound and not self.is_valid():
            return []
        keys = self.cleaned_data["against"] if self.is_bound else self.initial["against"]
        own = [self.own] if self.own else []
        return [*own, *(one for key, one in self.others.items() if key in keys)]

    @property
    def everything(self) -> bool:
        return self.is_bound and self.cleaned_data.get("show") == "all"
