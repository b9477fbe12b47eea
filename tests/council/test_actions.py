"""Each change of the council is one action: allowed or refused with a way out, and recorded."""

from datetime import date

import pytest

from council import calendar
from council.actions import adoptions, closures, delegations, details, posts, relationships
from council.models import Adoption, ClosureDay, Council, Holding, Post
from ledger.models import Event
from protocol import profile
from protocol.refusals import Refused
from tests.cast import charlie
from tests.factories import (
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    PersonFactory,
    PostFactory,
    profile_text,
)

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 1)


def verbs():
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


# Details ------------------------------------------------------------------------------------


def test_a_change_is_recorded_by_the_names_of_fields_and_never_their_text(council, keeper):
    assert details.change(
        council=council, name="Newton Council", nation="england", colour="#1D70B8", by=keeper
    ) == ["name"]
    event = Event.objects.get()
    assert (event.verb, event.actor, event.data) == (
        "council_changed",
        keeper.pk,
        {"fields": ["name"]},
    )


def test_another_nation_raises_the_version_of_the_calendar(council, keeper):
    """Seen red with: raise_calendar_version left out of details.change."""
    before = council.calendar_version
    details.change(
        council=council, name=council.name, nation="wales", colour=council.brand_colour, by=keeper
    )
    assert Council.objects.get().calendar_version == before + 1
    assert calendar.current().nation == "wales"


def test_an_outsider_may_change_nothing(council):
    with pytest.raises(Refused, match="may not"):
        details.change(council=council, name="X", nation="wales", colour="#000000", by=charlie())
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("name", "x" * 121), ("nation", "france"), ("colour", "red}body{")],
)
def test_details_that_cannot_be_are_refused(council, keeper, field, value):
    values = {"name": "A", "nation": "england", "colour": "#000000"} | {field: value}
    with pytest.raises(Refused):
        details.change(council=council, by=keeper, **values)


# Adoptions ----------------------------------------------------------------------------------


def test_adopting_puts_a_profile_in_force_and_adds_the_posts_that_it_names(council, keeper):
    adoption = adoptions.adopt(
        text=profile_text("weston"), body="Town Council", in_force_from=LATER, by=keeper
    )
    assert adoption.digest == Adoption.digest_of(adoption.text)
    assert Adoption.objects.in_force(TODAY).profile_key == "bristol"
    assert Adoption.objects.in_force(LATER).profile_key == "weston"
    named = set(profile.load("weston").posts)
    assert named <= set(Post.objects.values_list("key", flat=True))
    assert verbs() == ["adoption_recorded"]


def test_two_adoptions_on_one_day_are_refused(council, keeper):
    adoptions.adopt(text=profile_text("weston"), body="A", in_force_from=LATER, by=keeper)
    with pytest.raises(Refused, match="already comes into force"):
        adoptions.adopt(text=profile_text("model"), body="A", in_force_from=LATER, by=keeper)
    assert Adoption.objects.count() == 2


def test_what_was_in_force_on_a_day_that_is_past_cannot_be_changed(council, keeper):
    """Seen red with: the second test left out of may_adopt_from."""
    with pytest.raises(Refused, match="cannot be changed afterwards"):
        adoptions.adopt(
            text=profile_text("weston"), body="A", in_force_from=date(2026, 11, 20), by=keeper
        )


def test_an_adoption_before_the_first_of_all_may_be_added(council, keeper):
    adoptions.adopt(
        text=profile_text("weston"), body="A", in_force_from=date(2015, 1, 1), by=keeper
    )
    assert Adoption.objects.in_force(date(2015, 6, 1)).profile_key == "weston"


def test_a_profile_with_faults_is_refused_with_file_key_and_reason(council, keeper):
    broken = profile_text("bristol").replace("days = 7", "days = 0", 1)
    with pytest.raises(Refused, match=r"own\.toml: standards\.enquiry\.answer\.days: must be 1"):
        adoptions.adopt(text=broken, body="A", in_force_from=LATER, by=keeper, name="own.toml")
    assert Adoption.objects.count() == 1


