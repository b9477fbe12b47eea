"""Every address says who may use it, and keeps to it. A new room's addresses are found by themselves."""

import re
from dataclasses import dataclass
from functools import cache

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.permissions import ACCESS
from protocol import authority
from tests import cast

# Whoever adds to this list shows the page to the whole world.
PUBLIC = frozenset(
    {
        "accessibility",
        "account_login",
        "address-answer",  # behind the link of a mail
        "branding-css",
        "council-setup",  # only until there is a council
        "health-show",
        "help",
        "mfa_authenticate",  # the code of somebody who gave the right password
        "password-forgotten",
        "password-forgotten-sent",
        "password-link",
        "privacy",
        "sign-in",
        "sign-out",
        "single-sign-on",  # to the council's provider, and back
        "single-sign-on-return",
    }
)
# Only in the demonstration, where there is nothing to keep from anybody.
PUBLIC_IN_DEMO = frozenset({"demo-sign-in", "demo-mail", "demo-mail-page"})
DUMMIES = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
PARAMETER = re.compile(r"<(?:(?P<converter>[^>:]+):)?(?P<name>[^>]+)>")
# Nothing is asked in another way (tests/matrix).
METHODS = ("get", "post", "head")
REFUSALS = (403, 404)


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    view: object

    @property
    def access(self) -> str | None:
        return getattr(self.view, ACCESS, None)


def filled(route: str) -> str:
    return PARAMETER.sub(lambda match: DUMMIES[match["converter"] or "str"], route)


