"""A successor that lacks a leader, and names that files no longer know: what is said (docs/adr/0018)."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from council.actions import importing
from officers.actions import officers, reorganising
from officers.models import Officer, Service
from tests.factories import OfficerFactory, ServiceFactory
from tests.importing import csv_of
from tests.importing import kind as kind_of

TODAY = date(2026, 11, 23)
NO_CHIEF = "has no chief officer. What is late goes up to its head, and no further."
NO_HEAD = "has no head. What is not yet given to an officer waits for its chief officer."


@pytest.fixture
def parks(keeper) -> Service:
    lead = {"head": OfficerFactory(level="senior"), "chief_officer": OfficerFactory(level="chief")}
    return ServiceFactory(name="Parks", **lead)


def preview(kept, service: Service, into: Service, name: str = "service-merge") -> str:
    address = reverse(name, args=[service.pk])
    return unescape(kept.get(f"{address}?into={into.pk}").content.decode())


@pytest.mark.parametrize("name", ["service-merge", "service-end"])
def test_a_successor_without_a_chief_officer_is_warned_of_and_taken(kept, parks, keeper, name):
    """Seen red with: nothing asked beyond whether anybody leads it."""
    into = ServiceFactory(name="Environment", head=OfficerFactory(level="senior"))
    page = preview(kept, parks, into, name)
    assert f"Environment {NO_CHIEF}" in page
    assert reverse("service-edit", args=[into.pk]) in page
    assert "Why is this done?" in page
    assert NO_HEAD not in page
    assert "is for the head of Environment to give out" in page
    assert reorganising.merge(service=parks, into=into, reason="So.", by=keeper)


def test_so_is_one_without_a_head_or_whose_head_has_left(kept, parks):
    """Seen red with: a leader who has left taken for one who is there."""
    chief = OfficerFactory(level="chief")
    left = OfficerFactory(ended_on=date(2026, 1, 1))
    for number, head in enumerate((None, left)):
        into = ServiceFactory(name=f"Environment {number}", head=head, chief_officer=chief)
        page = preview(kept, parks, into)
        assert f"{into} {NO_HEAD}" in page
        assert NO_CHIEF not in page
        assert f"is for the chief officer of {into} to give out" in page


def test_where_no_service_has_a_chief_officer_none_is_missed(kept, parks):
    """As in a town. Seen red with: every successor without one warned of."""
    Service.objects.update(chief_officer=None)
    into = ServiceFactory(name="Environment", head=OfficerFactory())
    page = preview(kept, parks, into)
    assert NO_CHIEF not in page
    assert "Change Environment" not in page


def test_of_one_that_has_both_nothing_is_said(kept, parks):
    into = ServiceFactory(name="Environment", head=OfficerFactory(), chief_officer=OfficerFactory())
    page = preview(kept, parks, into)
    assert "Warning" not in page
    assert "Change Environment" not in page


@pytest.mark.parametrize("kind", ["service", "officer"])
@pytest.mark.parametrize("carried_on", [True, False])
def test_a_file_is_told_what_became_of_a_former_name(parks, keeper, kind, carried_on):
    """Gardens, called Parks later, has ended since. Seen red with: the name that it had at the end given as its
    name now.
    """
    gardens = officers.add_service(name="Gardens", by=keeper)
    officers.change_service(service=gardens, name="Green", head=None, chief_officer=None, by=keeper)
    if carried_on:
        reorganising.merge(service=gardens, into=parks, reason="So.", by=keeper)
    else:
        Service.objects.filter(pk=gardens.pk).update(ended_on=date(2026, 1, 1))
    files = {
        "service": [("service",), ("GARDENS",), ("Quays",)],
        "officer": [
            ("email", "name", "jobtitle", "service"),
            ("jo@example.org", "Jo", "Gardener", "GARDENS"),
            ("al@example.org", "Al", "Gardener", "Parks"),
        ],
    }
    content = csv_of(*files[kind])
    report = importing.import_file(kind=kind_of(kind), content=content, by=keeper)
    way = (
        "Write Parks, which carries on its work."
        if carried_on
        else "Use the one that took its place."
    )
    assert [str(one.reason) for one in report.rejected] == [
        f"the service “GARDENS”, called Green later, has ended. {way}"
    ]
    assert not Service.objects.filter(name__iexact="gardens").exists()


def test_whoever_leads_both_is_not_said_to_lead_no_longer(kept, parks):
    """Seen red with: both leaders of the old service named."""
    into = ServiceFactory(
        name="Environment", head=OfficerFactory(), chief_officer=parks.chief_officer
    )
    page = preview(kept, parks, into)
    lost = page[page.index("No longer leads Parks") :]
    assert str(parks.head) in lost[: lost.index("</dl>")].partition("</dd>")[0]
    assert str(parks.chief_officer) not in lost.partition("</dd>")[0]


def test_officers_whose_service_ended_are_found_to_be_given_another(kept, parks, keeper):
    """Seen red with: no way to list them; those who left counted."""
    OfficerFactory(service=None, ended_on=date(2026, 1, 1))
    into = ServiceFactory(name="Environment", head=OfficerFactory(service__name="Quays"))
    for name in ("Jo Ng", "Al Alone"):
        OfficerFactory(person__name=name, service=parks)
    before = kept.get(reverse("service-list")).content.decode()
    reorganising.end(service=parks, into=into, reason="So.", by=keeper)
    alone = Officer.objects.current(TODAY).filter(service=None).count()
    page = kept.get(reverse("service-list")).content.decode()
    words = f"{alone} officers without a service"
    assert words in page
    assert words not in before
    listed = kept.get(reverse("officer-list"), {"service": "none"}).content.decode()
    assert "Jo Ng" in listed
    assert "Al Alone" in listed
    assert str(into.head) not in listed
