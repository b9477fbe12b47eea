"""What casework lends whoever reads the ledger: references and sentences, and nothing that anybody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from casework import timeline
from casework.models import Case, Demand
from casework.reference import ALPHABET
from ledger import reading
from ledger.models import Event
from protocol import events as vocabulary

# What the timeline of a case has words for; its reads and files are told by their verb alone.
TOLD = {
    **vocabulary.ENQUIRY,
    **vocabulary.CONTRIBUTIONS,
    **vocabulary.DEMANDS,
    **vocabulary.CHASING,
}
REFERENCE = re.compile(rf"[A-Z]-[{ALPHABET}]{{7}}")


def register() -> None:
    reading.register_namer("case", names)
    reading.register_namer("demand", demand_names)
    reading.register_teller("case", told)
    reading.register_teller("demand", demands_told)
    reading.register_finder("casework", found)


def names(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Case.objects.filter(pk__in=by_id).values_list("pk", "reference")
    return {by_id[pk]: f"the enquiry {reference}" for pk, reference in known}


def demand_names(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Demand.objects.filter(pk__in=by_id).values_list("pk", "case__reference")
    return {by_id[pk]: f"a demand in the enquiry {reference}" for pk, reference in known}


def found(text: str) -> str | None:
    """A case by its reference."""
    reference = text.strip().upper()
    if not REFERENCE.fullmatch(reference):
        return None
    pk = Case.objects.filter(reference=reference).values_list("pk", flat=True).first()
    return f"case:{pk}" if pk else None


def told(events: Sequence[Event]) -> dict[int, str]:
    """As the timeline of the case tells them to its officers."""
    cases = _cases(reading.ids(event.subject for event in events))
    return _sentences(events, {f"case:{pk}": case for pk, case in cases.items()})


def demands_told(events: Sequence[Event]) -> dict[int, str]:
    of = Demand.objects.filter(pk__in=reading.ids(event.subject for event in events))
    known = dict(of.values_list("pk", "case"))
    cases = _cases(known.values())
    return _sentences(events, {f"demand:{pk}": cases[case] for pk, case in known.items()})


def _cases(pks: Iterable[int]) -> dict[int, Case]:
    return Case.objects.select_related("adoption", "owner").in_bulk(list(pks))


def _sentences(events: Sequence[Event], cases: dict[str, Case]) -> dict[int, str]:
    """Of those that are about a case that is there."""
    its = [event for event in events if event.subject in cases and event.verb in TOLD]
    known = timeline.Names.of(its)
    return {event.pk: timeline.sentence(cases[event.subject], event, known) for event in its}
