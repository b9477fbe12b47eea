"""Wards, party groups and committees: list, page, forms. One set of views for the three."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.permissions import permission
from council.formpage import form_page, sent
from frontend.parts import Column, Link, Row, State
from frontend.terms import said, say
from frontend.words import count, shortday
from frontend.words import day as written
from members import actions
from members.forms import CommitteeForm, LastDayForm, NameForm, ReopenForm
from members.models import Committee, CommitteeSeat, Leadership, Member, PartyGroup, Seat, Ward
from members.views.trail import section, to_member


@dataclass(frozen=True, slots=True)
class Kind:
    model: type
    one: str
    many: str
    form: type
    add: Callable
    change: Callable
    end: Callable
    argument: str
    why_none: str
    ending: tuple[str, ...]


KINDS = {
    "ward": Kind(
        Ward, "ward", "Wards", NameForm, actions.add_ward, actions.change_ward, actions.end_ward,
        "ward", "An import adds them, or you can add one by hand.",
        ("Nobody can be given the ward from then on, and no new case can name it.",),
    ),
    "group": Kind(
        PartyGroup, "party group", "Party groups", NameForm, actions.add_group,
        actions.change_group, actions.end_group, "group",
        said("An import adds them from each {member}’s party, or you can add one by hand."),
        (said("No {member} can be put into the group from then on."),),
    ),
    "committee": Kind(
        Committee, "committee", "Committees", CommitteeForm, actions.add_committee,
        actions.change_committee, actions.end_committee, "committee",
        "The modern.gov list does not have them. Add the ones that matter here, such as scrutiny.",
        ("Every seat on it ends on that day.",),
    ),
}  # fmt: skip
STAYS = "It stays in the record and on old cases. Nothing is deleted."


@permission("directory.keep")
def entry_list(request: HttpRequest, kind: str) -> HttpResponse:
    sort = KINDS[kind]
    entries = list(sort.model.objects.with_counts().order_by("name"))
    leaders = _leaders(kind)
    columns = [
        Column("Name", primary=True),
        *_middle(kind),
        Column(said("{Members}"), numeric=True),
    ]
    context = {
        "kind": kind,
        "sort": sort,
        "heading": sort.many,
        "columns": columns,
        "rows": [_row(kind, e, leaders) for e in entries if e.ended_on is None],
        "ended": [_row(kind, e, leaders) for e in entries if e.ended_on is not None],
        "add_href": reverse(f"{kind}-add"),
        "section": section(request),
    }
    return render(request, "members/entries.html", context)


def _middle(kind: str) -> list[Column]:
    return {
        "ward": [],
        "group": [Column("Leader"), Column("Deputy")],
        "committee": [Column("Kind"), Column("Chair")],
    }[kind]


def _row(kind: str, entry, leaders: dict[tuple[int, str], str]) -> list:
    name = Link(entry.name, reverse(f"{kind}-show", args=[entry.pk]))
    if kind == "group":
        middle = [leaders.get((entry.pk, role), "Nobody") for role in ("leader", "deputy")]
    elif kind == "committee":
        middle = [entry.get_kind_display(), leaders.get((entry.pk, "chair"), "Nobody")]
    else:
        middle = []
    return [name, *middle, str(entry.members_now)]


def _leaders(kind: str) -> dict[tuple[int, str], str]:
    """Who leads each group or chairs each committee, in one query; several in one role with commas."""
    if kind == "ward":
        return {}
    model, of = (Leadership, "group_id") if kind == "group" else (CommitteeSeat, "committee_id")
    rows = model.objects.filter(until__isnull=True).exclude(role="member")
    found: dict[tuple[int, str], list[str]] = {}
    for entry, role, name in rows.values_list(of, "role", "member__person__name"):
        found.setdefault((entry, role), []).append(name)
    return {key: ", ".join(names) for key, names in found.items()}


@permission("directory.keep")
def entry_show(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    entry = get_object_or_404(KINDS[kind].model, pk=pk)
    columns, rows = HOLDERS[kind](entry)
    details = [Row("Kind", entry.get_kind_display())] if kind == "committee" else []
    context = {
        "entry": entry,
        "sort": KINDS[kind],
        "details": details,
        "columns": columns,
        "rows": rows,
        "counted": count(len(rows), say("{member},{members}")),
        "edit_href": reverse(f"{kind}-edit", args=[pk]),
        "end_href": reverse(f"{kind}-end", args=[pk]),
        "reopen_href": reverse(f"{kind}-reopen", args=[pk]),
        "trail": _trail(kind),
    }
    return render(request, "members/entry.html", context)


def _ward_holders(ward: Ward) -> tuple[list[Column], list[list]]:
    seats = Seat.objects.filter(ward=ward, until__isnull=True)
    seats = seats.select_related("member__person", "member__group").order_by(
        "member__person__sort_name", "pk"
    )
    columns = [Column("Name", primary=True), Column("Party group"), Column("Since")]
    return columns, [
        [
            to_member(s.member),
            s.member.group.name if s.member.group else "No group",
            shortday(s.since),
        ]
        for s in seats
    ]


def _group_holders(group: PartyGroup) -> tuple[list[Column], list[list]]:
    roles = {
        row.member_id: row.get_role_display()
        for row in Leadership.objects.filter(group=group, until__isnull=True)
    }
    members = Member.objects.with_names().with_wards().filter(group=group, ended_on__isnull=True)
    columns = [Column("Name", primary=True), Column("Role"), Column("Wards")]
    return columns, [
        [
            to_member(member),
            State(roles[member.pk]) if member.pk in roles else said("{Member}"),
            ", ".join(seat.ward.name for seat in member.open_seats) or "No ward",
        ]
        for member in sorted(members, key=lambda member: member.pk not in roles)
    ]


def _committee_holders(committee: Committee) -> tuple[list[Column], list[list]]:
    seats = committee.seats.filter(until__isnull=True)
    seats = seats.select_related("member__person", "member__group").order_by(
        "role", "member__person__sort_name", "pk"
    )
    order = ("chair", "vice_chair", "member")
    columns = [Column("Name", primary=True), Column("Role"), Column("Party group")]
    return columns, [
        [
            to_member(seat.member),
            said("{Member}") if seat.role == "member" else State(seat.get_role_display()),
            seat.member.group.name if seat.member.group else "No group",
        ]
        for seat in sorted(seats, key=lambda seat: order.index(seat.role))
    ]


HOLDERS = {"ward": _ward_holders, "group": _group_holders, "committee": _committee_holders}


@permission("directory.keep")
def entry_add(request: HttpRequest, kind: str) -> HttpResponse:
    sort = KINDS[kind]
    form = sort.form(
        sent(request), submit_text=f"Add the {sort.one}", cancel_href=reverse(f"{kind}-list")
    )
    return form_page(
        request,
        form,
        act=lambda clean: sort.add(by=request.user, **clean),
        heading=f"Add a {sort.one}",
        said=lambda entry: say(
            "{name} was added. Give it {members} on their own pages.", name=entry
        ),
        to=reverse(f"{kind}-list"),
        trail=_trail(kind),
    )


@permission("directory.keep")
def entry_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    sort = KINDS[kind]
    entry = get_object_or_404(sort.model, pk=pk)
    back = reverse(f"{kind}-show", args=[pk])
    shown = actions.entry_shown(entry)
    return form_page(
        request,
        sort.form(sent(request), initial=shown, cancel_href=back),
        shown=shown,
        about=[actions.key(entry)],
        act=lambda clean: sort.change(by=request.user, **{sort.argument: entry}, **clean),
        heading=f"Change {entry}",
        said=lambda changed: "Saved." if changed else "Nothing was changed.",
        to=back,
        trail=_trail(kind, entry),
    )


@permission("directory.keep")
def entry_end(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    sort = KINDS[kind]
    entry = get_object_or_404(sort.model, pk=pk)
    back = reverse(f"{kind}-show", args=[pk])
    return form_page(
        request,
        LastDayForm(sent(request), submit_text=f"End the {sort.one}", cancel_href=back),
        act=lambda clean: sort.end(
            by=request.user,
            **{sort.argument: entry},
            ended_on=clean["until"],
            seen=clean["seen"],
        ),
        shown=actions.ending(entry),
        about=[actions.key(entry)],
        heading=f"End {entry}",
        said=lambda ended: f"{ended} ended on {written(ended.ended_on)}.",
        to=back,
        template="members/ending.html",
        follows=[*sort.ending, STAYS],
        trail=_trail(kind, entry),
    )


@permission("directory.keep")
def entry_reopen(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    entry = get_object_or_404(KINDS[kind].model, pk=pk)
    back = reverse(f"{kind}-show", args=[pk])
    return form_page(
        request,
        ReopenForm(sent(request), cancel_href=back),
        act=lambda clean: actions.reopen_entry(by=request.user, entry=entry),
        heading=f"Open {entry} again",
        intro="It can be chosen again at once. Seats that ended with it are not given back.",
        said=f"{entry} is open again.",
        to=back,
        trail=_trail(kind, entry),
    )


def _trail(kind: str, entry=None) -> list[Link]:
    found = [Link(KINDS[kind].many, reverse(f"{kind}-list"))]
    if entry is not None:
        found.append(Link(entry.name, reverse(f"{kind}-show", args=[entry.pk])))
    return found
