"""What people type about the council, made into clean values. Rules and actions decide."""

from __future__ import annotations

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import ConditionalQuestion, ConditionalRadios
from django import forms
from django.utils import timezone

from accounts.models import Person
from council.actions.setting_up import first_day
from council.models import Council, Holding, Relationship
from council.rules import EARLIEST, LATEST
from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm
from frontend.layout import Field
from frontend.terms import said
from protocol import profile
from protocol.authority import DELEGATED

OWN = "own"


def profile_choices(*, own: bool) -> list[Choice]:
    library = [
        Choice(key, profile.load(key).title, hint=profile.load(key).document)
        for key in profile.LIBRARY
    ]
    return [*library, Choice(OWN, "Our own", hint="A TOML file that you wrote")] if own else library


class PersonChoice(forms.ModelChoiceField):
    """A person, with the email address that tells two of one name apart."""

    def __init__(self, **kwargs):
        kwargs.setdefault("empty_label", "Choose a person")
        super().__init__(Person.objects.active().only("name", "email", "is_active"), **kwargs)

    def label_from_instance(self, person: Person) -> str:
        return f"{person.name} ({person.email})" if person.email else person.name


def _day(label: str, noun: str, **kwargs) -> DateField:
    return DateField(label=label, noun=noun, earliest=EARLIEST, latest=LATEST, **kwargs)


class DetailsForm(GdsForm):
    submit_text = "Save the details"

    name = forms.CharField(label="Name of the council", max_length=120)
    nation = forms.ChoiceField(
        label="Nation",
        choices=Council.NATIONS,
        widget=forms.RadioSelect,
        help_text="Its bank holidays decide which days are working days. Another nation means "
        "that the dates of all open cases are counted again.",
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}\Z",
        label="Colour",
        help_text="The colour of the band at the top of each page, such as #1d70b8",
        error_messages={"invalid": "Colour must be # and six digits, like #1d70b8"},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false"}),
    )
    contact_email = forms.EmailField(
        label="Contact address",
        required=False,
        max_length=254,
        help_text="Shown to everybody on the pages “Help”, “Privacy notice” and “Accessibility statement”, "
        "without signing in. Give a shared mailbox, not a person’s.",
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )
    postal_address = LongTextField(
        label="Postal address",
        required=False,
        max_length=500,
        rows=4,
        help_text="Stands at the head of letters, a line for each line here",
    )
    online_name = forms.CharField(
        label="Online reporting system (optional)",
        required=False,
        max_length=80,
        help_text="What everybody knows it by, such as “Report it”. Officers hand service requests on to it.",
    )
    online_address = forms.CharField(
        label="Address of the online reporting system (optional)",
        required=False,
        max_length=300,
        help_text="From https:// on. Whoever raised what is handed on is led there",
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}),
    )


