"""The case page and the page of each verb."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Person
from casework.enquiries import actions
from casework.enquiries.steps import STEPS
from casework.models import Case, Escalation, Message
from ledger.models import Event
from tests import cast
from tests.casework.making import (
    NOW,
    at,
    clock,
    enquiry,
    fresh,
    last_event,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.factories import MemberFactory, OfficerFactory

pytestmark = pytest.mark.django_db
# One of them reads closure days, which a process that is in no transaction remembers.
MOST_QUERIES = 13


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


def address(case: Case, verb: str) -> str:
    return reverse(f"enquiry-{verb.replace('_', '-')}", args=[case.reference])


def masked(page) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def busy(made, *, answered: bool = True) -> Case:
    """A case in which much has happened."""
    case = with_bob(made)
    bob = fresh(made.bob)
    for text in ("One.", "Two.", "Three."):
        actions.hold(case=case, by=bob, text=text, now=NOW)
    actions.ask(case=case, by=bob, text="Which end?", now=NOW)
    actions.reply(case=case, by=fresh(made.alice), text="The north end.", now=NOW)
    if answered:
        copied = [MemberFactory().person]
        actions.answer(case=case, by=bob, text="Done.", copy_to=copied, writer_agreed=True, now=NOW)
    return case


@pytest.mark.parametrize("who", ["alice", "bob", "sam", "carol", "dev", "told"])
def test_the_case_page_costs_at_most_thirteen_queries(
    made, client, who, django_assert_max_num_queries
):
    """Seen red with: a query for each message's author."""
    # Whoever was told in the line sees it while it is open.
    cases = [busy(made, answered=who != "told"), with_bob(made)]
    told = OfficerFactory(service__name="Housing").person
    for case in cases:
        Escalation.objects.create(case=case, person=told, at=NOW)
    client.force_login(told if who == "told" else getattr(made, who))
    client.get(cases[0].get_absolute_url())
    for case in cases:
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(case.get_absolute_url()).status_code == 200


def test_what_you_may_not_see_does_not_exist(made, client):
    """Somebody else's case and no case at all are the same page (T1). Seen red with: a 403."""
    case = enquiry(made)
    client.force_login(cast.erin())
    theirs = client.get(case.get_absolute_url())
    nothing = client.get(reverse("case-page", args=["E-2222222"]))
    assert theirs.status_code == nothing.status_code == 404
    assert masked(theirs) == masked(nothing)
    for verb in STEPS:
        assert client.get(address(case, verb)).status_code == 404
        assert client.post(address(case, verb), {"version": 1}).status_code == 404


@pytest.mark.parametrize("verb", list(STEPS))
def test_every_verb_has_a_page_that_opens_or_says_why_not(made, client, verb):
    cases = [enquiry(made), with_bob(made), busy(made)]
    for who in (made.alice, made.bob, made.sam, made.dev):
        client.force_login(who)
        for case in cases:
            page = client.get(address(case, verb))
            assert page.status_code == 200
            offered = verb in {
                a.href.rstrip("/").rsplit("/")[-1].replace("-", "_") for a in _offered(client, case)
            }
            assert ("refused" not in page.context) or not offered


def _offered(client, case) -> list:
    """The button and the links of the case page, in their order."""
    page = client.get(case.get_absolute_url()).context["page"]
    first = [page.primary] if page.primary else []
    return first + [link for group in page.more for link in group.links]


@pytest.mark.parametrize("verb", list(STEPS))
def test_rubbish_posted_to_a_verb_is_never_an_error_page(made, client, verb):
    case = with_bob(made)
    client.force_login(made.bob)
    for values in (
        {},
        {"version": "x"},
        {"version": "99999999999999999999"},
        {"version": "1", "text": "\x00", "officer": "x", "outcome": "y"},
        {
            "version": ["1", "2"],
            "new_date_day": "31",
            "new_date_month": "2",
            "new_date_year": "2026",
        },
        {"version": "1", "new_date_day": "1", "new_date_month": "1", "new_date_year": "99999"},
        {"state": "closed", "owner": "1", "version": "1"},
    ):
        assert client.post(address(case, verb), values).status_code in {200, 302, 409}


def test_an_answer_is_sent_from_the_case_page_in_two_steps(made, client):
    case = with_bob(made)
    client.force_login(made.bob)
    page = client.get(case.get_absolute_url())
    assert page.context["inline"].form_action == address(case, "answer")
    sent = client.post(
        address(case, "answer"),
        {"version": case.version, "text": "It was mended today."},
        follow=True,
    )
    assert "The member has your answer" in sent.content.decode()
    assert reloaded(case).figure == "within"


