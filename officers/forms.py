"""What people type about officers, services and absence, made into clean values."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from council.rules import EARLIEST, LATEST
from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm
from officers.models import Officer, Service


class OfficerChoice(forms.ModelChoiceField):
    """An officer who is one now, with the job that tells two of one name apart."""

    def __init__(self, **kwargs):
        kwargs.setdefault("empty_label", "Nobody")
        super().__init__(Officer.objects.none(), **kwargs)

    def label_from_instance(self, officer: Officer) -> str:
        return f"{officer.person.name}, {officer.job_title}"


class ServiceChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        kwargs.setdefault("empty_label", "No service")
        super().__init__(Service.objects.none(), **kwargs)


class _Directory(GdsForm):
    """Fills the lists of officers and services: those of today, and the one that is named already.

    `named` maps a field to the id that it holds now, so that a form of old data still opens.
    """

    def __init__(self, *args, named: dict[str, int | None] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        named = named or {}
        for name, field in self.fields.items():
            kept = [named[name]] if named.get(name) else []
            if isinstance(field, OfficerChoice):
                field.queryset = (
                    Officer.objects.current(today) | Officer.objects.filter(pk__in=kept)
                ).select_related("person")
            elif isinstance(field, ServiceChoice):
                field.queryset = Service.objects.current(today) | Service.objects.filter(
                    pk__in=kept
                )


class OfficerForm(_Directory):
    submit_text = "Save the officer"

    name = forms.CharField(label="Full name", max_length=200)
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="They sign in with it. Somebody with this address already stays the same person. Once "
        "they have an account, a new one is used only when they confirm it.",
    )
    job_title = forms.CharField(label="Job title", max_length=160)
    service = ServiceChoice(label="Service", required=False)
    level = forms.ChoiceField(
        label="Level",
        widget=forms.RadioSelect,
        choices=Officer.LEVELS,
        initial="officer",
        help_text="The protocol sends some enquiries to senior or chief officers.",
    )
    manager = OfficerChoice(
        label="Manager",
        required=False,
        help_text="What is late goes up to them.",
    )


class ServiceForm(_Directory):
    submit_text = "Save the service"

    name = forms.CharField(label="Name of the service", max_length=120)
    head = OfficerChoice(
        label="Head of service", required=False, help_text="New enquiries to the service wait here."
    )
    chief_officer = OfficerChoice(
        label="Chief officer", required=False, help_text="Who answers for the service in the end"
    )


class SuccessorForm(GdsForm):
    """Which service takes over. Asked by a link, so that the page after it can be looked at again."""

    submit_text = "Continue"

    into = ServiceChoice(
        label="Which service takes over?",
        empty_label="Choose a service",
        error_messages={
            "required": "Choose the service that takes over",
            "invalid_choice": "Choose a service from the list: that one has ended",
        },
    )

    def __init__(self, *args, service: Service, help_text: str, **kwargs):
        super().__init__(*args, **kwargs)
        others = Service.objects.filter(ended_on=None).exclude(pk=service.pk)
        self.fields["into"].queryset = others
        self.fields["into"].help_text = help_text

    @property
    def helper(self):
        helper = super().helper
        helper.form_method = "get"
        helper.disable_csrf = True
        return helper


class ReasonForm(GdsForm):
    """Why a service is merged or ended."""

    warning = True

    reason = LongTextField(
        label="Why is this done?",
        max_length=1000,
        rows=3,
        help_text="It stands on the pages of both services. Name nobody, and no enquiry.",
        error_messages={"required": "Enter why this is done"},
    )


class AbsenceForm(_Directory):
    submit_text = "Save the absence"

    since = DateField(
        label="First day away", noun="the first day away", earliest=EARLIEST, latest=LATEST
    )
    until = DateField(
        label="Last day away", noun="the last day away", earliest=EARLIEST, latest=LATEST
    )
    cover = OfficerChoice(
        label="Who covers?",
        required=False,
        help_text="They are told what falls due. If nobody covers, it goes to the officer above.",
    )


class OfficerAbsenceForm(AbsenceForm):
    """The same for any officer: whoever keeps the directory chooses whose it is."""

    officer = OfficerChoice(label="Who is away?", empty_label="Choose an officer")

    def fields_layout(self):
        return ["officer", "since", "until", "cover"]
