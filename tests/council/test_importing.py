"""Directories from files: what every kind shares, and the two of this room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person
from council.actions import importing
from council.imports.kinds import registered
from council.models import ClosureDay, Council, Holding, Upload
from ledger.models import Event
from officers.models import Officer
from protocol.calendar import Calendar
from protocol.refusals import Refused
from tests import cast
from tests.cast import ada, dev
from tests.factories import ClosureDayFactory, OfficerFactory, PostFactory
from tests.importing import KINDS, csv_of, kind, sample, small


@pytest.fixture
def clerk(council):
    """Dev, who keeps the directories and the council's details, and sees the cases; and two more."""
    for title in ("Monitoring Officer", "Head of Paid Service"):
        PostFactory(key=title.lower().replace(" ", "_"), title=title)
    cast.alice()
    cast.bob()
    return dev()


def bob() -> Person:
    return Person.objects.get(email="bob@example.org")


def alice() -> Person:
    return Person.objects.get(email="alice@example.org")


@pytest.fixture
def kept(client, clerk):
    """A browser in which Dev is signed in."""
    client.force_login(clerk)
    client.get("/account/")  # The first page of a session also writes to it.
    return client


FAULTS = [
    (b"", "is empty"),
    (b"PK\x03\x04rest", "an Excel workbook"),
    (b"<html><body>Sign in</body></html>", "not a list of"),
    (b"one,two\n1,2\n", "not a list of"),
    (b"ab\x01\x00\x02", "not text"),
    (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
]


def run(key: str, *rows, by=None, **options):
    return importing.import_file(kind=kind(key), content=csv_of(*rows), by=by, **options)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def upload(client, key: str, content: bytes, **more):
    file = SimpleUploadedFile("list.csv", content)
    return client.post(reverse(f"{key}-import"), {"file": file, **more})


def test_these_are_all_the_kinds_there_are():
    assert set(KINDS) == set(registered())


# What every kind shares -------------------------------------------------------------------------


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize(("content", "why"), FAULTS)
def test_what_is_no_list_is_refused_on_the_page_and_nothing_is_kept(kept, key, content, why):
    answer = upload(kept, key, content)
    assert answer.status_code == 422
    assert why in text(answer)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("key", KINDS)
def test_a_list_is_shown_then_confirmed_and_then_forgotten(kept, clerk, key):
    """Seen red with: import_file called by the upload."""
    before = Event.objects.count()
    address = upload(kept, key, small(key, bob())).url
    page = kept.get(address)
    assert "created 1, updated 0, unchanged 0, ended 0, rejected 1" in text(page)
    assert "Lines rejected (1)" in text(page)
    events = Event.objects.filter(verb="directory_imported")
    assert not events.exists()
    seen = page.context["plan"].fingerprint
    done = kept.post(address, {"seen": seen})
    assert done.url == reverse(kind(key).to)
    assert "Imported:" in text(kept.get(done.url))
    assert events.get().actor == clerk.pk
    assert Event.objects.count() > before + 1
    assert not Upload.objects.exists()
    again = kept.get(upload(kept, key, small(key, bob())).url)
    assert "Nothing would change" in text(again)


@pytest.mark.parametrize("key", KINDS)
def test_a_preview_is_its_owners_alone(kept, client, key):
    """What you may not see does not exist. Seen red with: Upload.objects.all() in the view."""
    address = upload(kept, key, small(key, bob())).url
    client.force_login(ada())
    assert client.get(address).status_code == 404
    assert client.post(f"{address}discard/").status_code == 404
    assert Upload.objects.exists()


@pytest.mark.parametrize("key", KINDS)
def test_a_file_thrown_away_changes_nothing(kept, key):
    address = upload(kept, key, small(key, bob())).url
    assert kept.get(f"{address}discard/").status_code == 302
    assert Upload.objects.exists()
    assert kept.post(f"{address}discard/").status_code == 302
    assert not Upload.objects.exists()
    assert not Event.objects.filter(verb="directory_imported").exists()


def test_a_file_of_which_no_line_can_be_imported_is_sent_back_with_the_first_reason(kept):
    address = upload(kept, "closure", csv_of(("day", "name"), ("25/12/2026", "Christmas"))).url
    answer = kept.get(address)
    assert answer.status_code == 422
    assert "no line that can be imported" in text(answer)
    assert "is not a working day already" in text(answer)


def test_a_list_too_long_for_a_page_is_sent_to_the_command(kept):
    rows = [(f"Service {number}",) for number in range(1001)]
    answer = upload(kept, "service", csv_of(("service",), *rows))
    assert answer.status_code == 422
    assert "1,001 lines" in text(answer)
    assert "import_directory" in text(answer)


def test_more_than_half_are_ended_only_with_the_box_ticked(kept):
    """Seen red with: `allow_many_ends=True` in the view."""
    for number in range(6):
        OfficerFactory(person__email=f"o{number}@example.org")
    content = csv_of(("email", "name", "jobtitle"), ("new@example.org", "Nia New", "Clerk"))
    address = upload(kept, "officer", content, whole="on").url
    page = kept.get(address)
    assert "more than half" in text(page)
    seen = {"seen": page.context["plan"].fingerprint}
    refused = kept.post(address, seen)
    assert refused.status_code == 422
    assert not Officer.objects.filter(person__name="Nia New").exists()
    assert kept.post(address, {**seen, "ends": "on"}).status_code == 302
    assert Officer.objects.filter(ended_on__isnull=False).count() >= 6


def test_a_preview_that_is_out_of_date_is_shown_anew_and_nothing_is_done(kept):
    address = upload(kept, "officer", small("officer", bob())).url
    refused = kept.post(address, {"seen": "another"})
    assert refused.status_code == 422
    assert "has changed since you saw" in text(refused)
    assert not Officer.objects.filter(person__name="Nia New").exists()


def test_a_preview_of_one_kind_does_not_open_under_another(kept):
    address = upload(kept, "closure", small("closure", bob())).url
    pk = Upload.objects.get().pk
    assert str(pk) in address
    assert kept.get(reverse("officer-import-confirm", args=[pk])).status_code == 404


@pytest.mark.parametrize("key", KINDS)
def test_the_sample_that_is_offered_can_be_read_back(kept, key):
    page = kept.get(reverse(f"{key}-import"))
    assert reverse(f"{key}-import-sample") in text(page)
    answer = kept.get(reverse(f"{key}-import-sample"))
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.decode("utf-8-sig").encode() == sample(key)


def test_the_samples_follow_on_one_another(clerk):
    """As a new council would take them: officers, services, absences, post holders, closure days."""
    for key in ("officer", "service", "absence", "post", "closure"):
        report = importing.import_file(kind=kind(key), content=sample(key), by=clerk)
        assert report.rejected == [], key
        assert report.changes_anything, key


@pytest.mark.parametrize("key", KINDS)
def test_nobody_without_the_permission_imports(clerk, key):
    """Seen red with: `rules.may` left out of the action."""
    for person in (alice(), bob()):
        with pytest.raises(Refused, match="You may not do this"):
            importing.preview(kind=kind(key), content=sample(key), by=person)


def test_two_columns_of_one_meaning_are_refused_by_name(clerk):
    with pytest.raises(Refused, match=r"both mean “email”"):
        run("officer", ("email", "e-mail", "name"), ("a@b.org", "a@b.org", "Ann"))


def test_a_file_cut_off_in_the_middle_is_refused_whole(clerk):
    content = b"email,name,jobtitle\na@example.org,Ann,Clerk\nb@example.org,Be"
    with pytest.raises(Refused, match="cut off"):
        importing.import_file(kind=kind("officer"), content=content, by=clerk)
    assert not Officer.objects.filter(person__name="Ann").exists()


def test_semicolons_tabs_and_windows_letters_are_read(clerk):
    content = "E-mail;Full name;Job title\nz@example.org;Zoë Kent;Clerk\n".encode("cp1252")
    importing.import_file(kind=kind("officer"), content=content, by=clerk)
    assert Officer.objects.filter(person__name="Zoë Kent").exists()


CELL = st.one_of(
    st.sampled_from(
        ["", "x", "bob@example.org", "new@example.org", "Monitoring Officer", "21/12/2026",
         "2027-01-04", "99/99/9999", "=1+1", "Senior officer", "1", "−1", "\x00", "a" * 300]
    ),
    st.text(max_size=12),
)  # fmt: skip


@pytest.mark.parametrize("key", KINDS)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_stands_in_a_file_a_preview_writes_nothing_and_an_import_again_does_nothing(
    clerk, key, data
):
    """For any cells: refused with a reason, or the same twice over; the second time nothing is left."""
    found = kind(key)
    width = len(found.columns)
    rows = data.draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=4))
    content = csv_of([column.name for column in found.columns], *rows)
    before = Event.objects.count()
    try:
        seen = importing.preview(kind=found, content=content, by=clerk)
    except Refused:
        assert Event.objects.count() == before
        return
    assert Event.objects.count() == before
    done = importing.import_file(kind=found, content=content, by=clerk, seen=seen.fingerprint)
    assert done.sections == seen.sections
    after = Event.objects.count()
    again = importing.preview(kind=found, content=content, by=clerk)
    assert again.created == []
    assert again.ended == []
    assert Event.objects.count() == after


