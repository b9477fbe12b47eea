"""The pages of the officers' directory: what they cost, whom they refuse, what they keep."""

from datetime import date

import pytest
from django.urls import reverse

from officers.models import Absence, Officer, Service
from tests.cast import alice, bob, charlie, gita, sam
from tests.factories import AbsenceFactory, OfficerFactory, ServiceFactory
from tests.sending import send

MOST_QUERIES = 12
PAGES = [
    "officer-list",
    "officer-add",
    "service-list",
    "service-add",
    "absence-list",
    "absence-add",
]


def day(name, year, month, number):
    return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}


def fill():
    for number in range(30):
        head = OfficerFactory()
        service = ServiceFactory(name=f"Team {number}", head=head, chief_officer=head)
        officer = OfficerFactory(service=service, manager=head)
        AbsenceFactory(
            officer=officer, since=date(2026, 11, 23), until=date(2026, 12, 4), cover=head
        )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_at_most_twelve_queries(kept, name, django_assert_max_num_queries):
    fill()
    with django_assert_max_num_queries(MOST_QUERIES):
        assert kept.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["officer-show", "officer-edit", "officer-end"])
def test_the_pages_of_one_officer_cost_at_most_twelve_queries(
    kept, name, django_assert_max_num_queries
):
    fill()
    head = Officer.objects.filter(services_headed__isnull=False).first()
    with django_assert_max_num_queries(MOST_QUERIES):
        assert kept.get(reverse(name, args=[head.pk])).status_code == 200


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", [charlie, alice, bob])
def test_nobody_else_opens_the_pages_of_those_who_keep_the_directory(client, keeper, name, who):
    client.force_login(who())
    assert client.get(reverse(name)).status_code == 403


def test_officers_are_found_by_name_job_service_and_manager(kept):
    head, officer = sam(), bob()
    gita()
    url = reverse("officer-list")
    assert officer.name in kept.get(url, {"q": "baker"}).content.decode()
    assert officer.name not in kept.get(url, {"q": "gill"}).content.decode().split("<table")[1]
    for query in (
        {"service": officer.officer.service_id, "q": "officer"},
        {"manager": head.officer.pk},
    ):
        table = kept.get(url, query).content.decode().split("<table")[1]
        assert officer.name in table
        assert "Gita" not in table
    Officer.objects.filter(person=officer).update(ended_on=date(2026, 11, 1))
    assert officer.name in kept.get(url, {"who": "left"}).content.decode()


@pytest.mark.parametrize(
    "query", ["q=%00", "service=x", "manager=9999", "who=x", "page=x", "page=-1", "page=99999"]
)
def test_a_filter_may_hold_anything(kept, query):
    assert kept.get(f"{reverse('officer-list')}?{query}").status_code == 200


def test_an_officer_is_added_changed_and_ended(kept):
    form = {"name": "Jo Ng", "email": "jo@example.org", "job_title": "Clerk", "level": "officer"}
    assert kept.post(reverse("officer-add"), form).status_code == 302
    officer = Officer.objects.get(person__email="jo@example.org")
    send(
        kept, reverse("officer-edit", args=[officer.pk]), form | {"name": "Jo N", "level": "chief"}
    )
    officer = Officer.objects.get(pk=officer.pk)
    assert (officer.level, officer.person.name) == ("chief", "Jo N")
    send(kept, reverse("officer-end", args=[officer.pk]), day("last_day", 2026, 11, 20))
    officer.refresh_from_db()
    assert officer.ended_on == date(2026, 11, 20)
    assert "Left" in kept.get(reverse("officer-show", args=[officer.pk])).content.decode()


@pytest.mark.parametrize(
    "changed",
    [{"email": "x"}, {"name": "<b>\x00"}, {"level": "king"}, {"manager": "x"}, {"name": ""}],
)
def test_half_an_officer_is_refused_and_what_was_typed_is_kept(kept, changed):
    form = {"name": "J", "email": "j@example.org", "job_title": "Kept <i>", "level": "officer"}
    answer = kept.post(reverse("officer-add"), form | changed)
    assert answer.status_code == 422
    assert "Kept &lt;i&gt;" in answer.content.decode()


def test_a_manager_who_would_make_a_circle_is_refused_on_the_form(kept):
    head, officer = sam(), bob()
    form = {
        "name": head.name,
        "email": head.email,
        "job_title": "Head",
        "level": "senior",
        "manager": officer.officer.pk,
    }
    answer = send(kept, reverse("officer-edit", args=[head.officer.pk]), form)
    assert answer.status_code == 422
    assert "already reports to" in answer.content.decode()


def test_a_service_is_added_and_changed(kept):
    head = OfficerFactory()
    kept.post(reverse("service-add"), {"name": "Parks", "head": head.pk})
    service = Service.objects.get(name="Parks")
    send(kept, reverse("service-edit", args=[service.pk]), {"name": "Parks and trees"})
    service.refresh_from_db()
    assert (service.name, service.head) == ("Parks and trees", None)


def test_an_officer_keeps_their_own_absence_and_sees_nobody_elses(client, keeper):
    """Seen red with: the filter by person left out of _theirs."""
    mine, other = bob(), gita()
    client.force_login(mine)
    form = {**day("since", 2026, 12, 1), **day("until", 2026, 12, 4), "cover": other.officer.pk}
    assert client.post(reverse("absence-mine-add"), form).status_code == 302
    absence = Absence.objects.get()
    assert "Gita Gill" in client.get(reverse("absence-mine")).content.decode()
    theirs = AbsenceFactory(officer=other.officer)
    for name in ("absence-edit", "absence-remove"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert client.post(reverse(name, args=[theirs.pk])).status_code == 404
    edit = form | day("until", 2026, 12, 7)
    assert send(client, reverse("absence-edit", args=[absence.pk]), edit).status_code == 302
    assert send(client, reverse("absence-remove", args=[absence.pk])).status_code == 302
    assert list(Absence.objects.all()) == [theirs]


def test_somebody_who_is_no_officer_has_no_absence_of_their_own(client, kept, keeper):
    keeper.officer.delete()
    assert kept.get(reverse("absence-mine")).status_code == 302
    client.force_login(alice())
    assert client.get(reverse("absence-mine")).status_code == 404
