"""Officers, services and absences from files: what a line does, and what it must not."""

from __future__ import annotations

from datetime import date

import pytest

from council.actions import importing
from ledger.models import Event
from officers.models import Absence, Officer, Service
from protocol.refusals import Refused, Stale
from tests.cast import alice, bob, sam
from tests.factories import (
    AbsenceFactory,
    HoldingFactory,
    OfficerFactory,
    PersonFactory,
    ServiceFactory,
)
from tests.importing import csv_of, kind, sample

HEADS = ("email", "name", "jobtitle", "level", "service", "manager")


def run(key: str, *rows, by=None, **options):
    return importing.import_file(kind=kind(key), content=csv_of(*rows), by=by, **options)


def shown(key: str, *rows, by=None, **options):
    return importing.preview(kind=kind(key), content=csv_of(*rows), by=by, **options)


def test_the_sample_of_officers_makes_officers_their_service_and_their_line(keeper):
    report = importing.import_file(kind=kind("officer"), content=sample("officer"), by=keeper)
    assert report.last_line == (
        "services 1, officers 3, created 3, updated 0, unchanged 0, ended 0, rejected 0"
    )
    jo = Officer.objects.get(person__email="jo.ng@example.gov.uk")
    assert str(jo.manager) == "Sam Ford"
    assert str(jo.manager.manager) == "Pat Lee"
    assert jo.manager.manager.level == "chief"
    assert jo.service == Service.objects.get(name="Highways")


def test_importing_the_same_file_again_changes_nothing_and_writes_nothing(keeper):
    importing.import_file(kind=kind("officer"), content=sample("officer"), by=keeper)
    before = Event.objects.count()
    again = importing.import_file(kind=kind("officer"), content=sample("officer"), by=keeper)
    assert again.last_line == (
        "services 1, officers 3, created 0, updated 0, unchanged 3, ended 0, rejected 0"
    )
    assert Event.objects.count() == before


def test_a_preview_says_what_an_import_does_and_writes_nothing(keeper):
    """Seen red with: `set_rollback` left out."""
    before = Event.objects.count()
    seen = importing.preview(kind=kind("officer"), content=sample("officer"), by=keeper)
    assert not Officer.objects.filter(person__email="jo.ng@example.gov.uk").exists()
    assert not Service.objects.filter(name="Highways").exists()
    assert Event.objects.count() == before
    done = importing.import_file(
        kind=kind("officer"), content=sample("officer"), by=keeper, seen=seen.fingerprint
    )
    assert done.sections == seen.sections


def test_an_import_of_what_was_not_seen_is_stale(keeper):
    """Seen red with: the fingerprint not compared."""
    seen = importing.preview(kind=kind("officer"), content=sample("officer"), by=keeper)
    ServiceFactory(name="Highways")
    OfficerFactory(person__email="jo.ng@example.gov.uk", person__name="Jo Ng")
    with pytest.raises(Stale):
        importing.import_file(
            kind=kind("officer"), content=sample("officer"), by=keeper, seen=seen.fingerprint
        )
    assert not Officer.objects.filter(person__email="pat.lee@example.gov.uk").exists()


def test_a_manager_may_stand_below_in_the_file(keeper):
    """Seen red with: the lines taken as they stand."""
    report = run(
        "officer",
        HEADS,
        ("low@example.org", "Lou Low", "Clerk", "", "", "mid@example.org"),
        ("mid@example.org", "Mo Mid", "Lead", "", "", "top@example.org"),
        ("top@example.org", "Tia Top", "Head", "Senior officer", "", ""),
    )
    assert report.rejected == []
    lou = Officer.objects.get(person__name="Lou Low")
    assert str(lou.manager.manager) == "Tia Top"


def test_two_who_change_places_in_the_line_come_out_right(keeper):
    top = OfficerFactory(person__name="Tia Top", person__email="top@example.org")
    OfficerFactory(person__name="Lou Low", person__email="low@example.org", manager=top)
    heads = ("email", "name", "manager")
    report = run(
        "officer",
        heads,
        ("top@example.org", "Tia Top", "low@example.org"),
        ("low@example.org", "Lou Low", ""),
    )
    assert report.rejected == []
    top.refresh_from_db()
    assert str(top.manager) == "Lou Low"
    assert top.manager.manager is None


