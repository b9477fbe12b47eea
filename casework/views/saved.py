"""One's saved views: kept from a list with its filters, renamed, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import permission
from casework.models import SavedView
from casework.models.saved_view import LONGEST_NAME, LONGEST_QUERY
from casework.saved import actions, lists
from casework.saved.forms import ViewNameForm
from council.formpage import form_page, sent
from frontend.parts import Link

WHO = ("enquiry.follow", "enquiry.work", "enquiry.oversee")
PAGE = "casework/view_name.html"


@permission(*WHO)
def view_list(request: HttpRequest) -> HttpResponse:
    views = [
        (view, Link(view.name, lists.address(view)), title, words)
        for view, title, words in lists.in_words(lists.views_of(request.user), request.user)
    ]
    return render(request, "casework/view_list.html", {"views": views})


@permission(*WHO)
def view_add(request: HttpRequest) -> HttpResponse:
    """The list and its filters stand in the address, as the list's own address has them."""
    listed = request.GET.get("list", "")
    if listed not in lists.open_to(request.user):
        raise Http404
    query, words = lists.chosen(lists.form_class(listed, request.user)(request.GET))
    if not query:
        messages.warning(request, "There are no filters here to save. Choose some first.")
        return redirect(listed)
    back = f"{reverse(listed)}?{query}"
    if len(query) > LONGEST_QUERY:
        messages.warning(
            request, "This is too long to be saved. Look for fewer words, then save that."
        )
        return redirect(back)
    form = ViewNameForm(sent(request), initial={"name": words[:LONGEST_NAME]}, cancel_href=back)
    return form_page(
        request,
        form,
        act=lambda values: actions.save(by=request.user, listed=listed, query=query, **values),
        heading="Save this view",
        said=lambda view: f"“{view.name}” is saved. It stands above your lists.",
        to=back,
        template=PAGE,
        about_it=(lists.LISTS[listed].title, words),
        back=back,
    )


@permission(*WHO)
def view_rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = _found(request, pk)
    (about,) = lists.in_words([view], request.user)
    back = reverse("view-list")
    return form_page(
        request,
        ViewNameForm(sent(request), initial={"name": view.name}, cancel_href=back),
        act=lambda values: actions.rename(view=view, by=request.user, **values),
        heading="Rename this view",
        said=lambda view: f"The view is now called “{view.name}”.",
        to=back,
        template=PAGE,
        about_it=about[1:],
        back=back,
    )


@permission(*WHO)
@require_POST
def view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = _found(request, pk)
    actions.remove(view=view, by=request.user)
    messages.success(request, f"“{view.name}” is deleted. No case was changed.")
    return redirect("view-list")


def _found(request: HttpRequest, pk: int) -> SavedView:
    """One's own, of a list that is still open to one."""
    mine = SavedView.objects.visible_to(request.user)
    return get_object_or_404(mine, pk=pk, listed__in=lists.open_to(request.user))
