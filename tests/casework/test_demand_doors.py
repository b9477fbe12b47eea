"""What an officer flagged is theirs, and whose it is to consider: nobody else learns of it by any door."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.chasing import actions as chasing
from casework.contributions import actions as contributions
from casework.demands import actions, notices
from casework.demands import page as pages
from casework.enquiries import actions as enquiries
from casework.enquiries import rules
from casework.models import Contribution, Demand, Message
from frontend import mark
from ledger.models import Notice
from officers.models import Officer
from tests import cast
from tests.casework.demands import ASKED, flag
from tests.casework.making import NOW, World, at, fresh, reloaded, with_bob, working_days, world
from tests.factories import (
    DelegationFactory,
    MemberFactory,
    OfficerFactory,
    RelationshipFactory,
)

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'(csrfmiddlewaretoken|sending)" value="\w+"|nonce="[^"]+"')


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW, tick=False)
    return world("model")


def outsiders(made: World) -> dict:
    """The member's whole side, other members, officers with no part in it, and who keeps the house."""
    delegate = MemberFactory(person__name="Dora Dunn").person
    DelegationFactory(principal=made.alice, delegate=delegate)
    return {
        "the member": made.alice,
        "their delegate": delegate,
        "another member": cast.norris(),
        "a colleague": OfficerFactory(service=made.highways, person__name="Pat Poole").person,
        "another service": cast.gita(),
        "the chief officer": made.carol,
        "an administrator": cast.ada(),
        "an auditor": cast.otis(),
        "an outsider": cast.charlie(),
    }


def seen_by(person) -> list[Demand]:
    return list(Demand.objects.visible_to(fresh(person)))


def test_whoever_flagged_it_considers_it_or_oversees_sees_it_and_nobody_else(made):
    """Mo49 is the officer's matter. Seen red with: `visible_to` that follows the visibility of the case."""
    demand = flag(with_bob(made), made.bob)
    for who in (made.bob, made.sam, made.dev, made.posts["head_of_paid_service"]):
        assert seen_by(who) == [demand], who
    for name, who in outsiders(made).items():
        assert seen_by(who) == [], name


def test_whoever_considered_it_in_the_line_sees_what_they_closed_and_nothing_that_others_did(made):
    demand = flag(with_bob(made), made.bob)
    actions.bring(demand, actions.Recipient(made.carol.pk), NOW)
    assert seen_by(made.carol) == [demand]
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=NOW)
    assert seen_by(made.sam) == [demand]
    assert seen_by(made.carol) == []


def test_whoever_was_told_in_a_post_loses_it_with_the_post(time_machine):
    """Seen red with: told rows that are read without their post."""
    time_machine.move_to(NOW, tick=False)
    made = world("weston")
    clerk = made.posts["town_clerk"]
    flag(with_bob(made), made.bob)
    assert len(seen_by(clerk)) == 1
    clerk.holdings.update(until=NOW.date() - timedelta(days=1))
    assert seen_by(clerk) == []


def test_an_officer_who_left_sees_nothing_of_it(made):
    flag(with_bob(made), made.bob)
    Officer.objects.filter(person__in=[made.bob, made.sam]).update(
        ended_on=NOW.date() - timedelta(days=1)
    )
    assert seen_by(made.bob) == seen_by(made.sam) == []


@pytest.mark.parametrize("who", ["sam", "dev"])
@pytest.mark.parametrize("way", ["declared", "declared of them"])
def test_whoever_is_close_to_the_member_learns_nothing_of_it(made, who, way):
    """Also who oversees. Seen red with: `visible_to` without `_close_to`; `_close_to` that reads one way."""
    flag(with_bob(made), made.bob)
    person = getattr(made, who)
    pair = {"person": person, "other": made.alice}
    if way != "declared":
        pair = {"person": made.alice, "other": person}
    RelationshipFactory(**pair, declared_on=NOW.date())
    assert seen_by(person) == []


