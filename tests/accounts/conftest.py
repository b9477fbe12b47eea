"""What the tests of people share: what the ledger says, and a person who can sign in."""

import pytest

from accounts.models import Person
from ledger.models import Event, Notice
from tests.accounts import councils_provider
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


@pytest.fixture(scope="session")
def _councils_provider():
    provider, server = councils_provider.started()
    yield provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(_councils_provider, settings) -> councils_provider.Provider:
    """The council's provider, which tells the truth until it is told otherwise."""
    _councils_provider.behave()
    councils_provider.offer(settings, _councils_provider.issuer)
    return _councils_provider
