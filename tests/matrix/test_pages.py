"""T1 over the pages that are about no one record, and over what is somebody's own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator

from accounts.actions import addresses
from accounts.models import Draft, Person
from casework.models import Copy, SavedView
from council.models import Council, Upload
from protocol import who_sees
from tests.accounts.second_steps import give_passkey
from tests.attack import raw, stage
from tests.casework.making import NOW
from tests.matrix import principals
from tests.matrix.addresses import AREAS, NEEDS, NOBODY, OWN, USES, Use
from tests.matrix.walking import NOT_THERE, SIGN_IN, YES, Place, Somebody, Walk, forget_everybody

pytestmark = pytest.mark.django_db
# Bracknell with one thing of Blackpool's, so that every address is there.
COPIED = {
    '[mp]\ncopy_to = "none"': '[mp]\ncopy_to = "executive_member"',
    "[questions.member_of_parliament]\nask = false": "[questions.member_of_parliament]\nask = true",
}
# No key of ours: 2 ** 30 and a UUID that nobody has.
MISSING = {
    "<int:pk>": "1073741824",
    "<uuid:key>": "00000000-0000-4000-8000-000000000000",
    "<slug:key>": "no-such-post",
    "<uidb64>/<token>": "eA/no-such-token",
}


@pytest.fixture
def world(time_machine) -> stage.Stage:
    time_machine.move_to(NOW)
    return stage.set_up(COPIED)


@pytest.fixture(autouse=True)
def _no_log_of_refusals():
    """A refusal is a line in the log, and there are thousands."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(world) -> dict[str, Person | None]:
    made = principals.everybody(world)
    assert made.keys() == principals.ROLES.keys()
    addresses.ask(person=world.people["member"], new="alice@new.example.org", by=None)
    Council.objects.update(daily_at=8)
    give_passkey(world.people["member"], "Phone")
    SavedView.objects.create(
        person=world.people["member"], name="Mine", listed="casework-all", query="", saved_at=NOW
    )
    return made


def name_of(view) -> str:
    return f"{view.__module__}.{view.__name__}"


def filled(route: str, key: str) -> str:
    """The route with this key in it, and the key of nothing in a route that asks for one."""
    for parameter in MISSING:
        route = route.replace(parameter, key)
    return route


def key_in(address: stage.Address) -> str:
    return next((parameter for parameter in MISSING if parameter in address.route), "")


def places() -> Iterator[Place]:
    """Every address of AREAS; with a key in it, that of the first row that its keeper finds."""
    for address in stage.addresses():
        use = {**AREAS, **NOBODY}.get(address.name)
        if use is None:
            continue
        parameter = key_in(address)
        if not parameter:
            yield Place(address.name, use, address.route)
            continue
        nothing = filled(address.route, MISSING[parameter])
        for key in stage.keys_for(address) if "<uidb64>" not in parameter else [MISSING[parameter]]:
            yield Place(address.name, use, filled(address.route, key), nothing)


# Whoever keeps such things finds the row that is asked for.
KEEPERS = ("clerk", "administrator", "adviser", "auditor", "member", "officer")


def chosen(people: dict[str, Person | None]) -> list[Place]:
    """Of each address one place: the first that is there for somebody who keeps such things."""
    keepers = [raw.cookies_of(people[name]) for name in KEEPERS]
    found: dict[str, Place] = {}
    for place in places():
        if place.name in found:
            continue
        use = place.use
        free = not place.missing or use.of == "public" or use.how == "press" or use.action == NEEDS
        if free or any(is_there(place, cookies) for cookies in keepers):
            found[place.name] = place
    return list(found.values())


def is_there(place: Place, cookies) -> bool:
    answer = raw.send(raw.Request("GET", place.path.encode(), cookies=cookies))
    return answer.status in {200, 302}