# The command ------------------------------------------------------------------------------------


def test_the_command_prints_what_it_did_and_the_counts_last(clerk, tmp_path, capsys):
    file = tmp_path / "days.csv"
    file.write_bytes(small("closure", bob()))
    call_command("import_directory", "closure", str(file), "--dry-run")
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == "Dry run: nothing was written."
    assert not ClosureDay.objects.exists()
    call_command("import_directory", "closure", str(file))
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "closure days 1, created 1, updated 0, unchanged 0, ended 0, rejected 1"
    assert ClosureDay.objects.get().day == date(2027, 12, 30)
    assert Event.objects.get(verb="directory_imported").actor is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["closure", "nowhere.csv"], "no file"),
        (["closure", "."], "is a folder"),
        (["closure", "nowhere.csv", "--whole"], "ends nobody"),
    ],
)
def test_the_command_says_what_is_wrong(clerk, arguments, why):
    with pytest.raises(CommandError, match=why):
        call_command("import_directory", *arguments)


def test_the_command_says_where_the_sample_is(clerk, tmp_path, client):
    """Seen red with: "a sample can be downloaded", and no word of where."""
    file = tmp_path / "days.csv"
    file.write_text("x,y\n1,2\n")
    with pytest.raises(CommandError, match=r"It is at http://127\.0\.0\.1:8000(\S+)$") as refused:
        call_command("import_directory", "closure", str(file))
    client.force_login(clerk)
    address = str(refused.value).rpartition(":8000")[2]
    assert client.get(address)["Content-Type"].startswith("text/csv")


