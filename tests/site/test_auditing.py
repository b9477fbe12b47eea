"""The ledger as an auditor reads it: filtered, explained, exported, and nothing of any case."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from ledger import actions, heads, reading, triggers
from ledger.models import Event
from protocol import events as vocabulary
from protocol.event_groups import GROUPS
from protocol_site.auditing import views
from protocol_site.auditing.files import plain
from protocol_site.auditing.filters import ABOUT
from tests import cast
from tests.accounts.second_steps import just_confirmed
from tests.casework.making import NOW, enquiry, world
from tests.confirming import long_ago
from tests.factories import HoldingFactory, PersonFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="/ledger/events/(\d+)/">([^<]*)<')


def noted(subject="council:1", *, verb="council_changed", actor=None, at=NOW, **more) -> Event:
    with transaction.atomic():
        return actions.record(verb=verb, subject=subject, actor=actor, at=at, **more)


@pytest.fixture
def otis(client):
    person = cast.otis()
    client.force_login(person)
    return person


def listed(client, **asked) -> list[int]:
    answer = client.get(reverse("event-list"), asked)
    assert answer.status_code == 200
    return [int(pk) for pk, _ in LINK.findall(answer.content.decode())]


def taken(client, form: str, **asked) -> str:
    just_confirmed(client)
    answer = client.get(reverse(f"event-export-{form}"), asked)
    assert answer.status_code == 200
    return b"".join(answer).decode("utf-8-sig")


# What it tells ------------------------------------------------------------------------------------
def test_an_event_is_told_by_who_did_what_and_when_with_nothing_that_was_written(client, otis):
    """Seen red with: the case's name in the list being `str(case)`, which has its subject."""
    case = enquiry(world("bristol"), subject="Canary subject", body="Canary body")
    shown = client.get(reverse("event-list")).content.decode()
    assert "Alice Archer raised the enquiry" in shown
    assert f"the enquiry {case.reference}" in shown
    assert "1 Jun 2026, 10am" in shown
    pages = [client.get(f"/ledger/events/{pk}/").content.decode() for pk in listed(client)]
    everything = "".join([shown, *pages, taken(client, "csv"), taken(client, "json")])
    assert "Canary" not in everything


def test_the_page_of_an_event_says_where_it_stands_and_what_proves_it(
    client, otis, settings, tmp_path
):
    """Seen red with: `kept_after` that takes the head of the same day."""
    settings.LEDGER_HEADS = str(tmp_path)
    noted("case:7", verb="enquiry_logged", actor=otis.pk)
    event = noted(
        "case:7", verb="enquiry_accepted", actor=otis.pk, commitments={"message:3": "ab" * 32}
    )
    address = reverse("event-page", args=[event.pk])
    shown = client.get(address).content.decode()
    for said in (event.digest, event.previous, "message:3: " + "ab" * 32, "Otis Owen", "case:7"):
        assert said in shown
    assert "No seal was made since" in shown
    seal = actions.seal(now=NOW + timedelta(hours=1))
    (tmp_path / f"head-{NOW.date().isoformat()}.json").write_text("{}")
    shown = client.get(address).content.decode()
    assert seal.digest in shown
    assert "None since" in shown
    (tmp_path / f"head-{NOW.date() + timedelta(days=1)}.json").write_text("{}")
    assert "head-2026-06-02.json" in client.get(address).content.decode()


def test_every_verb_is_told_whatever_it_says_and_however_old_it_is(client, otis):
    """Also one of a release that is gone."""
    for verb in vocabulary.VERBS:
        noted("council:1", verb=verb, actor=otis.pk, data={"person_owner": 999_999})
    gone = noted("thing:1")
    with transaction.atomic(), triggers.lifted(connection):
        Event.objects.filter(pk=gone.pk).update(verb="of_another_age")
    pks, asked = [], {}
    while len(found := listed(client, **asked)) == views.A_PAGE:
        pks += found
        asked = {"before": found[-1]}
    pks += found
    assert len(pks) == Event.objects.count()
    assert client.get(f"/ledger/events/{gone.pk}/").status_code == 200


# What it finds ------------------------------------------------------------------------------------
def test_each_filter_finds_what_it_says_and_nothing_else(client, otis):
    """Seen red with: the end of a range being the beginning of its last day."""
    made = world("bristol")
    case = enquiry(made)
    old = noted(at=NOW - timedelta(days=40), verb="signed_in", subject=otis.key, actor=otis.pk)
    of_case = set(Event.objects.filter(subject=case.key).values_list("pk", flat=True))
    day = {
        "since_day": 1,
        "since_month": 6,
        "since_year": 2026,
        "until_day": 1,
        "until_month": 6,
        "until_year": 2026,
    }
    assert old.pk not in listed(client, **day)
    assert of_case <= set(listed(client, **day))
    before = {"until_day": 31, "until_month": 5, "until_year": 2026}
    assert listed(client, **before) == [old.pk]
    assert set(listed(client, subject=case.key)) == of_case
    assert set(listed(client, subject=case.reference.lower())) == of_case
    assert set(listed(client, chain=case.key)) == of_case
    assert set(listed(client, about="case")) == of_case
    assert of_case >= set(listed(client, kind="enquiries")) != set()
    assert listed(client, verb="signed_in") == [old.pk]
    assert listed(client, person="otis owen") == [old.pk]
    assert listed(client, person=f"person:{otis.pk}", kind="people") == [old.pk]
    assert listed(client, person="otis", about="case") == []


