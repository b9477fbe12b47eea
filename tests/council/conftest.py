"""What the tests of this room begin with."""

import pytest
import time_machine

from council import calendar
from tests.cast import ada, dev
from tests.factories import AdoptionFactory, CouncilFactory

TODAY = "2026-11-23 10:00+00:00"  # a Monday


@pytest.fixture(autouse=True)
def monday():
    """Every test of this room is on Monday 23 November 2026."""
    calendar.forget()
    with time_machine.travel(TODAY, tick=False):
        yield
    calendar.forget()


@pytest.fixture
def council(db):
    """Exampleton, England, with Bristol's protocol since long ago."""
    AdoptionFactory(profile="bristol")
    return CouncilFactory()


@pytest.fixture
def keeper(council):
    """Ada, who may keep the council's details."""
    return ada()


@pytest.fixture
def kept(client, keeper):
    """A browser in which Ada is signed in."""
    client.force_login(keeper)
    client.get("/account/")  # The first page of a session also writes to it.
    return client


@pytest.fixture
def clerk(council):
    """Dev, who keeps the council's details and sees every enquiry besides."""
    return dev()