def test_only_an_adoption_that_is_not_yet_in_force_can_be_withdrawn(council, keeper):
    future = adoptions.adopt(text=profile_text("weston"), body="A", in_force_from=LATER, by=keeper)
    adoptions.withdraw(adoption=future, by=keeper)
    with pytest.raises(Refused, match="cases rest on it"):
        adoptions.withdraw(adoption=Adoption.objects.get(), by=keeper)


def test_an_adoption_is_withdrawn_once_by_whoever_is_first(council, keeper):
    """Seen red with: the row deleted without asking whether it was there."""
    future = adoptions.adopt(text=profile_text("weston"), body="A", in_force_from=LATER, by=keeper)
    same = Adoption.objects.get(pk=future.pk)
    adoptions.withdraw(adoption=future, by=keeper)
    with pytest.raises(Refused, match="already withdrawn"):
        adoptions.withdraw(adoption=same, by=keeper)
    assert verbs() == ["adoption_recorded", "adoption_withdrawn"]


# Closure days -------------------------------------------------------------------------------


def test_a_closure_leaves_out_weekends_and_bank_holidays_and_raises_the_version(council, keeper):
    """Seen red with: raise_calendar_version left out of closures.add."""
    added = closures.add(
        first=date(2026, 12, 24), last=date(2027, 1, 3), name="Christmas", by=keeper
    )
    # The 25th and 28th and 1 January are bank holidays; 26 and 27 December and 2 and 3 January
    # a weekend.
    assert [one.day.day for one in added] == [24, 29, 30, 31]
    assert Council.objects.get().calendar_version == council.calendar_version + 1
    assert verbs() == ["closure_day_added"] * 4
    assert calendar.current().why_closed(date(2026, 12, 29)) == "Council closed: Christmas"


def test_a_day_that_is_past_can_be_closed_and_opened_again(council, keeper):
    (closure,) = closures.add(first=date(2025, 3, 5), name="Snow", by=keeper)
    assert not calendar.current().is_working_day(date(2025, 3, 5))
    closures.remove(closure=closure, by=keeper)
    assert calendar.current().is_working_day(date(2025, 3, 5))
    assert Council.objects.get().calendar_version == council.calendar_version + 2


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2026, 12, 25), None, "Christmas Day"),
        (date(2026, 11, 28), date(2026, 11, 29), "nothing to add"),
        (date(2026, 12, 2), date(2026, 12, 1), "before the first"),
        (date(2026, 12, 1), date(2027, 12, 1), "at most"),
        (date(2099, 1, 5), None, "calendar"),
    ],
)
def test_closure_days_that_cannot_be_are_refused_in_words(council, keeper, first, last, says):
    with pytest.raises(Refused, match=says):
        closures.add(first=first, last=last, name="Closed", by=keeper)
    assert not ClosureDay.objects.exists()


# Posts --------------------------------------------------------------------------------------


def test_a_new_holder_takes_over_from_the_old_one_the_day_before(council, clerk):
    old = HoldingFactory(post__key="monitoring_officer")
    new = posts.hold(post=old.post, person=PersonFactory(), since=LATER, instead_of=old, by=clerk)
    old.refresh_from_db()
    assert old.until == date(2026, 11, 30)
    assert new.until is None
    assert verbs() == ["post_held", "post_ended"]


def test_a_post_may_be_held_by_a_body_or_an_outside_contact_and_deputised(council, keeper):
    post = PostFactory(key="values_and_ethics")
    posts.hold(post=post, body="Standards Committee", since=TODAY, by=keeper)
    deputy = posts.hold(
        post=post,
        contact_name="Jo Ng",
        contact_email="jo@example.org",
        since=TODAY,
        deputy_order=1,
        by=keeper,
    )
    assert deputy.holder_name == "Jo Ng"


def test_nobody_holds_one_post_twice_on_a_day(council, clerk):
    held = HoldingFactory(post__key="monitoring_officer")
    with pytest.raises(Refused, match="already recorded"):
        posts.hold(post=held.post, person=held.person, since=TODAY, deputy_order=1, by=clerk)