# Closure days -----------------------------------------------------------------------------------


def test_a_span_of_closure_days_is_added_once_and_the_dates_are_counted_again(clerk):
    before = Council.objects.get().calendar_version
    rows = (("from", "to", "name"), ("24/12/2026", "04/01/2027", "Christmas closure"))
    report = run("closure", *rows)
    assert report.created == ["Christmas closure, 24/12/2026 to 04/01/2027 (5 working days)"]
    assert Council.objects.get().calendar_version > before
    assert run("closure", *rows).unchanged == 1
    part = (("from", "to", "name"), ("29/12/2026", "30/12/2026", "Christmas closure"))
    assert run("closure", *part).unchanged == 1


def test_a_span_of_which_a_day_is_closed_adds_the_rest(clerk):
    """Seen red with: one closed day taken for all."""
    ClosureDayFactory(day=date(2026, 12, 29), name="Closed")
    line = ("29/12/2026", "31/12/2026", "Closed")
    report = run("closure", ("from", "to", "name"), line)
    assert report.created == ["Closed, 29/12/2026 to 31/12/2026 (2 working days)"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (("25/12/2026", "", "Christmas"), "is not a working day already"),
        (("30/12/2026", "29/12/2026", "Closed"), "is before the first"),
        (("30/12/2026", "", ""), "called is missing"),
        (("", "", "Closed"), "the day is missing"),
        (("someday", "", "Closed"), "is not a date"),
        (("01/06/2099", "", "Closed"), "calendar"),
    ],
)
def test_a_closure_day_that_cannot_be_is_rejected(clerk, line, why):
    good = ("31/12/2026", "", "Closed")
    report = run("closure", ("from", "to", "name"), line, good)
    assert why in str(report.rejected[0])
    assert ClosureDay.objects.get().day == date(2026, 12, 31)


def test_days_beyond_the_calendar_are_rejected_and_no_error(clerk):
    """Seen red with: OutOfCalendar let through, a 500 on the page."""
    last = Calendar.for_nation("england").latest
    ClosureDayFactory(day=last, name="Closed")
    beyond = last + timedelta(days=3)
    line = (f"{last:%d/%m/%Y}", f"{beyond:%d/%m/%Y}", "Closed")
    report = run("closure", ("from", "to", "name"), line, ("31/12/2026", "", "Closed"))
    assert "calendar" in str(report.rejected[0])


