"""The protocol as people read it: every value with its source, every citation with a place."""

import re

import pytest
from django.urls import reverse

from council import citations, protocol_page, protocol_words
from protocol import profile
from tests.factories import AdoptionFactory
from tests.site.test_profile_keys import keys


@pytest.mark.parametrize("key", profile.LIBRARY)
def test_every_citation_leads_to_an_anchor_of_its_own_on_the_page(kept, key):
    adoption = AdoptionFactory(profile=key, in_force_from="2026-11-23")
    page = kept.get(reverse("protocol-page")).content.decode()
    found = profile.load(key)
    ids = re.findall(r'id="(clause-[^"]+)"', page)
    assert len(ids) == len(set(ids)) == len(found.abouts)
    for citation in found.abouts:
        href = citations.href(citation, found)
        assert href.partition("#")[2] in ids
    assert f"/protocol/{adoption.pk}/#" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("key", profile.LIBRARY)
def test_every_value_of_the_profile_stands_on_the_page_with_its_source(key):
    found = profile.load(key)
    groups = protocol_page.groups(found)
    shown = {line.key for group in groups for entry in group.entries for line in entry.lines}
    steps = {f"ladder.steps[{step.key}]" for step in found.ladder.steps}
    named = {k for k, _, _ in found.walk() if not k.startswith("ladder.steps[")}
    # "7 working days" is one line of two values.
    told = {k for k in named if not (k.startswith("standards.") and k.endswith(".calendar"))}
    assert shown == told | steps


@pytest.mark.django_db
def test_br10f_is_cited_beside_the_standard_of_seven_days():
    groups = protocol_page.groups(profile.load("bristol"))
    standards = next(group for group in groups if group.key == "standards")
    answer = next(entry for entry in standards.entries if entry.label == "Enquiries: answer")
    assert [line.value for line in answer.lines if line.name == "Within"] == ["7 working days"]
    assert answer.cites[0].label == "Br10f"
    assert answer.cites[0].href.endswith("#clause-10f")
    assert not answer.by_council


@pytest.mark.django_db
def test_what_the_council_set_cites_nothing():
    groups = protocol_page.groups(profile.load("bristol"))
    target = next(group for group in groups if group.key == "target")
    assert target.entries[0].by_council
    assert target.entries[0].cites == ()


def test_a_citation_of_an_older_adoption_leads_to_that_adoption():
    found = profile.load("weston")
    citation = next(iter(found.abouts))
    assert citations.href(citation, found, 7).startswith("/protocol/7/#clause-")
    assert citations.href("Xx99", found) == ""


@pytest.mark.django_db
def test_a_profile_differs_from_itself_in_nothing_and_from_others_in_something():
    one, other = profile.load("bristol"), profile.load("weston")
    assert protocol_page.differences(one, one) == []
    assert protocol_page.differences(one, other)


@pytest.mark.django_db
def test_every_key_of_the_schema_has_a_name_in_words():
    """Seen red with: "Enquiry, 1, to" on the page of all five."""
    known = set(protocol_words.NAMES)
    wanted = {protocol_words.pattern(key) for key in keys(profile.Profile)}
    assert wanted == known
    assert [name for name in protocol_words.NAMES.values() if "_" in name] == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", profile.LIBRARY)
def test_no_key_of_the_file_stands_where_people_read(key):
    """Seen red with: a value that WORDS lacks; and a post by its key."""
    found = profile.load(key)
    lines = [
        line for group in protocol_page.groups(found) for e in group.entries for line in e.lines
    ]
    labels = [e.label for group in protocol_page.groups(found) for e in group.entries]
    shown = [*labels, *(line.name for line in lines), *(str(line.value) for line in lines)]
    assert len(shown) > 200
    assert [one for one in shown if re.search(r"\w_\w|^[a-z]+:[a-z]", one)] == []


def test_the_page_says_that_nothing_is_in_force_before_the_first_day(kept):
    from council.models import Adoption

    Adoption.objects.update(in_force_from="2027-01-01")
    assert "No protocol is in force yet" in kept.get(reverse("protocol-page")).content.decode()
