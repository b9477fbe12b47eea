"""A commitment proves a text and gives none of it away."""

import hashlib
import hmac

from hypothesis import example, given
from hypothesis import strategies as st

from ledger.commitments import check, commit


@example("\ud800")
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_checks_against_its_own_commitment_and_never_crashes(text):
    """Seen red with: encoding without surrogatepass."""
    commitment = commit(text)
    assert check(text, commitment.salt, commitment.digest)
    assert not check(text + "x", commitment.salt, commitment.digest)


def test_a_commitment_is_what_an_auditor_computes_with_the_standard_library():
    commitment = commit("Pothole in High Street – “deep”")
    expected = hmac.new(
        commitment.salt.encode(), "Pothole in High Street – “deep”".encode(), hashlib.sha256
    )
    assert commitment.digest == expected.hexdigest()


def test_the_same_text_twice_cannot_be_recognised():
    first, second = commit("the same"), commit("the same")
    assert first.salt != second.salt
    assert first.digest != second.digest


def test_a_spoilt_salt_or_digest_does_not_match_and_does_not_crash():
    commitment = commit("text")
    assert not check("text", "", commitment.digest)
    assert not check("text", "é\ud800", commitment.digest)
    assert not check("text", commitment.salt, "\ud800é")
