"""Addresses of this room. Every view declares its access (accounts/permissions.py)."""

from django.urls import path

from members.views import appointments, entries, imports, members


def _entry(kind: str, folder: str) -> list:
    """The pages of wards, groups or committees: ward-list, ward-show, ward-add, …"""
    start, one = f"members/{folder}/", f"members/{folder}/<int:pk>/"
    pages = {
        "list": (start, entries.entry_list),
        "add": (f"{start}add/", entries.entry_add),
        "show": (one, entries.entry_show),
        "edit": (f"{one}edit/", entries.entry_edit),
        "end": (f"{one}end/", entries.entry_end),
        "reopen": (f"{one}reopen/", entries.entry_reopen),
    }
    return [
        path(address, view, {"kind": kind}, name=f"{kind}-{verb}")
        for verb, (address, view) in pages.items()
    ]


def _held(kind: str, folder: str) -> list:
    """Giving a member something and ending it: seat-add, seat-end, …"""
    add, end = appointments.appointment_add, appointments.appointment_end
    kinds = {"kind": kind}
    return [
        path(f"members/<int:pk>/{folder}/add/", add, kinds, name=f"{kind}-add"),
        path(f"members/{folder}/<int:pk>/end/", end, kinds, name=f"{kind}-end"),
    ]


urlpatterns = [
    path("members/", members.member_list, name="member-list"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/import/", imports.member_import, name="member-import"),
    path("members/import/<int:pk>/", imports.member_import_confirm, name="member-import-confirm"),
    path(
        "members/import/<int:pk>/discard/",
        imports.member_import_discard,
        name="member-import-discard",
    ),
    path("members/<int:pk>/", members.member_show, name="member-show"),
    path("members/<int:pk>/edit/", members.member_edit, name="member-edit"),
    path("members/<int:pk>/end/", members.member_end, name="member-end"),
    path("members/<int:pk>/reinstate/", members.member_reinstate, name="member-reinstate"),
    path(
        "members/<int:pk>/terms/add/",
        appointments.appointment_add,
        {"kind": "term"},
        name="term-add",
    ),
    path("members/terms/<int:pk>/edit/", appointments.term_edit, name="term-edit"),
    *_held("seat", "seats"),
    *_held("committee-seat", "committee-seats"),
    *_held("leadership", "leaderships"),
    *_held("portfolio", "portfolios"),
    *_entry("ward", "wards"),
    *_entry("group", "groups"),
    *_entry("committee", "committees"),
]
