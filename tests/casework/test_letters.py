"""Row 48 on paper: letters in the officer's own name, and nothing in them that was not sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from casework import moving
from casework.enquiries import actions
from casework.letters import letter, pdf
from casework.models import Message
from council.models import Council
from documents.models import Document
from members.models import Seat
from officers.models import Officer
from protocol.profile import LIBRARY, load_text
from tests import cast
from tests.casework.letters import (
    ADDRESS,
    LATER,
    answered,
    on_page,
    opened,
    sent,
    the,
    words,
)
from tests.casework.making import (
    NOW,
    World,
    enquiry,
    fresh,
    hold,
    reloaded,
    with_bob,
    working_days,
    world,
)
from tests.documents.making import with_file
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


@pytest.mark.parametrize("key", LIBRARY)
def test_mo127_a_letter_is_in_the_officers_name_with_their_title_and_service(key, time_machine):
    """Mo127, Mo129; We9.2, We9.3; Bk Correspondence; elsewhere set by the council.

    Seen red with: the name of whoever raised it under "Yours sincerely".
    """
    time_machine.move_to(NOW)
    case = sent(world(key))
    for place in (1, 2, 3):
        found = the(case, place)
        assert (found.name, found.title, found.service) == (
            "Bob Baker",
            "Highways officer",
            "Highways",
        )
        end = words(pdf.render(found)).partition(f"{found.closing} ")[2]
        assert end.startswith("Bob Baker Highways officer Highways Exampleton")
        assert "Alice" not in end


def test_what_is_read_is_what_was_sent_and_nothing_that_only_officers_wrote(made, client):
    """Seen red with: a paragraph left out of the page, and of the template."""
    case = sent(made)
    client.force_login(fresh(made.alice))
    texts = {1: "It is here.", 2: "The survey is late.", 3: "The holes are filled."}
    for place, text in texts.items():
        page = on_page(client, case, place)
        paper = words(opened(client, "letter-pdf", case, place).content)
        for shown in (page, paper):
            assert text in shown
            assert "cross" not in shown
            assert f"Our reference {case.reference}" in shown
            assert "Dear Councillor Alice Archer" in shown
    assert "The line comes next." in page
    assert "The line comes next." in paper
    assert opened(client, "letter-page", case, 4).status_code == 404


def test_what_only_officers_see_is_no_letter_whatever_its_kind(made):
    """Seen red with: `officers_only` not asked, for an officer; `find` without its door, for a member."""
    case = sent(made)
    moving.write(case=case, kind="answer", by=fresh(made.bob), text="Between us.", at=LATER)
    Message.objects.filter(body="Between us.").update(officers_only=True)
    assert letter.find(case, fresh(made.bob), 4) is None
    assert letter.find(case, cast.erin(), 1) is None
    assert letter.find(case, fresh(made.alice), 1) is not None


def test_a_later_date_is_on_its_letter(made):
    """Bl10.2; elsewhere set by the council: the explanation and the new date. Seen red with: the dates
    of the clock as it stands now, after a second extension."""
    case = with_bob(made)
    first, bob = case.next_due, fresh(made.bob)
    dates = [working_days(first, 5), working_days(first, 9)]
    for new_date in dates:
        actions.extend(case=case, by=bob, reason="The survey.", new_date=new_date, now=NOW)
    case = reloaded(case)
    for place, new_date in enumerate(dates, 1):
        shown = dict(the(case, place).about)
        assert shown["New date for the answer"].startswith(f"{new_date:%A} {new_date.day} ")
        assert str(first.day) in shown["First due"]


@pytest.mark.parametrize(
    ("key", "rule"), [("blackpool", "Bl10.2"), ("bristol", "set by the council")]
)
def test_bl10_2_a_later_date_says_by_what_rule_and_what_was_the_standard(key, rule, time_machine):
    """Seen red with: the clause of the later date left out."""
    time_machine.move_to(NOW)
    made = world(key)
    case = sent(made)
    found = the(case, 2)
    shown = dict(found.about)
    standard = made.profile.standard("enquiry", "answer")
    assert shown["New date for the answer"].endswith(f" ({rule})")
    assert f", within {standard.days} working days (" in shown["First due"]
    assert (standard.clause or "set by the council") in shown["First due"]
    assert f"({rule})" in words(pdf.render(found))
    assert "A later date" in [row.key for row in letter.sources(case, found)]


def test_bk_everybody_copied_is_named_at_the_foot_of_the_letter(time_machine):
    """Bk Correspondence: "CC councillor X", below the name. Seen red with: the line left in the text."""
    time_machine.move_to(NOW)
    case = sent(world("bracknell"), copies=True)
    found = the(case, 3)
    assert found.copied == ("CC Councillor Erin Ellis",)
    assert "CC" not in str(found.paragraphs)
    assert words(pdf.render(found)).count("CC Councillor Erin Ellis") == 1


@pytest.mark.parametrize("key", ["bristol", "model", "blackpool"])
def test_mo126_copies_are_made_explicit_where_no_foot_is_prescribed(key, time_machine):
    """Mo126; Bl10.5; for Bristol set by the council: no blind copies. Seen red with: no such line."""
    time_machine.move_to(NOW)
    case = sent(world(key), copies=True)
    found = the(case, 3)
    assert found.copied == ("Copied to Erin Ellis, member",)
    assert "Copied to Erin Ellis" in words(pdf.render(found))
    assert the(case, 1).copied == ()


def test_what_went_with_the_message_is_named_on_its_letter(made, client):
    """By name alone; the file has its own door. Seen red with: the files left out; a file that was removed
    still named."""
    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.bob), text="See the plan.", now=NOW)
    answer = Message.objects.get(case=case, kind="answer")
    with_file(case, message=answer, name="plan.csv")
    gone = with_file(case, message=answer, name="secret.csv")
    Document.objects.filter(pk=gone.pk).update(state=Document.State.REMOVED)
    client.force_login(fresh(made.alice))
    for shown in (on_page(client, case), words(opened(client, "letter-pdf", case).content)):
        assert "Sent with it: plan.csv" in shown
        assert "Sent with it: a file that was removed since" in shown
        assert "secret" not in shown


def test_an_answer_that_itself_ends_in_cc_keeps_its_line(time_machine):
    """Only where the message names as many as have copies. Seen red with: any line of CC taken away."""
    time_machine.move_to(NOW)
    found = answered(world("bracknell"), "As I said to\nCC Sabathia")
    assert found.paragraphs[-1][-1] == "CC Sabathia"
    assert found.copied == ()


@pytest.mark.parametrize("key", LIBRARY)
def test_we9_4_what_is_confidential_is_marked_so_and_says_what_and_why(key, time_machine):
    """We9.4; Bk Correspondence; Bl10.5 for its words. Seen red with: the mark left out of the template."""
    time_machine.move_to(NOW)
    made = world(key)
    case = sent(made, confidential=True, confidential_why="The tenant’s name: they are afraid")
    found = the(case, 1)
    marking = made.profile.confidential.marking.capitalize()
    assert found.marking == marking
    paper = words(pdf.render(found))
    assert marking in paper
    assert "The tenant’s name: they are afraid" in paper
    assert "do not pass this letter" in paper
    plain = the(sent(made), 1)
    assert (plain.marking, plain.confidential) == ("", ())


@pytest.mark.parametrize("key", LIBRARY)
def test_mo130_a_ward_members_capacity_is_stated_where_the_profile_says_so(key, time_machine):
    """Mo130; elsewhere set by the council, or not asked for. Seen red with: any ward of the case."""
    time_machine.move_to(NOW)
    made = world(key)
    stated = made.profile.letters.ward_capacity_stated
    case = sent(made, ward=made.harbour)
    rows = dict(the(case, 1).about)
    assert (letter.WROTE_AS in rows) is stated
    if stated:
        assert rows[letter.WROTE_AS].endswith("for Harbour")
    # Of a ward that is not theirs, they do not write as its member.
    Seat.objects.filter(member__person=made.alice).update(until=NOW.date() - timedelta(days=1))
    assert letter.WROTE_AS not in dict(the(case, 1).about)


def test_the_officers_capacity_is_that_of_the_day_of_the_letter(made):
    """Seen red with: the title read from the directory each time."""
    case = sent(made)
    housing = ServiceFactory(name="Housing")
    Officer.objects.filter(person=made.bob).update(job_title="Head of Housing", service=housing)
    found = the(case, 1)
    assert (found.title, found.service) == ("Highways officer", "Highways")


def test_a_letter_from_before_titles_were_kept_has_the_title_of_today(made):
    case = sent(made)
    Message.objects.update(author_title="", author_service="")
    found = the(case, 1)
    assert (found.title, found.service) == ("Highways officer", "Highways")


def test_whoever_holds_a_post_and_is_no_officer_writes_as_the_post(time_machine):
    time_machine.move_to(NOW)
    made = world("bristol")
    deputy = PersonFactory(name="Dee Deputy")
    hold("democratic_services", deputy, deputy_order=1)
    clerk = fresh(deputy)
    case = enquiry(made)
    actions.acknowledge(case=case, by=clerk, text="It is here.", now=NOW)
    title = made.profile.posts["democratic_services"].title
    found = the(reloaded(case), 1)
    assert (found.name, found.title, found.service) == ("Dee Deputy", title, "")


def test_mo129_nothing_that_binds_the_council_is_a_letter_in_a_members_name(time_machine):
    """Mo129; We9.3; Bk Correspondence. Whatever kind of text it is, whoever wrote it as a member.

    Seen red with: `is_letter` by the kind alone; a member who is an officer too, in their own case;
    the title of a post for a member who holds one.
    """
    time_machine.move_to(NOW)
    made = world("bracknell")
    case = reloaded(with_bob(made))
    OfficerFactory(person=made.alice, job_title="Mayor’s driver")
    for by in (fresh(made.alice), fresh(made.posts["chair_of_council"])):
        moving.write(case=case, kind="answer", by=by, text="We will pay.", at=NOW)
    delegate = PersonFactory(name="Dora Dunn")
    DelegationFactory(principal=made.alice, delegate=delegate)
    moving.write(case=case, kind="acknowledgement", by=fresh(delegate), text="We will.", at=NOW)
    assert letter.find(case, fresh(made.dev), 1) is None


def test_the_profile_says_which_messages_are_letters(time_machine):
    """Set by the council. Seen red with: the kinds of the product in place of the profile's."""
    time_machine.move_to(NOW)
    kinds = 'kinds = ["acknowledgement", "extension", "answer"]'
    case = sent(world("weston", changed={kinds: 'kinds = ["answer"]'}))
    assert the(case, 1).kind == "answer"
    assert letter.find(case, fresh(case.raised_by), 2) is None


