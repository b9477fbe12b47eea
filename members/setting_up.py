"""This room's part of the list of what a new council still has to do."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from frontend.parts import Task
from frontend.terms import say
from members.models import Member


def tasks(on: date) -> list[Task]:
    return [
        Task(
            say("{Members}, wards and party groups"),
            Member.objects.current(on).exists(),
            href=reverse("member-import"),
            hint="Import them from modern.gov, or add them one by one.",
        )
    ]
