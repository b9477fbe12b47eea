"""The copies that a rule asks for, as the enquiry's own page tells its officers of them."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from casework import phrases
from casework.enquiries import rules
from casework.models import Case
from casework.portfolios import finding
from casework.portfolios.finding import Portfolios
from frontend.parts import Row

KEY = "Copy to the executive member"
DONE = "Made. Each message says to whom"
WAITS = "Not yet. {why} It is copied as soon as that can be"


def rows(case: Case, side: str, on: date) -> list[Row]:
    """For officers. Two queries where a copy waits, and none elsewhere."""
    if side != "officer" or not finding.applies(case):
        return []
    words = DONE
    if case.enquiry.mp_waits and case.state not in finding.COPIED:
        words = finding.ENDED
    elif case.enquiry.mp_waits:
        why = finding.why_not(case, Portfolios.load(on))
        words = WAITS.format(why=why) if why else "It is being made"
    return [Row(KEY, words, cite=phrases.cite(case, case.profile.mp.clause or ""))]


def agreeing(case: Case, person, on: date) -> str:
    """Where whoever has it says that the writer agreed; "" where nobody need be asked, or not by them."""
    if not (finding.applies(case) and finding.must_ask(case) and case.sensitivity == "ordinary"):
        return ""
    if case.state not in finding.COPIED:
        return ""
    if not rules.relations(case, person, on) & rules.HANDLERS:
        return ""
    return reverse("copy-agreed", args=[case.reference])