def test_a_clerk_who_acts_for_the_member_learns_nothing_of_it(made, client):
    """Seen red with: `visible_to` without `of_others`."""
    demand = flag(with_bob(made), made.bob)
    DelegationFactory(principal=made.alice, delegate=made.dev)
    assert seen_by(made.dev) == []
    client.force_login(fresh(made.dev))
    assert "None to be considered" in client.get(reverse("overview-show")).content.decode()
    assert client.get(demand.get_absolute_url()).status_code == 404


def test_a_councillor_who_is_an_officer_too_never_reads_what_is_flagged_of_them(time_machine):
    """Bracknell: the Proper Officer can be a councillor. What she asks goes past her."""
    time_machine.move_to(NOW, tick=False)
    made = world("bracknell")
    prue = made.posts["proper_officer"]
    MemberFactory(person=prue)
    case = with_bob(made, by=prue, member=prue)
    demand = flag(case, made.bob)
    assert prue not in [row.person for row in demand.told.all()]
    assert seen_by(prue) == []


def test_every_address_of_it_is_closed_to_everybody_else(made, client):
    """404, as of one that never was; the list is the overseers'."""
    demand = flag(with_bob(made), made.bob)
    page = demand.get_absolute_url()
    for name, who in outsiders(made).items():
        client.force_login(fresh(who))
        for path in (page, f"{page}consider/", f"{page}take-back/"):
            assert client.get(path).status_code == 404, (name, path)
            sent = {"outcome": "talked", "text": "x", "version": 1, mark.FIELD: "member"}
            posted = client.post(path, sent)
            assert posted.status_code in (404, 405), (name, path)
        assert client.get(reverse("demand-list")).status_code == 403, name
    assert Demand.objects.get().is_open


def test_the_member_cannot_even_open_the_form(made, client):
    case = with_bob(made)
    for who in (made.alice, outsiders(made)["their delegate"]):
        client.force_login(fresh(who))
        path = reverse("demand-flag", args=[case.reference])
        assert client.get(path).status_code == 404
        sent = {"ground": "0", "text": ASKED, mark.FIELD: "member"}
        assert client.post(path, sent).status_code == 404
        assert "demand" not in client.get(case.get_absolute_url()).content.decode().lower()
    assert not Demand.objects.exists()


def drawn(client, person, paths: list[str]) -> tuple[list[str], list[int]]:
    """What pages say, and how many queries they cost."""
    client.force_login(fresh(person))
    said, costs = [], []
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(path)
        said.append(TOKEN.sub("", unescape(answer.content.decode())))
        costs.append(len(asked))
    return said, costs


def test_no_page_of_anybody_without_a_part_in_it_changes(made, client, monkeypatch):
    """Mo49: not a word, a count, a version or a query: before it was flagged, while it waits,
    after it was closed. Seen red with: `has_demands` that asks all demands; `flag` that raises the version."""
    # The twenty-first refusal of an hour is counted, and costs less than the first.
    monkeypatch.setattr("accounts.refusals.MOST", 1000)
    case = with_bob(made)
    paths = [
        case.get_absolute_url(),
        reverse("home"),
        reverse("casework-list"),
        reverse("casework-all"),
        reverse("work-list"),
        reverse("team-list"),
        reverse("case-list"),
        reverse("case-find") + "?q=rings",
        reverse("ledger-show"),
        reverse("enquiry-note", args=[case.reference]),
        reverse("enquiry-add", args=[case.reference]),
        reverse("copy-list"),
    ]
    without_auditor = {k: v for k, v in outsiders(made).items() if k != "an auditor"}
    before = {name: drawn(client, who, paths) for name, who in without_auditor.items()}
    demand = flag(case, made.bob)
    during = {name: drawn(client, who, paths) for name, who in without_auditor.items()}
    actions.consider(demand=demand, by=fresh(made.sam), outcome="talked", text="Yes.", now=NOW)
    after = {name: drawn(client, who, paths) for name, who in without_auditor.items()}
    for name in without_auditor:
        for place, path in enumerate(paths):
            for then in (during, after):
                assert then[name][0][place] == before[name][0][place], (name, path)
                assert then[name][1][place] == before[name][1][place], (name, path)


