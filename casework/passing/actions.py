"""The only writer of many at once: each by the verb of its own page, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from casework.contributions import actions as contributions
from casework.enquiries import actions as enquiries
from casework.models import Case, Contribution
from casework.passing import checking
from casework.passing.checking import Outcome
from casework.passing.theirs import Mark, find, soonest_first
from casework.together import Together
from ledger.models import Event
from ledger.wake import woken_once
from officers.models import Officer
from protocol.refusals import Refused

ENQUIRIES = {"allocate": enquiries.allocate, "reassign": enquiries.reassign}
PASSED_ON = "contribution_passed_on"
VERBS = ("enquiry_allocated", "enquiry_reassigned", PASSED_ON)


def pass_on(
    *,
    marks: Sequence[Mark],
    of: Officer,
    officer: Officer,
    by,
    reason: str,
    once: UUID,
    now: datetime | None = None,
) -> list[Outcome]:
    """Pass on each of these that `of` has to `officer`, with the reason, and say what became of each.

    One that is refused stops no other, and changes nothing. `once` is the key of the form: what was passed
    on under it before is said to have gone, and not passed on again. Soonest due first, so that the notice
    that tells of all of it waits no longer than the first of them lets it.
    """
    refused: dict[str, Refused] = {}
    together = Together(str(once), frozenset({of.person_id, officer.person_id}))
    before = went(marks, officer=officer, by=by, once=once)
    with woken_once():
        for mark in soonest_first(marks, by):
            if mark.key in before:
                continue
            try:
                _one(mark, of=of, officer=officer, by=by, reason=reason, now=now, together=together)
            except Refused as no:
                refused[mark.key] = no
            else:
                together.kept()
        together.let_go()
    # The same form, sent at the same moment, may have been first.
    again = [mark for mark in marks if mark.key in refused]
    gone = went(again, officer=officer, by=by, once=once)
    seen = find(marks, by)
    return [
        Outcome(mark, seen.get(mark.key), None if mark.key in gone else refused.get(mark.key))
        for mark in marks
    ]


@transaction.atomic
def _one(mark: Mark, *, of: Officer, officer: Officer, by, reason: str, now, together) -> None:
    now = now or timezone.now()
    item = find([mark], by).get(mark.key)
    checking.may_go(mark, item, of=of, officer=officer, by=by, on=timezone.localdate(now))
    with_it = {
        "by": by,
        "officer": officer,
        "reason": reason,
        "seen": mark.seen,
        "now": now,
        "together": together,
    }
    if item.is_enquiry:
        ENQUIRIES[item.verb](case=item.thing, **with_it)
    else:
        contributions.pass_on(contribution=item.thing, **with_it)


def went(marks: Sequence[Mark], *, officer: Officer, by, once: UUID) -> set[str]:
    """The keys of those that this person passed on to `officer` under this form's key, as they were ticked, as
    the ledger has it. What came back since, or went to another, was ticked afresh and did not go yet.

    Asked of what is out of their sight by now as well: they passed it on themselves, and learn no more of it.
    """
    if not marks:
        return set()
    cases = Case.objects.filter(reference__in=[mark.key for mark in marks if mark.is_enquiry])
    asked = Contribution.objects.filter(key__in=[m.key for m in marks if not m.is_enquiry])
    enquiry = {f"case:{pk}": key for pk, key in cases.order_by().values_list("pk", "reference")}
    given = {one.pk: one for one in asked.order_by()}
    subjects = {*enquiry, *(f"case:{one.case_id}" for one in given.values())}
    found = set()
    for event in Event.objects.about(*subjects).of(*VERBS).by(by.pk):
        data = event.data
        if data.get("together") != str(once):
            continue
        one = given.get(data.get("contribution"))
        if event.verb == PASSED_ON and one:
            found.add((str(one.key), data["contribution_version"], data["person_contributor"]))
        elif event.verb != PASSED_ON:
            found.add((enquiry.get(event.subject, ""), data["version"], data["person_owner"]))
    return {m.key for m in marks if (m.key, m.seen + 1, officer.person_id) in found}
