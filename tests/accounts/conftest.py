"""What the tests of people share: what the ledger says, and a person who can sign in."""

import pytest

from accounts.models import Person
from ledger.models import Event, Notice
from tests.factories import PASSWORD, PersonFactory


@pytest.fixture
def told(db):
    """The ledger's events so far: [(verb, subject, actor)]."""
    return lambda: list(Event.objects.order_by("id").values_list("verb", "subject", "actor"))


@pytest.fixture
def notices(db):
    """The notices so far: [(verb, recipient)]."""
    return lambda: list(Notice.objects.order_by("id").values_list("event__verb", "recipient"))


@pytest.fixture
def pat(db) -> Person:
    """Pat, with PASSWORD."""
    return PersonFactory(name="Pat Price", email="pat@example.org", password=PASSWORD)