def test_no_number_of_demands_hides_what_somebody_is_asked_for(made, monkeypatch):
    """Seen red with: the rows in the order of `flagged_at` alone, where nothing comes last (PostgreSQL)."""
    monkeypatch.setattr(pages, "MOST", 1)
    for number in (1, 2):
        flag(with_bob(made, subject=f"Pothole {number}"), made.bob)
    asked = Contribution.objects.all()
    assert pages.beside(fresh(made.sam), asked)[0] is False
    contributions.ask(
        case=with_bob(made, subject="Lamp"),
        by=fresh(made.bob),
        service=cast.gita().officer.service,
        text="Whose?",
        due=NOW.date(),
        now=NOW,
    )
    is_asked, rows = pages.beside(fresh(made.sam), asked)
    assert (is_asked, len(rows)) == (True, 1)


def test_whoever_writes_to_the_case_meanwhile_is_not_refused(made):
    """Seen red with: `flag` that raises the version."""
    case = with_bob(made)
    seen = case.version
    flag(case, made.bob)
    enquiries.add(case=reloaded(case), by=fresh(made.alice), text="One more.", seen=seen, now=NOW)


def test_what_can_be_done_to_the_case_is_the_same(made):
    case = with_bob(made)
    people = outsiders(made)
    before = {n: rules.available(reloaded(case), fresh(p), NOW.date()) for n, p in people.items()}
    flag(case, made.bob)
    after = {n: rules.available(reloaded(case), fresh(p), NOW.date()) for n, p in people.items()}
    assert before == after


def test_its_words_are_no_message_and_no_search_finds_them(made, client):
    flag(with_bob(made), made.bob)
    assert not Message.objects.filter(body__contains="rings").exists()
    for who in (made.bob, made.sam, made.dev, made.alice):
        client.force_login(fresh(who))
        page = client.get(reverse("case-find"), {"q": "rings each hour"}).content.decode()
        assert "Potholes" not in page


# By mail -------------------------------------------------------------------------------------------------


def mails() -> dict:
    sent = list(Notice.objects.filter(event__verb__startswith="demand_").select_related("event"))
    texts = notices.render(sent)
    return {n.event.verb: texts[n.pk] for n in sent}


def test_no_mail_goes_to_the_members_side_and_none_quotes_anything(made):
    case = with_bob(made)
    before = set(Notice.objects.values_list("pk", flat=True))
    demand = flag(case, made.bob)
    chasing.chase(now=at(working_days(NOW.date(), 5)))
    actions.consider(
        demand=Demand.objects.get(), by=fresh(made.sam), outcome="talked", text="Secretly.", now=NOW
    )
    new = Notice.objects.exclude(pk__in=before).filter(event__verb__startswith="demand_")
    assert {n.recipient for n in new} == {f"person:{made.sam.pk}", f"person:{made.bob.pk}"}
    for notice, text in zip(new, [notices.render([n])[n.pk] for n in new], strict=True):
        if text == Notice.Dropped.OVERTAKEN:
            assert notice.event.verb in notices.CHASERS
            continue
        for words in (ASKED, "Secretly", "Alice", case.reference, case.subject):
            assert words not in text.subject + text.body
        assert demand.get_absolute_url() in text.body


def test_a_mail_that_waits_is_not_sent_to_whoever_may_know_no_more(made):
    """Seen red with: `render` that looks demands up without a reader."""
    flag(with_bob(made), made.bob)
    RelationshipFactory(person=made.sam, other=made.alice, declared_on=NOW.date())
    assert mails() == {"demand_flagged": None}


def test_whoever_was_asked_hears_that_it_was_taken_back(made):
    demand = flag(with_bob(made), made.bob)
    actions.take_back(demand=demand, by=fresh(made.bob), reason="She rang no more.", now=NOW)
    found = mails()
    assert found["demand_flagged"] == Notice.Dropped.OVERTAKEN
    text = found["demand_taken_back"]
    assert "taken back" in text.body
    assert str(demand.key) not in text.body
