"""A demand that somebody else closed, or an enquiry that was passed on, while somebody wrote about it:
what they typed comes back, and they learn no more than they may. Whoever else was asked is told."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from casework.contributions import actions as contributions
from casework.demands import actions, notices
from casework.enquiries import actions as enquiries
from casework.holding import Recipient
from casework.models import Contribution, Demand
from ledger.models import Notice
from officers.models import Officer
from tests import cast
from tests.casework.demands import ASKED, flag, told_of
from tests.casework.making import NOW, World, fresh, with_bob, working_days, world
from tests.factories import OfficerFactory, RelationshipFactory

pytestmark = pytest.mark.django_db
WORDS = "We spoke at length, and she will ring once a week."
NEVER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


@pytest.fixture
def demand(made) -> Demand:
    """Bob's, brought to Sam and, later, to Carol besides; both in his line."""
    found = flag(with_bob(made), made.bob)
    actions.bring(found, Recipient(made.carol.pk), NOW)
    return found


def considered(demand: Demand, by) -> None:
    actions.consider(demand=demand, by=fresh(by), outcome="talked", text="Secretly.", now=NOW)


def send(client, who, path: str, **changes):
    client.force_login(fresh(who))
    return client.post(path, {"outcome": "talked", "text": WORDS, "version": 1, **changes})


def words(page) -> str:
    return unescape(page.content.decode())


