"""Who may have a letter, and how its file leaves the product."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import case_page, moving
from casework.contributions import actions as contributions
from casework.enquiries import actions
from casework.letters import letter, pdf
from casework.letters.press import setting
from casework.models import Case, Message
from council.calendar import current
from ledger.models import Event
from tests import cast
from tests.casework.letters import (
    answered,
    opened,
    sent,
    with_body,
)
from tests.casework.making import (
    NOW,
    World,
    fresh,
    nothing_written,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


MAY = ("alice", "delegate", "bob", "sam", "carol", "dev")


def people(made: World) -> dict:
    delegate = PersonFactory(name="Dora Dunn", email="dora@example.org")
    DelegationFactory(principal=made.alice, delegate=delegate)
    return {
        "alice": made.alice,
        "delegate": delegate,
        "bob": made.bob,
        "sam": made.sam,
        "carol": made.carol,
        "dev": made.dev,
        "erin": cast.erin(),
        "copied": cast.norris(),
        "gita": cast.gita(),
        "ada": cast.ada(),
        "otis": cast.otis(),
        "charlie": cast.charlie(),
    }


def test_whoever_reads_the_case_has_its_letters_and_nobody_else(made):
    """Being copied in opens the message alone, and a letter says more. Seen red with: neither the case nor
    the message looked for among what they may see."""
    who = people(made)
    case = with_bob(made)
    actions.answer(
        case=case,
        by=fresh(made.bob),
        text="Mended.",
        copy_to=[who["copied"]],
        writer_agreed=True,
        now=NOW,
    )
    for name, person in who.items():
        client = Client()
        client.force_login(fresh(person))
        for page in ("letter-page", "letter-pdf"):
            status = opened(client, page, case).status_code
            assert status == (200 if name in MAY else 404), (name, page)
    for page in ("letter-page", "letter-pdf"):
        assert opened(Client(), page, case).status_code == 302


def test_whoever_sees_the_case_because_they_passed_it_on_has_the_letters_that_they_read_there(made):
    """The door of a letter is that of its message: not wider, not narrower, and it closes with it.

    Seen red with: letters kept from whoever has no part in the case.
    """
    case = with_bob(made)
    actions.acknowledge(case=case, by=fresh(made.bob), text="It is here.", now=NOW)
    housing = ServiceFactory(name="Housing", head=OfficerFactory(person__name="Hal Head"))
    other = OfficerFactory(person__name="Gil Grant", service=housing)
    actions.reassign(case=case, by=fresh(made.dev), officer=other, reason="Theirs.", now=NOW)
    client = Client()
    client.force_login(fresh(made.sam))
    assert "It is here." in client.get(case.get_absolute_url()).content.decode()
    assert opened(client, "letter-pdf", case).status_code == 200
    actions.answer(case=reloaded(case), by=fresh(other.person), text="Mended.", now=NOW)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert opened(client, "letter-pdf", case).status_code == 404


@pytest.fixture
def who(made) -> dict:
    return people(made)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    restricted=st.booleans(),
    kinds=st.lists(
        st.sampled_from(["acknowledgement", "extension", "answer", "note", "holding", "learning"]),
        min_size=1,
        max_size=5,
    ),
    hidden=st.integers(0, 4),
)
def test_a_letter_opens_for_exactly_those_who_may_read_its_message(
    made, who, restricted, kinds, hidden
):
    """Over kinds of message, restricted cases and people. Seen red with: `find` without
    `visible_in`."""
    case = with_bob(made)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted" if restricted else "ordinary")
    case = reloaded(case)
    written = [
        moving.write(case=case, kind=kind, by=fresh(made.bob), text=f"{n} {kind}", at=NOW)
        for n, kind in enumerate(kinds)
    ]
    Message.objects.filter(pk__in=[one.pk for one in written[hidden : hidden + 1]]).update(
        officers_only=True
    )
    letters = [one for one in Message.objects.filter(case=case) if letter.is_letter(case, one)]
    for person in who.values():
        person = fresh(person)
        may = set(Message.objects.visible_to(person).filter(case=case).values_list("pk", flat=True))
        for place in range(len(kinds) + 2):
            found = letter.find(case, person, place)
            wanted = letters[place - 1] if 0 < place <= len(letters) else None
            assert found == (wanted if wanted and wanted.pk in may else None)


def test_of_a_restricted_case_the_member_and_its_owner_alone_have_letters(made):
    """Seen red with: the delegate's sight of what is restricted."""
    who, case = people(made), sent(made)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    for name, person in who.items():
        client = Client()
        client.force_login(fresh(person))
        status = opened(client, "letter-pdf", case).status_code
        assert status == (200 if name in {"alice", "bob"} else 404), name


def test_who_is_asked_for_a_contribution_is_lent_the_words_and_has_no_letter(made):
    """ADR 14: what was written is lent to them until they have given; a letter is of the case, and its
    page is not theirs: neither door opens. Seen red with: `find` through `visible_to`, which lends; the
    case of a letter found without `visible_to`, and `find` so besides."""
    case, gita = sent(made), fresh(cast.gita())
    Case.objects.filter(pk=case.pk).update(state="with_officer", answered_at=None)
    case = reloaded(case)
    contributions.ask(
        case=case,
        by=fresh(made.bob),
        service=gita.officer.service,
        text="Whose wall is it?",
        due=working_days(NOW.date(), 3),
        shares=True,
        now=NOW,
    )
    gita = fresh(gita)
    lent = Message.objects.visible_to(gita).filter(case=case, kind="acknowledgement")
    assert lent.exists()
    assert [letter.find(case, gita, place) for place in (1, 2, 3)] == [None] * 3
    client = Client()
    client.force_login(gita)
    for page in ("letter-page", "letter-pdf"):
        assert opened(client, page, case).status_code == 404


