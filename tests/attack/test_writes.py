"""Every verb as everybody in every state, through the door: only who may changes anything, and only that.

The posts carry forged fields besides: the state, the owner, who raised it, how sensitive it is.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from accounts.models import Person
from casework import case_page
from casework.enquiries import rules
from casework.enquiries.steps import STEPS
from casework.models import Case
from documents.models import Document
from ledger.models import Event
from protocol import lifecycle
from tests.attack import stage
from tests.casework.making import NOW, reloaded

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) \"(casework_|ledger_notice)", re.IGNORECASE)
REFUSAL = "request_refused"
ROLES = (
    "member",
    "other member",
    "delegate",
    "officer",
    "other officer",
    "head",
    "clerk",
    "administrator",
    "auditor",
    "no role",
    "nobody",
)
# Strangers to the case, who are the same to it in every state: all of them tried in these.
STRANGERS = ("administrator", "auditor", "no role", "nobody")
ALL_TRIED = ("received", "with_officer")
# What no verb ever changes, whatever is posted.
NEVER = (
    "reference",
    "kind",
    "subject",
    "subject_salt",
    "sensitivity",
    "raised_by_id",
    "logged_by_id",
    "ward_id",
    "received_at",
    "received_on",
    "adoption_id",
    "submission_key",
)
AGAIN = {"ask_again", "record_asking", "put_right"}
# What moves no case, and how many links there are afterwards.
UNMOVED = {"link": 1, "unlink": -1}
# And what only these change.
ONLY = {
    "owner_id": {"accept", "allocate", "reassign", "refer_upward", *AGAIN, "take_back"},
    "service_id": {"allocate", "reassign", "refer_upward"},
    "answered_at": {"answer"},
    "figure": {"answer"},
    # Of a second answer: none of these states has had one.
    "answered_again_at": set(),
    "round": AGAIN,
    "closed_at": {
        "close",
        "close_duplicate",
        "return",
        "withdraw",
        "hand_on",
        "take_back",
        *AGAIN,
    },
    "next_due": {"extend", "resume", "reply", "record_reply", "answer", *AGAIN},
    "awaits_explanation": {"explain_breach", "answer"},
}


@pytest.fixture
def theatre(time_machine) -> stage.Stage:
    time_machine.move_to(NOW)
    return stage.set_up()


def forged(case: Case, role: str, theatre: stage.Stage, verb: str = "") -> dict:
    """Sound values for every verb at once, and besides them what no form asks for."""
    stranger = theatre.people["other member"]
    linked = {link.kind: link.other.reference for link in case.links.select_related("other")}
    sound = {
        "other_reference": theatre.cases[
            "received" if case.state != "received" else "closed"
        ].reference,
        "how": "related",
        "link": linked["related"],
        "other": linked["duplicate"],
        "version": case.version,
        "text": "Words.",
        "reason": "Because.",
        "explanation": "Because.",
        "officer": theatre.people["head"].officer.pk,
        "outcome": "resolved",
        # Of where it is handed on to.
        "room": "service_request",
        "document": str(Document.objects.get(about=case.key).key),
        "learned": "Grit.",
        "new_date_day": "22",
        "new_date_month": "6",
        "new_date_year": "2026",
    }
    if verb == "ask_service":
        # What an officer of it is passed to is no other service.
        asked = theatre.people["other officer"].officer.service_id
        due = case.next_due
        dates = {"due_day": due.day, "due_month": due.month, "due_year": due.year}
        sound |= {"officer": "", "service": asked, **dates}
    sent = {"reference": "E-9999999"}
    if verb == "hand_on":
        sent = {"name": "Elsewhere", "address": "javascript:alert(1)", "record": "complaint:1"}
        sent |= {"reference": "R 2", "at": "2020-01-01", "taken_back_at": "2020-01-01"}
    return {
        **sound,
        **sent,
        "case": case.pk + 1,
        "id": case.pk + 1,
        "verb": "close",
        "by": theatre.people["clerk"].pk,
        "now": "2020-01-01",
        "seen": "",
        "state": "withdrawn",
        "owner": stranger.pk,
        "owner_id": stranger.pk,
        "raised_by": stranger.pk,
        "logged_by": stranger.pk,
        "sensitivity": "restricted",
        "figure": "within",
        "received_on": "2020-01-01",
        "answered_at": "2020-01-01",
        "next_due": "2030-01-01",
        "round": "7",
        "answered_again_at": "2020-01-01",
        "awaits_explanation": "on",
        "adoption": "2",
        "author": stranger.pk,
        "officers_only": "",
        "kind": "answer",
    }


def everything() -> dict[str, list]:
    """Every row of what is kept of cases and of what happened."""
    models = [
        *apps.get_app_config("casework").get_models(),
        *apps.get_app_config("ledger").get_models(),
    ]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@contextmanager
def writes():
    """The statements that write to a table of cases, or a notice."""
    seen: list[str] = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql):
            seen.append(sql[:60])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def allowed(case: Case, person: Person | None, verb: str) -> bool:
    """By the rules' own table and the lifecycle's, for whoever sees the case."""
    if person is None or not Case.objects.visible_to(person).filter(pk=case.pk).exists():
        return False
    stands = rules.relations(case, person, stage.TODAY) & rules.WHO[verb]
    return bool(stands) and verb in lifecycle.verbs("enquiry", case.state)


def happened(since: int) -> set[str]:
    """The verbs of the events after one."""
    return set(Event.objects.filter(pk__gt=since).values_list("verb", flat=True))


def denied(case: Case, person: Person | None, verb: str) -> bool:
    """Whether it is not theirs to do, whatever the state: that goes on record (T10)."""
    if person is None:
        return False
    if not Case.objects.visible_to(person).filter(pk=case.pk).exists():
        return True
    stands = rules.relations(case, person, stage.TODAY) & rules.WHO[verb]
    return not stands and verb in lifecycle.verbs("enquiry", case.state)


def refused_anyway(verb: str, case: Case) -> bool:
    """What the state of this very case rules out: no breach to explain."""
    return verb == "explain_breach" and not case.awaits_explanation


@pytest.mark.parametrize("state", list(lifecycle.WORDS))
def test_nobody_writes_what_is_not_theirs_whatever_they_post(theatre, state):
    """And that they tried is on record. Seen red with: `rules.may` that lets everybody who sees a case add a
    note.
    """
    before, wrong, tried = everything(), [], Counter()
    last = Event.objects.latest("pk").pk
    pk = theatre.cases[state].pk
    roles = [role for role in ROLES if state in ALL_TRIED or role not in STRANGERS]
    for role in roles:
        client = Client(raise_request_exception=False)
        person = theatre.person(role)
        if person is not None:
            client.force_login(person)
        for verb in STEPS:
            case = reloaded(Case(pk=pk))
            may = allowed(case, theatre.person(role), verb) and not refused_anyway(verb, case)
            with transaction.atomic(), writes() as written:
                answer = client.post(
                    case_page.address(case, verb), forged(case, role, theatre, verb)
                )
                found = _wrong(before, everything(), pk, verb) if may else written
                verbs = happened(last)
                found += [] if may else [f"recorded {one}" for one in verbs - {REFUSAL}]
                if denied(case, person, verb):
                    tried["denied"] += 1
                    found += [] if REFUSAL in verbs else ["denied, and not on record"]
                wrong += [f"{role} {verb}: {why}" for why in found]
                if answer.status_code >= 500:
                    wrong.append(f"{role} {verb}: {answer.status_code}")
                transaction.set_rollback(True)
            tried[may] += 1
    posts = tried[True] + tried[False]
    print(f"N = {posts} posts in {state}, {tried[True]} allowed, {tried['denied']} denied")
    assert wrong == []
    assert posts == len(roles) * len(STEPS)


def _wrong(before: dict, after: dict, pk: int, verb: str) -> list[str]:
    """What is not as it should be after a post that was allowed."""
    was, now = _cases(before), _cases(after)
    others = {key for key in was if key != pk and was[key] != now[key]}
    found = [f"changed the other case {key}" for key in others]
    if verb in UNMOVED:
        # Of the case itself nothing changes, and of the links exactly one.
        links = len(after["CaseLink"]) - len(before["CaseLink"])
        moved = was[pk] != now[pk] or links != UNMOVED[verb]
        return [*found, f"changed {links} links, or the case"] if moved else found
    if now[pk]["version"] == was[pk]["version"]:
        return [*found, "did nothing"]
    expected = lifecycle.next_state("enquiry", was[pk]["state"], verb)
    if now[pk]["state"] != expected:
        found.append(f"went to {now[pk]['state']}, not {expected}")
    found += [f"changed {name}" for name in NEVER if was[pk][name] != now[pk][name]]
    changed = {name for name in ONLY if was[pk][name] != now[pk][name]}
    return found + [f"changed {name}" for name in changed if verb not in ONLY[name]]


def _cases(rows: dict[str, list]) -> dict[int, dict]:
    return {row["id"]: row for row in rows["Case"]}


def test_the_watch_sees_what_is_written(theatre):
    with writes() as written:
        Case.objects.filter(pk=theatre.cases["closed"].pk).update(version=9)
    assert len(written) == 1


# Raising one -------------------------------------------------------------------------------------


def test_an_enquiry_is_only_ever_raised_in_the_name_of_whom_one_may_act_for(theatre):
    """A member or a delegate who posts somebody else's name raises nothing in it.

    Seen red with: the field for the member kept for members, with everybody in office in it.
    """
    erin = theatre.people["other member"]
    posted = {
        "subject": "Forged",
        "body": "Words.",
        "ward": "none",
        "significance": "routine",
        "factual": "no",
        "nature": "council",
        "member": erin.pk,
        "raised_by": erin.pk,
        "by": erin.pk,
        "logged_by": erin.pk,
        "owner": erin.pk,
        "state": "answered",
        "sensitivity": "restricted",
        "channel": "letter",
        "received_day": "1",
        "received_month": "1",
        "received_year": "2020",
    }
    tried = 0
    for number, role in enumerate(ROLES):
        client = Client(raise_request_exception=False)
        if (person := theatre.person(role)) is not None:
            client.force_login(person)
        once = f"00000000-0000-4000-8000-{number:012d}"
        answer = client.post("/enquiries/new/", {**posted, "once": once})
        assert answer.status_code < 500
        case = Case.objects.filter(subject="Forged").first()
        if case is None:
            continue
        tried += 1
        assert case.logged_by == person
        assert (case.state, case.sensitivity) == ("received", "ordinary")
        assert case.owner_id != erin.pk
        if role in {"member", "other member"}:
            assert case.raised_by == person
            assert (case.enquiry.channel, case.received_on) == ("online", stage.TODAY)
        else:
            assert role in {"officer", "other officer", "head", "clerk"}, role
        Case.objects.filter(pk=case.pk).update(subject="Seen")
    assert tried == 6
    assert not Case.objects.filter(raised_by=erin, logged_by=theatre.people["delegate"]).exists()


def test_an_officer_who_logged_for_another_service_is_not_led_to_a_missing_page(theatre):
    """They may not see it once it is sent, and are told what became of it all the same.

    Seen red with: a redirect to the case, come what may.
    """
    client = Client()
    client.force_login(theatre.person("other officer"))
    page = client.get("/enquiries/new/")
    posted = {
        "once": page.context["form"]["once"].value(),
        "member": theatre.people["member"].pk,
        "channel": "phone",
        "received_day": stage.TODAY.day,
        "received_month": stage.TODAY.month,
        "received_year": stage.TODAY.year,
        "subject": "For Highways",
        "body": "Words.",
        "service": theatre.made.highways.pk,
        "ward": "none",
        "nature": "council",
        "direct_contact": "no",
    }
    answer = client.post("/enquiries/new/", posted, follow=True)
    case = Case.objects.get(subject="For Highways")
    assert not Case.objects.visible_to(theatre.person("other officer")).filter(pk=case.pk).exists()
    assert answer.status_code == 200
    assert case.reference in answer.content.decode()
