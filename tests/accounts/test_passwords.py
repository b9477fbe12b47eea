"""Which passwords may be chosen: none that guessers try first, and no rule about kinds of characters."""

from __future__ import annotations

import random

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import passwords
from tests.factories import CouncilFactory, PersonFactory, WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(db):
    CouncilFactory(name="Exampleton Borough Council")
    WardFactory(name="Harbourside")
    return PersonFactory(name="Patricia Wetherby", email="p.wetherby@example.org")


def why_not(password: str, person=None) -> list[str]:
    """The codes of what refuses it; none where it may be chosen."""
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return [error.code for error in refused.error_list]
    return []


def test_the_list_holds_what_was_found_out_and_is_long_enough_to_be_chosen():
    """V6.2.4, V6.2.12. Seen red with: the list cut to its first 2,000 lines; a line in capitals."""
    found = passwords.found_out()
    assert len(found) == 43_940
    assert all(len(one) >= 12 and one == one.lower() for one in found)
    assert {"1qaz2wsx3edc", "leavemealone", "finalfantasy", "unbelievable"} <= found


def test_none_of_the_list_may_be_chosen_however_it_is_dressed_up():
    """Of 3,000 of it, drawn by a seed. Seen red with: `found_out` empty; `lower` left out of `forms_of`."""
    seed = 20261129
    drawn = random.Random(seed).sample(sorted(passwords.found_out()), 3000)
    dress = (str, str.upper, str.title, "{}1".format, "{}2026!".format, " {} ".format)
    let = [one for n, one in enumerate(drawn) if not why_not(dress[n % len(dress)](one))]
    print(f"N = {len(drawn)}, seed = {seed}")
    assert let == []


@pytest.mark.parametrize(
    "password",
    [
        *(
            "passwordpassword",
            "Password2026!!",
            "P@ssw0rd2026!",
            "p a s s w o r d 2 0 2 6",
            "letmein!!!!!!!",
        ),
        *(
            "123456789012",
            "987654321098",
            "abcdefghijkl",
            "qwertyuiopas",
            "zxcvbnmasdfgh",
            "lamp12345678",
        ),
        *("abababababab", "aaaaaaaaaaaa", "aaaabbbbcccc", "xyz9xyz9xyz9"),
    ],
)
def test_runs_repeats_and_common_words_made_longer_are_refused(password):
    """Seen red with: `is_pattern` False; `forms_of` with the bare form alone."""
    assert "password_too_common" in why_not(password)


@pytest.mark.parametrize(
    "password",
    [
        *(
            "ExampletonCouncil1",
            "exampleton2026!",
            "3xampl3ton-counc1l",
            "evenhand evenhand",
            "Evenhand-password",
        ),
        *(
            "councillor 12345 x",
            "harbourside ward 7",
            "wetherby2026!!",
            "Wetherby.Council",
            "BoroughCouncilX9",
        ),
    ],
)
def test_no_password_is_made_of_the_names_of_this_place_or_of_the_person(pat, password):
    """V6.1.2, V6.2.11. Seen red with: no provider registered; OURS empty; the name left out."""
    assert "password_of_here" in why_not(password, pat)


@pytest.mark.parametrize(
    "password",
    [
        *(
            "735519284466",
            "!?%&$§#*~+=;",
            "ЖЗИЙКЛМНОПРС",
            "lowercaseonlywords",
            "NOTHINGBUTCAPITALS",
        ),
        *(
            "quiet lamps over exampleton",
            "wetherby buys seventeen kites",
            "  Straße über Nacht ✓  ",
        ),
    ],
)
def test_any_kind_of_characters_will_do(pat, password):
    """V6.2.5: figures alone, signs alone, one case alone; and a word of here among others."""
    assert why_not(password, pat) == []


@given(st.text(min_size=12, max_size=40))
def test_whatever_is_typed_is_answered_by_a_rule_and_never_by_a_fault(password):
    words = passwords.words_in("Exampleton ward İstanbul")
    assert passwords.is_pattern(password) in (True, False)
    assert passwords.is_made_of(password, words, lambda _: False) in (True, False)
    assert passwords.forms_of(password)
