"""This room's part of the list of what a new council still has to do."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from frontend.parts import Task
from frontend.words import count
from officers.models import Officer, Service


def tasks(on: date) -> list[Task]:
    lacking = Q(head__isnull=True) | Q(chief_officer__isnull=True)
    services = Service.objects.current(on).aggregate(
        number=Count("pk"), headless=Count("pk", filter=lacking)
    )
    headless = services["headless"]
    return [
        Task(
            "Officers",
            Officer.objects.current(on).exists(),
            href=reverse("officer-list"),
            hint="Who answers enquiries, in which service, and who manages them.",
        ),
        Task(
            "Services, with head and chief officer",
            services["number"] > 0 and not headless,
            words=f"{headless} incomplete" if headless else "",
            href=reverse("service-list"),
            hint=f"{count(headless, 'service')} without a head or a chief officer."
            if headless
            else "What is late goes up to them.",
        ),
    ]
