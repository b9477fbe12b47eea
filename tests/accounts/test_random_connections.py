"""Connected, disconnected, stopped, invited, at either of two providers, in any order: whose is which."""

from __future__ import annotations

from contextlib import nullcontext, suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from accounts import actions
from accounts.models import Person
from ledger.models import Event
from protocol.refusals import Refused
from tests import cast
from tests.accounts.councils_provider import offer
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db
ISSUERS = ("https://one.example", "https://two.example")
SUBJECTS = ("a", "b", "c")
STEPS = (
    "connect",
    "connect",
    "disconnect",
    "take",
    "stop",
    "allow",
    "arrive",
    "arrive",
    "elsewhere",
)
MOVES = st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.sampled_from(SUBJECTS))
LIVES = max(30, settings.default.max_examples // 4)
MADE = {"connection_made": 1, "connection_removed": -1, "connection_taken_away": -1}


class Life:
    """`whose` is what should be: by issuer and subject, whose account it is."""

    def __init__(self, product) -> None:
        self.product, self.keeper = product, cast.dev()
        offer(product, ISSUERS[0])
        product.OIDC_LINKS_BY_EMAIL = True
        self.people = [
            PersonFactory(name="Pat", email="pat@example.org", password=PASSWORD),
            PersonFactory(name="Quin", email="quin@example.org", password=PASSWORD),
            actions.add_person(name="Ines", email="ines@example.org", by=None),
        ]
        actions.invite(person=self.people[2], by=None)
        self.whose: dict[tuple[str, str], int] = {}

    @property
    def issuer(self) -> str:
        return self.product.OIDC_ISSUER

    def connected(self, person: Person) -> bool:
        return person.pk in [pk for (at, _), pk in self.whose.items() if at == self.issuer]

    def may(self, step: str, person: Person, here: tuple[str, str]) -> bool:
        """Whether this should happen; what should not is Refused."""
        free = here not in self.whose and not self.connected(person)
        return {
            "connect": free,
            "disconnect": self.connected(person) and person.has_password,
            "take": self.connected(person),
            "stop": person.is_active,
            "allow": not person.is_active,
            "arrive": self.comes(person, here) is not None,
            "elsewhere": True,
        }[step]

    def comes(self, person: Person, here: tuple[str, str]) -> Person | None:
        """Who should come in with this account, where the provider vouches for this person's address: that is
        worth something to Ines alone, who was never in.
        """
        free = here not in self.whose and not self.connected(person)
        pk = person.pk if free and person.name == "Ines" else self.whose.get(here)
        return Person.objects.filter(pk=pk, is_active=True).first()

    def take(self, step: str, person: Person, here: tuple[str, str]) -> None:
        """Do it, and say whose is whose then."""
        if step == "connect":
            actions.connect(person=person, subject=here[1])
            self.whose[here] = person.pk
        elif step == "arrive":
            expected = self.comes(person, here)
            came = actions.know_by_provider(subject=here[1], email=person.email, address="::1")
            assert came == expected
            self.whose[here] = came.pk
        elif step == "elsewhere":
            self.product.OIDC_ISSUER = next(one for one in ISSUERS if one != self.issuer)
        elif step in ("stop", "allow"):
            {"stop": actions.disable, "allow": actions.enable}[step](person=person, by=None)
        else:
            if step == "take":
                actions.take_connection_away(person=person, by=self.keeper)
            else:
                actions.disconnect(person=person)
            gone = (self.issuer, person.pk)
            self.whose = {at: pk for at, pk in self.whose.items() if (at[0], pk) != gone}

    def true(self) -> None:
        """Who comes in, with which account; and that there is an event for each change."""
        for subject in SUBJECTS:
            pk = self.whose.get((self.issuer, subject))
            expected = Person.objects.filter(pk=pk, is_active=True).first()
            found = None
            with suppress(Refused):
                found = actions.know_by_provider(subject=subject, email="", address="::1")
            assert found == expected, subject
        for person in Person.objects.with_connection():
            assert person.connected == self.connected(person)
        made = Event.objects.filter(verb__in=MADE).values_list("verb", flat=True)
        assert sum(MADE[verb] for verb in made) == len(self.whose)
        assert Person.objects.count() == len(self.people) + 1


@settings(
    max_examples=LIVES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(MOVES, min_size=1, max_size=12))
def test_an_account_lets_in_whoever_it_is_connected_to_and_nobody_else(moves, request):
    """Seen red with: rows looked up by `uid` alone; one stopped who comes in; a second account taken;
    an address that is good for whoever has a password.
    """
    product = request.getfixturevalue("settings")
    with transaction.atomic():
        life = Life(product)
        for step, who, subject in moves:
            note(f"{step} {life.people[who].name} {subject} at {life.issuer}")
            person, here = Person.objects.get(pk=life.people[who].pk), (life.issuer, subject)
            refused = nullcontext() if life.may(step, person, here) else pytest.raises(Refused)
            with refused, transaction.atomic():
                life.take(step, person, here)
        life.true()
        transaction.set_rollback(True)