@pytest.mark.parametrize(
    "holder", [{}, {"body": "A", "contact_name": "B"}], ids=["nobody", "two of them"]
)
def test_a_post_is_held_by_exactly_one_kind_of_holder(council, clerk, holder):
    with pytest.raises(Refused, match="Choose one"):
        posts.hold(post=PostFactory(), since=TODAY, by=clerk, **holder)


def test_nobody_who_has_left_and_no_contact_without_an_address_holds_a_post(council, clerk):
    """Seen red with: the call of `may_hold` taken out; `has_left` of today instead of the first day."""
    post = PostFactory(key="monitoring_officer")
    former = OfficerFactory(ended_on=date(2026, 11, 1)).person
    ended = MemberFactory(ended_on=date(2026, 11, 1)).person
    stopped = PersonFactory(is_active=False)
    leaving = OfficerFactory(ended_on=date(2026, 11, 30)).person
    for person in (former, ended, stopped, leaving):
        with pytest.raises(Refused, match="has left the council"):
            posts.hold(post=post, person=person, since=LATER, by=clerk)
    with pytest.raises(Refused, match="needs an email address"):
        posts.hold(post=post, contact_name="Exampleshire", since=TODAY, by=clerk)
    assert not post.holdings.exists()
    MemberFactory(person=former)
    posts.hold(post=post, person=former, since=LATER, by=clerk)


def test_the_last_who_may_keep_the_council_cannot_be_ended(council, keeper):
    """Seen red with: somebody_keeps_the_council left out of posts._end."""
    only = Holding.objects.get(person=keeper)
    with pytest.raises(Refused, match="the last who may keep"):
        posts.end(holding=only, last_day=TODAY, by=keeper)
    HoldingFactory(post__key="democratic_services")
    assert posts.end(holding=only, last_day=TODAY, by=keeper).until == TODAY


def test_a_holding_cannot_end_before_it_begins(council, keeper):
    held = HoldingFactory(post__key="monitoring_officer", since=LATER)
    with pytest.raises(Refused, match="is before"):
        posts.end(holding=held, last_day=TODAY, by=keeper)


# Relationships and delegates ----------------------------------------------------------------


def test_br11_a_declared_relationship_is_recorded_once_and_the_ledger_names_nobody(council, keeper):
    """Br11; Mo45, Mo46; We3.6; Bk Some general principles; Bl2.7: the register alone, which bars nobody."""
    one, other = PersonFactory(), PersonFactory()
    found = relationships.declare(
        person=one, other=other, kind="family", declared_on=TODAY, by=keeper
    )
    with pytest.raises(Refused, match="already recorded"):
        relationships.declare(person=other, other=one, kind="family", declared_on=TODAY, by=keeper)
    event = Event.objects.get()
    assert (event.subject, event.data) == (f"relationship:{found.pk}", {})
    assert relationships.end(relationship=found, ended_on=TODAY, by=keeper).ended_on == TODAY


@pytest.mark.parametrize("declared_on", [date(2026, 11, 24), date(1899, 1, 1)])
def test_a_declaration_has_a_day_that_can_be(council, keeper, declared_on):
    with pytest.raises(Refused):
        relationships.declare(
            person=PersonFactory(),
            other=PersonFactory(),
            kind="family",
            declared_on=declared_on,
            by=keeper,
        )


def test_a_delegate_acts_between_dates_and_not_twice_at_once(council, clerk):
    one, other = PersonFactory(), PersonFactory()
    made = delegations.make(principal=one, delegate=other, since=TODAY, until=LATER, by=clerk)
    with pytest.raises(Refused, match="already acts"):
        delegations.make(principal=one, delegate=other, since=LATER, by=clerk)
    assert delegations.end(delegation=made, last_day=TODAY, by=clerk).until == TODAY


def test_nobody_acts_for_themselves_or_without_an_address_to_sign_in_with(council, clerk):
    one, mute = PersonFactory(), PersonFactory(email=None)
    with pytest.raises(Refused, match="two different"):
        delegations.make(principal=one, delegate=one, since=TODAY, by=clerk)
    with pytest.raises(Refused, match="no email"):
        delegations.make(principal=one, delegate=mute, since=TODAY, by=clerk)
