"""What an officer who goes has, is asked for, or is to consider, for whoever ends them in the directory."""

from __future__ import annotations

from accounts.models import Person
from casework.demands import leaving as demands
from casework.passing.theirs import Item, Theirs, judged
from casework.passing.ways import address
from frontend.parts import Link
from officers.leaving import Elsewhere
from officers.models import Officer

MOST = 25
REST = "More enquiries. They show here when some of these have been passed on."
OTHERS = "Enquiries that you cannot open. Ask their manager to see that they are passed on."


def left(officer: Officer, viewer: Person) -> Elsewhere:
    """What is in their name, or waits for them to consider it; and where the viewer passes on at once what
    they may. Three queries.
    """
    theirs = judged(officer.person_id, viewer)
    way = Link(f"Pass on the work of {officer.person.name}", address(officer))
    found = [*_named(theirs), *demands.waiting(officer.person_id, viewer)]
    return Elsewhere(found, way if theirs.items else None)


def waiting(person_id: int, viewer: Person) -> list[tuple[str, str]]:
    """Each that the viewer may see, with its page; of what they cannot pass on, who can.

    That there are others is said to those alone who oversee enquiries, and never how many.
    """
    return _named(judged(person_id, viewer))


def _named(theirs: Theirs) -> list[tuple[str, str]]:
    found = [(_words(item), item.thing.get_absolute_url()) for item in theirs.items]
    for item in theirs.staying:
        found.append((f"{_words(item)} ({item.who_may})", item.thing.get_absolute_url()))
    if len(found) > MOST:
        found[MOST:] = [(REST, "")]
    return [*found, (OTHERS, "")] if theirs.hidden else found


def _words(item: Item) -> str:
    kind = "Enquiry" if item.is_enquiry else "Contribution to"
    return f"{kind} {item.case.reference}: {item.case.subject}"