def test_a_circle_in_the_file_is_refused_for_whoever_closes_it(keeper):
    circle = (
        HEADS,
        ("a@example.org", "Ann A", "Clerk", "", "", "b@example.org"),
        ("b@example.org", "Ben B", "Clerk", "", "", "a@example.org"),
    )
    with pytest.raises(Refused, match="nobody’s address"):
        run("officer", *circle)
    for email, name in (("a@example.org", "Ann A"), ("b@example.org", "Ben B")):
        OfficerFactory(person__name=name, person__email=email)
    report = run("officer", *circle)
    assert "already reports to" in str(report.rejected[0])
    assert Officer.objects.filter(manager__isnull=False).count() == 1


def test_columns_that_the_file_lacks_change_nothing(keeper):
    """Seen red with: a missing column read as a blank one."""
    service, boss = ServiceFactory(name="Parking"), OfficerFactory()
    officer = OfficerFactory(
        person__name="Jo Ng", person__email="jo@example.org", service=service, manager=boss,
        job_title="Warden", level="senior",
    )  # fmt: skip
    report = run("officer", ("email", "name"), ("JO@example.org", "Jo Ng-Hart"))
    assert report.updated == ["Jo Ng: Name: Jo Ng → Jo Ng-Hart"]
    officer.refresh_from_db()
    assert (officer.service, officer.manager) == (service, boss)
    assert (officer.job_title, officer.level) == ("Warden", "senior")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (("", "Jo Ng", "Clerk", "", "", ""), "email is missing"),
        (("jo", "Jo Ng", "Clerk", "", "", ""), "is not an email address"),
        (("jo@example.org", "", "Clerk", "", "", ""), "the name is missing"),
        (("jo@example.org", "Jo Ng", "", "", "", ""), "Enter a job title"),
        (("jo@example.org", "Jo Ng", "Clerk", "Emperor", "", ""), "not one of ours"),
        (("jo@example.org", "Jo Ng", "Clerk", "", "", "no@example.org"), "nobody’s address"),
        (("jo@example.org", "Jo Ng", "Clerk", "", "", "gone@example.org"), "no longer an officer"),
        (("jo@example.org", "Jo Ng", "Clerk", "", "Old service", ""), "has ended"),
        (("alice@example.org", "Jo Ng", "Clerk", "", "", ""), "is the address of"),
    ],
)
def test_a_line_that_cannot_be_is_rejected_with_its_reason_and_the_others_go_on(keeper, line, why):
    alice()
    OfficerFactory(person__email="gone@example.org", ended_on=date(2026, 1, 1))
    ServiceFactory(name="Old service", ended_on=date(2026, 1, 1))
    report = run("officer", HEADS, line, ("ok@example.org", "Oli Kay", "Clerk", "", "", ""))
    assert [remark.place for remark in report.rejected] == ["line 2"]
    assert why in report.rejected[0].reason
    assert Officer.objects.filter(person__name="Oli Kay").exists()
    assert not Officer.objects.filter(person__name="Jo Ng").exists()


def test_a_service_is_not_left_behind_by_a_line_that_was_refused(keeper):
    """The line's own savepoint. Seen red with: no `atomic` around a line."""
    run(
        "officer",
        HEADS,
        ("jo@example.org", "Jo Ng", "", "", "Stray", ""),
        ("ok@example.org", "Oli Kay", "Clerk", "", "", ""),
    )
    assert not Service.objects.filter(name="Stray").exists()


def test_a_service_whose_line_was_refused_is_added_by_the_next(keeper):
    report = run(
        "officer",
        HEADS,
        ("jo@example.org", "Jo Ng", "", "", "Harbours", ""),
        ("ok@example.org", "Oli Kay", "Clerk", "", "Harbours", ""),
    )
    assert report.created == ["Oli Kay, Clerk, Harbours"]
    assert Officer.objects.get(person__name="Oli Kay").service.name == "Harbours"


def test_the_same_address_twice_is_rejected_the_second_time(keeper):
    report = run(
        "officer",
        HEADS,
        ("jo@example.org", "Jo Ng", "Clerk", "", "", ""),
        ("Jo@Example.org", "Jo Ng", "Chief", "", "", ""),
    )
    assert "already on line 2" in str(report.rejected[0])
    assert Officer.objects.get(person__name="Jo Ng").job_title == "Clerk"


def test_a_member_becomes_an_officer_too_where_the_names_agree(keeper):
    """Bracknell: one person may be both, and stays one person (Bk)."""
    person = alice()
    report = run("officer", HEADS, (person.email, person.name, "Clerk", "", "", ""))
    assert "becomes an officer too" in report.created[0]
    assert Officer.objects.get(person=person).job_title == "Clerk"


