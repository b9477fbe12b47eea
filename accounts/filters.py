"""How the list of people is narrowed."""

from __future__ import annotations

import django_filters
from django import forms

from accounts.models import ACCESS, Person
from frontend.filtering import Filters
from frontend.forms import GdsForm


class PersonFilter(Filters):
    q = django_filters.CharFilter(
        label="Name or email", method="matching", field_name="name", max_length=200
    )
    access = django_filters.ChoiceFilter(
        label="Signing in",
        choices=list(ACCESS.items()),
        method="with_access",
        empty_label="Everybody",
        widget=forms.Select,
    )

    class Meta:
        model = Person
        fields: list[str] = []
        form = GdsForm

    def matching(self, people, name, value):
        return people.matching(value)

    def with_access(self, people, name, value):
        return getattr(people, value)() if value in ACCESS else people
