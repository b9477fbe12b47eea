"""Which officers a list shows."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from frontend.filtering import Filters
from frontend.forms import PlainForm
from officers.models import Officer, Service

# As an address has it.
NO_SERVICE = "none"


class FilterForm(PlainForm, forms.Form):
    form_tag = False


class OfficerFilter(Filters):
    """By name, job or email; by service; managed by somebody; those who left."""

    q = django_filters.CharFilter(label="Name, job or email", method="search", max_length=100)
    service = django_filters.ModelChoiceFilter(
        label="Service",
        queryset=Service.objects.all(),
        empty_label="Any",
        null_label="No service",
        null_value=NO_SERVICE,
    )
    manager = django_filters.ModelChoiceFilter(
        label="Managed by",
        queryset=Officer.objects.filter(reports__isnull=False).distinct().select_related("person"),
        empty_label="Anybody",
    )
    who = django_filters.ChoiceFilter(
        label="Show",
        method="standing",
        choices=[("left", "Those who left")],
        empty_label="Officers now",
    )

    class Meta:
        model = Officer
        fields: list[str] = []
        form = FilterForm

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        today = timezone.localdate()
        left = self.form.cleaned_data.get("who") == "left"
        return queryset.ended(today) if left else queryset.current(today)

    def search(self, queryset, name, value):
        found = Q(person__name__icontains=value) | Q(job_title__icontains=value)
        return queryset.filter(found | Q(person__email__icontains=value))

    def standing(self, queryset, name, value):
        return queryset  # filter_queryset does it, chosen or not.