def test_a_member_who_is_an_officer_too_has_of_their_own_case_what_members_have(time_machine):
    """Bracknell. Whether they read it as one or the other, officers' words are on no letter of theirs; of
    another member's case they have what its page gives them."""
    time_machine.move_to(NOW)
    made = world("bracknell")
    OfficerFactory(person=made.alice, service=made.highways)
    own, other = sent(made), sent(made, by=made.dev, member=cast.erin())
    Message.objects.filter(case=own, kind="answer").update(officers_only=True)
    client = Client()
    client.force_login(fresh(made.alice))
    statuses = [opened(client, "letter-page", own, place).status_code for place in (1, 2, 3)]
    assert statuses == [200, 200, 404]
    on_page = client.get(other.get_absolute_url()).status_code
    assert opened(client, "letter-page", other).status_code == on_page


def test_the_case_page_leads_to_each_letter_and_to_nothing_else(made, client):
    """Seen red with: places counted over all messages."""
    case = sent(made)
    for person in (made.alice, made.bob):
        client.force_login(fresh(person))
        html = client.get(case.get_absolute_url()).content.decode()
        links = re.findall(r'href="(/cases/[^"]+/letters/\d+/)"', html)
        assert links == [f"/cases/{case.reference}/letters/{place}/" for place in (1, 2, 3)]
        for link, text in zip(links, ("It is here", "The survey", "The holes"), strict=True):
            assert text in client.get(link).content.decode()


def test_the_file_is_named_by_the_reference_alone_and_kept_by_nobody_on_the_way(made, client):
    """Seen red with: the subject in its name; the page shown in the browser in place of a download."""
    case = sent(made, subject='"; filename="x.html')
    client.force_login(fresh(made.alice))
    answer = opened(client, "letter-pdf", case, 2)
    assert answer.content[:5] == b"%PDF-"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{case.reference}-letter-2.pdf"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    for method in ("post", "head", "put", "delete"):
        refused = getattr(client, method)(reverse("letter-pdf", args=[case.reference, 2]))
        assert refused.status_code == 405, method
    assert Event.objects.filter(verb="letter_taken").count() == 1


def test_taking_a_letter_away_is_a_read_on_record_and_changes_nothing_else(made, client):
    """In the reader's stream of the day, for whom they act too; no word of it, and not on the timeline.

    Seen red with: `read=True` left out; the record left out.
    """
    case = sent(made)
    delegate = PersonFactory(name="Dora Dunn")
    DelegationFactory(principal=made.alice, delegate=delegate)
    client.force_login(fresh(delegate))
    before = Case.objects.values().get(pk=case.pk)
    with nothing_written():
        opened(client, "letter-page", case)
    opened(client, "letter-pdf", case, 3)
    event = Event.objects.get(verb="letter_taken")
    assert event.stream.key == f"reads:{delegate.pk}:{NOW:%Y-%m-%d}"
    assert (event.subject, event.actor, event.acting_for) == (
        case.key,
        delegate.pk,
        made.alice.pk,
    )
    answer = Message.objects.get(case=case, kind="answer")
    assert event.data == {"message": answer.pk}
    assert Case.objects.values().get(pk=case.pk) == before
    page = case_page.gather(reloaded(case), fresh(made.bob), NOW, current())
    assert not [item for item in page.timeline if "letter" in item.title]


def test_a_letter_that_cannot_be_made_is_not_on_record_as_read(made, client, monkeypatch):
    """It says so, and what to do. Seen red with: the record written first."""
    case = sent(made)
    monkeypatch.setattr(pdf, "_pressed", lambda data, when: None)
    client.force_login(fresh(made.alice))
    answer = opened(client, "letter-pdf", case)
    assert answer.status_code == 409
    assert "Print the page of the letter instead" in answer.content.decode()
    assert reverse("letter-page", args=[case.reference, 1]) in answer.content.decode()
    assert not Event.objects.filter(verb="letter_taken").exists()


def test_the_pdf_can_be_read_by_a_screen_reader(made):
    """PDF/UA-1: tagged, with language and title, and it says so. Seen red with: no standard asked for."""
    found = answered(made, "Mended.")
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(found)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"The answer to your enquiry, {found.reference}"
    assert reader.metadata.author == "Bob Baker"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_the_same_letter_is_the_same_file(made):
    """Seen red with: the time of making in it."""
    found = answered(made, "Mended.")
    first = pdf.render(found)
    assert pdf.render(found) == first


def test_the_machines_fonts_have_no_part_in_a_letter_that_can_do_without(made, monkeypatch):
    """So that its bytes are those of every machine. Seen red with: the machine's fonts in the first try."""
    asked, compiled = [], setting.compiled

    def spied(*a, **k):
        asked.append(k["machine"])
        return compiled(*a, **k)

    monkeypatch.setattr(setting, "compiled", spied)
    setting.press(pdf._data(answered(made, "£1 – ŵyr’s Ελλάδα, Привет, شكرا ✓")), 0)
    assert asked == [False]
    setting.press(pdf._data(with_body(made, "\U0010fffd")), 0)
    assert asked == [False, False, True, True]
