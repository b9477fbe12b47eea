"""The least that makes a valid row of each kind. Append your own; keep them short.

Directory rows are made straight, without their action: a test of an action calls the action.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from accounts.names import sort_key
from protocol.calendar import Calendar

LONG_AGO = date(2016, 1, 1)
PASSWORD = "correct horse battery staple"


class PersonFactory(DjangoModelFactory):
    """Cannot sign in with a password unless `password=` is given; tests use force_login."""

    class Meta:
        model = "accounts.Person"
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    # Django's mark for "no password": cheap, since nothing is hashed.
    password = "!"
    created_at = datetime(2016, 1, 1, 9, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        raw = kwargs.pop("password", "!")
        person = model_class(*args, **{"sort_name": sort_key(kwargs["name"])} | kwargs)
        if raw == "!":
            person.set_unusable_password()
        else:
            person.set_password(raw)
        person.save()
        return person


class CouncilFactory(DjangoModelFactory):
    """The one council: made again, it is the same row."""

    class Meta:
        model = "council.Council"
        django_get_or_create = ("pk",)

    pk = 1
    name = "Exampleton Council"
    nation = "england"
    bank_holidays = factory.LazyAttribute(lambda made: Calendar.for_nation(made.nation).fingerprint)


class AdoptionFactory(DjangoModelFactory):
    """`AdoptionFactory(profile="bristol")`: that profile, in force since long ago."""

    class Meta:
        model = "council.Adoption"

    class Params:
        profile = "bristol"

    profile_key = factory.SelfAttribute("profile")
    body = "Full Council"
    in_force_from = LONG_AGO
    text = factory.LazyAttribute(lambda adoption: profile_text(adoption.profile_key))
    recorded_at = datetime(2016, 1, 1, 9, tzinfo=UTC)

    @factory.lazy_attribute
    def digest(self):
        from council.models import Adoption

        return Adoption.digest_of(self.text)


def profile_text(key: str) -> str:
    """A profile of the library as its file has it."""
    library = Path(settings.BASE_DIR) / "protocol" / "library"
    return (library / f"{key}.toml").read_text(encoding="utf-8")


class PostFactory(DjangoModelFactory):
    class Meta:
        model = "council.Post"
        django_get_or_create = ("key",)

    key = "monitoring_officer"
    title = factory.LazyAttribute(lambda post: post.key.replace("_", " ").capitalize())


class HoldingFactory(DjangoModelFactory):
    """`HoldingFactory(post__key="town_clerk", person=ann)`; or a body with `person=None`."""

    class Meta:
        model = "council.Holding"

    post = factory.SubFactory(PostFactory)
    person = factory.SubFactory(PersonFactory)
    since = LONG_AGO


class ClosureDayFactory(DjangoModelFactory):
    class Meta:
        model = "council.ClosureDay"

    day = date(2025, 12, 29)
    name = "Christmas closure"


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = "council.Delegation"

    principal = factory.SubFactory(PersonFactory)
    delegate = factory.SubFactory(PersonFactory)
    since = LONG_AGO


class RelationshipFactory(DjangoModelFactory):
    class Meta:
        model = "council.Relationship"

    person = factory.SubFactory(PersonFactory)
    other = factory.SubFactory(PersonFactory)
    kind = "family"
    declared_on = LONG_AGO


class WardFactory(DjangoModelFactory):
    class Meta:
        model = "members.Ward"
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Ward {n}")


class PartyGroupFactory(DjangoModelFactory):
    class Meta:
        model = "members.PartyGroup"
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Group {n}")


class MemberFactory(DjangoModelFactory):
    """A member of a group of their own; give `group=None` for none, `ward=` for a seat."""

    class Meta:
        model = "members.Member"
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory, name=factory.Sequence(lambda n: f"Councillor {n}"))
    group = factory.SubFactory(PartyGroupFactory)

    @factory.post_generation
    def ward(self, create, ward, **kwargs):
        if create and ward is not None:
            SeatFactory(member=self, ward=ward)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = "members.Seat"

    member = factory.SubFactory(MemberFactory)
    ward = factory.SubFactory(WardFactory)
    since = LONG_AGO


class CommitteeFactory(DjangoModelFactory):
    class Meta:
        model = "members.Committee"
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Committee {n}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = "officers.Service"
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Service {n}")


class OfficerFactory(DjangoModelFactory):
    class Meta:
        model = "officers.Officer"

    person = factory.SubFactory(PersonFactory, name=factory.Sequence(lambda n: f"Officer {n}"))
    service = factory.SubFactory(ServiceFactory)
    job_title = "Service officer"
    level = "officer"


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = "officers.Absence"

    officer = factory.SubFactory(OfficerFactory)
    since = LONG_AGO
    until = LONG_AGO
