"""The gallery's forms: one of each kind of field."""

import datetime as dt

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import ConditionalQuestion, ConditionalRadios
from django import forms

from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm, OnceOnly, Versioned
from frontend.layout import Field, Fieldset, Text

STATES = [("open", "Open"), ("paused", "Paused"), ("answered", "Answered")]


class GalleryForm(OnceOnly, Versioned, GdsForm):
    """An enquiry logged by an officer for a member."""

    submit_text = "Raise the enquiry"
    cancel_href = "/gallery/list"

    subject = forms.CharField(
        max_length=60, help_text="A few words, such as “Fly-tipping in Ash Road”"
    )
    text = LongTextField(label="What does the member want to know?", max_length=500, rows=5)
    received = DateField(
        label="Date received",
        noun="the date received",
        help_text="For example, 27 3 2026",
        latest=dt.date(2026, 11, 22),
    )
    ward = forms.ChoiceField(choices=[("", "Choose a ward"), ("1", "Ashley"), ("2", "Cotham")])
    came_by = forms.ChoiceField(
        label="How did it reach you?",
        widget=forms.RadioSelect,
        choices=[
            Choice("phone", "Phone"),
            Choice("surgery", "Surgery", hint="The member’s own, or one that you attended"),
            Choice("letter", "Letter"),
        ],
    )
    phone = forms.CharField(label="Which number may we ring back?", required=False)
    copies = forms.MultipleChoiceField(
        label="Who else should see the answer?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("ward", "The other ward members"), ("exec", "The executive member")],
    )
    members = forms.IntegerField(
        label="How many residents are affected?", min_value=0, required=False
    )
    email = forms.EmailField(label="Member’s email address")
    photo = forms.FileField(label="Photo", required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    private = forms.BooleanField(label="This is private and confidential", required=False)

    def fields_layout(self):
        """Group the fields as a page would."""
        return [
            Text("Everything here goes to the service."),
            Fieldset("subject", "text", legend="The enquiry", legend_size="m"),
            "received",
            "ward",
            ConditionalRadios(
                "came_by", ConditionalQuestion("Phone", "phone"), "Surgery", "Letter"
            ),
            Field.checkboxes("copies", legend_size="s", small=True),
            "members",
            "email",
            "photo",
            "password",
            "private",
        ]


class FilterForm(GdsForm):
    """What a work list is narrowed by."""

    q = forms.CharField(label="Words", required=False)
    state = forms.MultipleChoiceField(
        choices=STATES, required=False, widget=forms.CheckboxSelectMultiple
    )
    ward = forms.ChoiceField(choices=[("", "Any ward"), ("1", "Ashley")], required=False)
    after = DateField(label="Received after", required=False)
