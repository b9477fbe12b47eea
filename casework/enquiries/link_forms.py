"""The forms by which two enquiries are linked, taken apart, and one is closed as a duplicate of the other."""

from __future__ import annotations

from crispy_forms_gds.choices import Choice
from django import forms

from casework import links
from casework.enquiries.action_forms import ActionForm, reason
from casework.models import Case
from frontend.terms import said


class LinkForm(ActionForm):
    submit_text = "Link the two"
    other_reference = forms.CharField(
        label="Reference of the other enquiry", max_length=20, help_text="For example, E-7K3P9QX"
    )
    how = forms.ChoiceField(
        label="How do they belong together?",
        widget=forms.RadioSelect,
        choices=[
            Choice("related", "They are related", hint="Such as two about the same road"),
            Choice(
                "duplicate",
                "This is a duplicate of the other",
                hint=said("Where the same {member} raised both, you can then close this one"),
            ),
        ],
    )
    reason = reason("Why do they belong together?", "Enter why they belong together")

    def prepare(self) -> None:
        self.fields["reason"].help_text = "Only officers who may see both read this"

    def clean_other_reference(self) -> Case:
        """One that this person may see; the same words for what is not there and what is not theirs."""
        wanted = self.cleaned_data["other_reference"].strip().upper()
        found = Case.objects.visible_to(self.by).filter(reference=wanted).first()
        if found is None:
            raise forms.ValidationError(
                "There is no enquiry with that reference that you may see. Check the reference"
            )
        return found

    def values(self) -> dict:
        found = super().values()
        return {"other": found.pop("other_reference"), "kind": found.pop("how"), **found}


class LinkedChoice(forms.ChoiceField):
    """One of the enquiries that a case is linked with, by its reference."""

    def offer(self, linked: list[links.Linked]) -> None:
        self.by_reference = {one.other.reference: one for one in linked}
        self.choices = [
            ("", "Choose an enquiry"),
            *((key, f"{key}: {one.other.subject}") for key, one in self.by_reference.items()),
        ]

    def clean(self, value) -> links.Linked:
        return self.by_reference[super().clean(value)]


class UnlinkForm(ActionForm):
    submit_text = "Take the link away"
    link = LinkedChoice(label="With which enquiry?")

    def prepare(self) -> None:
        self.fields["link"].offer(links.ends(self.case))

    def values(self) -> dict:
        found = super().values()
        return {**found, "link": found["link"].link}


class CloseDuplicateForm(ActionForm):
    submit_text = "Close it as a duplicate"
    warning = True
    other = LinkedChoice(label="Which enquiry goes on?")
    reason = reason(
        said("What should the {member} know about it?"),
        said("Enter what the {member} should know about it"),
    )

    def prepare(self) -> None:
        # Once it is sent, the action says of any of them why it cannot go on.
        found = links.repeated(self.case) if self.is_bound else links.closable(self.case)
        self.fields["other"].offer(found)
        if len(found) == 1:
            self.fields["other"].initial = found[0].other.reference

    def values(self) -> dict:
        found = super().values()
        return {**found, "other": found["other"].other}