def test_nobody_makes_themselves_an_officer_by_a_file(keeper):
    """An administrator reads no case. Seen red with: the import as a command, `by` None."""
    admin = PersonFactory(name="Ada Adams", email="ada@example.org")
    HoldingFactory(post__key="administrator", person=admin)
    line = (admin.email, admin.name, "Clerk", "", "", "")
    with pytest.raises(Refused, match="cannot make yourself an officer"):
        run("officer", HEADS, line, by=admin)


def test_only_a_file_of_everybody_ends_those_who_are_not_in_it(keeper):
    """Seen red with: `whole` taken for granted."""
    OfficerFactory(person__name="Old Hand", person__email="old@example.org")
    line = ("jo@example.org", "Jo Ng", "Clerk", "", "", "")
    assert run("officer", HEADS, line).ended == []
    ended = run("officer", HEADS, line, whole=True).ended
    assert "Old Hand, who is not in the file" in ended
    assert Officer.objects.get(person__name="Old Hand").ended_on == date(2026, 11, 23)


def test_whoever_imports_does_not_end_themselves(keeper):
    line = ("jo@example.org", "Jo Ng", "Clerk", "", "", "")
    report = run("officer", HEADS, line, by=keeper, whole=True)
    assert not any(keeper.name in one for one in report.ended)
    assert keeper.name in str(report.notes[0])
    keeper.officer.refresh_from_db()
    assert keeper.officer.ended_on is None


def test_whoever_stands_on_a_rejected_line_is_not_ended(keeper):
    """A slip in a line is not a leaving. Seen red with: only good lines named."""
    OfficerFactory(person__name="Old Hand", person__email="old@example.org")
    report = run(
        "officer",
        HEADS,
        ("jo@example.org", "Jo Ng", "Clerk", "", "", ""),
        ("old@example.org", "Old Hand", "Clerk", "Emperor", "", ""),
        whole=True,
    )
    assert not any("Old Hand" in one for one in report.ended)


def test_a_file_that_would_end_more_than_half_waits_for_another_word(keeper):
    for _ in range(6):
        OfficerFactory()
    rows = (HEADS, ("jo@example.org", "Jo Ng", "Clerk", "", "", ""))
    with pytest.raises(Refused, match="more than half"):
        run("officer", *rows, whole=True)
    assert not Officer.objects.filter(ended_on__isnull=False).exists()
    assert len(run("officer", *rows, whole=True, allow_many_ends=True).ended) >= 6


def test_a_last_day_ends_an_officer_and_coming_again_without_brings_them_back(keeper):
    heads = ("email", "name", "jobtitle", "lastday")
    run("officer", heads, ("jo@example.org", "Jo Ng", "Clerk", ""))
    report = run("officer", heads, ("jo@example.org", "Jo Ng", "Clerk", "20/11/2026"))
    assert report.ended == ["Jo Ng; last day 20/11/2026"]
    again = run("officer", heads, ("jo@example.org", "Jo Ng", "Clerk", "20/11/2026"))
    assert again.unchanged == 1
    back = run("officer", heads, ("jo@example.org", "Jo Ng", "Clerk", ""))
    assert back.created == ["Jo Ng, Clerk, no service, who comes back"]


def test_a_mended_file_on_the_same_day_brings_back_whom_the_wrong_one_ended(keeper):
    """Seen red with: `officer.ended_on < self.on`, which leaves them ending tonight."""
    heads = ("email", "name", "jobtitle")
    both = (("jo@example.org", "Jo Ng", "Clerk"), ("ki@example.org", "Ki Ode", "Clerk"))
    run("officer", heads, *both)
    run("officer", heads, both[0], by=keeper, whole=True)
    assert Officer.objects.get(person__name="Ki Ode").ended_on == date(2026, 11, 23)
    assert run("officer", heads, *both).created == ["Ki Ode, Clerk, no service, who comes back"]
    assert Officer.objects.get(person__name="Ki Ode").ended_on is None


def test_whoever_goes_later_stays_going_where_the_file_has_no_last_days(keeper):
    """Seen red with: any last day taken back."""
    going = date(2026, 12, 31)
    OfficerFactory(
        person__name="Jo Ng", person__email="jo@example.org", job_title="Clerk", ended_on=going
    )
    line = ("jo@example.org", "Jo Ng", "Clerk")
    assert run("officer", ("email", "name", "jobtitle"), line).unchanged == 1
    assert Officer.objects.get(person__name="Jo Ng").ended_on == going
    run("officer", ("email", "name", "jobtitle", "lastday"), (*line, ""))
    assert Officer.objects.get(person__name="Jo Ng").ended_on is None


