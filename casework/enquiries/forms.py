"""What people type into an enquiry, as clean values for the actions. The profile decides what is asked."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils import timezone

from accounts import standing
from accounts.drafts import Drafted
from accounts.models import Person
from casework import scope
from casework.enquiries import another_member, logging_rules
from casework.models import DirectContact, EnquiryDetail
from documents.forms import WithFiles
from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm, OnceOnly
from frontend.layout import Details, Field
from frontend.terms import said, say
from frontend.words import day
from members.models import Ward
from officers.models import Service
from protocol.profile import Profile

NATURES = [
    Choice("council", "A council service, or something in the ward"),
    Choice("whistleblowing", "Wrongdoing inside the council"),
    Choice("political", "Party-political or campaign work"),
    Choice("private", "Private business"),
]
OWN_JOB = Choice("own_employment", "An officer’s own job")
NOT_KNOWN = "none"
# Going back and sending the same words once more is one enquiry.
SENT_AGAIN = timedelta(hours=1)
SOMETHING_ELSE = "no"

# Said before it is sent, as it goes to a member who may be of another group (Bl10.3).
MP_IS_COPIED = (
    "Name and constituency. What is written here, and the reply, are copied to the executive member whose "
    "portfolio it is ({clause})"
)


class LogForm(WithFiles, Drafted, OnceOnly, GdsForm):
    """Log an enquiry: short for a member on a phone, with what only an officer knows for an officer."""

    submit_text = "Send the enquiry"

    member = forms.ModelChoiceField(
        label=said("Which {member} is it from?"),
        queryset=Person.objects.none(),
        empty_label=said("Choose a {member}"),
    )
    channel = forms.ChoiceField(
        label="How did it reach you?", choices=[("", "Choose how"), *EnquiryDetail.CHANNELS]
    )
    received = DateField(
        label="When did it reach the council?",
        noun="the date it reached the council",
        latest=timezone.localdate,
    )
    subject = forms.CharField(
        label="Subject",
        max_length=200,
        help_text="A few words, such as “Street light out in Ash Road”",
    )
    body = LongTextField(
        label="What do you want to know, or to happen?",
        max_length=10_000,
        rows=6,
        error_messages={"required": "Enter what you want to know, or to happen"},
    )
    service = forms.ModelChoiceField(
        label="Service",
        queryset=Service.objects.none(),
        required=False,
        empty_label="I am not sure",
        help_text="If you are not sure, we will send it to the right one",
        error_messages={
            "invalid_choice": "Select a service from the list: the one you chose has ended"
        },
    )
    direct_contact = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    ward = forms.ChoiceField(
        label="Ward",
        help_text="Choose “Not known” if you cannot tell, or it is about more than one",
        error_messages={"required": "Select a ward, or “Not known”"},
    )
    significance = forms.ChoiceField(
        label="How significant is it?",
        widget=forms.RadioSelect,
        choices=[
            Choice("routine", "Routine", hint="An everyday matter. It goes to the service"),
            Choice("significant", "Significant", hint="It goes to the chief officer"),
        ],
    )
    factual = forms.ChoiceField(
        label="Is it only a question of fact?",
        widget=forms.RadioSelect,
        choices=[
            Choice("yes", "Yes", hint="It goes straight to the officers who know"),
            Choice("no", "No", hint="It goes to a senior officer first"),
        ],
    )
    nature = forms.ChoiceField(
        label="What is it about?",
        choices=NATURES,
        widget=forms.RadioSelect,
        initial="council",
    )
    interest = forms.ChoiceField(
        label=said("Is it for somebody close to the {member}?"),
        required=False,
        choices=[("", "No"), *EnquiryDetail.INTERESTS],
    )
    confidential = forms.BooleanField(required=False)
    confidential_why = forms.CharField(
        label="What is confidential, and why?", max_length=400, required=False
    )
    constituent_name = forms.CharField(label="Resident’s name", max_length=200, required=False)
    constituent_contact = forms.CharField(
        label="How to reach the resident", max_length=400, required=False
    )
    constituent_basis = forms.ChoiceField(
        label="Why the council may hold the resident’s details",
        required=False,
        choices=[("", "No resident’s details are given"), *EnquiryDetail.BASES],
    )
    mp_name = forms.CharField(
        label="Member of Parliament, if an MP raised it",
        max_length=200,
        required=False,
        help_text="Name and constituency",
    )
    external_reference = forms.CharField(
        label="Reference in another system", max_length=60, required=False
    )

    def __init__(self, *args, by: Person, profile: Profile, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_held(by)
        self.where = standing.of(by)
        self.profile = profile
        self._who()
        self._what()
        self._direct_contact()
        self.fields["service"].queryset = Service.objects.current(timezone.localdate())
        wards = Ward.objects.current(timezone.localdate()).values_list("pk", "name")
        self.fields["ward"].choices = [("", "Choose a ward"), (NOT_KNOWN, "Not known"), *wards]

    def offer_draft(self, *args, **kwargs) -> None:
        """The window keeps nothing of what is diverted, and the Back button brings nothing of it back."""
        super().offer_draft(*args, **kwargs)
        never = [f"nature={one}" for one in logging_rules.diversions(self.profile)]
        self.form_attrs |= {"autocomplete": "off", "data-draft-never": " ".join(never)}

    def _who(self) -> None:
        """An officer says whose it is and how it came; a member is asked nothing that is known."""
        on_behalf = self._members()
        if on_behalf is None:
            del self.fields["member"]
            self.fields["interest"].label = "Is it for somebody close to you?"
        else:
            self.fields["member"].queryset = on_behalf
            if not self.for_officer and len(theirs := self._theirs()) == 1:
                self.fields["member"].initial = next(iter(theirs))
        if self.for_officer:
            self.fields["received"].initial = timezone.localdate()
            label = say("What does the {member} want to know, or to happen?")
            missing = say("Enter what the {member} wants to know, or to happen")
            self.fields["body"].label = label
            self.fields["body"].error_messages["required"] = missing
        else:
            for name in ("channel", "received", "external_reference"):
                del self.fields[name]

    @property
    def for_officer(self) -> bool:
        return self.where.may("enquiry.log")

    def _members(self):
        """The members this person may raise it for; None where it can only be themselves."""
        today = timezone.localdate()
        in_office = Person.objects.filter(member__isnull=False).exclude(member__ended_on__lt=today)
        if self.for_officer:
            # What is their own to raise, or for a member, they raise as that.
            elsewhere = scope.of(self.by).sides_with - self._theirs()
            return in_office.exclude(pk__in=elsewhere).order_by("name")
        principals = self.where.ids("raise_for")
        if not principals:
            return None
        return in_office.filter(pk__in=self._theirs()).order_by("name")

    def _theirs(self) -> frozenset[int]:
        """Those for whom they raise: themselves, where they act as a member, and who lets them."""
        mine = {self.by.pk} if "member" in self.where.facts else set()
        return self.where.ids("raise_for") | mine

    def _what(self) -> None:
        """The profile's questions, and no others."""
        self.fields["confidential"].label = f"Mark it {self.profile.confidential.marking}"
        asked = {
            "significance": ["significance"],
            "factual": ["factual"],
            "family_or_friend": ["interest"],
            "member_of_parliament": ["mp_name"],
            "private_and_confidential": ["confidential", "confidential_why"],
        }
        for question, names in asked.items():
            if not self.profile.asks(question):
                for name in names:
                    del self.fields[name]
        if "interest" in self.fields:
            self.fields["interest"].help_text = another_member.before(self.profile)
        if "mp_name" in self.fields and self.profile.mp.copy_to == "executive_member":
            self.fields["mp_name"].help_text = MP_IS_COPIED.format(
                clause=self.profile.mp.clause or ""
            )
        if self.for_officer and "nature" in self.fields:
            self.fields["nature"].choices = [*NATURES, OWN_JOB]

    def _direct_contact(self) -> None:
        """What the member may take straight to a service (We3.7; Bk Some general principles): is it that?

        An officer or a delegate is asked once the member and the service are known.
        """
        self.agreements = self._agreements() if self.profile.asks("agreed_direct") else {}
        if not self.agreements:
            del self.fields["direct_contact"]
            return
        field = self.fields["direct_contact"]
        first = next(iter(self.agreements.values()))
        if len(self.agreements) == 1:
            field.label = f"Is this about “{first.matter}”?"
            found = [Choice(str(first.pk), "Yes", hint=_agreed(first))]
        else:
            field.label = "Is this about one of these?"
            found = [
                Choice(key, f"Yes, “{one.matter}”", hint=_agreed(one))
                for key, one in self.agreements.items()
            ]
        rule = self.profile.route("enquiry", frozenset())
        post = self.profile.posts.get(rule.post or "")
        hint = f"It goes to the {post.title} first" if post else ""
        field.choices = [*found, Choice(SOMETHING_ELSE, "No", hint=hint)]

    def _agreements(self) -> dict[str, DirectContact]:
        """By their keys as the form sends them; for somebody else's enquiry, those of its service."""
        today = timezone.localdate()
        if "member" not in self.fields:
            found = DirectContact.objects.for_member(self.by.pk, today)
        else:
            member, service = self._sent("member"), self._sent("service")
            theirs = self.fields["member"].queryset.filter(pk=member)
            found = DirectContact.objects.for_member(member, today)
            found = found.filter(service=service, member__in=theirs)
        return {str(one.pk): one for one in found}

    def _sent(self, name: str) -> int:
        """The id that was sent for a field, not yet checked; 0 for nothing, or for rubbish."""
        value = self.data.get(self.add_prefix(name)) or "" if self.is_bound else ""
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0

    def fields_layout(self):
        def kept(*names):
            return [name for name in names if name in self.fields]

        first = kept("member", "channel", "received", "subject")
        radios = [Field.radios(n, legend_size="s") for n in kept("significance", "factual")]
        rest = kept(
            "interest",
            "confidential",
            "confidential_why",
            "constituent_name",
            "constituent_contact",
            "constituent_basis",
            "mp_name",
            "external_reference",
        )
        return [
            *first,
            Field.textarea("body", rows=6),
            *kept("files", "held"),
            "service",
            *(Field.radios(name, legend_size="s") for name in kept("direct_contact")),
            "ward",
            *radios,
            Details("Add a resident’s details, declare an interest or mark it confidential", *rest),
            Details(
                "Is it about something other than a council service?",
                Field.radios("nature", legend_size="s"),
            ),
        ]

    def clean(self):
        values = super().clean()
        named = values.get("constituent_name") or values.get("constituent_contact")
        if named and not values.get("constituent_basis"):
            self.add_error(
                "constituent_basis", "Select why the council may hold the resident’s details"
            )
        if self.agreements:
            self._is_it_what_was_agreed(values)
        unsaid = values.get("confidential") and not values.get("confidential_why")
        if unsaid and self.profile.confidential.say_what_and_why:
            self.add_error("confidential_why", "Enter what is confidential, and why")
        return values

    def _is_it_what_was_agreed(self, values: dict) -> None:
        """Yes goes with the service agreed; without an answer nothing goes past the clerk unasked."""
        answer, service = values.get("direct_contact"), values.get("service")
        agreed = self.agreements.get(answer or "")
        values["direct_contact"] = agreed
        if agreed is not None:
            values["service"] = service or agreed.service
            if values["service"] != agreed.service:
                self.add_error(
                    "service",
                    f"Select {agreed.service.name}, where “{agreed.matter}” goes, or answer “No” below",
                )
        elif answer != SOMETHING_ELSE and service is not None:
            asked = [one.matter for one in self.agreements.values() if one.service == service]
            if asked and "direct_contact" not in self.errors:
                self.add_error("direct_contact", f"Select yes if it is about “{asked[0]}”")

    def values(self) -> dict:
        """The arguments of `actions.log`, but for `by`."""
        found = self.with_files(self.without_draft(dict(self.cleaned_data)))
        ward, factual = found.pop("ward"), found.pop("factual", None)
        return {
            "member": self.by,
            "channel": "online",
            "submission_key": found.pop("once"),
            "once_within": SENT_AGAIN,
            "received_at": _moment(found.pop("received", None)),
            "factual": None if factual is None else factual == "yes",
            **found,
            "ward": Ward.objects.get(pk=ward) if ward != NOT_KNOWN else None,
        }


