"""The council's own word for its members, through one place (Bk Introduction; We1.1)."""

import pytest
from django.utils import timezone

from council import terms
from council.actions import adoptions
from frontend import terms as words
from tests.factories import AdoptionFactory, CouncilFactory, profile_text

pytestmark = pytest.mark.django_db


def test_a_text_says_what_the_council_calls_its_members():
    """Bk Introduction: councillors. Seen red with: a source that is never asked."""
    AdoptionFactory(profile="bracknell")
    assert words.say("{Members} write to the clerk; a {member} may not.") == (
        "Councillors write to the clerk; a councillor may not."
    )
    assert str(words.said("Ask the {member}")) == "Ask the councillor"


def test_before_anything_is_adopted_the_plain_words_are_said():
    assert words.say("{Member}, {members}, {protocol}") == "Member, members, protocol"


def test_what_is_put_in_is_never_read_as_ours():
    """A name with braces in it stays as it is. Seen red with: values put in before the words."""
    AdoptionFactory(profile="bracknell")
    assert words.say("{name} is no {member}.", name="{member}") == "{member} is no councillor."


def test_a_word_that_begins_with_a_vowel_has_its_article():
    text = profile_text("bracknell").replace('"councillor"', '"elected member"')
    AdoptionFactory(profile="bracknell", text=text)
    assert words.say("A {member} asked a {member}") == "An elected member asked an elected member"


def test_another_protocol_is_heard_of_at_once_where_it_was_adopted(
    time_machine, django_capture_on_commit_callbacks
):
    """Seen red with: `adopt` that forgets nothing."""
    AdoptionFactory(profile="weston", in_force_from="2026-01-01")
    assert terms.current().member == "member"
    with django_capture_on_commit_callbacks(execute=True):
        adoptions.adopt(
            text=profile_text("bracknell"),
            body="Full Council",
            in_force_from=timezone.localdate(),
            by=None,
        )
    assert terms.current().member == "councillor"


def test_another_process_is_heard_of_within_a_minute(monkeypatch):
    """Seen red with: no end to what is kept."""
    now = [100.0]
    monkeypatch.setattr(terms, "monotonic", lambda: now[0])
    AdoptionFactory(profile="weston", in_force_from="2026-01-01")
    assert terms.current().member == "member"
    AdoptionFactory(profile="bracknell", in_force_from="2026-02-01")
    assert terms.current().member == "member"
    now[0] += terms.KEPT_FOR
    assert terms.current().member == "councillor"


def test_a_word_said_a_hundred_times_is_one_query(django_assert_num_queries):
    AdoptionFactory(profile="weston")
    with django_assert_num_queries(1):
        for _ in range(100):
            words.say("{member}")


def test_in_a_request_the_words_come_with_the_council_in_one_query(django_assert_num_queries):
    """Seen red with: a query of their own for the words."""
    CouncilFactory()
    AdoptionFactory(profile="bracknell")
    terms.begin()
    with django_assert_num_queries(1):
        assert words.say("{member}") == "councillor"
        assert terms.council() is terms.council()


def test_words_that_the_library_lacks_are_read_from_the_adopted_text():
    CouncilFactory()
    text = profile_text("bracknell").replace('"councillor"', '"burgess"')
    AdoptionFactory(profile="bracknell", text=text)
    terms.begin()
    assert words.say("{member}") == "burgess"


def test_the_next_request_knows_what_was_adopted_since():
    """Seen red with: nothing forgotten when a request begins."""
    CouncilFactory()
    AdoptionFactory(profile="weston", in_force_from="2026-01-01")
    terms.begin()
    assert words.say("{member}") == "member"
    AdoptionFactory(profile="bracknell", in_force_from="2026-02-01")
    terms.begin()
    assert words.say("{member}") == "councillor"
