"""A service is merged or ends where copies go by portfolios (Bl10.3; row 7): who may bring what waits to a
portfolio, and what is said of it before it is done (docs/adr/0018, 0019)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.models import Case, Copy, ServicePortfolio
from casework.portfolios import actions as portfolios
from members.models import Portfolio
from officers.actions import reorganising
from officers.models import Service, ServiceChange
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import NOW, World, fresh, hold, nothing_written, with_bob, world
from tests.factories import AdoptionFactory, OfficerFactory, ServiceFactory, profile_text
from tests.sending import send

pytestmark = pytest.mark.django_db
NAME = "Highways and lamps"
MP = "Jo Mills, Blackpool South"
KINDS = pytest.mark.parametrize("kind", ["merge", "end"])


@pytest.fixture
def made(time_machine) -> World:
    """Environment belongs to Erin's portfolio; Erin keeps the directory besides, and oversees nothing."""
    time_machine.move_to(NOW, tick=False)
    found = world("blackpool")
    found.erin, found.ada = cast.erin(), cast.ada()
    hold("administrator", found.erin)
    since = NOW.date() - timedelta(days=30)
    Portfolio.objects.create(name=NAME, member=found.erin.member, since=since)
    lead = OfficerFactory(person__name="Ella Earth", level="senior")
    found.environment = ServiceFactory(name="Environment", head=lead)
    portfolios.belongs(service=found.environment, name=NAME, by=fresh(found.dev))
    return found


def change(made: World, kind: str, by, into=None) -> ServiceChange:
    act = getattr(reorganising, kind)
    into = into or made.environment
    return act(service=made.highways, into=into, reason="One team.", by=fresh(by))


def raised(made: World) -> Case:
    """An MP's concern, of which no copy could be made yet."""
    return with_bob(made, mp_name=MP, significance="routine")


def preview(client, made: World, by, name: str = "service-merge", into=None) -> str:
    client.force_login(fresh(by))
    address = reverse(name, args=[made.highways.pk])
    return unescape(client.get(f"{address}?into={(into or made.environment).pk}").content.decode())


@KINDS
@pytest.mark.parametrize("waits", [True, False])
def test_whoever_keeps_the_directory_alone_brings_nothing_to_a_portfolio(made, kind, waits):
    """Bl10.3. Whether or not anything waits, which they may not know.

    Seen red with: `may` asked of no room.
    """
    if waits:
        raised(made)
    for keeper in (made.erin, made.ada):
        with nothing_written(), pytest.raises(Refused, match=f"belongs to the portfolio “{NAME}”"):
            change(made, kind, keeper)
    assert Service.objects.get(name="Highways").ended_on is None
    chasing.chase(now=NOW)
    assert not Copy.objects.exists()


@KINDS
def test_whoever_oversees_brings_it_there(made, kind):
    """Bl10.3: what waited is copied to whoever holds the successor's portfolio. Seen red with: everybody
    refused."""
    raised(made)
    change(made, kind, made.dev)
    chasing.chase(now=NOW)
    assert [copy.person for copy in Copy.objects.all()] == [made.erin]


@KINDS
def test_into_a_service_of_no_portfolio_or_of_the_same_anybody_may_who_keeps_the_directory(
    made, kind
):
    """It opens nothing. Seen red with: refused wherever the successor has a portfolio."""
    ServicePortfolio.objects.update_or_create(
        service=made.highways, defaults={"name": "highways  and LAMPS"}
    )
    assert change(made, kind, made.ada)
    parks = ServiceFactory(name="Parks", head=OfficerFactory())
    act = getattr(reorganising, kind)
    assert act(service=made.environment, into=parks, reason="So.", by=fresh(made.ada))


def test_the_page_says_it_before_anything_is_pressed(made, client):
    """No button, and no way to mend the successor, which is well as it is. Seen red with: `_cannot` that asks
    no room."""
    page = preview(client, made, made.ada)
    assert f"Environment belongs to the portfolio “{NAME}”" in page
    assert "Ask democratic services to do it." in page
    assert "Why is this done?" not in page
    assert "Change Environment" not in page


@pytest.mark.parametrize("name", ["service-merge", "service-end"])
def test_whoever_may_reads_to_whose_portfolio_it_goes(made, client, name):
    """Bl10.3. Seen red with: a preview that asks no room for its rows."""
    page = preview(client, made, made.dev, name)
    assert f"“{NAME}”, which Erin Ellis holds today." in page
    assert "Bl10.3" in page
    address = reverse(name, args=[made.highways.pk]) + f"?into={made.environment.pk}"
    assert send(client, address, {"reason": "One team."}).status_code == 302


def test_a_successor_of_no_portfolio_leaves_it_waiting_and_the_page_says_so(made, client):
    """Bl10.3. Seen red with: a row only where the successor has a portfolio."""
    ServicePortfolio.objects.create(service=made.highways, name=NAME)
    parks = ServiceFactory(name="Parks", head=OfficerFactory())
    page = preview(client, made, made.dev, into=parks)
    assert "is copied to nobody until democratic services say" in page
    Portfolio.objects.update(until=NOW.date() - timedelta(days=1))
    assert "which nobody holds today" in preview(client, made, made.dev)


def test_where_nothing_is_copied_by_portfolios_the_page_says_nothing_of_them(made, client):
    """No other document copies by a rule. Seen red with: the protocol in force not asked."""
    AdoptionFactory(profile="bristol", text=profile_text("bristol"), in_force_from=NOW.date())
    assert "Portfolio of" not in preview(client, made, made.dev)