def _agreed(agreement: DirectContact) -> str:
    """Where an agreement leads and how long it lasts, for who may use it."""
    until = f" to {day(agreement.until)}" if agreement.until else ""
    service = agreement.service.name
    return f"It goes straight to {service}. Agreed from {day(agreement.since)}{until}"


def _moment(received) -> datetime | None:
    """Midday on a past day; now for today, so that the cut-off hour can tell."""
    if received is None or received == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(received, time(12)))


class AgreementForm(GdsForm):
    """An agreement that a member goes straight to a service (We3.7; Bk Some general principles)."""

    submit_text = "Record the agreement"
    member = forms.ModelChoiceField(
        label=said("{Member}"),
        queryset=Person.objects.none(),
        empty_label=said("Choose a {member}"),
    )
    service = forms.ModelChoiceField(
        label="Service", queryset=Service.objects.none(), empty_label="Choose a service"
    )
    matter = forms.CharField(
        label="What is it about?",
        max_length=200,
        help_text=said("The {member} is asked “Is this about …?”, so write it as they would"),
    )
    since = DateField(label="First day", noun="the first day", initial=timezone.localdate)
    until = DateField(label="Last day (optional)", noun="the last day", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        members = Person.objects.filter(member__isnull=False).exclude(member__ended_on__lt=today)
        self.fields["member"].queryset = members.order_by("name")
        self.fields["service"].queryset = Service.objects.current(today)
