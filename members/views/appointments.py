"""Forms for what a member holds: wards, committee seats, leading, portfolios and terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.permissions import permission
from council.formpage import form_page, sent
from frontend.terms import said
from frontend.words import day as written
from members import actions, forms
from members.models import CommitteeSeat, Leadership, Member, Portfolio, Seat, Term
from members.views.trail import to_member, trail


@dataclass(frozen=True, slots=True)
class Kind:
    form: type
    add: Callable
    heading: str
    model: type
    ending: str = ""


KINDS = {
    "seat": Kind(
        forms.SeatForm, actions.add_seat, "Add a ward for {}", Seat,
        "{} stops representing {}",
    ),
    "committee-seat": Kind(
        forms.CommitteeSeatForm, actions.add_committee_seat, "Add a committee seat for {}",
        CommitteeSeat, "{} leaves {}",
    ),
    "leadership": Kind(
        forms.LeadershipForm, actions.add_leadership, "Make {} leader or deputy leader",
        Leadership, "{} stops leading {}",
    ),
    "portfolio": Kind(
        forms.PortfolioForm, actions.add_portfolio, "Add a portfolio for {}", Portfolio,
        "{} gives up {}",
    ),
    "term": Kind(forms.TermForm, actions.add_term, "Add a term of office for {}", Term),
}  # fmt: skip
CONSEQUENCES = [
    "It stays in the record with its dates, and old cases do not change.",
    "To give it back, you add it again from a new first day.",
]


@permission("directory.keep")
def appointment_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    member = get_object_or_404(Member.objects.with_names(), pk=pk)
    back = reverse("member-show", args=[pk])
    sort = KINDS[kind]
    of_group = {"group": member.group} if kind == "leadership" else {}
    if of_group and member.group is None:
        heading = f"{member} is in no party group"
        return form_page(
            request, forms.ReinstateForm(submit_text="", cancel_href=back), act=lambda clean: None,
            heading=heading, intro=said("Change the {member} and choose a group first."), said="", to=back,
            trail=trail(to_member(member)),
        )  # fmt: skip
    return form_page(
        request,
        sort.form(sent(request), member=member, cancel_href=back),
        act=lambda clean: sort.add(by=request.user, member=member, **of_group, **clean),
        heading=sort.heading.format(member),
        said="Saved.",
        to=back,
        trail=trail(to_member(member)),
    )


@permission("directory.keep")
def appointment_end(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    rows = KINDS[kind].model.objects.select_related("member__person")
    row = get_object_or_404(rows, pk=pk)
    back = reverse("member-show", args=[row.member_id])
    return form_page(
        request,
        forms.LastDayForm(sent(request), submit_text="End it", cancel_href=back),
        act=lambda clean: actions.end_appointment(by=request.user, appointment=row, **clean),
        shown=actions.appointment_ending(row),
        about=[f"member:{row.member_id}"],
        heading=KINDS[kind].ending.format(row.member, _what(row)),
        said=lambda ended: f"It ended on {written(ended.until)}.",
        to=back,
        template="members/ending.html",
        follows=CONSEQUENCES,
        trail=trail(to_member(row.member)),
    )


@permission("directory.keep")
def term_edit(request: HttpRequest, pk: int) -> HttpResponse:
    term = get_object_or_404(Term.objects.select_related("member__person"), pk=pk)
    back = reverse("member-show", args=[term.member_id])
    shown = actions.term_shown(term)
    return form_page(
        request,
        forms.TermForm(sent(request), member=term.member, initial=shown, cancel_href=back),
        shown=shown,
        about=[f"member:{term.member_id}"],
        act=lambda clean: actions.change_term(by=request.user, term=term, **clean),
        heading=f"Change a term of office of {term.member}",
        said="Saved.",
        to=back,
        trail=trail(to_member(term.member)),
    )


def _what(row) -> object:
    names = ("ward", "committee", "group")
    return next((getattr(row, name) for name in names if hasattr(row, name)), row)
