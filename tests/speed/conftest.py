"""What the tests of speed share: one council with 100,000 cases, on PostgreSQL, made once.

Its rows are committed before the first test and taken away after the last, so that plans and times
are those of the product. Each test is a transaction that is rolled back, sessions included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from bench import filling
from bench.council_at_scale import Council, set_up
from casework.models import Case, Clock, Message
from council import calendar
from ledger.models import Event
from tests.casework.making import NOW

CASES = 100_000


@pytest.fixture(scope="package")
def council(django_db_setup, django_db_blocker) -> Iterator[Council]:
    """100,000 cases over five years, about 3,000 of them open, on Monday 1 June 2026."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=True):
        # All of it is emptied at the end.
        assert connection.settings_dict["NAME"].startswith("test_")
        start = perf_counter()
        try:
            made = set_up()
            filling.fill(made, CASES)
            print(
                f"\nN={Case.objects.count():,} cases ({Case.objects.open().count():,} open), "
                f"{Clock.objects.count():,} clocks, {Message.objects.count():,} messages, "
                f"{Event.objects.count():,} events, made in {perf_counter() - start:.0f} s"
            )
            # Inside a transaction the calendar is not remembered; in the product, it is.
            calendar.current()
            yield made
        finally:
            filling.empty()
            calendar.forget()


@pytest.fixture
def signed_in(council: Council) -> Callable[[Person], Client]:
    """`signed_in(person)`: a browser in which they are signed in, the same one in a test."""
    kept: dict[int, Client] = {}

    def browser(person: Person) -> Client:
        if person.pk not in kept:
            kept[person.pk] = Client()
            kept[person.pk].force_login(person)
            # The first page of a session also writes to it.
            kept[person.pk].get(reverse("account"))
        return kept[person.pk]

    return browser
