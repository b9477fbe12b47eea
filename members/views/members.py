"""The directory of members: list, page, forms, and when one stops or returns."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.permissions import permission
from accounts.pictures import address_waits
from accounts.signing_in.confirming import insist_for_address
from council.formpage import form_page, sent
from frontend.parts import Column, Link, Row, State
from frontend.terms import said, say
from frontend.words import day as written
from members import actions
from members.filters import MemberFilter
from members.forms import LastDayForm, MemberForm, NewMemberForm, ReinstateForm
from members.models import Member
from members.views.held import held_by
from members.views.trail import section, to_member, trail

A_PAGE = 25
COLUMNS = [Column("Name", primary=True), Column("Wards"), Column("Party group"), Column("Email")]
ENDING = [
    "They stop representing their wards on that day.",
    "Their committee seats, portfolios and any role in leading their group end on that day.",
    said(
        "They can no longer sign in, unless they are also an officer, hold a post or act for a {member}."
    ),
    "Their cases stay as they are, with their name on them. Nothing is deleted.",
    said(
        "If it was a mistake, you can make them a {member} again, and give each ward and seat anew."
    ),
]


@permission("directory.keep")
def member_list(request: HttpRequest) -> HttpResponse:
    filters = MemberFilter(request.GET, Member.objects.with_names().with_wards())
    page = Paginator(filters.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(member) for member in page],
        "section": section(request),
    }
    return render(request, "members/members.html", context)


def _row(member: Member) -> list:
    ended = State(f"Left {written(member.ended_on)}", "grey") if member.ended_on else None
    return [
        to_member(member),
        ended or ", ".join(seat.ward.name for seat in member.open_seats) or "No ward",
        member.group.name if member.group else "No group",
        member.person.email or "None: cannot sign in",
    ]


@permission("directory.keep")
def member_show(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.with_names(), pk=pk)
    context = {
        "member": member,
        "rows": _details(member),
        "held": held_by(member),
        "trail": trail(),
    }
    return render(request, "members/member.html", context)


def _details(member: Member) -> list[Row | None]:
    group = member.group
    return [
        Row("Email", member.person.email or "None: they cannot sign in until you add one"),
        Row("Phone", member.phone),
        Row(
            "Party group",
            Link(group.name, reverse("group-show", args=[group.pk])) if group else "No group",
        ),
        Row("Key posts", member.key_posts) if member.key_posts else None,
        Row("Work address", member.work_address) if member.work_address else None,
        Row("Home address", member.home_address) if member.home_address else None,
        Row("Elected or co-opted", "Co-opted" if member.co_opted else "Elected"),
        Row(
            "Comes from",
            f"An import, as councillorid {member.external_id}"
            if member.external_id
            else say("Added by hand: an import leaves this {member} alone"),
        ),
        Row("Last day", member.ended_on) if member.ended_on else None,
    ]


@permission("directory.keep")
def member_add(request: HttpRequest) -> HttpResponse:
    def act(clean):
        ward = clean.pop("ward")
        return actions.add_member(by=request.user, wards=[ward] if ward else [], **clean)

    return form_page(
        request,
        NewMemberForm(sent(request), cancel_href=reverse("member-list")),
        act=act,
        heading=say("Add a {member}"),
        said=lambda member: (
            say("{name} is a {member}. Invite them next, so that they can sign in.", name=member)
            if member.person.email
            else say(
                "{name} is a {member}. Add an email of their own to let them sign in.", name=member
            )
        ),
        to=lambda member: reverse("member-show", args=[member.pk]),
        trail=trail(),
    )


@permission("directory.keep")
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.with_names(), pk=pk)
    shown = actions.member_shown(member)
    back = reverse("member-show", args=[pk])

    def _change(clean):
        insist_for_address(request, member.person, clean["email"])
        return actions.change_member(by=request.user, member=member, **clean)

    return form_page(
        request,
        MemberForm(sent(request), initial=shown, cancel_href=back),
        shown=shown,
        about=[f"member:{pk}", member.person.key],
        act=_change,
        heading=f"Change {member}",
        intro="The next import sets name, group and key posts as the council publishes them."
        if member.external_id
        else "",
        said=lambda changed: (
            address_waits(member.person) or ("Saved." if changed else "Nothing was changed.")
        ),
        to=back,
        trail=trail(to_member(member)),
    )


@permission("directory.keep")
def member_end(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.with_names(), pk=pk)
    back = reverse("member-show", args=[pk])
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End their membership", cancel_href=back),
        act=lambda clean: actions.end_member(
            by=request.user, member=member, ended_on=clean["until"], seen=clean["seen"]
        ),
        shown=actions.ending(member),
        about=[f"member:{pk}"],
        heading=say("{name} stops being a {member}", name=member),
        said=lambda ended: say(
            "{name} was a {member} until {day}.", name=ended, day=written(ended.ended_on)
        ),
        to=back,
        template="members/ending.html",
        follows=ENDING,
        trail=trail(to_member(member)),
    )


@permission("directory.keep")
def member_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.with_names(), pk=pk)
    back = reverse("member-show", args=[pk])
    return form_page(
        request,
        ReinstateForm(sent(request), cancel_href=back),
        act=lambda clean: actions.reinstate_member(by=request.user, member=member),
        heading=say("Make {name} a {member} again", name=member),
        intro="They can sign in again, as before. Wards, committees and portfolios are not given "
        "back by themselves: add them on the next page.",
        said=lambda back_again: say(
            "{name} is a {member} again. Add their ward next.", name=back_again
        ),
        to=back,
        trail=trail(to_member(member)),
    )
