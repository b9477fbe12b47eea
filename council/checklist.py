"""What a new council still has to do, ticked by the product."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.urls import reverse

from council.models import Adoption, ClosureDay, Council, Holding
from council.posts import same_holder
from frontend.parts import Task
from frontend.words import count
from protocol.profile import Profile

# A room above adds its own: `more(on)` gives Tasks (members imported, officers recorded, …).
More = Callable[[date], list[Task]]
_more: list[More] = []


def register(more: More) -> None:
    if more not in _more:
        _more.append(more)


def tasks(council: Council | None, on: date) -> list[Task]:
    in_force = Adoption.objects.in_force(on)
    latest = in_force or Adoption.objects.first()
    profile = latest.profile if latest else None
    return [
        Task(
            "Name, nation and colour",
            council is not None,
            href=reverse("council-edit"),
            hint="What every page is headed with, and whose bank holidays count.",
        ),
        Task(
            "The protocol in force",
            in_force is not None,
            words=_adopted(in_force, latest),
            href=reverse("adoption-list"),
            hint="Its standards, routes and steps govern every case.",
        ),
        _posts(profile, on),
        Task(
            "Closure days",
            ClosureDay.objects.filter(day__gte=on).exists(),
            href=reverse("closure-list"),
            hint="Days between Christmas and New Year, for example. Bank holidays are known.",
        ),
        *(task for more in _more for task in more(on)),
    ]


def _adopted(in_force: Adoption | None, latest: Adoption | None) -> str:
    if in_force is not None:
        return "Done"
    return "Not yet in force" if latest else "To do"


def _posts(profile: Profile | None, on: date) -> Task:
    vacant = vacancies(profile, on) if profile else []
    return Task(
        "Who holds each post",
        profile is not None and not vacant,
        words=f"{len(vacant)} vacant" if vacant else "",
        href=reverse("post-list"),
        hint="A case that reaches a vacant post goes to the last resort instead."
        if not vacant
        else f"{count(len(vacant), 'post')} that the protocol names: {_some(vacant)}.",
    )


def vacancies(profile: Profile, on: date) -> list[str]:
    """The titles of the posts that the profile names and nobody holds, in one query."""
    held = set(Holding.objects.on(on).order_by().values_list("post__key", flat=True))
    return [
        post.title
        for key, post in profile.posts.items()
        if held.isdisjoint((key, *same_holder(key, profile)))
    ]


def _some(titles: list[str], most: int = 4) -> str:
    shown = ", ".join(titles[:most])
    return f"{shown} and {len(titles) - most} more" if len(titles) > most else shown
