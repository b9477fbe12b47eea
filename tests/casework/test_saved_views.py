"""Saved views: a list with its filters under a name. One's own, and no door to anything."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.urls import resolve, reverse

from accounts.permissions import ACCESS
from casework.models import SavedView
from casework.saved import actions, lists
from protocol.refusals import Refused
from tests import cast
from tests.casework.making import NOW, fresh, with_bob, world

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def made(time_machine):
    time_machine.move_to(NOW)
    return world("bristol")


def saved(by, name: str = "Late ones", listed: str = "case-list", query: str = "figure=overdue"):
    return actions.save(by=fresh(by), name=name, listed=listed, query=query)


def bar(page) -> dict[str, str]:
    return {item.text: item.href for item in page.context["bar"].views}


@pytest.mark.parametrize(
    ("who", "listed", "query"),
    [
        ("dev", "case-list", "figure=overdue"),
        ("dev", "case-find", "q=potholes"),
        ("bob", "work-list", "state=with_officer"),
        ("bob", "team-list", "figure=overdue"),
        ("sam", "passed-list", "figure=overdue"),
        ("alice", "casework-all", "state=with_officer"),
        ("alice", "case-find", "q=potholes"),
    ],
)
def test_the_filters_of_every_list_are_saved_under_a_name_and_lead_back_to_it(
    made, client, who, listed, query
):
    with_bob(made)
    client.force_login(getattr(made, who))
    page = client.get(f"{reverse(listed)}?{query}")
    keep = page.context["bar"].save
    assert keep in page.content.decode().replace("&amp;", "&")
    asked = client.get(keep)
    assert asked.context["form"]["name"].value()
    done = client.post(keep, {"name": "Mine"}, follow=True)
    assert "“Mine” is saved. It stands above your lists." in done.content.decode()
    assert bar(done) == {"Mine": f"{reverse(listed)}?{query}"}
    assert done.context["bar"].views[0].active
    assert done.context["bar"].save == ""
    found = SavedView.objects.get()
    assert (found.person, found.listed, found.query) == (getattr(made, who), listed, query)


def test_only_the_filters_are_kept_not_the_page_nor_anything_else_of_the_address(made, client):
    client.force_login(made.dev)
    sent = "figure=overdue&page=3&next=//example.org&csrfmiddlewaretoken=x&ward=&q=%20quay+"
    client.post(f"{reverse('view-add')}?list=case-list&{sent}", {"name": "Late"})
    assert SavedView.objects.get().query == "q=quay&figure=overdue"
    page = client.get(f"{reverse('case-list')}?{sent}")
    assert page.context["bar"].views[0].active, "however the address is written"


@pytest.mark.parametrize(
    "query",
    ["", "page=2", "figure=", "figure=nonsense", "service=99999", "q=%00", "q=" + "x" * 300],
)
def test_an_address_without_a_filter_that_can_be_used_is_not_saved(made, client, query):
    client.force_login(made.dev)
    address = f"{reverse('view-add')}?list=case-list&{query}"
    for answer in (
        client.get(address, follow=True),
        client.post(address, {"name": "x"}, follow=True),
    ):
        assert "There are no filters here to save" in answer.content.decode()
    assert not SavedView.objects.exists()
    assert client.get(f"{reverse('case-list')}?{query}").context["bar"].save == ""


@pytest.mark.parametrize("listed", ["case-list", "overview-show", "", "person-list"])
def test_a_list_that_is_not_open_to_somebody_is_no_list_to_save(made, client, listed):
    client.force_login(made.alice)
    address = f"{reverse('view-add')}?list={listed}&figure=overdue"
    assert client.get(address).status_code == client.post(address, {"name": "x"}).status_code == 404
    with pytest.raises(Refused):
        saved(made.alice, listed=listed)


def test_a_view_is_seen_renamed_and_deleted_by_whoever_saved_it_alone(made, client):
    """Seen red with: `visible_to` that returns all; left out of `rename`, and of `remove`."""
    view = saved(made.dev, "Overdue in Quay Street")
    prue = made.posts["proper_officer"]
    for other in (prue, made.bob, made.alice):
        client.force_login(other)
        assert "Quay Street" not in client.get(reverse("view-list")).content.decode()
        assert client.get(reverse("view-rename", args=[view.pk])).status_code == 404
        assert client.post(reverse("view-rename", args=[view.pk]), {"name": "x"}).status_code == 404
        assert client.post(reverse("view-remove", args=[view.pk])).status_code == 404
        assert actions.remove(view=view, by=fresh(other)) is None
        actions.rename(view=view, by=fresh(other), name="Theirs")
    assert SavedView.objects.get().name == "Overdue in Quay Street"
    for nobody in (cast.ada(), cast.charlie()):
        client.force_login(nobody)
        assert client.get(reverse("view-list")).status_code == 403
    client.force_login(made.dev)
    assert "Quay Street" in client.get(reverse("view-list")).content.decode()
    client.post(reverse("view-rename", args=[view.pk]), {"name": "Quay"})
    assert SavedView.objects.get().name == "Quay"
    done = client.post(reverse("view-remove", args=[view.pk]), follow=True).content.decode()
    assert "“Quay” is deleted. No case was changed." in done
    assert "No saved views" in done


def test_a_view_of_a_list_that_one_may_no_longer_open_is_not_offered(made, client):
    """Nor renamed or deleted by its number. It asks again each time.

    Seen red with: `views_of` without its `open_to`; `_found` likewise.
    """
    saved(made.dev, "Everything late")
    mine = saved(made.bob, "My late ones", listed="work-list")
    SavedView.objects.filter(pk=mine.pk).update(listed="case-list")
    client.force_login(made.bob)
    assert bar(client.get(reverse("work-list"))) == {}
    assert "No saved views" in client.get(reverse("view-list")).content.decode()
    assert client.get(reverse("view-rename", args=[mine.pk])).status_code == 404
    assert client.post(reverse("view-remove", args=[mine.pk])).status_code == 404


def test_the_list_of_what_was_passed_on_is_for_those_who_answer_for_a_service(made, client):
    """Seen red with: `open_to` that asks for the permission alone."""
    with pytest.raises(Refused):
        saved(made.bob, listed="passed-list")
    assert saved(made.sam, listed="passed-list").pk


def test_a_search_too_long_to_be_kept_is_not_offered_to_be_saved_and_says_so(made, client):
    """150 letters that an address writes with nine characters each. Seen red with: "There are no filters",
    and the list without them.
    """
    client.force_login(made.dev)
    long = {"q": "語" * 150, "figure": "overdue"}
    page = client.get(reverse("case-find"), long)
    assert page.context["bar"].save == ""
    address = (
        f"{reverse('view-add')}?{QueryDict(page.wsgi_request.META['QUERY_STRING']).urlencode()}"
    )
    for answer in (
        client.get(f"{address}&list=case-find", follow=True),
        client.post(f"{address}&list=case-find", {"name": "x"}, follow=True),
    ):
        assert "This is too long to be saved." in answer.content.decode()
        assert answer.context["filter"].form.data.dict() == long, "the search is still there"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("listed", ["case-find", "case-list"])
def test_a_search_that_can_find_nothing_is_not_offered_to_be_saved(made, client, listed):
    """Seen red with: words kept of which none can be searched for."""
    client.force_login(made.dev)
    for words in ("the", "with and", "??"):
        address = f"{reverse(listed)}?q={words}&figure=overdue"
        assert client.get(address).context["bar"].save == "", words
        client.post(f"{reverse('view-add')}?list={listed}&q={words}", {"name": "x"})
    assert not SavedView.objects.exists()
    assert client.get(f"{reverse(listed)}?q=the+kerb").context["bar"].save


def test_a_view_is_marked_on_its_own_list_alone(made, client):
    """Seen red with: the filters compared and not the list."""
    saved(made.dev, listed="case-list")
    client.force_login(made.dev)
    there = client.get(f"{reverse('case-find')}?figure=overdue").context["bar"]
    assert [item.active for item in there.views] == [False]
    assert there.save
    here = client.get(f"{reverse('case-list')}?figure=overdue").context["bar"]
    assert [item.active for item in here.views] == [True]


def test_two_views_of_one_person_never_share_a_name(made, client):
    saved(made.dev, "Late ones")
    client.force_login(made.dev)
    address = f"{reverse('view-add')}?list=case-list&figure=open"
    page = client.post(address, {"name": "late ONES"})
    assert page.status_code == 422
    assert (
        "You have a view called “late ONES” already. Choose another name." in page.content.decode()
    )
    other = saved(made.dev, "Open ones", query="figure=open")
    page = client.post(reverse("view-rename", args=[other.pk]), {"name": "Late ones"})
    assert page.status_code == 422
    assert 'value="Late ones"' in page.content.decode()
    saved(made.sam, "Late ones", listed="team-list")


def test_there_are_at_most_twenty_and_the_page_says_what_to_do(made, client):
    for number in range(actions.MOST):
        saved(made.dev, f"View {number}")
    client.force_login(made.dev)
    page = client.post(f"{reverse('view-add')}?list=case-list&figure=open", {"name": "One more"})
    assert page.status_code == 422
    assert "Delete one first" in page.content.decode()
    assert SavedView.objects.count() == actions.MOST
    # Seen red with: those of everybody counted.
    assert saved(made.sam, listed="team-list").pk


def test_a_view_whose_filter_can_no_longer_be_used_says_so_and_leads_to_the_list(made, client):
    view = saved(made.dev, "Old service", query="service=99999")
    client.force_login(made.dev)
    page = client.get(reverse("view-list")).content.decode()
    assert "One of its filters can no longer be used" in page
    assert client.get(lists.address(view)).status_code == 200


def test_what_each_list_asks_of_whoever_saves_it_is_what_its_page_asks():
    """Seen red with: `case-list` open to whoever may work."""
    for name, listed in lists.LISTS.items():
        declared = getattr(resolve(reverse(name)).func, ACCESS)
        assert set(declared.split(" or ")) == set(listed.permissions), name


def test_a_name_is_drawn_as_text(made, client):
    saved(made.dev, "<script>alert(1)</script>")
    client.force_login(made.dev)
    for name in ("view-list", "case-list"):
        assert "<script>alert" not in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["view-list", "case-list"])
def test_twenty_views_cost_no_more_queries_than_one(
    made, client, name, django_assert_max_num_queries
):
    """Seen red with: the wards and services asked for anew for each view."""
    saved(made.dev, "View 0")
    client.force_login(made.dev)
    client.get(reverse(name))
    with django_assert_max_num_queries(MOST_QUERIES) as one:
        client.get(reverse(name))
    for number in range(1, actions.MOST):
        saved(made.dev, f"View {number}", query=f"ward=none&q=word{number}")
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        client.get(reverse(name))
    assert len(many) == len(one)


def test_the_words_of_a_view_are_its_filters(made):
    form = lists.form_class("case-list", fresh(made.dev))(
        QueryDict("figure=overdue&ward=none&q=quay")
    )
    assert lists.chosen(form) == (
        "q=quay&figure=overdue&ward=none",
        "quay, Overdue, Not known",
    )
