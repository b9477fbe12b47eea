"""A clerk fills the directories from files in a real browser, beginning with each page's own sample."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from council.models import Holding, Upload
from officers.models import Officer
from tests.casework.making import NOW, world
from tests.factories import PostFactory
from tests.importing import KINDS, kind
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# In the order in which one rests on another.
ORDER = ("officer", "service", "absence", "post", "closure")


def test_a_clerk_fills_the_directories_from_the_samples(page, live_server, time_machine, tmp_path):
    time_machine.move_to(NOW)
    made = world("bristol")
    PostFactory(key="monitoring_officer", title="Monitoring Officer")
    assert set(ORDER) == set(KINDS)
    visit = Visit(page, live_server.url, "imports")
    visit.as_(made.dev)
    for key in ORDER:
        imported(visit, key, tmp_path)
    jo = Officer.objects.get(person__email="jo.ng@example.gov.uk")
    assert str(jo.manager) == "Sam Ford"
    assert str(jo.service.head) == "Sam Ford"
    assert Holding.objects.filter(post__key="monitoring_officer", person__name="Pat Lee").exists()
    assert not Upload.objects.exists()


def imported(visit: Visit, key: str, folder) -> None:
    """From the list to its import, with the sample that the page gives, and back with the counts."""
    many = kind(key).many
    visit.go(reverse(kind(key).to))
    visit.page.get_by_role("link", name=f"Import {many}", exact=True).click()
    visit.look(f"{key}-choose")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Download a sample to fill in").click()
    file = folder / f"{key}.csv"
    download.value.save_as(file)
    visit.page.get_by_label("File", exact=True).set_input_files(file)
    visit.press("Show what would change")
    visit.reads(f"Check the import of {many}", "rejected 0")
    visit.look(f"{key}-preview")
    visit.press("Import")
    expect(visit.page.get_by_text("Imported:")).to_be_visible()
    visit.reads("rejected 0.")
    visit.look(f"{key}-done")


@pytest.mark.parametrize("key", ORDER)
def test_a_wrong_file_says_what_is_wrong_and_what_to_do(page, live_server, key, tmp_path):
    made = world("bristol")
    visit = Visit(page, live_server.url, "imports")
    visit.as_(made.dev)
    visit.go(reverse(f"{key}-import"))
    file = tmp_path / "wrong.csv"
    file.write_text("one,two\n1,2\n")
    visit.page.get_by_label("File", exact=True).set_input_files(file)
    visit.press("Show what would change")
    visit.reads("There is a problem", "not a list of", "Use a CSV file whose first line has")
    visit.look(f"{key}-wrong")