def unmarked(page) -> str:
    """Without the tokens that differ at every drawing."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


# What was typed about a demand -------------------------------------------------------------------


@pytest.mark.parametrize("how", ["considered", "taken back"])
def test_what_was_typed_comes_back_where_somebody_else_closed_it(made, client, demand, how):
    """Carol writes while Sam closes it, or Bob takes it back. She was asked, so she learns that it is
    closed; not by whom, nor what came of it. Seen red with: the Http404 raised on; `closed` left out.
    """
    if how == "considered":
        considered(demand, made.sam)
    else:
        actions.take_back(demand=demand, by=fresh(made.bob), reason="Secretly.", now=NOW)
    page = send(client, made.carol, f"{demand.get_absolute_url()}consider/")
    assert page.status_code == 409
    assert WORDS in words(page)
    assert "This demand is closed" in words(page)
    for hidden in ("Sam Stone", "Bob Baker", "Secretly", "Talked", demand.case.reference, ASKED):
        assert hidden not in words(page)


def test_what_was_typed_comes_back_where_somebody_was_first_by_a_moment(
    made, client, demand, monkeypatch
):
    """Sam's is through between Carol's page being asked for and her action. Seen red with: `_found` after
    the refusal outside of what gives back."""
    first = actions.consider

    def after_sam(**with_it):
        considered(Demand.objects.get(), made.sam)
        return first(**with_it)

    monkeypatch.setattr("casework.demands.views.actions.consider", after_sam)
    monkeypatch.setattr(
        f"{__name__}.considered",
        lambda demand, by: first(
            demand=demand, by=fresh(by), outcome="talked", text="Secretly.", now=NOW
        ),
    )
    page = send(client, made.carol, f"{demand.get_absolute_url()}consider/")
    assert page.status_code == 409
    assert WORDS in words(page)


def test_whoever_typed_one_word_or_follows_an_old_mail_learns_that_it_is_closed(
    made, client, demand
):
    """One word is too short to be given back. Seen red with: "Page not found"."""
    considered(demand, made.sam)
    page = send(client, made.carol, f"{demand.get_absolute_url()}consider/", text="Done.")
    assert page.status_code == 409
    assert "This demand is closed" in words(page)
    asked = client.get(demand.get_absolute_url())
    assert asked.status_code == 404
    assert "you need do nothing more" in words(asked)


@pytest.mark.parametrize("who", ["gita", "alice", "close", "gone"])
def test_whoever_was_never_asked_learns_nothing_of_it(made, client, demand, who):
    """Nor whoever is close to the member by now, or left. Seen red with: `ended_for` that asks all demands;
    without `_close_to`; that asks no officer."""
    person = {"gita": cast.gita, "alice": lambda: made.alice}.get(who, lambda: made.carol)()
    if who == "close":
        RelationshipFactory(person=made.carol, other=made.alice, declared_on=NOW.date())
    considered(demand, made.sam)
    if who == "gone":
        Officer.objects.filter(person=made.carol).update(ended_on=working_days(NOW.date(), -1))
    theirs, none = (
        send(client, person, reverse("demand-consider", args=[key])) for key in (demand.key, NEVER)
    )
    assert theirs.status_code == none.status_code == 404
    assert unmarked(theirs) == unmarked(none)
    assert WORDS in words(theirs)
    asked = [client.get(reverse("demand-page", args=[key])) for key in (demand.key, NEVER)]
    assert unmarked(asked[0]) == unmarked(asked[1])


# What was typed to flag one ------------------------------------------------------------------------


def test_what_was_typed_comes_back_where_the_enquiry_was_passed_on(made, client):
    """Bob writes what was asked of him while Dev gives it to another service: as of one that never was.
    Seen red with: the Http404 raised on."""
    case = with_bob(made)
    housing = OfficerFactory(service__name="Housing")
    enquiries.reassign(case=case, by=fresh(made.dev), officer=housing, reason="Theirs.", now=NOW)
    theirs, none = (
        send(client, made.bob, reverse("demand-flag", args=[one]), text=ASKED, ground="0")
        for one in (case.reference, "E-NOSUCH1")
    )
    assert theirs.status_code == 404
    assert ASKED in words(theirs)
    assert unmarked(theirs) == unmarked(none)
    assert not Demand.objects.exists()


def test_what_was_typed_comes_back_where_the_contribution_was_passed_on(made, client):
    gita = cast.gita()
    contributions.ask(
        case=with_bob(made),
        by=fresh(made.bob),
        officer=gita.officer,
        text="Whose is it?",
        due=working_days(NOW.date(), 2),
        now=NOW,
    )
    one = Contribution.objects.with_names().get()
    other = OfficerFactory(service=gita.officer.service)
    Contribution.objects.update(owner=other.person)
    Officer.objects.filter(person=gita).update(service=made.highways)
    path = reverse("contribution-demand", args=[one.key])
    page = send(client, gita, path, text=ASKED, ground="0")
    assert page.status_code == 404
    assert ASKED in words(page)


def test_a_refusal_gives_back_words_and_no_numbers_of_the_form(made, client):
    """Somebody in her team has it by now: what she chose is said in words. Seen red with: "0" and
    "exception:3" for what was chosen."""
    case = with_bob(made)
    pat = OfficerFactory(service=made.highways)
    enquiries.reassign(case=case, by=fresh(made.dev), officer=pat, reason="Theirs.", now=NOW)
    chosen = {"text": ASKED, "ground": "2", "handled": "exception:3"}
    page = words(send(client, made.bob, reverse("demand-flag", args=[case.reference]), **chosen))
    assert ASKED in page
    assert "I am a political assistant" in page
    assert "exception:3" not in page


# Whoever else was asked is told ----------------------------------------------------------------------


def test_the_others_who_were_asked_are_told_that_it_is_closed(made, demand):
    """Each once, and whoever closed it not at all. Seen red with: the officer alone told."""
    actions.bring(demand, Recipient(made.dev.pk, "democratic_services"), NOW)
    considered(demand, made.sam)
    people = (made.bob, made.carol, made.dev)
    assert told_of("demand_considered") == {f"person:{one.pk}" for one in people}
    assert Notice.objects.filter(event__verb="demand_considered").count() == 3
    sent = list(Notice.objects.filter(event__verb="demand_considered").select_related("event"))
    said = {n.recipient: text for n, text in zip(sent, notices.render(sent).values(), strict=True)}
    assert "that you flagged has been considered" in said[f"person:{made.bob.pk}"].body
    for one in (made.carol, made.dev):
        text = said[f"person:{one.pk}"]
        assert text.subject == "Nothing to consider"
        assert "by somebody else" in text.body
        for hidden in ("Secretly", "Sam", "Bob", "Alice", demand.case.reference):
            assert hidden not in text.body
    # She sees it no more; the clerk oversees it.
    assert str(demand.key) not in said[f"person:{made.carol.pk}"].body
    assert str(demand.key) in said[f"person:{made.dev.pk}"].body


def test_whoever_lost_the_post_or_became_close_to_the_member_hears_nothing_of_the_end(made, demand):
    """Seen red with: `ended` that reads told rows of a post; without `_close_to`."""
    gita = cast.gita()
    actions.bring(demand, Recipient(gita.pk, "democratic_services"), NOW)
    actions.take_back(demand=demand, by=fresh(made.bob), now=NOW)
    RelationshipFactory(person=made.carol, other=made.alice, declared_on=NOW.date())
    sent = list(Notice.objects.filter(event__verb="demand_taken_back").select_related("event"))
    texts = notices.render(sent)
    said = {n.recipient: texts[n.pk] for n in sent}
    assert said[f"person:{gita.pk}"] is None
    assert said[f"person:{made.carol.pk}"] is None
    assert "taken back" in said[f"person:{made.sam.pk}"].body
