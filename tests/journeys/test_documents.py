"""A councillor sends photographs from a phone, an officer answers with a plan, in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from casework.models import Case
from documents.models import Document
from tests.casework.making import NOW, with_bob, world
from tests.documents import samples
from tests.documents.making import with_file
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def files(folder, **contents: bytes) -> list:
    made = []
    for name, content in contents.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content)
        made.append(path)
    return made


def test_photographs_go_in_and_a_plan_comes_back(page, live_server, time_machine, tmp_path):
    time_machine.move_to(NOW)
    made = world("bristol")
    visit = Visit(page, live_server.url, "documents")
    visit.as_(made.alice)
    case = raised_with_photographs(visit, made, tmp_path)
    visit.as_(made.bob)
    answered_with_a_plan(visit, case, tmp_path)
    visit.as_(made.alice)
    visit.go(case.get_absolute_url())
    visit.look("answered")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="plan.pdf (PDF, 1 KB)").click()
    assert download.value.suggested_filename == "plan.pdf"
    assert download.value.path().read_bytes() == samples.pdf()


def raised_with_photographs(visit: Visit, made, folder) -> Case:
    """The first time the subject is missing; the photographs are still there."""
    page = visit.page
    visit.go(reverse("enquiry-log"))
    page.get_by_label("What do you want to know, or to happen?").fill("Please mend the kerb.")
    page.get_by_label("Service", exact=True).select_option(label="Highways")
    page.get_by_label("Ward", exact=True).select_option(label="Not known")
    photos = files(
        folder,
        kerb__jpg=samples.photograph_with_a_place(),
        road__png=samples.picture("png", size=(300, 200)),
    )
    page.get_by_label("Add files (optional)").set_input_files(photos)
    visit.press("Send the enquiry")
    visit.reads("There is a problem", "Enter the subject")
    expect(page.get_by_label("kerb.jpg (picture, 1 KB)")).to_be_checked()
    visit.look("raise-again")
    page.get_by_label("Subject").fill("A broken kerb")
    page.get_by_label("road.png (picture, 1 KB)").uncheck()
    visit.press("Send the enquiry")
    case = Case.objects.get()
    assert [one.name for one in Document.objects.filter(about=case.key)] == ["kerb.jpg"]
    visit.look("raised")
    return case


def answered_with_a_plan(visit: Visit, case: Case, folder) -> None:
    page = visit.page
    visit.go(case.get_absolute_url())
    page.get_by_role("button", name="Take it on").click()
    visit.press("Take it on")
    visit.reads("It is now with you")
    script = samples.pdf(b"<< /S /JavaScript /JS (x) >>")
    page.get_by_label("Your answer").fill("It is mended on Friday. The plan is with this.")
    chosen = files(folder, plan__pdf=samples.pdf(), form__pdf=script)
    page.get_by_label("Add files (optional)").set_input_files(chosen)
    visit.look("answering")
    visit.press("Send the answer")
    visit.reads("There is a problem", "“form.pdf” has a script in it. Print it as PDF")
    expect(page.get_by_label("plan.pdf (PDF, 1 KB)")).to_be_checked()
    visit.look("answer-again")
    visit.press("Send the answer")
    visit.reads("has your answer")


def test_a_file_sent_by_mistake_is_taken_off(page, live_server, time_machine):
    time_machine.move_to(NOW)
    made = world("weston")
    case = with_bob(made)
    with_file(case, name="another resident.csv")
    visit = Visit(page, live_server.url, "documents")
    visit.as_(made.bob)
    visit.go(case.get_absolute_url())
    visit.page.get_by_role("link", name="Remove a file").click()
    visit.look("remove")
    visit.page.get_by_label("Which file?").select_option(label="another resident.csv (CSV, 1 KB)")
    visit.page.get_by_label("Why are you removing it?").fill("It is about another resident.")
    visit.press("Remove the file")
    visit.reads(
        "The file is removed. Nobody can open it any more.", "It is about another resident."
    )
    visit.look("removed")