def test_the_second_of_two_people_sees_what_changed_and_loses_no_text(made, client):
    """Seen red with: a Stale that redirects; and with a form that is drawn empty."""
    case = with_bob(made)
    opened = case.version
    actions.extend(
        case=case,
        by=fresh(made.sam),
        reason="A part is on order.",
        new_date=working_days(clock(case).due, 5),
        now=NOW,
    )
    client.force_login(made.bob)
    page = client.post(
        address(case, "hold"), {"version": opened, "text": "We are looking into it."}
    )
    words = page.content.decode()
    assert page.status_code == 409
    assert "Somebody else changed this while you had it open" in words
    assert "Sam Stone gave a new date" in words
    assert "We are looking into it." in words
    again = page.context["form"]["version"].value()
    assert (
        client.post(
            address(case, "hold"), {"version": again, "text": "We are looking into it."}
        ).status_code
        == 302
    )
    assert Message.objects.filter(case=case, kind="holding").count() == 1


def test_what_was_typed_too_late_is_shown_to_be_copied(made, client):
    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.sam), text="Done.", now=NOW)
    client.force_login(made.bob)
    page = client.post(address(case, "answer"), {"version": 2, "text": "My own long answer."})
    assert page.status_code == 409
    assert "My own long answer." in page.content.decode()


def test_an_extension_without_a_reason_or_date_is_refused_on_the_page(made, client):
    """Bl10.2; here set by the council (rule row 2)."""
    case = with_bob(made)
    client.force_login(made.bob)
    page = client.post(address(case, "extend"), {"version": case.version})
    assert "Say briefly why the answer needs longer" in page.content.decode()
    assert clock(case).extensions == 0


def test_the_member_reads_no_note_of_the_officers(made, client):
    case = with_bob(made)
    actions.note(case=case, by=fresh(made.bob), text="CANARY-NOTE", now=NOW)
    client.force_login(made.alice)
    words = client.get(case.get_absolute_url()).content.decode()
    assert "CANARY-NOTE" not in words
    assert "added a note" not in words
    client.force_login(made.bob)
    assert "CANARY-NOTE" in client.get(case.get_absolute_url()).content.decode()


def test_why_this_date_counts_every_day_and_cites_the_clause(made, client):
    """Br10f: seven working days."""
    case = enquiry(made)
    client.force_login(made.alice)
    page = client.get(case.get_absolute_url())
    assert [day.number for day in page.context["page"].why if day.number] == [1, 2, 3, 4, 5, 6, 7]
    assert "Br10f" in page.content.decode()


