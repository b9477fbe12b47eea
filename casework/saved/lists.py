"""Which lists can be saved with their filters, who has them, and what of an address is kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm
from django.http import QueryDict
from django.urls import reverse

from accounts import standing
from casework import scope
from casework.filters import CaseFilter, MemberCaseFilter, WorkFilter
from casework.finding import asking
from casework.models import Case, SavedView
from casework.models.saved_view import LONGEST_QUERY
from frontend.filtering import chips_of
from frontend.parts import NavItem


@dataclass(frozen=True)
class Listed:
    """A list: its title, and the permissions of which any opens it, as its view declares them."""

    title: str
    filters: type[CaseFilter]
    permissions: tuple[str, ...]


OFFICERS = ("enquiry.work", "enquiry.oversee")
LISTS = {
    "work-list": Listed("Your work", WorkFilter, ("enquiry.work",)),
    "team-list": Listed("Your team’s work", WorkFilter, ("enquiry.work",)),
    "passed-list": Listed("Passed to other teams", WorkFilter, ("enquiry.work",)),
    "case-list": Listed("All cases", CaseFilter, ("enquiry.oversee",)),
    "casework-all": Listed("All your casework", MemberCaseFilter, ("enquiry.follow",)),
    "case-find": Listed("Find a case", CaseFilter, ("enquiry.follow", *OFFICERS)),
}


def open_to(person) -> list[str]:
    """The names of the lists that this person may open today."""
    may, leads = standing.of(person).may, bool(scope.of(person).heads)
    return [
        name
        for name, one in LISTS.items()
        if any(map(may, one.permissions)) and (leads or name != "passed-list")
    ]


def filters_of(name: str, person) -> type[CaseFilter]:
    """What narrows a list for this person. A member searches with fewer filters than an officer."""
    if name == "case-find" and not any(map(standing.of(person).may, OFFICERS)):
        return MemberCaseFilter
    return LISTS[name].filters


def form_class(name: str, person) -> type[BaseForm]:
    """The form of a list's filters. One query, for the services and wards to choose from."""
    return filters_of(name, person)(queryset=Case.objects.none()).get_form_class()


def chosen(form: BaseForm) -> tuple[str, str]:
    """The filters in use as an address keeps them, and in words; "" twice where there are none to keep
    or where one cannot be used, such as words of which none can be searched for."""
    if not (form.is_bound and form.is_valid()):
        return "", ""
    words = form.cleaned_data["q"]
    if words and not asking.terms(words):
        return "", ""
    kept = QueryDict(mutable=True)
    for field in form.fields:
        if value := form.data.get(field, "").strip():
            kept[field] = value
    return kept.urlencode(), ", ".join(chip.text for chip in chips_of(form, QueryDict()))


def in_words(views: list[SavedView], person) -> list[tuple[SavedView, str, str]]:
    """Each with its list and its filters in words; of a filter that can no longer be used, that."""
    forms = {name: form_class(name, person) for name in {view.listed for view in views}}
    return [
        (
            view,
            LISTS[view.listed].title,
            chosen(forms[view.listed](QueryDict(view.query)))[1]
            or "One of its filters can no longer be used",
        )
        for view in views
    ]


def address(view: SavedView) -> str:
    return f"{reverse(view.listed)}?{view.query}"


def views_of(person) -> list[SavedView]:
    """One's own views of the lists that are open to one today. One query."""
    mine = open_to(person)
    return [view for view in SavedView.objects.visible_to(person) if view.listed in mine]


@dataclass(frozen=True)
class Bar:
    """What a list shows of saved views: one's own, and where its filters can be saved, or ""."""

    views: tuple[NavItem, ...]
    save: str


def bar(name: str, person, form: BaseForm) -> Bar:
    """Of the list of that name, whose filters are in `form`. One query."""
    query, _ = chosen(form)
    items = [
        NavItem(view.name, address(view), active=view.listed == name and view.query == query)
        for view in views_of(person)
    ]
    already = any(item.active for item in items)
    may_save = query and not already and len(query) <= LONGEST_QUERY
    save = f"{reverse('view-add')}?list={name}&{query}" if may_save else ""
    return Bar(tuple(items), save)