def walk(patterns, before: str = "", space: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = space + (f"{pattern.namespace}:" if pattern.namespace else "")
            yield from walk(pattern.url_patterns, route, inside)
        elif isinstance(pattern, URLPattern):
            yield Address(space + (pattern.name or route), "/" + filled(route), pattern.callback)


@cache
def addresses() -> tuple[Address, ...]:
    """Every address; signing out comes last, so that one can go through them all signed in."""
    found = walk(get_resolver().url_patterns)
    return tuple(sorted(found, key=lambda address: address.name == "sign-out"))


def guarded() -> list[Address]:
    return [address for address in addresses() if address.access not in (None, "public")]


def refused(client: Client, method: str, path: str):
    return getattr(client, method)(path, follow=False)


def test_the_walk_finds_the_addresses_and_fills_them_so_that_they_resolve():
    found = {address.name for address in addresses()}
    assert {"sign-in", "person-page", "authority-page"} <= found
    for address in addresses():
        assert resolve(address.path).func == address.view, f"{address.path} leads elsewhere"


def test_every_address_declares_its_access():
    """Seen red with: the decorator taken off `accounts.views.own.account`."""
    silent = [address.path for address in addresses() if address.access is None]
    assert silent == [], "decorate with accounts.permissions: @public, @signed_in or @permission"
    for address in addresses():
        keys = set(address.access.split(" or ")) - {"public", "signed in"}
        assert keys <= authority.PERMISSIONS.keys(), f"{address.name}: {keys}"


def test_public_addresses_are_the_listed_ones(settings):
    """Seen red with: `@public` on `accounts.views.people.person_list`."""
    allowed = PUBLIC | (PUBLIC_IN_DEMO if settings.DEMO else frozenset())
    public = {address.name for address in addresses() if address.access == "public"}
    assert public <= allowed, f"public, and not listed here: {sorted(public - allowed)}"


def test_only_public_views_are_let_past_the_login():
    """Seen red with: Django's `login_not_required` on `accounts.views.own.account`."""
    past = {a.name for a in guarded() if not getattr(a.view, "login_required", True)}
    assert past == set()


@pytest.mark.django_db
def test_anonymous_is_sent_to_sign_in_by_every_address_that_is_not_public(client):
    """Seen red with: LoginRequiredMiddleware taken out of the settings."""
    door = reverse("sign-in")
    tried = 0
    for address in guarded():
        for method in METHODS:
            answer = refused(client, method, address.path)
            sent = answer.status_code == 302 and answer["Location"].split("?")[0] == door
            assert sent or answer.status_code == 404, (
                f"{method} {address.path}: {answer.status_code}"
            )
            tried += 1
    print(f"N = {tried} anonymous requests over {len(guarded())} addresses")
    assert tried


@pytest.mark.django_db
def test_somebody_without_a_role_is_refused_by_every_address_that_needs_a_permission(client):
    """Seen red with: `permission()` returning the view as it is, its access declared."""
    client.force_login(cast.charlie())
    needs = [address for address in guarded() if address.access != "signed in"]
    for address in needs:
        for method in METHODS:
            answer = refused(client, method, address.path)
            assert answer.status_code in REFUSALS, (
                f"{method} {address.path}: {answer.status_code}. Is @permission the outermost?"
            )
    print(f"N = {len(needs) * len(METHODS)} refused requests over {len(needs)} addresses")
    assert needs


@pytest.mark.django_db
def test_no_address_breaks_for_anybody(client):
    client.raise_request_exception = False
    broken = []
    for who in (None, cast.charlie(), cast.ada(), cast.dev(), cast.alice(), cast.bob()):
        client.logout()
        if who:
            client.force_login(who)
        for address in addresses():
            for method in ("get", "post"):
                if refused(client, method, address.path).status_code >= 500:
                    broken.append(f"{who}: {method} {address.path}")
    assert broken == []


# What the browser is told ---------------------------------------------------------------------


def assert_headers(answer, what: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "default-src 'self'" in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert "object-src 'none'" in policy, what
    assert "unsafe" not in policy, what
    assert "script-src 'self'" in policy, what
    assert "data:" not in policy.partition("script-src")[2].partition(";")[0], what
    assert answer.headers.get("X-Content-Type-Options") == "nosniff", what
    assert answer.headers.get("X-Frame-Options") == "DENY", what
    assert answer.headers.get("Referrer-Policy") == "same-origin", what
    assert answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin", what


@pytest.mark.django_db
def test_every_address_sends_the_security_headers_to_everybody(client):
    """Seen red with: the CSP middleware taken out; with `unsafe-inline` in style-src."""
    client.raise_request_exception = False
    count = 0
    for who in (None, cast.charlie(), cast.dev()):
        client.logout()
        if who:
            client.force_login(who)
        for address in addresses():
            for method in ("get", "post"):
                assert_headers(refused(client, method, address.path), f"{method} {address.path}")
                count += 1
    print(f"N = {count} answers with their headers")


@pytest.mark.django_db
def test_private_answers_are_never_kept(client):
    """Seen red with: PrivatePages taken out of the settings, for an anonymous 404."""
    client.raise_request_exception = False
    client.force_login(cast.dev())
    for address in guarded():
        answer = client.get(address.path)
        assert "no-store" in answer["Cache-Control"], address.path
    client.logout()
    for path in ("/", "/no-such-page/", *(address.path for address in guarded())):
        assert "no-store" in client.get(path)["Cache-Control"], path


@pytest.mark.django_db
def test_errors_send_the_headers_too(client, monkeypatch):
    """Seen red with: the frame options' middleware below WhiteNoise's, for a file."""
    client.raise_request_exception = False
    client.force_login(cast.dev())

    def broken(*args, **kwargs):
        raise RuntimeError("planted")

    def forbidden(*args, **kwargs):
        raise PermissionDenied

    monkeypatch.setattr("accounts.views.own.picture_of", broken)
    monkeypatch.setattr("accounts.views.own.roles_in_words", forbidden)
    strict = Client(enforce_csrf_checks=True)
    answers = {
        500: client.get(reverse("account")),
        403: client.get(reverse("authority-page")),
        404: client.get("/no-such-page/"),
        405: client.get(reverse("person-invite", args=[1])),
        400: client.get(reverse("account"), headers={"host": "elsewhere.example"}),
    }
    answers_without_token = strict.post(reverse("sign-in"), {"email": "a@example.org"})
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_headers(answer, str(status))
        assert "no-store" in answer["Cache-Control"], status
        assert b"Traceback" not in answer.content
    assert answers_without_token.status_code == 403
    assert_headers(answers_without_token, "no token")


@pytest.mark.django_db
def test_files_send_the_headers_too(settings, client):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/css/evenhand.css")
    assert answer.status_code == 200
    assert_headers(answer, "a file")
    answer.close()


@pytest.mark.django_db
def test_no_address_answers_trace(client):
    """Nothing of a request is sent back. Seen red with: ReadableRequests that lets it through."""
    client.force_login(cast.dev())
    assert {client.trace(address.path).status_code for address in addresses()} == {405}


@pytest.mark.django_db
def test_what_a_page_says_once_lies_in_no_cookie_that_others_can_read(client):
    """Seen red with: Django's own place for messages, a cookie of their own."""
    dev = cast.dev()
    client.force_login(dev)
    client.post(reverse("person-add"), {"name": "Nia New", "email": "", "version": "0"})
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME}
    assert "Nia New is added" in client.get(reverse("person-list")).content.decode()
