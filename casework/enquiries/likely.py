"""Has this been raised already? What is like a new enquiry, among the cases that whoever raises it may see.

A plain rule over subjects: two share at least two of their uncommon words, and at least half of those of
the shorter one; and where both name a place ("Ash Road"), it is the same. It refuses nothing: it is asked
before an enquiry is sent (views/likely.py).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from accounts import standing
from casework import scope
from casework.models import Case
from casework.querysets import OPEN
from officers.models import Service
from protocol import lifecycle

# An answer, or an enquiry, of longer ago is another matter.
RECENT = timedelta(days=90)
# How many are compared, newest first: the member's own, and those of the service or the ward.
COMPARED = 200
# How many are offered.
MOST = 3
# From so many subjects on, a word that stands in more than one in five of them tells none from another.
ENOUGH = 10
TOO_OFTEN = 5
# What stands in any subject.
_SMALL = """
    about after again all along also and any are because been before being between but can could council did
    does down for from get had has have her here him his how into its just light lighting more near need needs
    new not now off one our out outside over please some still such than that the their them then there they
    this those too under until very ward was were what when where which who why will with without would you
    your
"""
SMALL = frozenset(_SMALL.split())
# What a place is called by, after its name.
_PLACES = """
    avenue close court crescent drive estate gardens green grove hill junction lane mews park place rise road
    row square street terrace view walk way yard
"""
PLACES = frozenset(_PLACES.split())
# "A school place" is none in the town.
NO_NAMES = SMALL | {"school", "parking"}


def words(subject: str) -> frozenset[str]:
    """The words of a subject that may tell it from others; "potholes" and "pothole" are one."""
    kept = (word for word in _split(subject) if word.isdecimal() or len(word) > 2)
    return frozenset(_singular(word) for word in kept if word not in PLACES) - SMALL


def _split(subject: str) -> list[str]:
    return re.findall(r"[^\W_]+", subject.casefold())


def places(subject: str) -> frozenset[str]:
    """The names of the places that it is about: "ash" of "Street light out in Ash Road"."""
    found = _split(subject)
    pairs = itertools.pairwise(found)
    return frozenset(name for name, kind in pairs if kind in PLACES and name not in NO_NAMES)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def alike(one: frozenset[str], other: frozenset[str]) -> int:
    """How many words two subjects share, where that makes them alike; else 0."""
    shared = len(one & other)
    if one and one == other:
        return max(shared, 1)
    return shared if shared >= 2 and 2 * shared >= min(len(one), len(other)) else 0


def offered(
    *, by, member, subject: str, on: date, body: str = "", service=None, ward=None, **rest
) -> list[Case]:
    """The likeliest three, those that share most words first; `rest` is what else is typed.

    Of the member's own cases; and, for an officer who logs for a member, of those of the same service, or
    else of the same ward, too: not where they raise it themselves, as a member besides (Bracknell). Only what
    `by` may see is compared, or counted: a word is common among these alone.
    A case that the text names already, by its reference, is known to whoever wrote it.
    """
    pool = _compared(by=by, member=member, service=service, ward=ward, on=on)
    said = {case.pk: words(case.subject) for case in pool}
    common = _common(said.values())
    wanted, here = words(subject) - common, places(subject)
    named = body.upper()
    found = [
        (alike(wanted, said[case.pk] - common), case)
        for case in pool
        if case.reference not in named and not _elsewhere(case, ward, here)
    ]
    found = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [case for _, case in found[:MOST]]


def _compared(*, by, member, service, ward, on: date) -> list[Case]:
    """Three queries at most, two of them of a bounded number of rows through an index of its own each."""
    seen = (
        Case.objects.visible_to(by)
        .filter(_recent(on))
        .select_related("raised_by", "adoption", "enquiry")
    )
    theirs = list(seen.filter(raised_by=member).order_by("-received_on", "-pk")[:COMPARED])
    mine = scope.of(by).sides_with
    if member.pk in mine or not (service or ward) or not standing.of(by).may("enquiry.log"):
        return theirs
    # What was raised with a service that it took over, too.
    about = (
        {"service__in": list(Service.objects.with_older(service))} if service else {"ward": ward}
    )
    others = seen.exclude(raised_by__in=mine | {member.pk})
    since = others.filter(received_on__gt=on - RECENT, **about)
    return [*theirs, *since.order_by("-received_on", "-pk")[:COMPARED]]


def _recent(on: date) -> Q:
    """Still open; or received, answered or answered again within the time."""
    since = on - RECENT
    lately = Q(received_on__gt=since) | Q(answered_at__date__gt=since)
    lately |= Q(answered_again_at__date__gt=since)
    return OPEN | (Q(state__in=lifecycle.ASKED_ABOUT) & lately)


def _common(subjects: Iterable[frozenset[str]]) -> frozenset[str]:
    subjects = list(subjects)
    if len(subjects) < ENOUGH:
        return frozenset()
    often = Counter(word for said in subjects for word in said)
    return frozenset(word for word, times in often.items() if times * TOO_OFTEN > len(subjects))


def _elsewhere(case: Case, ward, here: frozenset[str]) -> bool:
    """In another ward, where both are known; or about another place, where both name one."""
    if ward is not None and case.ward_id is not None and case.ward_id != ward.pk:
        return True
    there = places(case.subject)
    return bool(here and there and not here & there)
