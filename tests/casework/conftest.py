"""What the casework tests share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from council import calendar
from tests.casework.making import World, world


@pytest.fixture(autouse=True)
def _no_calendar_of_another_test():
    """Two tests may give the same version of the calendar different closure days."""
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture
def bristol(db) -> World:
    return world("bristol")


@pytest.fixture
def at_once() -> Callable:
    """Run work(0) … work(count - 1) in threads that begin together; results or exceptions."""

    def run(work: Callable, count: int = 8) -> list:
        together = Barrier(count)

        def one(number: int):
            try:
                together.wait()
                return work(number)
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run
