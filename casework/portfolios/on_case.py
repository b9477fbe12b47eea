"""The copies that a rule asks for, as the enquiry's own page tells its officers of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from accounts.models import Person
from casework import phrases
from casework.enquiries import rules
from casework.models import Case, Message
from casework.portfolios import actions, finding
from casework.portfolios.finding import Portfolios
from frontend.parts import Link, Row
from protocol import lifecycle

KEY = "Copy to the executive member"
DONE = "Made. Each message says to whom"
BUT_NOT_TO = "Made. Each message says to whom. Not to {names}: whoever wrote it is asked first"
WAITS = "Not yet. {why} It is copied as soon as that can be"
OF_THEIRS = "Not needed: whoever raised it holds the portfolio"
# Of what was there before any copy was made.
BEFORE = "Not yet. It was raised before copies were made. It goes with the reply"
NONE = "None was made"
CORRECT = "Correct which Member of Parliament raised it"
NAME = "Say that a Member of Parliament raised it"


def rows(case: Case, side: str, on: date, written: Iterable[Message] = ()) -> list[Row]:
    """For officers; `written` is what they read of it. Two queries where a copy waits, another for what is
    private, and none where the concern was copied.
    """
    if side != "officer" or not finding.applies(case):
        return []
    words = _words(case, on, made=any(m.copied for m in written if m.kind == "enquiry"))
    return [Row(KEY, words, cite=phrases.cite(case, case.profile.mp.clause or ""))]


def _words(case: Case, on: date, *, made: bool) -> str:
    waits = case.enquiry.mp_waits
    if made and not waits:
        asked = _to_ask(case, on)
        return BUT_NOT_TO.format(names=finding.named(asked)) if asked else DONE
    if waits and case.state not in (lifecycle.RECEIVED, *finding.COPIED):
        return finding.ENDED
    if waits:
        why = finding.why_not(case, _portfolios(case, on))
        return WAITS.format(why=why) if why else "It is being made"
    if case.sensitivity != "ordinary":
        return finding.RESTRICTED
    if case.raised_by_id in [one.pk for one in _portfolios(case, on).of(finding.serving(case))]:
        return OF_THEIRS
    if not case.is_open:
        return NONE
    return WAITS.format(why=finding.why_not(case, case.portfolios)) if _to_ask(case, on) else BEFORE


def _portfolios(case: Case, on: date) -> Portfolios:
    """Read once for a page."""
    if not hasattr(case, "portfolios"):
        case.portfolios = Portfolios.load(on)
    return case.portfolios


def _to_ask(case: Case, on: date) -> list[Person]:
    return finding.to_ask(case, _portfolios(case, on)) if case.enquiry.confidential else []


def links(case: Case, person, on: date) -> list[Link]:
    """What an officer can say of it: which Member of Parliament raised it, where the profile asks; and that
    whoever wrote agreed to a copy, where they are to be asked.
    """
    held = rules.relations(case, person, on)
    found = []
    if finding.applies(case) and held & rules.HANDLERS and _to_ask(case, on):
        to = reverse("copy-agreed", args=[case.reference])
        found.append(Link("Say that the writer agreed to a copy", to))
    if case.profile.asks("member_of_parliament") and held & actions.NAMING:
        to = reverse("mp-name", args=[case.reference])
        found.append(Link(CORRECT if case.enquiry.mp_name else NAME, to))
    return found
