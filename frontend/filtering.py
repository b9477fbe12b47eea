"""Lists narrowed by a form, and what is chosen in it, as chips that each take one choice off."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import QueryDict

from frontend.words import day


class Filters(django_filters.FilterSet):
    """What narrows a list. A choice that cannot be used lists nothing, and the page says which it is:
    a list of everything would be taken for what was asked for.
    """

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use, and the address of the list without it."""

    label: str
    text: str
    href: str


def chips_of(form: BaseForm, query: QueryDict, apart: str = "") -> list[Chip]:
    """Return a chip for each value chosen in a bound GET form. Taking one off goes to page one.

    `apart` is a field that stands elsewhere on the page, and has none.
    """
    if not form.is_bound:
        return []
    form.is_valid()
    chips = []
    for field in form.visible_fields():
        if field.name == apart:
            continue
        value = form.cleaned_data.get(field.name)
        several = not isinstance(value, str) and hasattr(value, "__iter__")
        for item in value if several else [value]:
            if item in (None, "", False):
                continue
            names = [
                name
                for name in query
                if name == field.html_name or name.startswith(f"{field.html_name}_")
            ]
            chips.append(
                Chip(field.label or "", words_of(field, item), without(query, names, item, several))
            )
    return chips


def words_of(field: Any, item: Any) -> str:
    """Return how a chosen value is called on the page."""
    for value, label in getattr(field.field, "choices", ()):
        if str(value) == str(getattr(item, "pk", item)):
            return str(label)
    if item is True:
        return "Yes"
    return day(item) if isinstance(item, date) else str(item)


def without(query: QueryDict, names: list[str], item: Any, several: bool) -> str:
    """Return the query string without one choice, and without the page number."""
    left = query.copy()
    left.pop("page", None)
    for name in names:
        if several:
            left.setlist(
                name, [v for v in left.getlist(name) if v != str(getattr(item, "pk", item))]
            )
        else:
            left.pop(name, None)
    return f"?{left.urlencode()}"
