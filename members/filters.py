"""Which members a list shows."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import CharField, F, Value

from frontend.filtering import Filters
from frontend.forms import PlainForm
from frontend.terms import said
from members.models import Member, PartyGroup, Ward

NO_GROUP = "none"


class FilterForm(PlainForm, forms.Form):
    form_tag = False


class MemberFilter(Filters):
    """By name or email, ward and group; members now unless those who left, or all, are asked for."""

    q = django_filters.CharFilter(label="Name or email", method="search", max_length=100)
    ward = django_filters.ChoiceFilter(label="Ward", method="standing_for", empty_label="Any")
    group = django_filters.ChoiceFilter(
        label="Party group", method="belonging_to", empty_label="Any"
    )
    who = django_filters.ChoiceFilter(
        label="Show",
        method="asked",
        choices=[("ended", "Those who left"), ("all", "Everybody")],
        empty_label=said("{Members} now"),
    )

    class Meta:
        model = Member
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        wards, groups = _wards_and_groups()
        self.filters["ward"].extra["choices"] = wards
        self.filters["group"].extra["choices"] = [(NO_GROUP, "No group"), *groups]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        who = self.form.cleaned_data.get("who")
        if who == "all":
            return queryset
        return queryset.ended() if who == "ended" else queryset.still_open()

    def search(self, queryset, name, value):
        return queryset.named(value)

    def standing_for(self, queryset, name, value):
        if self.form.cleaned_data.get("who"):
            # Those who left stand for no ward now: look at the ones they stood for.
            return queryset.filter(seats__ward=value).distinct()
        return queryset.standing_for(value)

    def belonging_to(self, queryset, name, value):
        if value == NO_GROUP:
            return queryset.filter(group__isnull=True)
        return queryset.filter(group=value)

    def asked(self, queryset, name, value):
        return queryset  # filter_queryset does it, chosen or not.


def _wards_and_groups() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The choices of both filters from one query, ended ones too: those who left had them."""
    found: dict[str, list[tuple[str, str]]] = {"ward": [], "group": []}
    wards, groups = (
        model.objects.order_by()
        .annotate(kind=Value(kind, output_field=CharField()), key=F("pk"), title=F("name"))
        .values_list("kind", "key", "title")
        for kind, model in (("ward", Ward), ("group", PartyGroup))
    )
    for kind, key, title in wards.union(groups, all=True):
        found[kind].append((str(key), title))
    return (
        sorted(found["ward"], key=lambda choice: choice[1].casefold()),
        sorted(found["group"], key=lambda choice: choice[1].casefold()),
    )
