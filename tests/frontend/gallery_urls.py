"""Addresses of the gallery: every part with believable content. Only tests have them."""

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from frontend import branding
from tests.frontend import gallery_content as content
from tests.frontend.gallery_forms import FilterForm, GalleryForm

PAGES = Path(__file__).parent / "pages"
NAMES = {name: getattr(content, name) for name in dir(content) if name.isupper()}


class Council:
    """Stands for council.models.Council."""

    name = "Severnside City Council"


def page(request: HttpRequest, name: str, **extra: object) -> HttpResponse:
    """Draw one page of the gallery."""
    template = engines["django"].from_string((PAGES / f"{name}.html").read_text(encoding="utf-8"))
    context = (
        NAMES
        | {
            "council": Council(),
            "navigation": content.NAVIGATION,
            "demo_mode": True,
        }
        | extra
    )
    return HttpResponse(template.render(context, request))


@login_not_required
def parts(request: HttpRequest) -> HttpResponse:
    """Every part."""
    messages.success(
        request,
        "Answer sent to Cllr Haddad. You will hear by Friday 4 December 2026 if she asks again.",
    )
    return page(request, "parts")


@login_not_required
def case(request: HttpRequest) -> HttpResponse:
    """A case page."""
    return page(request, "case")


@login_not_required
def work(request: HttpRequest) -> HttpResponse:
    """A work list."""
    table = [row for _ in range(50) for row in content.TABLE]
    paged = Paginator(table, 10).get_page(request.GET.get("page"))
    return page(request, "list", page=paged, filters=FilterForm(request.GET or None), title_count=7)


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    """A form, drawn again with its errors when sent."""
    return page(request, "form", form=GalleryForm(request.POST or None, request.FILES or None))


@login_not_required
def brand(request: HttpRequest) -> HttpResponse:
    """The council's colour."""
    return HttpResponse(branding.stylesheet("#5b2a86"), content_type="text/css")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    """Fail, to see the 500 page."""
    raise RuntimeError("Broken on purpose")


@login_not_required
def forbidden(request: HttpRequest) -> HttpResponse:
    """Refuse, to see the 403 page."""
    raise PermissionDenied


urlpatterns = [
    path("", parts, name="home"),
    path("branding.css", brand, name="branding-css"),
    path("gallery/case", case, name="gallery-case"),
    path("gallery/list", work, name="gallery-list"),
    path("gallery/form", form, name="gallery-form"),
    path("gallery/broken", broken, name="gallery-broken"),
    path("gallery/forbidden", forbidden, name="gallery-forbidden"),
    path("help", parts, name="help"),
    path("accessibility", parts, name="accessibility"),
    path("privacy", parts, name="privacy"),
    path("protocol/", parts, name="protocol-page"),
]
