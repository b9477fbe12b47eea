"""What the tests of this room begin with."""

import pytest
import time_machine

from tests.cast import dev
from tests.factories import AdoptionFactory, CouncilFactory


@pytest.fixture(autouse=True)
def monday():
    """Every test of this room is on Monday 23 November 2026."""
    with time_machine.travel("2026-11-23 10:00+00:00", tick=False):
        yield


@pytest.fixture
def keeper(db):
    """Dev, who keeps the directories of Exampleton."""
    AdoptionFactory(profile="bristol")
    CouncilFactory()
    return dev()


@pytest.fixture
def kept(client, keeper):
    """A browser in which Dev is signed in."""
    client.force_login(keeper)
    client.get("/account/")  # The first page of a session also writes to it.
    return client