def expected(use: Use, roles: str) -> str:
    """What the table says for somebody with these roles."""
    if use.of == "nobody":
        return NOT_THERE
    cells = who_sees.read().areas.cells_of(use.of)
    if any(cells[role] == "yes" for role in roles.split()):
        return YES
    return SIGN_IN if roles == "anonymous" else NOT_THERE


def test_every_address_has_its_place_in_the_table():
    """T1: an address that is not mapped fails. Seen red with: `person-list` taken out of the map."""
    served = {address.name for address in stage.addresses()}
    assert served - USES.keys() == set(), "say in tests/matrix/addresses.py who may come there"
    assert USES.keys() - served == set(), "no such address any more"


@pytest.mark.sqlite  # Minutes long, and about no engine: docs/adr/0024.
def test_each_role_opens_the_pages_of_the_table_and_no_others(world, people, figure):
    """T1 and T16. Seen red with: a decorator that lets everybody in, PUT that is not refused, an answer
    without its headers (tests/matrix/test_planted.py)."""
    asked, own = chosen(people), list(owned(world))
    assert {place.name for place in asked} == AREAS.keys() | NOBODY.keys()
    assert {place.name for place in own} == OWN.keys()
    walk = Walk()
    for name, person in people.items():
        somebody = sign_in(name, person, walk)
        roles = principals.ROLES[name]
        if name not in principals.ONLY_OF_THEIR_OWN:
            for place in asked:
                somebody.asks(*of_the_page(place, roles))
        for place in own:
            somebody.asks(*of_their_own(place, name, roles))
    assert not walk.wrong, walk.found()
    assert not walk.headers, "\n".join(walk.headers[:20])
    figure("T1", n=walk.n, of=f"requests for pages by {len(people)} people")
    figure("T16", n=walk.n, of="answers for pages, with their headers")


def of_the_page(place: Place, roles: str) -> tuple[Place, str]:
    """Whoever may come there, and says nothing of what it is about, is told that there is no such page."""
    found = expected(place.use, roles)
    if found == YES and place.use.action == NEEDS:
        return replace(place, use=replace(place.use, no=404)), NOT_THERE
    return place, found


def sign_in(name: str, person: Person | None, walk: Walk) -> Somebody:
    somebody = Somebody.of(name, person, walk)
    if name == "disabled":
        Person.objects.filter(pk=person.pk).update(is_active=False)
        forget_everybody()
    return somebody


def owned(world: stage.Stage) -> Iterator[Place]:
    """The address of one row of each, of whose it is (OWN)."""
    alice, bob, clerk = (world.people[name] for name in ("member", "officer", "clerk"))
    keys = {
        "draft": Draft.objects.filter(person=bob).latest("pk").key,
        "passkey": Authenticator.objects.get(user=alice, type="webauthn").pk,
        "copy": Copy.objects.latest("pk").key,
        "person": alice.pk,
        "absence": bob.officer.absences.get().pk,
        "view": SavedView.objects.get(person=alice).pk,
        "work": bob.officer.pk,
    }
    for address in stage.addresses():
        if address.name not in OWN:
            continue
        use, parameter = OWN[address.name][0], key_in(address)
        kind, _, step = address.name.partition("-import-")
        if step:
            key = Upload.objects.filter(person=clerk, kind=FILES.get(kind, kind)).latest("pk").pk
        else:
            key = keys.get(address.name.split("-")[0], "")
        path = filled(address.route, str(key))
        missing = filled(address.route, MISSING[parameter]) if parameter else ""
        yield Place(address.name, use, path, missing, name_of(address.view) if missing else "")


# What the files of an import are called in their row.
FILES = {"member": "members"}


def of_their_own(place: Place, name: str, roles: str) -> tuple[Place, str]:
    """Whoever may not come so far is refused as of any page of the area; to the others it is not there."""
    area = expected(place.use, roles)
    if area == YES:
        return place, YES if name in OWN[place.name][1].split() else NOT_THERE
    refused = 403 if place.use.of != "own_account" else place.use.no
    return replace(place, use=replace(place.use, no=refused)), area
