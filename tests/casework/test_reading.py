"""Whoever reads a restricted case is on record before they see anything of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from casework import reading
from casework.enquiries import actions
from casework.models import Case
from ledger.models import Event
from tests import cast
from tests.casework.making import NOW, enquiry, fresh, with_bob

pytestmark = pytest.mark.django_db
CANARY = "Quaywall canary"
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
PAGES = (
    "home",
    "casework-list",
    "casework-all",
    "work-list",
    "team-list",
    "case-list",
    "case-find",
)
LONGEST = 120


@pytest.fixture
def restricted(bristol):
    """Alice's and Bob's: answered, asked again, with a file-less history, and linked with an ordinary one."""
    case = with_bob(bristol, subject=CANARY)
    other = with_bob(bristol, subject="Something ordinary")
    actions.link(case=case, by=fresh(bristol.bob), other=other, kind="related", reason="Same wall.")
    actions.answer(case=reread(case), by=fresh(bristol.bob), text="It is mended.", now=NOW)
    restrict(case)
    return reread(case)


def restrict(case: Case) -> None:
    """No verb restricts an enquiry yet."""
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")


def reread(case: Case) -> Case:
    return Case.objects.for_page().get(pk=case.pk)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def reads(person=None) -> list[tuple[str, str]]:
    found = Event.objects.of(reading.VERB).order_by("id")
    found = found.filter(actor=person.pk) if person else found
    return [(event.subject, event.data["page"]) for event in found]


def text_of(answer) -> str:
    return b"".join(answer).decode(errors="replace")


def test_no_page_shows_anything_of_a_restricted_case_that_is_not_on_record(bristol, restricted):
    """Every page that Alice and Bob can reach: where its subject stands, the reading does as well.

    Seen red with: `on_record` left out of the work list, of the search, of a verb's page, and of the letter.
    """
    still_open = with_bob(bristol, subject="Harbourlamp canary")
    restrict(still_open)
    cases, counted = {CANARY: restricted, "Harbourlamp canary": still_open}, 0
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        for person in (bristol.alice, bristol.bob):
            shown = set()
            for path, page in pages_of(person, [case.reference for case in cases.values()]):
                name = resolve(path.partition("?")[0]).url_name
                shown |= {(case.key, name) for subject, case in cases.items() if subject in page}
            unseen = shown - set(reads(person))
            assert not unseen, f"{person} was shown it, and it is not on record: {sorted(unseen)}"
            counted += len(shown)
    print(f"N={counted} pages that showed one of two restricted cases")
    assert counted >= 20


def pages_of(person, references):
    """(address, page) of what links lead to from the lists, those about these cases first."""
    client = browser(person)
    waiting = [reverse(name) for name in PAGES]
    waiting += [f"{reverse('case-find')}?q=canary", *(f"/cases/{one}/" for one in references)]
    met = set(waiting)
    while waiting and len(met) < LONGEST:
        path = waiting.pop(0)
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        page = text_of(answer)
        yield path, page
        links = {link.replace("&amp;", "&") for link in LINK.findall(page)} - met
        links = {link for link in links if not link.startswith(("/static", "/sign-out"))}
        waiting += sorted(links, key=lambda link: not any(one in link for one in references))
        met |= links


def test_a_reading_says_who_and_which_case_and_stands_in_their_stream_of_the_day(
    restricted, bristol
):
    with time_machine.travel(NOW, tick=False):
        browser(bristol.alice).get(restricted.get_absolute_url())
    event = Event.objects.of(reading.VERB).select_related("stream").get()
    assert event.stream.key == f"reads:{bristol.alice.pk}:2026-06-01"
    assert (event.actor, event.subject, event.at) == (bristol.alice.pk, restricted.key, NOW)
    assert event.data == {"page": "case-page", "version": restricted.version}


def test_what_is_linked_with_it_shows_its_subject_and_is_a_reading_of_it(restricted, bristol):
    """Seen red with: the case of the page alone recorded."""
    other = Case.objects.exclude(pk=restricted.pk).get()
    page = browser(bristol.bob).get(other.get_absolute_url())
    assert CANARY in page.content.decode()
    assert reads() == [(restricted.key, "case-page")]


def test_an_ordinary_case_is_read_without_a_word_and_without_a_query(bristol):
    case = enquiry(bristol)
    with CaptureQueriesContext(connection) as asked:
        reading.record(by=bristol.alice, page="case-page", cases=[case])
    assert not [query for query in asked if "ledger" in query["sql"]]
    browser(bristol.alice).get(case.get_absolute_url())
    assert reads() == []


def test_looking_again_at_once_is_one_reading_and_what_is_new_is_another(restricted, bristol):
    """Seen red with: the version left out of what is compared: what was written since went unread."""
    client, address = browser(bristol.alice), restricted.get_absolute_url()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            client.get(address)
        assert len(reads()) == 1
        browser(bristol.bob).get(address)
        assert len(reads()) == 2
        actions.note(case=reread(restricted), by=fresh(bristol.bob), text="More.")
        client.get(address)
        assert len(reads(bristol.alice)) == 2
        clock.shift(reading.SAME_READING)
        client.get(address)
        assert len(reads(bristol.alice)) == 3


def test_what_cannot_be_recorded_is_not_shown(restricted, bristol, monkeypatch):
    """Seen red with: the error of the ledger caught."""

    def full(*entries, **more):
        raise OSError("no room")

    monkeypatch.setattr(reading, "record_many", full)
    client = browser(bristol.alice)
    client.raise_request_exception = False
    pages = (restricted.get_absolute_url(), reverse("casework-list"), reverse("casework-all"))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        answers = [client.get(path) for path in pages]
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert CANARY not in "".join(answer.content.decode() for answer in answers)


def test_whoever_may_not_see_it_reads_nothing_and_is_recorded_as_refused(restricted):
    """By the reference that they asked for, which is the same for one that never was."""
    erin = cast.erin()
    client = browser(erin)
    there, nowhere = restricted.reference, "E-2222222"
    for reference in (there, nowhere):
        assert client.get(reverse("case-page", args=[reference])).status_code == 404
    assert reads() == []
    first, second = Event.objects.of("request_refused").order_by("id")
    assert first.subject == second.subject == erin.key
    assert {**first.data, "reference": nowhere} == second.data
    assert second.data == {
        "why": "not_there",
        "page": "case-page",
        "method": "GET",
        "reference": nowhere,
    }
