"""The one capacity in which somebody with several acts, in one session. docs/adr/0023-capacities-and-grants.md.

The choice lies in the session and is never read from an address or a field. A form carries the capacity in
which it was drawn as a mark (frontend/mark.py): sent in another, it is refused and nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import capacities, kept, standing
from accounts.models import Person
from accounts.permissions import ACCESS
from frontend import mark
from frontend.failures import words_of
from protocol import authority, capacity

CHOICE = "capacity"
# The attribute of a view that may be sent to from a form of any capacity.
ANY = "any_capacity"


def in_any_capacity(view):
    """A view that does the same whatever somebody acts as: leaving, and changing it."""
    setattr(view, ANY, True)
    return view


@dataclass(frozen=True)
class Acting:
    """A capacity of somebody, in words: "Highways officer, Highways"; of a delegate the member's name."""

    key: str
    words: str
    for_another: bool
    current: bool = False

    @property
    def sentence(self) -> str:
        return f"{'for' if self.for_another else 'as'} {self.words}"


def begin(request: HttpRequest) -> None:
    """Somebody is at a page: from here on they act in one capacity, the one that they used last unless
    this session has another.
    """
    person = request.user
    person.acting_in = request.session.get(CHOICE, person.acted_as)


def key_of(person) -> str:
    """The capacity that they act in; "" where they have no more than one, or are not at a page."""
    return standing.of(person).capacity


def now(person) -> Acting | None:
    """What they act as, for the header; None where there is nothing to choose."""
    key = key_of(person)
    return _in_words(person, [key], key)[0] if key else None


def choices(person) -> list[Acting]:
    """Every capacity of theirs, the one that they act in marked."""
    return _in_words(person, list(standing.whole(person).parted), key_of(person))


def _in_words(person, keys: list[str], current: str) -> list[Acting]:
    """One query, where one of them is for somebody else."""
    principals = {capacity.principal(key) for key in keys} - {None}
    rows = Person.objects.filter(pk__in=principals).values_list("pk", "name") if principals else ()
    names = dict(rows)
    facts = standing.whole(person).parted
    return [
        Acting(
            key,
            names.get(capacity.principal(key), "") or _own(person, key, facts[key]),
            for_another=capacity.principal(key) is not None,
            current=key == current,
        )
        for key in keys
    ]


def _own(person, key: str, facts: frozenset[str]) -> str:
    """By the directory; of who is in none of it, by their posts."""
    if words := capacities.words_of(person, key):
        return words
    posts = sorted(fact.removeprefix("post:") for fact in facts if fact.startswith("post:"))
    shown = [post for post in posts if post != "protocol_adviser"] or posts
    return " and ".join(map(authority.post_in_words, shown))


class OneCapacity:
    """Before every view: what they act as; and that a form is sent in the capacity in which it was drawn."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            begin(request)
        with mark.drawing(lambda: key_of(request.user)):
            return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        if getattr(view_func, ACCESS, None) == "public" or getattr(view_func, ANY, False):
            return None
        here = key_of(request.user)
        fields = _sent(request)
        if not here or fields.get(mark.FIELD, "") == here:
            return None
        return _refused(request, fields)


def _sent(request: HttpRequest):
    """The form as it was drawn; of one whose session had ended, what was sealed of it."""
    if kept.FIELD in request.POST and (
        sealed := kept.opened(request.POST[kept.FIELD], request.user)
    ):
        return sealed.fields
    return request.POST


def _refused(request: HttpRequest, fields) -> HttpResponse:
    """With what they had typed. drafts.js, which shows no page, reads the header."""
    drawn_in = fields.get(mark.FIELD, "")
    then = next((one for one in choices(request.user) if one.key == drawn_in), None)
    page = {"typed": words_of(fields), "files": bool(request.FILES), "then": then}
    response = render(request, "accounts/other_capacity.html", page, status=409)
    response["Evenhand-Refused"] = "capacity"
    return response
