"""The product with its demonstration, the checker, and two addresses that break on purpose."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from accounts.permissions import public
from protocol_site.urls import urlpatterns as product
from tests.accessibility.looking import AXE


@public
def broken(request: HttpRequest) -> HttpResponse:
    """Fail, to see the page that says so."""
    raise RuntimeError("Broken on purpose")


@public
def axe(request: HttpRequest) -> HttpResponse:
    """The checker itself: the policy lets a page run only what its own site serves."""
    return kept(HttpResponse(AXE.read_bytes(), content_type="text/javascript"))


def kept(response: HttpResponse) -> HttpResponse:
    """Let the browser ask once for what does not change, for the tests to be quick."""
    response["Cache-Control"] = "max-age=3600"
    return response


@public
def unreadable(request: HttpRequest) -> HttpResponse:
    """Refuse to read the request, to see the page that says so."""
    raise SuspiciousOperation("Unreadable on purpose")


urlpatterns = [
    *product,
    path("", include("demo.urls")),
    path("on-purpose/axe.js", axe, name="test-axe"),
    path("on-purpose/broken/", broken, name="test-broken"),
    path("on-purpose/unreadable/", unreadable, name="test-unreadable"),
]
