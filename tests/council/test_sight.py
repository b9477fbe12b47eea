"""Whoever makes accounts cannot make one that sees cases: posts, deputies, delegates, adoptions, members."""

from datetime import date

import pytest
from django.utils import timezone

from accounts import actions as accounts
from casework.models import Case
from council import sight
from council.actions import adoptions, delegations, posts
from council.models import Adoption, Delegation, Holding, Post
from ledger.actions import deliver
from ledger.models import Notice
from members import actions as members
from members.models import Member
from protocol import profile
from protocol.refusals import Refused
from tests.cast import alice, dev, hana, mona
from tests.factories import (
    AdoptionFactory,
    HoldingFactory,
    PersonFactory,
    PostFactory,
    profile_text,
)

TODAY, SINCE = date(2026, 11, 23), date(2026, 12, 1)


def puppet(keeper):
    """Somebody whom the administrator made up."""
    person = accounts.add_person(name="Per Puppet", email="per@example.org", by=keeper)
    return accounts.invite(person=person, by=keeper)


def mails(mailoutbox) -> dict[str, str]:
    mailoutbox.clear()
    deliver(now=timezone.now())
    return {mail.to[0].rpartition("<")[2].rstrip(">"): mail.body for mail in mailoutbox}


@pytest.mark.parametrize(
    "key", ["democratic_services", "head_of_paid_service", "monitoring_officer"]
)
@pytest.mark.parametrize("order", [0, 3])
def test_an_administrator_puts_nobody_in_a_post_that_opens_cases(keeper, key, order):
    """Seen red with: the call of `may_open_cases` taken out of `posts.hold`."""
    made, post = puppet(keeper), Post.objects.filter(key=key).first() or PostFactory(key=key)
    with pytest.raises(Refused, match="opens cases to whoever has it"):
        posts.hold(post=post, person=made, since=TODAY, deputy_order=order, by=keeper)
    assert not Holding.objects.filter(person=made).exists()


def test_an_administrator_fills_the_posts_that_open_nothing(keeper):
    for key in ("auditor", "administrator", "own_switchboard"):
        post = Post.objects.filter(key=key).first() or PostFactory(key=key)
        posts.hold(post=post, person=PersonFactory(), since=TODAY, by=keeper)


def test_whoever_sees_cases_already_and_a_command_may_fill_any_post(council):
    clerk, post = dev(), PostFactory(key="monitoring_officer")
    posts.hold(post=post, person=PersonFactory(), since=TODAY, by=clerk)
    posts.hold(post=post, person=PersonFactory(), since=TODAY, deputy_order=1, by=None)


def test_a_post_that_shares_its_holder_with_one_that_opens_cases_opens_them_too(db):
    """Bl5.2: whoever is Monitoring Officer is Director of Governance, who advises.

    Seen red with: `same_holder` left out of `showing`.
    """
    shows = sight.showing([profile.load("blackpool")])
    assert {"monitoring_officer", "director_of_governance"} <= shows
    assert not shows & {"administrator", "auditor"}


def test_a_post_that_considers_demands_counts_as_one_that_opens_cases(db):
    """Bl2.6: a demand quotes the enquiry, and whoever considers it reads it. Seen red with: `demands.post`
    left out of `showing`.
    """
    text = profile_text("blackpool")
    old = '[demands]\nflag = true\nto = "manager"\n'
    assert old in text
    new = old.replace('"manager"', '"post"\npost = "auditor"')
    found = profile.load_text(text.replace(old, new))
    assert "auditor" in sight.showing([found])
    assert "auditor" not in sight.showing([profile.load("blackpool")])


def test_a_post_that_tomorrows_protocol_makes_the_adviser_counts_today(keeper):
    """Seen red with: `adopted` keeping to the adoption in force."""
    AdoptionFactory(profile="weston", in_force_from=SINCE)
    with pytest.raises(Refused, match="opens cases to whoever has it"):
        posts.hold(
            post=PostFactory(key="town_clerk"), person=puppet(keeper), since=TODAY, by=keeper
        )


def test_no_administrator_adopts_a_protocol_that_makes_a_post_in_use_see_cases(keeper):
    """Seen red with: the call of `may_open_cases_by_adopting` taken out of `adopt`."""
    held = HoldingFactory(post__key="town_clerk", person=puppet(keeper))
    own = profile_text("weston")
    with pytest.raises(Refused, match="would open cases to Per Puppet"):
        adoptions.adopt(text=own, body="Full Council", in_force_from=SINCE, by=keeper)
    assert Adoption.objects.count() == 1
    held.delete()
    adoptions.adopt(text=own, body="Full Council", in_force_from=SINCE, by=keeper)


def test_an_administrator_makes_nobody_act_for_a_member(keeper):
    """Seen red with: the call of `may_let_read` taken out of `delegations.make`."""
    with pytest.raises(Refused, match="reads their cases"):
        delegations.make(principal=alice(), delegate=puppet(keeper), since=TODAY, by=keeper)
    assert not Delegation.objects.exists()


def test_an_administrator_cannot_make_themselves_a_member(keeper):
    """By hand, from a file, or a member again. Seen red with each `not_for_oneself` taken out."""
    with pytest.raises(Refused, match="cannot make yourself a member"):
        members.add_member(name=keeper.name, email=keeper.email.upper(), by=keeper)
    file = f"councillorid,name,email,ward\n1,{keeper.name},{keeper.email},Harbour\n".encode()
    with pytest.raises(Refused, match="cannot make yourself a member"):
        members.import_members(content=file, by=keeper)
    assert not Member.objects.exists()
    Member.objects.create(person=keeper, ended_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="cannot make yourself a member"):
        members.reinstate_member(member=keeper.member, by=keeper)
    assert not Case.objects.visible_to(keeper).exists()


def test_everybody_who_sees_cases_hears_who_else_will(keeper, mailoutbox):
    """Seen red with: nobody told; the overseers left out."""
    clerk, officer, head = dev(), mona(), hana()
    new = PersonFactory(name="Nina New", email="nina@example.org")
    post = Post.objects.get(key="monitoring_officer")
    posts.hold(post=post, person=new, since=SINCE, deputy_order=1, by=clerk)
    found = mails(mailoutbox)
    assert set(found) == {officer.email, head.email, keeper.email, new.email}
    for words in (
        "Dev Desai recorded that Nina New is deputy 1 for the post of",
        "from Tuesday 1 December 2026",
        "If you did not expect this",
        "/council/posts/monitoring_officer/",
    ):
        assert words in found[officer.email]


def test_a_member_hears_who_acts_for_them(council, mailoutbox):
    """Seen red with: the principal left out."""
    clerk, member = dev(), alice()
    new = PersonFactory(name="Nina New", email="nina@example.org")
    delegations.make(principal=member, delegate=new, since=SINCE, by=clerk)
    found = mails(mailoutbox)
    assert set(found) == {member.email, new.email}
    assert "Nina New acts for Alice Archer, from Tuesday 1 December 2026" in found[member.email]


def test_nobody_is_mailed_while_a_command_sets_a_council_up(council):
    dev()
    posts.hold(post=PostFactory(), person=PersonFactory(), since=SINCE, by=None)
    delegations.make(principal=alice(), delegate=PersonFactory(), since=SINCE, by=None)
    assert not Notice.objects.exists()
