"""What a list of cases can be narrowed by. Each filter works on what the person may see already."""

from __future__ import annotations

from dataclasses import dataclass, replace

import django_filters
from django.db.models import BigIntegerField, CharField, DateField, F, Value
from django.utils import timezone

from casework import periods
from casework.finding import asking, search
from casework.models import Case
from casework.querysets import ANSWERED_AGAIN, FIGURES
from frontend.filtering import Filters
from frontend.forms import GdsForm
from members.models import Ward
from officers import history
from officers.models import Service
from protocol import lifecycle

OPEN_FIGURES = ("due_today", "due_this_week", "overdue", "paused", "unexplained", "asked_again")
FIGURE_LABELS = {
    "open": "Open",
    "due_today": "Due today",
    "due_this_week": "Due this week",
    "overdue": "Overdue",
    "paused": "Paused",
    "within": "Answered in time",
    "explained": "Answered by a new date",
    "breach": "Answered late",
    "handed_on": "Handed on",
    "unexplained": "Late, and not yet explained",
    "asked_again": "Opened again, not yet answered",
    "again_within": "Answered again in time",
    "again_explained": "Answered again by a new date",
    "again_breach": "Answered again late",
}


class CaseFilter(Filters):
    """Words of the case or its reference, what the figures count, state, service and ward. It is told the
    request: what words find depends on who reads."""

    q = django_filters.CharFilter(
        label="Reference or words", method="by_words", max_length=asking.LONGEST
    )
    figure = django_filters.ChoiceFilter(
        label="Show",
        choices=[(key, FIGURE_LABELS[key]) for key in FIGURES],
        method="by_figure",
        empty_label="Everything",
        error_messages={"invalid_choice": "Select what to show from the list"},
    )
    answered = django_filters.ChoiceFilter(
        label="Answered", choices=periods.CHOICES, method="by_period", empty_label="At any time"
    )
    state = django_filters.ChoiceFilter(
        label="Status", choices=Case.STATES, empty_label="Any status"
    )
    service = django_filters.ChoiceFilter(
        label="Service", method="by_service", empty_label="Any service"
    )
    ward = django_filters.ChoiceFilter(
        label="Ward", empty_label="Any ward", null_label="Not known", null_value="none"
    )

    asked = django_filters.ChoiceFilter(
        label="Asked of another service",
        choices=[("open", "Not yet given"), ("late", "Late")],
        method="by_asked",
        empty_label="Whether or not",
    )
    asked_service = django_filters.ChoiceFilter(
        label="Which service was asked", method="with_asked", empty_label="Any service"
    )

    class Meta:
        model = Case
        fields: list[str] = []
        form = GdsForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "answered" in self.filters and self.data.get("figure") == "handed_on":
            self.filters["answered"].label = FIGURE_LABELS["handed_on"]
        asked = {"service", "ward"} & self.filters.keys()
        services, wards, self._now = _services_and_wards() if asked else ({}, [], {})
        # A service with all that it took over: ids by the id that was chosen.
        self.stands_for = {str(pk): ids for pk, (_, ids) in services.items()}
        named = [(str(pk), label) for pk, (label, _) in services.items()]
        for name, choices in (("service", named), ("asked_service", named), ("ward", wards)):
            if name in self.filters:
                self.filters[name].extra["choices"] = choices

    @property
    def went_on(self) -> list[WentOn]:
        """Of a service in use that was merged or ended: the same list by the one that carries on its work. A
        view that was saved, or a bookmark, would else go quiet without a word.
        """
        if not (self.form.is_bound and self.form.is_valid()):
            return []
        found = []
        for name in ("service", "asked_service"):
            chosen = self._now.get(self.form.cleaned_data.get(name))
            if chosen:
                query = self.data.copy()
                query.pop("page", None)
                query[name] = chosen.to
                found.append(replace(chosen, href=f"?{query.urlencode()}"))
        return found

    def by_words(self, cases, name, value):
        return search.narrowed(cases, self.request.user, asking.terms(value))

    def by_service(self, cases, name, value):
        return cases.filter(service__in=self.stands_for[value])

    def by_figure(self, cases, name, value):
        return cases.counted(value, timezone.localdate())

    def by_asked(self, cases, name, value):
        service = self.form.cleaned_data.get("asked_service")
        return self._asked_of(cases, value, int(service) if service else None)

    def with_asked(self, cases, name, value):
        """Alone, of what it was asked and has not given; with `asked`, that says which."""
        if self.form.cleaned_data.get("asked"):
            return cases
        return self._asked_of(cases, "open", int(value))

    def _asked_of(self, cases, figure: str, service: int | None):
        return cases.asked_of(figure, timezone.localdate(), self.request.user, service)

    def by_period(self, cases, name, value):
        """By the first answer; by the second ones, where a figure of those is shown, and by when it was handed
        on, where those are.
        """
        period = periods.period(value, timezone.localdate())
        answered, figure = period.answered, self.form.cleaned_data.get("figure")
        if figure == "handed_on":
            return cases.filter(period.ended)
        if figure in ANSWERED_AGAIN:
            return cases.answered_again(figure, answered)
        return cases.filter(answered)


class WorkFilter(CaseFilter):
    """What is open: nothing of it has been answered, so nothing is asked of answers."""

    answered = None
    asked = None
    asked_service = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, kept in (("figure", OPEN_FIGURES), ("state", lifecycle.OPEN)):
            extra = self.filters[name].extra
            extra["choices"] = [choice for choice in extra["choices"] if choice[0] in kept]


class MemberCaseFilter(CaseFilter):
    """A member's own casework: the service and ward matter less than what became of it."""

    service = None
    ward = None
    asked = None
    asked_service = None


@dataclass(frozen=True)
class WentOn:
    """A service that was merged or ended, the id and name of the one that carries on, and a list by that."""

    title: str
    to: str
    now: str
    href: str = ""


Choices = tuple[dict[int, tuple[str, list[int]]], list[tuple[str, str]], dict[str, WentOn]]


def _services_and_wards() -> Choices:
    """The choices of both filters from one query, ended ones too: old cases name them."""
    none = {"ended": Value(None, output_field=DateField())}
    none |= {"now": Value(None, output_field=BigIntegerField())}
    kinds = (
        ("service", Service, {"ended": F("ended_on"), "now": F("carried_on_by")}),
        ("ward", Ward, none),
    )
    services, wards = (
        model.objects.order_by()
        .annotate(kind=Value(kind, output_field=CharField()), key=F("pk"), title=F("name"), **more)
        .values_list("kind", "key", "title", "ended", "now")
        for kind, model, more in kinds
    )
    found: dict[str, list[tuple]] = {"service": [], "ward": []}
    for kind, *row in services.union(wards, all=True):
        found[kind].append(tuple(row))
    choices = sorted(
        ((str(key), title) for key, title, _, _ in found["ward"]), key=lambda one: one[1].casefold()
    )
    names = {pk: title for pk, title, _, _ in found["service"]}
    went_on = {
        str(pk): WentOn(title, str(now), names[now])
        for pk, title, _, now in found["service"]
        if now
    }
    return history.labels(found["service"], timezone.localdate()), choices, went_on
