"""What people type about themselves and others, made into clean values."""

from __future__ import annotations

from crispy_forms_gds.choices import Choice
from django import forms

from accounts.grants import STATES
from accounts.models import Person
from frontend.forms import GdsForm, Versioned
from frontend.layout import Field
from frontend.terms import say
from protocol.authority import ROLES

EMAIL_LIKE = "Enter an email address like name@example.com"


def email_field(
    label: str = "Email address", autocomplete: str = "email", **kwargs
) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
        error_messages={"required": "Enter your email address", "invalid": EMAIL_LIKE},
        **kwargs,
    )


class MailForm(GdsForm):
    """`hour` is when the daily mail goes, in words."""

    submit_text = "Save"
    mailed = forms.ChoiceField(
        label="How do you want to be mailed?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you want to be mailed"},
    )

    def __init__(self, *args, hour: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mailed"].choices = [
            Choice(Person.Mailed.HAPPENS, "As it happens", hint="A mail each time."),
            Choice(
                Person.Mailed.DAILY,
                f"Once a day, at {hour}",
                hint="One mail with a line for each thing that happened, and none on a day without news.",
            ),
        ]


class PersonForm(Versioned, GdsForm):
    """Somebody's name and email; `person` is None for somebody new."""

    name = forms.CharField(
        max_length=200,
        help_text="As the council writes it, with title and honours",
        error_messages={"required": "Enter their name"},
    )
    email = forms.EmailField(
        label="Email address",
        required=False,
        max_length=254,
        help_text="They sign in with it, and notices go to it. Leave it empty if they have none. Once "
        "they have an account, a new one is used only when they confirm it.",
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
        error_messages={"invalid": EMAIL_LIKE},
    )


class CapacityForm(GdsForm):
    """Which of their capacities somebody acts in."""

    submit_text = "Change"
    capacity = forms.ChoiceField(
        label="What do you want to act as?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what you want to act as",
            "invalid_choice": "You cannot act as that any more. Choose another",
        },
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["capacity"]
        field.choices = [(one.key, one.sentence[:1].upper() + one.sentence[1:]) for one in offered]
        field.initial = next((one.key for one in offered if one.current), None)


class GrantsForm(GdsForm):
    """How the list of who holds what is narrowed."""

    q = forms.CharField(label="Name", required=False, max_length=200)
    role = forms.ChoiceField(label="Role", required=False)
    state = forms.ChoiceField(
        label="When", required=False, choices=[("", "Whenever"), *STATES.items()]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        roles = [(role.key, say(role.name)) for role in ROLES]
        self.fields["role"].choices = [("", "Any role"), *roles]
        # What is shown where nobody chose.
        self.fields["state"].initial = "today"


class Invited(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: Person) -> str:
        return f"{person.name} ({person.email})"


class InviteManyForm(GdsForm):
    """Who of those who wait is invited: all of them, unless boxes are unticked."""

    submit_text = "Send the invitations"
    people = Invited(
        label="Who do you want to invite?",
        help_text="Untick those who should wait.",
        queryset=Person.objects.none(),
        error_messages={
            "required": "Tick at least one person to invite",
            "invalid_choice": "Somebody else has invited one of them, or stopped them. "
            "Look at who is still on the list",
        },
    )

    def __init__(self, *args, waiting, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        field.queryset = waiting
        # Read once: the template asks for the choices again at every box that it draws.
        field.choices = list(field.choices)
        field.initial = [value for value, _ in field.choices]

    def fields_layout(self):
        return [Field.checkboxes("people", legend_size="s", small=True)]
