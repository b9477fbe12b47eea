"""T1 over what belongs to one record: an enquiry with its letters and files, a contribution, a demand.

One council, and for each row of protocol/who_sees.toml somebody who stands so to the record; every address of
it is asked in every way, and everything is taken back before the next row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from django.db import transaction

from casework.contributions import actions as contributions
from casework.enquiries import actions
from casework.models import Case, Contribution, Demand
from documents.models import Document
from officers.models import Service
from protocol import who_sees
from tests import cast
from tests.attack import stage
from tests.casework.demands import flag
from tests.casework.making import NOW, World, fresh, reloaded, world
from tests.factories import OfficerFactory, ServiceFactory
from tests.matrix import asked_and_flagged, relations
from tests.matrix.addresses import THINGS
from tests.matrix.walking import NOT_THERE, SAYS_NO, SIGN_IN, YES, Place, Somebody, Walk

pytestmark = pytest.mark.django_db
NO_REFERENCE, NO_KEY = "E-ZZZZZZZ", "00000000-0000-4000-8000-000000000000"
# What this enquiry is ready for, whoever asks: Bob has had it since today, in Bristol, and answered nothing.
READY = frozenset(
    {
        *("reassign", "refer_upward", "ask", "add", "record_addition", "hold", "extend", "answer"),
        *("withdraw", "ask_service", "hand_on", "note", "link", "remove_file"),
    }
)
# These tell others of it, who may not know of what is restricted.
OF_OTHERS = frozenset({"ask_service", "hand_on"})
# Of Bristol: no copies are made by a rule, so nobody says that whoever wrote agreed to one.
NOT_HERE = frozenset({"copy-agreed"})
# Who corrects which Member of Parliament raised it; for the others the page is not there.
NAMES_MP = frozenset({"works", "leads", "oversees", "overseer_told"})
# Who can flag a demand about it: whoever has it or answers for it, and has flagged none yet.
CAN_FLAG = frozenset(
    {
        *("owner_elsewhere", "heads_the_service", "directs_the_service", "covers"),
        *("directs_it_from_elsewhere", "head_it_was_brought_to"),
    }
)
# The Thursday of that week.
DUE = date(2026, 6, 4)
STOPPED = "raised_and_disabled"


@pytest.fixture(autouse=True)
def _no_log_of_refusals():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def made(time_machine) -> World:
    """With a service besides, of whose officers nobody else is made."""
    time_machine.move_to(NOW)
    found = world("bristol")
    found.case = relations.case_of(found)
    actions.acknowledge(case=reloaded(found.case), by=fresh(found.bob), text="It is here.")
    return found


@dataclass
class Thing:
    """One record on the table: the addresses of it, and what a row expects of each."""

    key: str
    makers: dict[str, Callable]
    places: list[Place]
    expected: Callable[[Place, dict[str, str], str], str]
    # Put back after a row is made, which may have had to change it. Of a restricted one, whoever is a stranger
    # to it in every column is asked for its pages alone: the rest was asked of them.
    sensitivity: str = "ordinary"
    walk: Walk = field(default_factory=Walk)

    def asks_all(self, made: World) -> Walk:
        rows = who_sees.read().thing(self.key).rows
        assert {row.key for row in rows} == self.makers.keys()
        for row in rows:
            self.asks_as(row.key, made)
        return self.walk

    def asks_as(self, row: str, made: World) -> None:
        with transaction.atomic():
            self._asks(row, who_sees.read().thing(self.key).cells_of(row), made)
            transaction.set_rollback(True)

    def _asks(self, row: str, cells: dict[str, str], made: World) -> None:
        person = fresh(self.makers[row](made))
        Case.objects.update(sensitivity=self.sensitivity)
        somebody = Somebody.of(row, person, self.walk)
        stranger = set(cells.values()) <= {"no", "nothing"}
        looks_only = stranger and self.sensitivity == "restricted"
        for place in self.places:
            if looks_only and place.use.how != "reads":
                continue
            somebody.asks(place, self.expected(place, cells, row))


def places_of(*names: str, **keys: tuple[str, str]) -> Iterator[Place]:
    """The addresses of these names with a real key in each and with that of nothing."""
    for address in stage.addresses():
        if address.name not in names:
            continue
        there = nothing = address.route
        for parameter, (real, none) in keys.items():
            for written in (f"<str:{parameter}>", f"<uuid:{parameter}>", f"<int:{parameter}>"):
                there, nothing = there.replace(written, real), nothing.replace(written, none)
        yield Place(address.name, THINGS[address.name], there, nothing, name_of(address.view))


def name_of(view) -> str:
    return f"{view.__module__}.{view.__name__}"


def named(of: str) -> list[str]:
    return [name for name, use in THINGS.items() if use.of == of]


def on_the_enquiry(made: World) -> list[Place]:
    names = [name for name in named("enquiry") if name != "document-open"]
    found = list(places_of(*names, reference=(made.case.reference, NO_REFERENCE), place=("1", "1")))
    for name in ("enquiry.csv", "note.csv"):
        key = str(Document.objects.get(name=name).key)
        of_file = places_of("document-open", key=(key, NO_KEY))
        found += [replace(place, use=replace(place.use, action=name)) for place in of_file]
    return found


def of_the_enquiry(sees: str, may: str, *, restricted: bool) -> Callable:
    """What a row says of each address, by its columns for an ordinary enquiry or a restricted one."""

    def expected(place: Place, cells: dict[str, str], row: str) -> str:
        side, action = cells[sees], place.use.action
        if row == STOPPED:
            return SIGN_IN
        if action == "enquiry.csv" and row == "copied_member":
            return YES  # with the message that was copied to them
        if place.use.of == "contribution":
            return YES if side == "officers" else NOT_THERE
        if place.use.of == "demand":
            return YES if cells["reads a demand flagged about it"] == "yes" else NOT_THERE
        if side == "no" or place.name in NOT_HERE:
            return NOT_THERE
        if action in ("note.csv", "flag") and side != "officers":
            return NOT_THERE
        if action in ("see", "enquiry.csv", "note.csv"):
            return YES
        if action == "name_mp":
            return YES if cells[may] in NAMES_MP else NOT_THERE
        if action == "flag":
            return YES if row in CAN_FLAG and not restricted else SAYS_NO
        ready = READY - OF_OTHERS if restricted else READY
        return YES if action in who_sees.read().sets[cells[may]] & ready else SAYS_NO

    return expected


ENQUIRY = {row.key: getattr(relations, row.key) for row in who_sees.read().thing("enquiry").rows}


@pytest.mark.sqlite  # Minutes long, and about no engine: docs/adr/0024.
@pytest.mark.parametrize("sensitivity", ["ordinary", "restricted"])
def test_an_enquiry_is_there_for_whom_the_table_says(made, sensitivity, figure):
    """T1. Seen red with: each fault of tests/matrix/test_planted.py, planted there for good: sight widened to
    another service and to a former holder, a refusal of 403, a body that tells, a verb that asks nobody.
    """
    restricted = sensitivity == "restricted"
    where = " where it is restricted" if restricted else ""
    library = ServiceFactory(name="Libraries")
    OfficerFactory(service=library)
    contributions.ask(
        case=reloaded(made.case), by=fresh(made.bob), service=library, text="Whose?", due=DUE
    )
    flag(made.case, made.bob)
    places = on_the_enquiry(made)
    if not restricted:  # of which no other service is asked, and nobody flags a demand
        places += places_of("contribution-page", key=(str(key_of(Contribution)), NO_KEY))
        places += places_of("demand-page", key=(str(key_of(Demand)), NO_KEY))
    sees, may = f"sees it{where}", f"may{where}"
    expected = of_the_enquiry(sees, may, restricted=restricted)
    thing = Thing("enquiry", ENQUIRY, places, expected, sensitivity)
    walk = judged(thing.asks_all(made))
    figure(
        "T1",
        n=walk.n,
        of=f"requests for an enquiry, {sensitivity}, {walk.compared} compared with nothing",
    )
    figure("T16", n=walk.n, of=f"answers for an enquiry, {sensitivity}, with their headers")


def key_of(model):
    return model.objects.get().key


def test_a_contribution_is_there_for_whom_the_table_says(made, figure):
    """T1. Seen red with: whoever had it before taken to have it still (tests/matrix/test_planted.py)."""
    housing = cast.gita().officer.service
    gus = OfficerFactory(person__name="Gus Green", service=housing, level="senior")
    Service.objects.filter(pk=housing.pk).update(head=gus)
    asked = {"officer": asked_and_flagged.gita(made).officer, "text": "Whose lamp?", "due": DUE}
    contributions.ask(case=reloaded(made.case), by=fresh(made.bob), **asked)
    places = list(places_of(*named("contribution"), key=(str(key_of(Contribution)), NO_KEY)))
    places += places_of("case-page", reference=(made.case.reference, NO_REFERENCE))
    sets = who_sees.read().sets

    def expected(place: Place, cells: dict[str, str], row: str) -> str:
        if place.use.of == "enquiry":
            return NOT_THERE if cells["sees the enquiry"] == "no" else YES
        may = sets[cells["may"]]
        if place.use.action == "flag":
            # Through the enquiry itself, by whoever has that.
            there = cells["sees the enquiry"] == "no" and cells["sees it"] != "no"
            return YES if there else NOT_THERE
        if cells["sees it"] == "no":
            return NOT_THERE
        if place.use.action == "see":
            return YES
        return YES if place.use.action in may else SAYS_NO

    thing = Thing("contribution", asked_and_flagged.CONTRIBUTION, places, expected)
    walk = judged(thing.asks_all(made))
    figure("T1", n=walk.n, of=f"requests for a contribution, {walk.compared} compared with nothing")
    figure("T16", n=walk.n, of="answers for a contribution, with their headers")


def test_a_demand_is_there_for_whom_the_table_says(made, figure):
    """T1. Seen red with: shown to whoever has the enquiry's service (tests/matrix/test_planted.py)."""
    flag(made.case, made.bob)
    places = list(places_of(*named("demand"), key=(str(key_of(Demand)), NO_KEY)))
    sets = who_sees.read().sets

    def expected(place: Place, cells: dict[str, str], row: str) -> str:
        if cells["sees it"] == "no":
            return NOT_THERE
        if place.use.action == "see" or place.use.action in sets[cells["may"]]:
            return YES
        return SAYS_NO

    thing = Thing("demand", asked_and_flagged.DEMAND, places, expected)
    walk = judged(thing.asks_all(made))
    figure("T1", n=walk.n, of=f"requests for a demand, {walk.compared} compared with nothing")
    figure("T16", n=walk.n, of="answers for a demand, with their headers")


def judged(walk: Walk) -> Walk:
    """Raises where an answer is another than the table's, or lacks its headers."""
    assert not walk.wrong, walk.found()
    assert not walk.headers, "\n".join(walk.headers[:20])
    return walk