def test_what_people_typed_is_never_markup(made, client):
    case = enquiry(made, subject="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    client.force_login(made.alice)
    words = client.get(case.get_absolute_url()).content.decode()
    assert "<script>alert" not in words
    assert "<img src=x" not in words


def test_passing_an_enquiry_out_of_ones_sight_leads_home(made, client):
    case = with_bob(made)
    gita = cast.gita()
    client.force_login(made.bob)
    sent = client.post(
        address(case, "reassign"),
        {"version": case.version, "officer": gita.officer.pk, "reason": "It is for Housing."},
    )
    assert sent.url == reverse("home")
    assert last_event(case).verb == "enquiry_reassigned"


def test_a_copied_member_reads_that_message_and_nothing_else(made, client):
    """Mo126; We9.1: copies are open, and open nothing else."""
    case = with_bob(made)
    other = MemberFactory().person
    actions.answer(
        case=case,
        by=fresh(made.bob),
        text="Copied words.",
        copy_to=[other],
        writer_agreed=True,
        now=NOW,
    )
    client.force_login(other)
    assert client.get(case.get_absolute_url()).status_code == 404
    page = client.get(reverse("copy-list"))
    # The first words tell one from another.
    assert "Copied words." in page.content.decode()
    copy = page.context["page"][0]
    assert "Copied words." in client.get(reverse("copy-page", args=[copy.key])).content.decode()
    client.force_login(cast.erin())
    assert client.get(reverse("copy-page", args=[copy.key])).status_code == 404
    client.force_login(made.alice)
    assert other.name in client.get(case.get_absolute_url()).content.decode()


def test_no_address_or_fragment_says_how_many_messages_or_copies_there_are(made, client):
    """Seen red with: the keys of the rows in the address of a copy, and in the ids of messages."""
    reader = MemberFactory().person
    for _ in range(3):
        case = with_bob(made)
        actions.note(case=case, by=fresh(made.bob), text="Not for members.", now=NOW)
        copied = {"copy_to": [reader], "writer_agreed": True}
        actions.answer(case=case, by=fresh(made.bob), text="Done.", **copied, now=NOW)
    client.force_login(made.alice)
    page = client.get(case.get_absolute_url()).content.decode()
    # Without a gap, where a note that she may not read stands between.
    assert re.findall(r'id="message-([^"]+)"', page) == ["1", "2"]
    client.force_login(reader)
    found = re.findall(
        r'href="/copies/([^"]+)/"', client.get(reverse("copy-list")).content.decode()
    )
    assert len({uuid.UUID(key).bytes[:4] for key in found}) == 3


# Logging ----------------------------------------------------------------------------------------


def form(made, **changes) -> dict:
    values = {
        "once": uuid.uuid4(),
        "subject": "Street light out",
        "body": "It has been out for a week.",
        "service": made.highways.pk,
        "ward": made.harbour.pk,
        "nature": "council",
        "interest": "",
    }
    return {**values, **changes}


def test_a_member_raises_an_enquiry_on_one_page_and_reads_what_happens_next(made, client):
    client.force_login(made.alice)
    sent = client.post(reverse("enquiry-log"), form(made), follow=True)
    case = Case.objects.get()
    assert sent.redirect_chain[-1][0] == case.get_absolute_url()
    assert "The answer is due by Wednesday 10 June 2026" in sent.content.decode()
    assert (case.raised_by, case.ward, case.enquiry.channel) == (made.alice, made.harbour, "online")


def test_a_double_submit_makes_one_enquiry(made, client):
    client.force_login(made.alice)
    values = form(made)
    first, second = (client.post(reverse("enquiry-log"), values) for _ in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_an_officer_logs_what_came_by_letter_on_an_earlier_day(made, client):
    client.force_login(made.bob)
    values = form(
        made,
        member=made.alice.pk,
        channel="letter",
        received_day="29",
        received_month="5",
        received_year="2026",
    )
    client.post(reverse("enquiry-log"), values)
    case = Case.objects.get()
    assert (case.received_on.isoformat(), case.logged_by, case.raised_by) == (
        "2026-05-29",
        made.bob,
        made.alice,
    )


def test_a_ward_is_never_defaulted(made, client):
    """ "Not known" is a value, and has to be chosen."""
    client.force_login(made.alice)
    page = client.post(reverse("enquiry-log"), form(made, ward=""))
    assert page.status_code == 422
    assert "Select a ward, or “Not known”" in page.content.decode()
    client.post(reverse("enquiry-log"), form(made, ward="none"))
    assert Case.objects.get().ward is None


@pytest.mark.parametrize("profile", ["bristol", "model", "weston", "bracknell", "blackpool"])
def test_whistleblowing_is_diverted_before_anything_is_saved(client, time_machine, profile):
    """Mo134; Bl2.5; elsewhere set by the council (rule row 45)."""
    time_machine.move_to(NOW)
    made = world(profile)
    client.force_login(made.alice)
    asked = form(
        made, nature="whistleblowing", subject="CANARY", significance="routine", factual="yes"
    )
    page = client.post(reverse("enquiry-log"), asked)
    assert "Nothing that you typed was saved" in page.content.decode()
    assert not Case.objects.exists()
    assert not Message.objects.exists()
    assert not Event.objects.filter(verb="enquiry_logged").exists()
    # Before anything else is asked. Seen red with: only a form without faults diverted.
    page = client.post(reverse("enquiry-log"), {"nature": "whistleblowing", "body": "CANARY"})
    assert page.status_code == 200
    assert "Nothing that you typed was saved" in page.content.decode()
    assert "CANARY" not in page.content.decode()


@pytest.mark.parametrize(
    ("profile", "clause"), [("bristol", "BrG2.4, BrG2.3"), ("model", "Mo51"), ("weston", None)]
)
def test_an_officer_reads_that_they_may_write_to_their_own_ward_member(
    client, time_machine, profile, clause
):
    """BrG2.3; Mo51: as a resident, in their own time (rule row 50).

    Seen red with: the sentence for every council; and with it for whistleblowing.
    """
    time_machine.move_to(NOW)
    made = world(profile)
    client.force_login(made.bob)
    day = {"received_day": "1", "received_month": "6", "received_year": "2026"}
    asked = form(made, member=made.alice.pk, channel="phone", factual="yes", **day)
    for nature, said in [("own_employment", clause is not None), ("whistleblowing", False)]:
        words = client.post(reverse("enquiry-log"), {**asked, "nature": nature}).content.decode()
        assert "This goes somewhere else" in words
        assert ("write to your own ward member" in words) is said
        if said:
            assert clause in words
    assert not Case.objects.exists()


@pytest.mark.parametrize(("profile", "post"), [("blackpool", None), ("model", "Hana Hughes")])
def test_an_officers_own_job_goes_to_a_post_only_where_the_protocol_has_one(
    client, time_machine, profile, post
):
    """Bl2.5 names Human Resources procedures, and nobody to go to; Mo51 (rule row 50).

    Seen red with: the Head of Paid Service named for Blackpool as well.
    """
    time_machine.move_to(NOW)
    made = world(profile)
    client.force_login(made.bob)
    page = client.post(reverse("enquiry-log"), {"nature": "own_employment"})
    assert page.status_code == 200
    words = page.content.decode().partition("<main")[2]
    assert "This goes somewhere else" in words
    assert ("Human Resources procedures" in words) is (post is None)
    assert ("Hana Hughes" in words) is bool(post)
    assert ("If it is about them" in words) is bool(post)


def test_a_refusal_keeps_what_was_typed(made, client):
    """Br17, Br33: no council resources for party politics (rule row 57)."""
    client.force_login(made.alice)
    page = client.post(reverse("enquiry-log"), form(made, nature="political"))
    words = page.content.decode()
    assert page.status_code == 422
    assert "Br17" in words
    assert "It has been out for a week." in words
    assert not Case.objects.exists()


def test_a_resident_s_details_need_a_basis(made, client):
    """DPA 2018, Schedule 1, paragraph 23."""
    client.force_login(made.alice)
    page = client.post(reverse("enquiry-log"), form(made, constituent_name="Mrs Green"))
    assert "Select why the council may hold the resident’s details" in page.content.decode()


def test_nobody_logs_for_a_member_who_is_not_theirs(made, client):
    """A hidden field posted by a member makes nobody else the author."""
    erin = cast.erin()
    client.force_login(made.alice)
    client.post(reverse("enquiry-log"), form(made, member=erin.pk))
    assert Case.objects.get().raised_by == made.alice


def test_an_administrator_reads_and_raises_no_case(made, client):
    case = enquiry(made)
    client.force_login(Person.objects.get(pk=cast.ada().pk))
    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.get(reverse("enquiry-log")).status_code == 403
    assert client.get(reverse("case-list")).status_code == 403


def test_the_breach_is_explained_on_its_page(made, client, time_machine):
    case = with_bob(made)
    late = at(working_days(clock(case).due, 2))
    time_machine.move_to(late)
    actions.answer(case=case, by=fresh(made.bob), text="Sorry.", now=late)
    client.force_login(made.bob)
    assert "Not yet explained" in client.get(case.get_absolute_url()).content.decode()
    client.post(
        address(case, "explain_breach"),
        {"version": reloaded(case).version, "explanation": "Two crews were off.", "learned": ""},
    )
    assert not reloaded(case).awaits_explanation


def test_what_was_acknowledged_is_not_offered_again(made, client):
    case = with_bob(made)
    client.force_login(made.bob)
    assert "Acknowledge" in [action.text for action in _offered(client, case)]
    client.post(address(case, "acknowledge"), {"version": case.version, "text": "It is with me."})
    assert "Acknowledge" not in [action.text for action in _offered(client, case)]
    again = client.post(
        address(case, "acknowledge"), {"version": case.version + 1, "text": "Again."}
    )
    assert "The member knows already that it has arrived" in again.content.decode()
    assert "Again." in again.content.decode()


def test_a_reference_is_found_however_it_is_typed(client, time_machine):
    """Seen red with: the reference taken as it was typed."""
    time_machine.move_to(NOW)
    made = world("bristol")
    case = enquiry(made)
    address = reverse("case-page", args=[case.reference.lower()])
    client.force_login(made.alice)
    assert client.get(address).status_code == 200
    client.force_login(MemberFactory().person)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("pause", "the council has not allowed it"),
        ("extend", "A new date can only be given while that date stands"),
        ("explain-breach", "No breach here is waiting"),
        ("withdraw", "Only the member whose enquiry it is can do that"),
    ],
)
def test_nobody_is_given_a_form_that_must_be_refused(made, client, time_machine, verb, says):
    """Seen red with: `ready` left out of the view; one refusal for every verb that is not theirs."""
    case = with_bob(made)
    time_machine.move_to(at(date(2026, 6, 15)), tick=False)
    client.force_login(made.bob)
    page = client.get(reverse(f"enquiry-{verb}", args=[case.reference])).content.decode()
    assert says in page
    assert "<textarea" not in page