class SetupForm(GdsForm):
    """The first-run page."""

    submit_text = "Set the council up"

    code = forms.CharField(
        label="Setup code",
        max_length=40,
        help_text="Whoever installed Evenhand can read it, in the folder where it is and with the same "
        "settings, with: "
        ".venv/bin/python manage.py setup_council --show-code",
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(label="Name of the council", max_length=120)
    profile = forms.ChoiceField(
        label="Which protocol did the council adopt?",
        widget=forms.RadioSelect,
        help_text="You can put another in force later.",
        error_messages={"required": "Select the protocol that the council adopted"},
    )
    adopted_by = forms.CharField(
        label="Who adopted it?",
        max_length=200,
        initial="Full Council",
        help_text="For example: Full Council",
    )
    in_force_from = _day(
        "In force from",
        "the date that it came into force",
        help_text="What was received before this day cannot be logged. 1 January will do where "
        "nobody knows.",
    )
    clerk_name = forms.CharField(
        label="Name of the clerk",
        max_length=200,
        help_text="Who will keep the council’s details: for example the head of democratic services",
    )
    clerk_email = forms.EmailField(
        label="Email address of the clerk",
        max_length=254,
        help_text="A link to set a password goes there.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = profile_choices(own=False)
        self.fields["in_force_from"].initial = lambda: first_day(timezone.localdate())


class AdoptForm(GdsForm):
    """Which profile, who adopted it, from when. `cleaned_data["text"]` is its TOML."""

    submit_text = "Continue"

    source = forms.ChoiceField(
        label="Which protocol?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a protocol"},
    )
    upload = forms.FileField(label="Upload a file", required=False)
    pasted = forms.CharField(
        label="Or paste its text",
        required=False,
        strip=False,
        max_length=profile.LARGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    adopted_by = forms.CharField(
        label="Who adopted it?", max_length=200, help_text="For example: Full Council"
    )
    in_force_from = _day("In force from", "the date that it comes into force")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.faults: list[profile.Fault] = []
        self.fields["source"].choices = profile_choices(own=True)

    def fields_layout(self):
        own = [Field("upload"), Field.textarea("pasted", rows=8)]
        library = [ConditionalQuestion(profile.load(key).title) for key in profile.LIBRARY]
        return [
            ConditionalRadios("source", *library, ConditionalQuestion("Our own", *own)),
            "adopted_by",
            "in_force_from",
        ]

    def clean(self):
        clean = super().clean()
        source = clean.get("source")
        if source and source != OWN:
            clean["text"], clean["named"] = profile.load(source).text, source
        elif source == OWN:
            self._own(clean)
        return clean

    def _own(self, clean: dict) -> None:
        upload = clean.get("upload")
        clean["named"] = upload.name if upload else "the text"
        try:
            text = _read(upload) if upload else (clean.get("pasted") or "").replace("\r\n", "\n")
        except ValueError as error:
            self.add_error("upload", str(error))
            return
        if not text.strip():
            self.add_error("upload", "Choose a file, or paste the text of the protocol")
            return
        self.faults = profile.faults(text, clean["named"])
        if self.faults:
            number = len(self.faults)
            self.add_error(
                "upload" if upload else "pasted",
                f"This protocol has {number} fault{'' if number == 1 else 's'}: mend "
                f"{'it' if number == 1 else 'them'} as listed below, and send it again",
            )
        clean["text"] = text


def _read(upload) -> str:
    content = upload.read(profile.LARGEST + 1)
    if len(content) > profile.LARGEST:
        raise ValueError("The file is larger than 1 MiB: choose the TOML file of a protocol")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("The file is not text: choose the TOML file of a protocol") from None


class ClosureForm(GdsForm):
    submit_text = "Add to the calendar"

    name = forms.CharField(
        label="What is it called?", max_length=120, help_text="For example: Christmas closure"
    )
    first = _day("First day", "the first day")
    last = _day(
        "Last day",
        "the last day",
        required=False,
        help_text="Leave it empty for a single day. Weekends and bank holidays in between are "
        "left out by themselves.",
    )


class HoldingForm(GdsForm):
    """Who holds a post, or deputises. `instead` says whether the present one makes way."""

    submit_text = "Save who holds it"
    PERSON, BODY, CONTACT = "person", "body", "contact"
    WHO = {
        PERSON: "A person who uses this service",
        BODY: "A body, such as a committee",
        CONTACT: "Somebody outside the council",
    }

    who = forms.ChoiceField(
        label="Who is it?",
        widget=forms.RadioSelect,
        choices=list(WHO.items()),
    )
    person = PersonChoice(label="Person", required=False)
    body = forms.CharField(label="Name of the body", max_length=200, required=False)
    contact_name = forms.CharField(label="Name", max_length=200, required=False)
    contact_email = forms.EmailField(
        label="Email address",
        max_length=254,
        required=False,
        help_text="Notices go there.",
    )
    deputy_order = forms.TypedChoiceField(
        label="Part",
        coerce=int,
        choices=[(0, "Holds the post"), *((n, f"Deputy {n}") for n in range(1, 10))],
        help_text="A deputy stands in when the holder is away, or when it is about the holder. They see "
        "what the holder sees from the first day to the last.",
    )
    since = _day("From", "the first day")
    until = _day(
        "Until", "the last day", required=False, help_text="Leave it empty if there is none yet."
    )
    instead = forms.ModelChoiceField(
        Holding.objects.none(),
        label="Does somebody stop holding it?",
        required=False,
        empty_label="No: they hold it together",
        help_text="They hold it until the day before.",
    )

    def __init__(self, *args, holdings=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instead"].queryset = holdings
        if not holdings:
            del self.fields["instead"]

    def fields_layout(self):
        last = ("deputy_order", "since", "until", "instead")
        return [
            ConditionalRadios(
                "who",
                ConditionalQuestion(self.WHO[self.PERSON], Field("person")),
                ConditionalQuestion(self.WHO[self.BODY], Field("body")),
                ConditionalQuestion(
                    self.WHO[self.CONTACT], Field("contact_name"), Field("contact_email")
                ),
            ),
            *[name for name in last if name in self.fields],
        ]

    def clean(self):
        clean = super().clean()
        needed = {
            self.PERSON: ("person", "Choose the person"),
            self.BODY: ("body", "Enter the name of the body"),
            self.CONTACT: ("contact_name", "Enter a name"),
        }
        unaddressed = not clean.get("contact_email") and "contact_email" not in self.errors
        if clean.get("who") == self.CONTACT and unaddressed:
            self.add_error("contact_email", "Enter their email address: notices go there")
        name, message = needed.get(clean.get("who"), ("", ""))
        if name and not clean.get(name) and name not in self.errors:
            self.add_error(name, message)
        return clean

    def holder(self) -> dict:
        """The one holder that was chosen, as keywords of the action; what stands elsewhere goes."""
        clean = self.cleaned_data
        if clean["who"] == self.PERSON:
            return {"person": clean["person"]}
        if clean["who"] == self.BODY:
            return {"body": clean["body"]}
        return {"contact_name": clean["contact_name"], "contact_email": clean["contact_email"]}


class LastDayForm(GdsForm):
    """When something ends: holdings, delegations, relationships, officers, services."""

    warning = True

    last_day = _day("Last day", "the last day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate


class PostForm(GdsForm):
    submit_text = "Add the post"

    title = forms.CharField(label="Title of the post", max_length=120)


class RelationshipForm(GdsForm):
    submit_text = "Record the relationship"

    person = PersonChoice(label="Who declared it?")
    other = PersonChoice(label="With whom?")
    kind = forms.ChoiceField(
        label="What kind of relationship?", widget=forms.RadioSelect, choices=Relationship.KINDS
    )
    declared_on = _day("Date of the declaration", "the date of the declaration")


class LimitsForm(GdsForm):
    """What a delegate may do. Reading is not asked: whoever acts for somebody reads."""

    submit_text = "Save what they may do"

    may = forms.MultipleChoiceField(
        label="What they may do besides reading",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, words[:1].upper() + words[1:]) for key, words in DELEGATED.items()],
        help_text="Leave all of it empty if they are only to read.",
    )


class DelegationForm(LimitsForm):
    submit_text = "Record it"
    field_order = ("principal", "delegate", "may", "since", "until")

    principal = PersonChoice(label="For whom?", help_text=said("Usually a {member}"))
    delegate = PersonChoice(
        label="Who acts for them?", help_text="For example a political assistant"
    )
    since = _day("From", "the first day")
    until = _day(
        "Until", "the last day", required=False, help_text="Leave it empty if there is none yet."
    )


class ConfirmForm(GdsForm):
    """One red button, below its consequences."""

    warning = True
