"""The product's addresses, and two pages with nothing on them: what every page costs at the least."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from accounts.permissions import signed_in


@signed_in
def nothing_show(request: HttpRequest) -> HttpResponse:
    """The middleware and who is asking, and nothing else."""
    return HttpResponse("nothing\n", content_type="text/plain")


@signed_in
def frame_show(request: HttpRequest) -> HttpResponse:
    """The frame that stands round every page: its head, its navigation and its foot."""
    return render(request, "base.html")


urlpatterns = [
    path("bench/nothing/", nothing_show, name="bench-nothing"),
    path("bench/frame/", frame_show, name="bench-frame"),
    path("", include("protocol_site.urls")),
]