def test_what_cannot_be_a_filter_is_said_and_lists_nothing(client, otis):
    noted()
    for asked in (
        {"kind": "no such"},
        {"since_day": "31", "since_month": "2", "since_year": "2026"},
        {"until_day": "1", "until_month": "1", "until_year": "99999"},
        {"person": "\x00"},
    ):
        answer = client.get(reverse("event-list"), asked)
        assert answer.status_code == 200
        assert not LINK.findall(answer.content.decode()), asked
    assert listed(client, before="9" * 30) == listed(client, after="²") == listed(client)


def test_all_events_are_met_once_going_back_and_again_going_forward(client, otis, monkeypatch):
    """Some of one moment, so that the place among them counts. Seen red with: `before` that compares
    the moment alone."""
    monkeypatch.setattr(views, "A_PAGE", 3)
    for number in range(11):
        noted(at=NOW + timedelta(minutes=number // 4))
    pages, address = [], reverse("event-list")
    while address:
        shown = client.get(address).content.decode()
        pages.append([int(pk) for pk, _ in LINK.findall(shown)])
        older = re.search(r'href="(\?[^"]*)" rel="next"', shown)
        last, address = address, reverse("event-list") + older[1] if older else ""
    back = [pk for page in pages for pk in page]
    wanted = list(Event.objects.newest_first().values_list("pk", flat=True))
    assert back == wanted
    forward, address = [], last
    while address:
        shown = client.get(address).content.decode()
        forward = [int(pk) for pk, _ in LINK.findall(shown)] + forward
        newer = re.search(r'href="(\?[^"]*)" rel="prev"', shown)
        address = reverse("event-list") + newer[1] if newer else ""
    assert forward == wanted


def test_every_kind_of_subject_and_verb_can_be_chosen(client, otis):
    grouped = {verb for _, verbs in GROUPS.values() for verb in verbs}
    assert grouped == set(vocabulary.VERBS)
    shown = client.get(reverse("event-list")).content.decode()
    assert all(f'value="{key}"' in shown for key in (*ABOUT, *GROUPS))


# What it keeps from the reader --------------------------------------------------------------------
@pytest.fixture
def room(otis, monkeypatch):
    """An invented room with a complaint about Otis: `case:66`."""
    monkeypatch.setattr(reading, "_hiders", {})
    reading.register_hider("room", lambda person: {"case:66"} if person.pk == otis.pk else ())


def unmarked(answer) -> str:
    """A page without what differs each time: the tokens of its forms."""
    return re.sub(r'csrf\w*" value="[^"]*"', "", answer.content.decode())


def everything(client) -> str:
    """What Otis can learn by any page, count or file, but for moments and tokens."""
    case = "case:66"
    asked = [{}, {"subject": case}, {"chain": case}, {"about": "case"}, {"kind": "enquiries"}]
    found = [listed(client, **one) for one in asked]
    counts = re.findall(r"<dd[^>]*>\s*([\d,]+)\s*</dd>", client.get("/ledger/").content.decode())
    pages = [unmarked(client.get(f"/ledger/events/{pk}/")) for pk in found[0]]
    files = [
        [line for line in taken(client, form).splitlines() if "ledger_exported" not in line]
        for form in ("csv", "json")
    ]
    return json.dumps([found, counts, pages, files])


def test_an_auditor_learns_nothing_of_a_case_about_themselves(client, otis, room):
    """Neither by a list, a count, a filter, a page, a file, nor by a gap in somebody's reads (T4).

    Seen red with: `visible_to` that leaves out the hidden events alone: the digest of a later read
    fits none that is shown; with the ledger's counts over all there is; and with the export of all.
    """
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        noted("case:5", verb="enquiry_logged", actor=3)
        noted("case:5", verb="restricted_read", actor=3, read=True)
        with transaction.atomic():
            before = everything(client)
            transaction.set_rollback(True)
        secret = noted("case:66", verb="enquiry_logged", actor=3)
        noted("case:66", verb="restricted_read", actor=3, read=True)
        noted("case:66", verb="enquiry_accepted", actor=3)
        # What else that person read on that day goes with it.
        noted("case:5", verb="document_opened", actor=3, read=True)
        assert everything(client) == before
        assert listed(client, before=secret.pk) == listed(client)
        gone = client.get(f"/ledger/events/{secret.pk}/")
        never = client.get("/ledger/events/999999999/")
        assert (gone.status_code, unmarked(gone)) == (404, unmarked(never))


def test_another_auditor_sees_what_is_kept_from_the_one_it_is_about(client, otis, room):
    event = noted("case:66", verb="enquiry_logged", actor=3)
    assert listed(client) == []
    second = PersonFactory(name="Orla Owen")
    HoldingFactory(post__key="auditor", person=second)
    client.force_login(second)
    assert event.pk in listed(client)


# What it gives away as a file ---------------------------------------------------------------------
def test_a_file_of_events_asks_again_who_is_there_and_is_an_event_itself(client, otis):
    """Seen red with: no `confirmed`; and with nothing noted."""
    address = reverse("event-export-csv")
    long_ago(client)
    assert client.get(address)["Location"].startswith(reverse("identity-confirm"))
    assert not Event.objects.of("ledger_exported").exists()
    taken(client, "csv", person="somebody's name", kind="people")
    event = Event.objects.of("ledger_exported").get()
    assert (event.actor, event.data) == (
        otis.pk,
        {"form": "csv", "narrowed_by": ["kind", "person"]},
    )


def test_nothing_is_given_away_that_cannot_be_recorded(client, otis, monkeypatch):
    noted()
    just_confirmed(client)

    def full(**fields):
        raise OSError("no room")

    monkeypatch.setattr("ledger.export.actions.record", full)
    client.raise_request_exception = False
    assert client.get(reverse("event-export-json")).status_code == 500


def test_a_file_holds_what_the_filters_leave_and_all_of_it(client, otis, monkeypatch):
    monkeypatch.setattr("protocol_site.auditing.files.AT_ONCE", 4)
    for number in range(10):
        noted(f"case:{number % 3 + 1}", verb="enquiry_logged", actor=otis.pk)
    noted()
    rows = list(csv.DictReader(io.StringIO(taken(client, "csv", about="case"))))
    assert len(rows) == 10
    assert {row["Done by"] for row in rows} == {"Otis Owen"}
    found = [json.loads(line) for line in taken(client, "json", chain="case:1").splitlines()]
    assert [(one["stream"], one["seq"]) for one in found] == [("case:1", n) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("name", ["=1+1", "+44", "-3", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(client, otis, name):
    """Seen red with: cells as they are."""
    assert plain(name) == f"'{name}"
    otis.name = name
    otis.save()
    noted(actor=otis.pk)
    rows = list(csv.reader(io.StringIO(taken(client, "csv"))))
    cells = [cell for row in rows[1:] for cell in row]
    assert f"'{name}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_an_auditor_verifies_at_home_what_the_page_gave(client, otis, tmp_path):
    """The script, the events and a head in an empty folder, run by Python alone. Seen red with: events in
    the order of their moments."""
    for number in range(9):
        noted(f"case:{number % 3 + 1}", verb="enquiry_logged", at=NOW - timedelta(minutes=number))
    heads.write(tmp_path / "head.json", actions.export_head(now=timezone.now()))
    noted("case:1", verb="enquiry_accepted")
    script = client.get(reverse("ledger-script")).content
    (tmp_path / "offline.py").write_bytes(script)
    events = taken(client, "json")
    assert _verified(tmp_path, events) == "0 faults\n"
    lines = events.splitlines(keepends=True)
    of_first = [place for place, line in enumerate(lines) if '"stream": "case:1"' in line]
    at = of_first[1]
    planted = {
        "changed": [
            *lines[:at],
            lines[at].replace("enquiry_logged", "enquiry_closed"),
            *lines[at + 1 :],
        ],
        "does not follow": lines[:at] + lines[at + 1 :],
        "follow the event before it": [
            *lines[: at - 1],
            lines[at],
            lines[at - 1],
            *lines[at + 1 :],
        ],
        "they are not all here": [x for n, x in enumerate(lines) if n not in of_first[1:]],
    }
    for fault, forged in planted.items():
        assert fault in _verified(tmp_path, "".join(forged)), fault
    later = "".join(x for n, x in enumerate(lines) if n != of_first[-1])
    assert _verified(tmp_path, later) == "0 faults\n", "the head does not cover what came after it"


def _verified(folder, events: str) -> str:
    (folder / "events.jsonl").write_text(events)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "offline.py", "head.json", "events.jsonl"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode == 0) == (ran.stdout == "0 faults\n")
    return ran.stdout


def test_the_page_says_how_to_verify_and_how_long_the_script_is(client, otis):
    shown = client.get(reverse("ledger-verify")).content.decode()
    script = client.get(reverse("ledger-script")).content.decode()
    assert f"{len(script.splitlines())} lines of plain Python" in shown
    assert len(script.splitlines()) <= 60
    assert set(re.findall(r"^import (\w+)", script, re.MULTILINE)) == {"hashlib", "json", "sys"}


@pytest.mark.parametrize("who", [cast.dev, cast.ada, cast.alice, cast.bob, cast.charlie])
def test_nobody_else_reads_the_ledger(client, who):
    event = noted()
    client.force_login(who())
    just_confirmed(client)
    for address in (
        reverse("event-list"),
        reverse("event-page", args=[event.pk]),
        reverse("event-export-csv"),
        reverse("ledger-verify"),
        reverse("ledger-script"),
    ):
        assert client.get(address).status_code == 403