def test_a_day_that_is_closed_under_another_name_keeps_it_and_says_so(clerk):
    ClosureDayFactory(day=date(2026, 12, 29), name="Christmas closure")
    report = run("closure", ("day", "name"), ("29/12/2026", "Snow"))
    assert report.unchanged == 1
    assert "as “Christmas closure”, which stays" in str(report.notes[0])


# Posts ------------------------------------------------------------------------------------------


HEADS = ("post", "email", "body", "contact", "contact email", "deputy", "from", "to")


def test_whoever_has_a_post_makes_way_for_whom_the_file_names(clerk):
    """Seen red with: `instead_of` left out."""
    first, second = bob(), alice()
    line = ("Monitoring Officer", first.email, "", "", "", "", "01/01/2026", "")
    run("post", HEADS, line, by=clerk)
    assert run("post", HEADS, line).unchanged == 1
    run("post", HEADS, ("Monitoring Officer", second.email, *line[2:6], "01/12/2026", ""))
    held = Holding.objects.filter(post__key="monitoring_officer").order_by("since")
    assert [(one.person, one.until) for one in held] == [
        (first, date(2026, 11, 30)),
        (second, None),
    ]


def test_a_preview_says_who_makes_way(clerk):
    """Seen red with: only the new holder named."""
    line = ("Monitoring Officer", bob().email, "", "", "", "", "01/01/2026", "")
    run("post", HEADS, line)
    other = ("Monitoring Officer", alice().email, "", "", "", "", "01/12/2026", "")
    seen = importing.preview(kind=kind("post"), content=csv_of(HEADS, other), by=None)
    until = "from 01/01/2026 until 30/11/2026"
    assert seen.ended == [f"Monitoring Officer: {bob().name}, {until}"]


def test_two_who_share_a_post_in_one_file_both_keep_it(clerk):
    """Seen red with: the second line making the first one's holder go."""
    rows = (
        HEADS,
        ("Monitoring Officer", bob().email, "", "", "", "", "01/01/2026", ""),
        ("Monitoring Officer", alice().email, "", "", "", "0", "01/06/2026", ""),
    )
    assert run("post", *rows).ended == []
    assert Holding.objects.filter(post__key="monitoring_officer", until=None).count() == 2
    assert run("post", *rows).unchanged == 2


def test_deputies_bodies_and_contacts_stand_beside_the_holder(clerk):
    report = run(
        "post",
        HEADS,
        ("Monitoring Officer", bob().email, "", "", "", "", "01/01/2026", ""),
        ("Monitoring Officer", alice().email, "", "", "", "1", "01/01/2026", ""),
        ("Head of Paid Service", "", "Chief Officers’ Panel", "", "", "", "01/01/2026", ""),
    )
    assert [str(one) for one in report.rejected] == []
    assert Holding.objects.get(post__key="monitoring_officer", deputy_order=1).person == alice()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (("Emperor", "bob@example.org", "", "", "", "", "01/01/2026", ""), "no post called"),
        (("Monitoring Officer", "no@example.org", "", "", "", "", "01/01/2026", ""), "nobody here"),
        (("Monitoring Officer", "", "", "", "", "", "01/01/2026", ""), "Choose one"),
        (("Monitoring Officer", "", "A", "B", "", "", "01/01/2026", ""), "Choose one"),
        (("Monitoring Officer", "", "", "B", "", "", "01/01/2026", ""), "needs an email"),
        (("Monitoring Officer", "", "A", "", "", "x", "01/01/2026", ""), "not a number"),
        (("Monitoring Officer", "", "A", "", "", "12", "01/01/2026", ""), "9 deputies at most"),
        (("Monitoring Officer", "", "A", "", "", "", "", ""), "first day is missing"),
        (("Monitoring Officer", "", "A", "", "", "", "02/01/2026", "01/01/2026"), "is before"),
    ],
)
def test_a_post_that_cannot_be_filled_so_is_rejected(clerk, line, why):
    good = ("Monitoring Officer", "", "The Bench", "", "", "3", "01/01/2026", "")
    report = run("post", HEADS, line, good)
    assert why in str(report.rejected[0])
    assert len(report.created) == 1


def test_an_administrator_fills_no_post_that_opens_cases_by_a_file(clerk):
    """Seen red with: the import as a command, `by` None."""
    line = ("Monitoring Officer", bob().email, "", "", "", "", "01/01/2026", "")
    with pytest.raises(Refused, match="opens cases"):
        run("post", HEADS, line, by=ada())
    assert not Holding.objects.filter(post__key="monitoring_officer").exists()
