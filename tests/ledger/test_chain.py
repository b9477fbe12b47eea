"""The canonical form and the digest, which others must be able to compute without us."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import chain, rules
from tests.ledger.conftest import NOON

WORDS = st.text(st.characters(codec="ascii", exclude_characters=" @", exclude_categories=["C"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
DATA = st.dictionaries(WORDS, VALUES, max_size=4)
EVENT = {
    "stream": "case:12",
    "seq": 1,
    "at": NOON,
    "verb": "enquiry_logged",
    "subject": "case:12",
    "actor": 7,
    "acting_for": None,
    "data": {"service": 3, "due": "2026-12-07"},
    "commitments": {"message:1": "ab" * 32},
    "previous": "",
}


def test_the_digest_of_a_known_event_never_changes():
    """If this goes red, every ledger there is stops verifying: make a new format instead.

    Seen red with: a canonical form with a space after the colon.
    """
    text = (
        '{"acting_for":null,"actor":7,"at":"2026-11-23T12:00:00.000000Z",'
        '"commitments":{"message:1":"' + "ab" * 32 + '"},'
        '"data":{"due":"2026-12-07","service":3},"previous":"","seq":1,'
        '"stream":"case:12","subject":"case:12","verb":"enquiry_logged"}'
    )
    assert chain.event_digest(**EVENT) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("stream", "case:13"),
        ("seq", 2),
        ("at", NOON + timedelta(microseconds=1)),
        ("verb", "enquiry_closed"),
        ("subject", "case:13"),
        ("actor", None),
        ("acting_for", 8),
        ("data", {"service": 3, "due": "2026-12-08"}),
        ("commitments", {}),
        ("previous", "00" * 32),
    ],
)
def test_every_field_of_an_event_counts(field, other):
    """Seen red with: `previous` left out of the digest."""
    assert chain.event_digest(**{**EVENT, field: other}) != chain.event_digest(**EVENT)


@given(DATA)
def test_the_digest_survives_being_stored_as_json(data):
    """Whatever order the database gives keys back in. Seen red with: sort_keys off."""
    data = rules.clean_data(_short(data))
    again = json.loads(json.dumps(dict(reversed(data.items()))))
    digest = chain.event_digest(**{**EVENT, "data": data})
    assert chain.event_digest(**{**EVENT, "data": again}) == digest


@given(st.datetimes(datetime(2016, 1, 1), datetime(2099, 1, 1)), st.integers(-12, 12))  # noqa: DTZ001
def test_a_moment_is_written_alike_in_every_time_zone(moment, hours):
    moment = moment.replace(tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert chain.written(elsewhere) == chain.written(moment)
    assert datetime.fromisoformat(chain.written(moment)) == moment


@given(st.lists(st.tuples(WORDS, st.integers(0, 10**9), WORDS)))
def test_the_digest_over_heads_is_that_of_the_whole_array(heads):
    whole = json.dumps([list(head) for head in heads], separators=(",", ":"))
    assert chain.heads_digest(iter(heads)) == hashlib.sha256(whole.encode()).hexdigest()


def test_a_number_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        chain.canonical({"a": float("nan")})


def _short(value):
    """The same with every word cut to what an event takes."""
    if isinstance(value, dict):
        return {key[:64]: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return value[:64] if isinstance(value, str) else value
