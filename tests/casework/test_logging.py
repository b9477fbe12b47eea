"""Receiving an enquiry: routed by the protocol, with its clocks, once however often it is sent."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps

from casework.enquiries import actions, logging_rules, routing
from casework.models import Case, Clock, EnquiryDetail, Message
from ledger.commitments import check
from ledger.models import Event, Notice
from officers.models import Officer, Service
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import (
    LIBRARY,
    MONDAY,
    NOW,
    at,
    enquiry,
    fresh,
    nothing_written,
    reloaded,
    told,
    verbs,
    world,
)
from tests.factories import (
    AbsenceFactory,
    AdoptionFactory,
    DelegationFactory,
    MemberFactory,
    OfficerFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

# Who has a new enquiry for Highways, whose head is senior and whose director is Carol. "queue" is
# the service's; the clause is the one shown with the reason, or "" where the council set it.
SAM, CAROL, QUEUE = "sam", "carol", "queue"
ROUTES = [
    ("bristol", {}, QUEUE, ""),
    ("bristol", {"significance": "significant"}, QUEUE, ""),
    ("model", {"factual": True}, QUEUE, "Mo48"),
    ("model", {"factual": False}, SAM, "Mo48"),
    ("model", {"factual": None}, SAM, "Mo48"),
    ("weston", {}, "town_clerk", "We3.7"),
    ("bracknell", {}, "proper_officer", "Bk Some general principles"),
    ("blackpool", {"significance": "routine"}, QUEUE, "Bl10.1"),
    ("blackpool", {"significance": "significant"}, CAROL, "Bl10.1"),
    ("blackpool", {"significance": ""}, QUEUE, ""),
]

# (answer, its clause, acknowledgement), in working days; "" is set by the council.
STANDARDS = {
    "bristol": (7, "Br10f", 2),
    "model": (10, "", 2),
    "weston": (10, "", 3),
    "bracknell": (10, "", 3),
    "blackpool": (10, "Bl10.2", 2),
}
# Received on Monday 1 June 2026: the day by which so many working days are over.
DUE = {7: date(2026, 6, 10), 10: date(2026, 6, 15), 2: date(2026, 6, 3), 3: date(2026, 6, 4)}


def _owner(made, who: str) -> int | None:
    if who == QUEUE:
        return None
    return (made.posts.get(who) or getattr(made, who)).pk


@pytest.mark.parametrize(("key", "details", "who", "clause"), ROUTES)
def test_an_enquiry_goes_where_the_protocol_sends_it(key, details, who, clause):
    """Bl10.1; Mo48; We3.7, We7.1; Bk Some general principles; Bristol's is set by the council.

    Mo9 says who is senior: Sam, who heads the service.
    Seen red with: the first rule taken whether or not it matches.
    """
    made = world(key)
    case = reloaded(enquiry(made, **details))
    assert case.owner_id == _owner(made, who)
    assert case.enquiry.route_clause == clause
    assert case.enquiry.route_because


def _route(made, service):
    return routing.route(
        profile=made.profile,
        facts=frozenset(),
        member=made.alice,
        service=service,
        on=MONDAY,
    )


def test_what_goes_to_a_queue_asks_neither_for_the_officers_lines_nor_for_the_posts(
    django_assert_num_queries,
):
    """Set by the council at Bristol; without a service the clerk is still found.

    Seen red with: both loaded before the rule is looked at.
    """
    made = world("bristol")
    service = made.highways
    with django_assert_num_queries(0):
        assert _route(made, service).owner is None
    assert _route(made, None).owner == made.dev.pk


def _agreement(made, **changes):
    """Alice may take one matter straight to Highways, as the clerk agreed on MONDAY for that day."""
    clerk = made.posts.get("town_clerk") or made.posts["proper_officer"]
    what = {"member": made.alice, "service": made.highways, "matter": "the quay"}
    dates = {"since": MONDAY, "until": MONDAY}
    return actions.agree_direct_contact(by=fresh(clerk), **{**what, **dates, **changes})


@pytest.mark.parametrize("key", ["weston", "bracknell"])
def test_what_direct_contact_was_agreed_for_goes_straight_to_the_service(key):
    """We3.7; Bk Some general principles. What she does not say is about it goes to the clerk.

    Seen red with: the agreement looked up by member and service alone.
    """
    made = world(key)
    clerk = made.posts.get("town_clerk") or made.posts["proper_officer"]
    agreement = _agreement(made)
    case = enquiry(made, direct_contact=agreement)
    assert (case.owner_id, case.enquiry.direct_contact) == (None, agreement)
    other = enquiry(made)
    assert (other.owner_id, other.enquiry.direct_contact) == (clerk.pk, None)


@pytest.mark.parametrize("key", ["weston", "bracknell"])
def test_what_was_not_agreed_is_refused_whatever_the_form_says(key):
    """We3.7; Bk Some general principles: with that member, for that service, while it lasts.

    Seen red with: each of the three conditions left out.
    """
    made = world(key)
    agreement = _agreement(made)
    other = MemberFactory().person
    for wrong in (
        {"now": at(MONDAY + timedelta(days=1))},
        {"service": ServiceFactory(name="Parks")},
        {"service": None},
        {"by": other, "member": other},
    ):
        with nothing_written(), pytest.raises(Refused) as refused:
            enquiry(made, direct_contact=agreement, **wrong)
        assert refused.value.clause in {"We3.7", "Bk Some general principles"}


@pytest.mark.parametrize("key", LIBRARY)
def test_only_the_clerk_agrees_direct_contact_and_only_where_the_protocol_asks_it(key):
    """We3.7; Bk Some general principles."""
    made = world(key)
    for person in (made.alice, made.bob, made.carol, made.dev):
        with nothing_written(), pytest.raises(Refused):
            actions.agree_direct_contact(
                by=fresh(person),
                member=made.alice,
                service=made.highways,
                matter="the quay",
                since=MONDAY,
            )


@pytest.mark.parametrize("key", LIBRARY)
def test_each_promise_has_a_clock_with_its_standard_and_clause(key):
    """Br10f; Bl10.2. Mo49, We2.9, Bk Expectations and Bk Officers ask for a timely answer and give no
    figure, so theirs is set by the council.
    """
    answer, clause, acknowledge = STANDARDS[key]
    made = world(key)
    case = reloaded(enquiry(made))
    clocks = {clock.promise: clock for clock in case.clocks.all()}
    assert set(clocks) == {"answer", "acknowledge"}
    assert (clocks["answer"].days, clocks["answer"].clause) == (answer, clause)
    assert (clocks["acknowledge"].days, clocks["acknowledge"].clause) == (acknowledge, "")
    for clock in clocks.values():
        assert clock.due == clock.original_due == clock.standard_due == DUE[clock.days]
        assert clock.promised_due is None
        assert clock.next_step_at is not None
    assert case.next_due == DUE[answer]


def test_a_weekend_receipt_counts_from_the_first_working_day_after_it():
    """Br10f: received on Saturday 30 May 2026, day one is Monday 1 June."""
    made = world("blackpool")
    case = enquiry(made, received_at=at(date(2026, 5, 30), 23, 59))
    assert case.next_due == date(2026, 6, 12)


@pytest.mark.parametrize(
    ("hour", "minute", "due"),
    [(16, 59, date(2026, 6, 10)), (17, 0, date(2026, 6, 11)), (23, 59, date(2026, 6, 11))],
)
def test_from_the_cut_off_hour_it_counts_as_the_next_days(hour, minute, due):
    """Set by the council. Seen red with: `local.hour > cut_off`."""
    made = world(
        "bristol",
        changed={'day_one = "next_working_day"': 'day_one = "next_working_day"\ncut_off_hour = 17'},
    )
    received = at(MONDAY, hour, minute)
    case = enquiry(made, received_at=received, now=received)
    assert case.next_due == due


def test_a_receipt_on_friday_evening_after_the_cut_off_counts_from_saturday():
    """So that it is due on the same day as one received that Saturday."""
    made = world(
        "bristol",
        changed={'day_one = "next_working_day"': 'day_one = "next_working_day"\ncut_off_hour = 17'},
    )
    friday = at(date(2026, 6, 5), 18)
    assert enquiry(made, received_at=friday, now=friday).next_due == date(2026, 6, 16)


def test_late_evening_in_summer_is_still_that_day_in_london(bristol):
    """23:30 on 1 June in London is 22:30 UTC; half past midnight is 23:30 UTC the day before."""
    late, early = at(MONDAY, 23, 30), at(MONDAY, 0, 30)
    assert enquiry(bristol, now=late).received_on == MONDAY
    assert enquiry(bristol, now=early).received_on == MONDAY


def test_an_earlier_receipt_counts_from_then_under_the_protocol_of_then(bristol):
    AdoptionFactory(profile="blackpool", in_force_from=MONDAY)
    friday = at(MONDAY - timedelta(days=3))
    case = enquiry(bristol, received_at=friday)
    assert case.adoption == bristol.adoption
    assert case.next_due == date(2026, 6, 9)
    assert enquiry(bristol).adoption.profile_key == "blackpool"


@pytest.mark.parametrize(
    "received",
    [at(MONDAY + timedelta(days=1), 0, 0), at(date(2011, 12, 31)), at(date(1066, 10, 14))],
)
def test_a_receipt_in_the_future_or_before_any_calendar_is_refused(bristol, received):
    """Seen red with: no lower bound (OutOfCalendar, a 500, where an adoption is that old)."""
    type(bristol.adoption).objects.update(in_force_from=date(1000, 1, 1))
    with nothing_written(), pytest.raises(Refused):
        enquiry(bristol, received_at=received)


def test_before_any_adoption_nothing_is_logged(bristol):
    with nothing_written(), pytest.raises(Refused, match="adopted no protocol"):
        enquiry(bristol, received_at=at(date(2015, 12, 31)))


# Who may ------------------------------------------------------------------------------------------


def test_the_member_their_delegate_and_officers_log_and_nobody_else(bristol):
    """Seen red with: `may_be_raised_for` that lets any member log for another."""
    delegate, stranger = cast.charlie(), cast.erin()
    DelegationFactory(principal=bristol.alice, delegate=delegate)
    for by in (bristol.alice, delegate, bristol.bob, bristol.dev):
        case = enquiry(bristol, by=fresh(by))
        assert (case.raised_by, case.logged_by) == (bristol.alice, by)
    event = Event.objects.of("enquiry_logged").by(delegate.pk).get()
    assert event.acting_for == bristol.alice.pk
    for by in (stranger, cast.norris(), cast.ada(), cast.otis()):
        with nothing_written(), pytest.raises(Refused):
            enquiry(bristol, by=fresh(by))


def test_an_ended_delegate_and_a_member_who_is_gone_log_nothing(bristol):
    delegate = cast.charlie()
    DelegationFactory(principal=bristol.alice, delegate=delegate, until=MONDAY - timedelta(days=1))
    with nothing_written(), pytest.raises(Refused):
        enquiry(bristol, by=fresh(delegate))
    type(bristol.alice.member).objects.update(ended_on=MONDAY - timedelta(days=1))
    for by in (bristol.alice, bristol.dev):
        with nothing_written(), pytest.raises(Refused, match="not a member in office"):
            enquiry(bristol, member=fresh(bristol.alice), by=fresh(by))


# What does not belong -----------------------------------------------------------------------------

# The post it goes to, and the clause; None is the council's own choice.
WHISTLEBLOWING = {
    "bristol": ("monitoring_officer", None),
    "model": ("monitoring_officer", "Mo134"),
    "weston": ("town_clerk", None),
    "bracknell": ("proper_officer", None),
    "blackpool": ("monitoring_officer", "Bl2.5"),
}
POLITICAL = {
    "bristol": "Br17",
    "model": "Mo131",
    # We4.3 and We4.4 speak of post at public expense, not of enquiries.
    "weston": None,
    "bracknell": None,
    "blackpool": "Bl12.1",
}
OWN_JOB = {
    "bristol": "BrG2.4",
    "model": "Mo51",
    "weston": "We3.5",
    "bracknell": "Bk Expectations",
    "blackpool": "Bl2.5",
}


def _rows() -> int:
    return sum(model.objects.count() for model in apps.get_models())


@pytest.mark.parametrize("key", LIBRARY)
def test_whistleblowing_is_turned_away_before_anything_is_saved(key):
    """Mo134; Bl2.5; elsewhere set by the council: no row in any table, no event, no stream.

    Seen red with: the check left out.
    """
    made = world(key)
    before = _rows()
    with pytest.raises(logging_rules.Diverted) as refused:
        enquiry(made, nature="whistleblowing")
    assert _rows() == before
    assert (refused.value.post_key, refused.value.clause) == WHISTLEBLOWING[key]


@pytest.mark.parametrize("key", LIBRARY)
def test_an_officers_own_job_is_turned_away(key):
    """Mo51; BrG2.3, BrG2.4; We2.9, We3.5; Bk Expectations; Bl2.5."""
    made = world(key)
    with nothing_written(), pytest.raises(logging_rules.Diverted) as refused:
        enquiry(made, nature="own_employment")
    assert refused.value.clause == OWN_JOB[key]


@pytest.mark.parametrize("nature", ["political", "private"])
@pytest.mark.parametrize("key", LIBRARY)
def test_party_and_private_business_is_refused_with_its_clause(key, nature):
    """Br17, Br33; Mo131, Mo133; We4.3, We4.4; Bl12.1."""
    made = world(key)
    with nothing_written(), pytest.raises(Refused) as refused:
        enquiry(made, nature=nature)
    assert refused.value.clause == POLITICAL[key]
    assert refused.value.instead


# Once ---------------------------------------------------------------------------------------------


def test_the_same_form_twice_makes_one_enquiry(bristol):
    key = uuid.uuid4()
    first = enquiry(bristol, submission_key=key)
    events = Event.objects.count()
    second = enquiry(bristol, submission_key=key)
    assert second == first
    assert (Case.objects.count(), Message.objects.count()) == (1, 1)
    assert (Clock.objects.count(), Event.objects.count()) == (2, events)


@pytest.mark.parametrize("what", ["subject", "body", "member"])
def test_the_same_form_with_other_words_is_not_taken_for_the_first(bristol, what):
    """The words of the second are nowhere, so nobody is told that they were sent.

    Seen red with: `says_the_same` left out; and, for each, without that one compared.
    """
    key = uuid.uuid4()
    other = MemberFactory().person if what == "member" else "Flooding in Ash Road"
    first = enquiry(bristol, by=fresh(bristol.dev), submission_key=key)
    with nothing_written(), pytest.raises(logging_rules.SentBefore, match=first.reference):
        enquiry(bristol, by=fresh(bristol.dev), submission_key=key, **{what: other})


def test_a_form_sent_again_names_no_enquiry_that_its_writer_may_not_see(bristol):
    """An officer logs for another service, and it is out of their sight at once.

    Seen red with: the reference given whoever asks.
    """
    key, bob = uuid.uuid4(), fresh(bristol.bob)
    first = enquiry(bristol, by=bob, service=ServiceFactory(name="Parks"), submission_key=key)
    assert not Case.objects.visible_to(bob).exists()
    with pytest.raises(logging_rules.SentBefore) as refused:
        enquiry(bristol, by=bob, submission_key=key, body="Another matter.")
    assert first.reference not in str(refused.value)


def test_somebody_elses_form_is_refused_and_shows_nothing_of_theirs(bristol):
    """Seen red with: the IntegrityError raised on."""
    key = uuid.uuid4()
    enquiry(bristol, submission_key=key)
    erin = cast.erin()
    with nothing_written(), pytest.raises(Refused, match="by somebody else"):
        enquiry(bristol, by=erin, member=erin, submission_key=key)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_enquiry(at_once):
    """Eight at once, each on a connection of its own.

    Seen red with: the first enquiry not looked for after the collision.
    """
    made = world("bristol")
    key = uuid.uuid4()
    found = at_once(lambda number: enquiry(made, by=fresh(made.alice), submission_key=key))
    assert {getattr(case, "pk", case) for case in found} == {Case.objects.get().pk}
    assert (EnquiryDetail.objects.count(), Event.objects.count()) == (1, 2)


# What it leaves in the ledger ---------------------------------------------------------------------


def test_it_is_logged_and_routed_with_commitments_to_both_texts(bristol):
    case = enquiry(bristol)
    assert verbs(case) == ["enquiry_logged", "enquiry_routed"]
    logged, routed = Event.objects.about(case.key)
    message = Message.objects.get()
    assert logged.commitments.keys() == {f"message:{message.pk}", f"subject:{case.pk}"}
    assert check(message.body, message.salt, logged.commitments[message.key])
    assert check(case.subject, case.subject_salt, logged.commitments[f"subject:{case.pk}"])
    assert not check("There are two of them.", message.salt, logged.commitments[message.key])
    assert (logged.actor, routed.actor) == (bristol.alice.pk, None)
    assert routed.data["service"] == bristol.highways.pk


CANARIES = {
    "subject": "CANARYsubject",
    "body": "CANARYbody",
    "constituent_name": "CANARYconstituent",
    "constituent_contact": "CANARYcontact",
    "mp_name": "CANARYmp",
    "confidential_why": "CANARYwhy",
    "external_reference": "CANARYreference",
}


def test_nothing_that_was_typed_stands_in_the_ledger(bristol):
    """Seen red with: `subject` put in the data of enquiry_logged."""
    case = enquiry(bristol, confidential=True, constituent_basis="consent", **CANARIES)
    assert "CANARY" in case.subject
    for model in apps.get_app_config("ledger").get_models():
        for row in model.objects.values():
            assert "CANARY" not in json.dumps(row, default=str)
    assert Notice.objects.exists()


# Who hears of it ----------------------------------------------------------------------------------


def _logged(case) -> set[str]:
    return told(Event.objects.about(case.key).of("enquiry_logged").get())


def test_the_head_hears_of_what_is_in_their_services_queue(bristol):
    assert _logged(enquiry(bristol)) == {bristol.sam.key}
    assert _logged(enquiry(bristol, by=bristol.dev)) == {bristol.sam.key, bristol.alice.key}


def test_whoever_covers_for_an_absent_head_hears_of_it(bristol):
    """Seen red with: the head told wherever they were."""
    AbsenceFactory(
        officer=bristol.sam.officer, since=MONDAY, until=MONDAY, cover=bristol.bob.officer
    )
    assert _logged(enquiry(bristol)) == {bristol.bob.key}


def test_with_the_head_gone_the_chief_officer_hears_and_with_nobody_the_clerk(bristol):
    Officer.objects.filter(person=bristol.sam).update(ended_on=MONDAY - timedelta(days=1))
    assert _logged(enquiry(bristol)) == {bristol.carol.key}
    Service.objects.update(head=None, chief_officer=None)
    assert _logged(enquiry(bristol)) == {bristol.dev.key}


def test_with_no_service_known_it_is_the_clerks_and_never_nobodys(bristol):
    case = enquiry(bristol, service=None, ward=None)
    assert case.owner == bristol.dev
    assert case.ward is None


def test_an_absent_chief_officer_stands_aside_for_their_cover():
    made = world("blackpool")
    AbsenceFactory(officer=made.carol.officer, since=MONDAY, until=MONDAY, cover=made.sam.officer)
    assert enquiry(made, significance="significant").owner_id == made.sam.pk


def test_a_councillor_who_is_proper_officer_never_gets_their_own_enquiry():
    """Bk: one person may be both. Seen red with: routing that avoids nobody."""
    made = world("bracknell")
    proper = made.posts["proper_officer"]
    MemberFactory(person=proper)
    both = fresh(proper)
    assert enquiry(made, by=both, member=both).owner_id is None
    assert enquiry(made, by=both, member=both, service=None).owner_id == made.dev.pk
    assert enquiry(made).owner_id == proper.pk


def test_a_clerk_who_is_the_members_delegate_does_not_get_the_enquiry():
    made = world("weston")
    DelegationFactory(principal=made.alice, delegate=made.posts["town_clerk"])
    assert enquiry(made).owner_id is None
    other = OfficerFactory(level="chief").person
    AbsenceFactory(officer=other.officer, since=NOW.date(), until=NOW.date())
    assert enquiry(made, by=fresh(made.posts["town_clerk"])).owner_id is None
