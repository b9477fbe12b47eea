"""A letter, from the answer to the file: as the officer who wrote it, on a phone as the member."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from casework.enquiries import actions
from casework.letters import letter
from council.models import Council
from protocol.profile import LIBRARY
from tests import cast
from tests.casework.making import NOW, fresh, reloaded, with_bob, world
from tests.journeys.visit import Visit

pytestmark = pytest.mark.django_db(transaction=True)
COLOURS = ("#7d1e3a", "#ffdd00", "#5b2a86", "#1d70b8", "#00703c")
CONFIDENTIAL = {"confidential": True, "confidential_why": "The tenant’s name: they are afraid"}


@pytest.fixture(params=LIBRARY)
def visit(page, live_server, time_machine, request) -> Visit:
    time_machine.move_to(NOW)
    made = world(request.param)
    Council.objects.update(
        name=made.profile.council,
        brand_colour=COLOURS[LIBRARY.index(request.param)],
        postal_address="Town Hall\nHigh Street\nExampleton EX1 2AB",
        contact_email="democratic.services@example.org",
    )
    found = Visit(page, live_server.url, f"letters-{request.param}")
    found.made = made
    return found


def test_an_answer_is_read_as_a_letter_printed_and_kept(visit):
    made, page = visit.made, visit.page
    case = with_bob(made, ward=made.harbour, **CONFIDENTIAL)
    allowed = made.profile.copying.rule.may_copy != "not_by_officers"
    actions.answer(
        case=case,
        by=fresh(made.bob),
        text="The three holes are filled.\n\nThe white line comes next week.",
        copy_to=[cast.erin()] if allowed else [],
        writer_agreed=allowed,
        copy_reason="It is her ward too." if allowed else "",
        now=NOW,
    )
    visit.as_(made.bob)
    visit.go(reloaded(case).get_absolute_url())
    page.get_by_role("link", name=re.compile("Print or save as a letter")).click()
    visit.reads("Bob Baker", "Highways officer", "The white line comes next week.")
    visit.look("letter")
    # On paper the sheet is alone.
    page.emulate_media(media="print")
    for gone in (page.get_by_role("banner"), page.get_by_role("contentinfo"), page.locator("h1")):
        expect(gone).to_be_hidden()
    expect(page.get_by_role("article")).to_be_visible()
    page.pdf(path=visit.folder / "printed.pdf", prefer_css_page_size=True)
    [sheet] = pypdf.PdfReader(visit.folder / "printed.pdf").pages
    assert [round(float(one) / 72 * 25.4) for one in sheet.mediabox[2:]] == [210, 297]
    assert "The white line comes next week." in sheet.extract_text()
    page.emulate_media(media="screen")
    _keeps(visit)
    visit.as_(made.alice)
    visit.go(f"/cases/{case.reference}/letters/1/")
    _keeps(visit)


def _keeps(visit: Visit) -> None:
    """The file comes down, under the reference, and says what the page says."""
    page = visit.page
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download as a PDF").click()
    kept = visit.folder / coming.value.suggested_filename
    coming.value.save_as(kept)
    assert re.fullmatch(r"E-\w+-letter-1\.pdf", kept.name)
    reader = pypdf.PdfReader(io.BytesIO(kept.read_bytes()))
    paper = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    sheet = " ".join(page.get_by_role("article").inner_text().split())
    # The paper has its page number besides.
    paper = re.sub(r" E-\w+ Page 1 of 1$", "", paper)
    assert sorted(paper.split()) == sorted(sheet.split())
    assert letter.HEADINGS["answer"] in paper
