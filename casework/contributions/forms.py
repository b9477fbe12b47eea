"""One form for each verb of a contribution, and the one by which another service is asked."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.drafts import Drafted
from accounts.models import Person
from casework.contributions import rules
from casework.enquiries.action_forms import OfficerChoice, WritingForm, reason, text
from casework.models import Contribution
from council.calendar import current
from documents.forms import WithFiles
from frontend.fields import DateField
from frontend.forms import GdsForm, Versioned
from frontend.terms import say
from frontend.words import count, day
from officers.models import Officer, Service


class AskServiceForm(WritingForm):
    """Whom, for what, by when, and how much of the enquiry they may read."""

    submit_text = "Ask them"
    service = forms.ModelChoiceField(
        label="Which service do you ask?",
        queryset=Service.objects.none(),
        empty_label="Choose a service",
        required=False,
    )
    officer = OfficerChoice(
        label="Or one officer of another service (optional)",
        queryset=Officer.objects.none(),
        empty_label="Whoever has it in the service",
        required=False,
        help_text="Officers who are away today are not listed",
    )
    text = text("What do you need from them?", "Enter what you need from them", rows=5)
    due = DateField(label="By when do you need it?", noun="the date by which you need it")
    shares = forms.BooleanField(required=False)

    def prepare(self) -> None:
        super().prepare()
        today, case, calendar = timezone.localdate(), self.case, current()
        services = Service.objects.current(today).exclude(pk=case.service_id)
        self.fields["service"].queryset = services.order_by("name")
        officers = Officer.objects.present(today).filter(service__isnull=False).with_names()
        officers = officers.exclude(person=case.owner_id).exclude(service=case.service_id)
        self.fields["officer"].queryset = officers.order_by("person__name")
        self.fields["text"].help_text = say(
            "They read this and the subject of the enquiry. They do not see the resident’s details "
            "that you hold, nor your notes. The {member} does not see what you write."
        )
        self._dates(today, calendar)
        if case.enquiry.confidential:
            del self.fields["shares"]
        else:
            self.fields["shares"].label = say(
                "Let them read what the {member} and the council wrote to each other, with its files"
            )
            self.fields[
                "shares"
            ].help_text = (
                "Only if they need it. They can read it until they have given their contribution."
            )

    def _dates(self, today, calendar) -> None:
        rule = self.case.profile.contributions
        if rule is None:
            return
        field = self.fields["due"]
        field.initial = rules.first_offered(self.case, today, calendar)
        last = day(rules.last_date(self.case, today, calendar))
        whose = rule.clause or "set by the council"
        days = count(rule.days, "working day")
        field.help_text = (
            f"We suggest {days} ({whose}), or the day before the enquiry is due where that is sooner. "
            f"The latest is {last}."
        )

    def clean(self):
        found = super().clean()
        service, officer = found.get("service"), found.get("officer")
        whom_is_wrong = {"service", "officer"} & self.errors.keys()
        if not service and not officer and not whom_is_wrong:
            self.add_error("service", "Choose a service, or an officer")
        if service and officer and officer.service_id != service.pk:
            self.add_error("officer", "Choose an officer of that service, or no service")
        return found


class ContributionForm(Drafted, Versioned, GdsForm):
    """A form for one verb on one contribution: `version` is what the person had before them."""

    def __init__(self, *args, contribution: Contribution, by: Person, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"version": contribution.version, **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        self.contribution = contribution
        self.by = by
        self.prepare()

    def prepare(self) -> None:
        """What depends on the contribution or on who is asking."""

    def values(self) -> dict:
        """The arguments of the action, but for `contribution` and `by`."""
        found = self.without_draft(dict(self.cleaned_data))
        return {"seen": found.pop("version"), **found}


class ContributeForm(WithFiles, ContributionForm):
    submit_text = "Give your contribution"
    text = text("Your contribution", "Enter your contribution", rows=6)

    def prepare(self) -> None:
        self.offer_held(self.by)

    def fields_layout(self):
        return ["text", *(name for name in ("files", "held") if name in self.fields)]

    def values(self) -> dict:
        return self.with_files(super().values())


class TakeOnForm(ContributionForm):
    submit_text = "Take it on"


class PassOnForm(ContributionForm):
    submit_text = "Pass it on"
    officer = OfficerChoice(
        label="Which officer?",
        queryset=Officer.objects.none(),
        empty_label="Choose an officer",
        help_text="Officers of your service who are there today",
    )
    reason = reason("Why are you passing it on?", "Enter why you are passing it on")

    def prepare(self) -> None:
        service, today = self.contribution.service, timezone.localdate()
        theirs = Q(service=service) | Q(pk__in=[service.head_id, service.chief_officer_id])
        present = Officer.objects.present(today).filter(theirs).with_names()
        present = present.exclude(person=self.contribution.owner_id)
        self.fields["officer"].queryset = present.order_by("person__name")


class DeclineForm(ContributionForm):
    submit_text = "Say that you cannot"
    reason = reason(
        "Why can your service not do this, and who could?",
        "Enter why your service cannot do this",
    )


class CallBackForm(ContributionForm):
    submit_text = "Call it back"
    warning = True
    reason = reason("Why is it no longer needed? (optional)", "", required=False)
