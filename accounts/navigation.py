"""The links of the service navigation: each room registers its own, in its AppConfig.ready()."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts import standing
from frontend.parts import NavItem


@dataclass(frozen=True)
class Entry:
    key: str
    text: str
    url_name: str
    # A key of authority.PERMISSIONS, or None for everybody who signed in.
    permission: str | None
    order: int


_entries: dict[str, Entry] = {}


def register(key: str, text: str, url_name: str, permission: str | None, order: int) -> None:
    """Add a link for those who hold the permission. Registering a key again replaces it."""
    _entries[key] = Entry(key, text, url_name, permission, order)


@dataclass(frozen=True)
class Search:
    text: str
    url_name: str
    permissions: tuple[str, ...]


_search: Search | None = None


def register_search(text: str, url_name: str, *permissions: str) -> None:
    """The box that stands in the header for those who hold any of the permissions: its button's words,
    and the page that takes `q`."""
    global _search
    _search = Search(text, url_name, permissions)


def search_for(person) -> NavItem | None:
    """Where this person searches; None for somebody who has nothing to find."""
    if _search is None or not any(map(standing.of(person).may, _search.permissions)):
        return None
    href = _address(_search.url_name)
    return NavItem(_search.text, href) if href else None


def items_for(person, path: str) -> list[NavItem]:
    """The links for this person, the one whose pages they are on marked."""
    mine = standing.of(person)
    entries = [
        (entry, href)
        for entry in sorted(_entries.values(), key=lambda entry: (entry.order, entry.text))
        if entry.permission is None or mine.may(entry.permission)
        if (href := _address(entry.url_name))
    ]
    here = max((href for _, href in entries if _within(path, href)), key=len, default=None)
    return [NavItem(entry.text, href, active=href == here) for entry, href in entries]


def _within(path: str, href: str) -> bool:
    """Whether the page is the link's own or below it. Everything is below "/", so that is not."""
    return path == href or (href != "/" and path.startswith(href))


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        # The room is not installed, or leaves the page out.
        return None