def test_whoever_was_let_out_is_not_let_in_by_a_file(keeper):
    OfficerFactory(person__name="Jo Ng", person__email="jo@example.org", person__is_active=False)
    line = ("jo@example.org", "Jo Ng", "Clerk", "", "", "")
    report = run("officer", HEADS, line, ("ok@example.org", "Oli Kay", "Clerk", "", "", ""))
    assert "can no longer sign in" in str(report.rejected[0])


def test_whoever_comes_back_reports_to_nobody_who_has_left(keeper):
    """Seen red with: the manager of then kept, so that the line was refused for ever."""
    boss = OfficerFactory(ended_on=date(2026, 1, 1))
    OfficerFactory(
        person__name="Jo Ng", person__email="jo@example.org", manager=boss,
        ended_on=date(2026, 2, 1),
    )  # fmt: skip
    report = run("officer", ("email", "name", "jobtitle"), ("jo@example.org", "Jo Ng", "Clerk"))
    assert report.rejected == []
    assert Officer.objects.get(person__name="Jo Ng").manager is None


def test_whoever_stands_on_a_line_with_a_slip_in_the_address_is_not_ended(keeper):
    """Seen red with: `slipped` left out."""
    OfficerFactory(person__name="Old Hand", person__email="old@example.org")
    report = run(
        "officer",
        HEADS,
        ("jo@example.org", "Jo Ng", "Clerk", "", "", ""),
        ("old@example,org", "old  hand", "Clerk", "", "", ""),
        by=keeper,
        whole=True,
    )
    assert "is not an email address" in str(report.rejected[0])
    assert report.ended == []


# Services and absences --------------------------------------------------------------------------


def test_services_get_their_head_and_chief_officer_from_a_file(keeper):
    head, chief = sam(), OfficerFactory(level="chief")
    rows = (("service", "head", "chiefofficer"), ("Harbours", head.email, chief.person.email))
    assert run("service", *rows).last_line == (
        "services 1, created 1, updated 0, unchanged 0, ended 0, rejected 0"
    )
    assert run("service", *rows).unchanged == 1
    gone = run("service", ("service", "head"), ("HARBOURS", ""))
    assert gone.updated == [f"Harbours: Name: Harbours → HARBOURS; Head: {head.name} → nothing"]
    service = Service.objects.get(name="HARBOURS")
    assert service.head is None
    assert service.chief_officer == chief


def test_a_head_who_has_left_stays_named_where_the_file_has_no_heads(keeper):
    """What the file has no column for does not change. Seen red with: the head taken away."""
    head = OfficerFactory(ended_on=date(2026, 1, 1))
    ServiceFactory(name="Harbours", head=head)
    assert run("service", ("service",), ("Harbours",)).unchanged == 1
    assert Service.objects.get(name="Harbours").head == head


def test_a_head_who_is_no_officer_is_refused(keeper):
    run("service", ("service", "head"), ("Quays", ""), ("Harbours", "nobody@example.org"))
    assert not Service.objects.filter(name="Harbours").exists()
    assert Service.objects.filter(name="Quays").exists()


def test_absences_are_recorded_changed_and_found_again(keeper):
    officer, cover = bob(), OfficerFactory()
    heads = ("email", "firstday", "lastday", "cover")
    line = (officer.email, "21/12/2026", "04/01/2027", cover.person.email)
    assert run("absence", heads, line).created == [
        f"{officer.name}, 21/12/2026 to 04/01/2027, covered by {cover}"
    ]
    assert run("absence", heads, line).unchanged == 1
    longer = run("absence", ("email", "firstday", "lastday"), (*line[:2], "08/01/2027"))
    assert longer.updated == [f"{officer.name}, from 21/12/2026: Last day: 04/01/2027 → 08/01/2027"]
    assert Absence.objects.get().cover == cover


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("30/11/2026", "02/12/2026", "already recorded as away"),
        ("10/12/2026", "09/12/2026", "is before"),
        ("10/12/2026", "", "is missing"),
        ("soon", "09/12/2026", "is not a date"),
        ("10/12/2026", "10/12/2029", "more than two years"),
    ],
)
def test_an_absence_that_cannot_be_is_rejected(keeper, first, last, why):
    officer = bob()
    AbsenceFactory(officer=officer.officer, since=date(2026, 12, 1), until=date(2026, 12, 4))
    good = (officer.email, "01/02/2027", "02/02/2027")
    report = run("absence", ("email", "firstday", "lastday"), (officer.email, first, last), good)
    assert why in str(report.rejected[0])
    assert len(report.created) == 1