def test_a_profile_from_before_there_were_letters_has_plain_ones(time_machine):
    """An adoption is never changed, so its text has no letterhead."""
    time_machine.move_to(NOW)
    made = world("bristol")
    text = re.sub(r"\[letterhead\]\n(.+\n)+", "", made.adoption.text)
    assert load_text(text).letterhead is None
    type(made.adoption).objects.update(text=text, digest=made.adoption.digest_of(text))
    found = the(sent(made), 1)
    assert (found.greeting, found.closing, found.foot) == (
        "Dear Alice Archer",
        "Yours sincerely",
        "",
    )


def test_each_letter_says_on_the_page_what_it_rests_on(time_machine, client):
    """Mo127 and its like by their clause, the rest set by the council. Seen red with: no citation."""
    time_machine.move_to(NOW)
    made = world("model")
    case = sent(made, copies=True, ward=made.harbour)
    client.force_login(fresh(made.bob))
    html = opened(client, "letter-page", case, 3).content.decode()
    assert html.count("Mo127, Mo129, Mo130") == 2
    assert ">Mo126<" in html
    assert "set by the council" in html


# The council's own --------------------------------------------------------------------------------


def test_the_councils_name_address_and_colour_stand_at_the_head(made, client):
    """Never the crown. Seen red with: the address left out of the PDF."""
    Council.objects.update(
        postal_address=ADDRESS, contact_email="desk@example.org", brand_colour="#5b2a86"
    )
    case = sent(made)
    client.force_login(fresh(made.alice))
    for shown in (on_page(client, case), words(opened(client, "letter-pdf", case).content)):
        head = shown.partition("Alice")[0]
        assert "Exampleton" in head
        assert "Town Hall High Street Exampleton EX1 2AB desk@example.org" in head
        assert "Crown" not in shown


@pytest.mark.parametrize(
    ("colour", "drawn"),
    [("#5b2a86", "#5b2a86"), ("#ffdd00", "#000000"), ("red;x", "#000000"), ("", "#000000")],
)
def test_a_colour_too_pale_to_read_on_white_is_black(made, colour, drawn):
    """WCAG 1.4.3. Seen red with: the colour as it is."""
    Council.objects.update(brand_colour=colour)
    assert pdf._data(answered(made, "Mended."))["colour"] == drawn


def test_two_letters_at_one_moment_keep_their_places(made):
    """Their places follow the order of the page. Seen red with: no order by the row."""
    case = with_bob(made)
    bob = fresh(made.bob)
    actions.acknowledge(case=case, by=bob, text="First.", now=NOW)
    actions.answer(case=case, by=bob, text="Second.", now=NOW)
    case = reloaded(case)
    assert [the(case, place).paragraphs for place in (1, 2)] == [(("First.",),), (("Second.",),)]
