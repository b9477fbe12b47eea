"""No profile that passes its check is too long for what a case keeps of it. SQLite holds anything;
PostgreSQL refuses what is longer than its column."""

from __future__ import annotations

import re
from datetime import date

import pytest

from casework.enquiries import actions
from casework.models import Breach, Clock, Copy, EnquiryDetail
from protocol.profile import load_text
from protocol.profile.base import LONGEST_WORDS
from tests.casework.making import LIBRARY, MONDAY, at, enquiry, fresh, reloaded, with_bob, world
from tests.factories import AbsenceFactory, HoldingFactory, OfficerFactory, profile_text

pytestmark = pytest.mark.django_db


def longest(text: str) -> str:
    """The profile with every reason and every citation as long as its check lets them be."""
    profile = load_text(text)
    prefix = profile.cite_prefix
    text = re.sub(
        r'(because = ")[^"]*', lambda found: found[1].ljust(LONGEST_WORDS + 11, "x"), text
    )
    for clause in profile.clauses:
        cited = clause.citation(prefix)
        more = "y" * (LONGEST_WORDS - len(cited))
        text = text.replace(f'\nid = "{clause.id}"', f'\nid = "{clause.id}{more}"')
        text = text.replace(f'"{cited}"', f'"{cited}{more}"')
    return text


@pytest.mark.parametrize("key", LIBRARY)
def test_the_longest_profile_that_is_valid_can_be_worked_with(key):
    """Seen red with: on PostgreSQL, any one of the five columns bounded as it was."""
    text = profile_text(key)
    made = world(key, changed={text: longest(text)})
    case = with_bob(made, significance="routine" if key == "blackpool" else "")
    reader = OfficerFactory(service=made.highways).person
    late = at(date(2026, 9, 1))
    actions.answer(
        case=case,
        by=fresh(made.bob),
        text="Done.",
        copy_to=[reader] if made.profile.copying.may_copy != "not_by_officers" else [],
        writer_agreed=True,
        copy_reason="They mend it.",
        now=late,
    )
    assert len(EnquiryDetail.objects.get().route_because) == LONGEST_WORDS
    kept = [
        *Clock.objects.values_list("clause", flat=True),
        *Breach.objects.values_list("clause", flat=True),
        *Copy.objects.values_list("clause", flat=True),
        EnquiryDetail.objects.get().route_clause,
    ]
    assert set(map(len, filter(None, kept))) == {LONGEST_WORDS}


def test_the_longest_reason_leaves_room_for_who_stands_in():
    """Seen red with: on PostgreSQL, route_because of 600 characters."""
    text = profile_text("weston")
    made = world("weston", changed={text: longest(text)})
    clerk = made.posts["town_clerk"]
    AbsenceFactory(officer=clerk.officer, since=MONDAY, until=MONDAY, cover=None)
    deputy = OfficerFactory(service=made.highways, person__name="D" * 200).person
    HoldingFactory(post__key="town_clerk", person=deputy, deputy_order=1)
    because = reloaded(enquiry(made)).enquiry.route_because
    assert because.endswith(f"{clerk.name} cannot take it today, so {deputy.name} stands in.")
