"""The floor under every figure: the least that this machine can do, so that figures travel."""

from __future__ import annotations

from django.db import connection

from bench.scene import Scenario, Scene, Work, page
from bench.sweeping import tomorrow
from casework.models import Case, Clock
from ledger.models import Event

NOTHING, FRAME = "An empty page", "The frame of a page"
ROWS, LONG_ROWS = "25 cases by their keys", "A long case’s rows by their keys"
DUE_ROWS, COMMIT = "A night’s clocks by their keys", "One row written and committed"


def question(scene: Scene, who: str) -> Work:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()

    return work


def committed(scene: Scene, who: str) -> Work:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE council_council SET name = name")

    return work


def counting(scene: Scene, who: str) -> Work:
    return lambda: sum(n * n % 7 for n in range(200_000))


def rows_of(scene: Scene, who: str) -> Work:
    keys = list(Case.objects.order_by("-received_on", "-pk").values_list("pk", flat=True)[:25])
    return lambda: list(Case.objects.filter(pk__in=keys))


def long_rows(scene: Scene, who: str) -> Work:
    case = scene.long
    events = list(Event.objects.about(case.key).values_list("pk", flat=True))
    messages = list(case.messages.values_list("pk", flat=True))

    def work() -> None:
        Case.objects.get(pk=case.pk)
        list(Event.objects.filter(pk__in=events))
        list(case.messages.model.objects.filter(pk__in=messages))

    return work


def due_rows(scene: Scene, who: str) -> Work:
    keys = list(Clock.objects.step_due(tomorrow()).values_list("pk", flat=True))
    return lambda: len(Clock.objects.filter(pk__in=keys))


FLOOR = (
    Scenario("A sum in Python", "", counting, is_machine=True),
    Scenario("SELECT 1", "", question, is_machine=True),
    Scenario(COMMIT, "", committed, is_machine=True),
    Scenario(NOTHING, "clerk", page("bench-nothing")),
    Scenario(FRAME, "clerk", page("bench-frame")),
    Scenario(ROWS, "", rows_of),
    Scenario(LONG_ROWS, "", long_rows),
    Scenario(DUE_ROWS, "", due_rows, counts=True),
)
