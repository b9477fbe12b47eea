"""What is answered when a form cannot be trusted to come from the person: nothing they typed is lost."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with what was typed, ready to copy. Named by CSRF_FAILURE_VIEW.

    Words are given back only to a form of our own: another site must not put words on our page.
    """
    typed = words_typed(request) if sent_from_here(request) else []
    page = render_to_string("403_csrf.html", {"typed": typed})
    # For drafts.js, which shows no page: whoever is signed out is answered with a 403 as well.
    return HttpResponse(page, status=403, headers={"Evenhand-Refused": "token"})


def sent_from_here(request: HttpRequest) -> bool:
    """True where the browser says that the form stood on one of our own pages."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(source).netloc == request.get_host()
    except ValueError:
        # Something like "http://[", which is no address.
        return False


# What is never given back, besides what has "password" in its name.
SECRET = frozenset({"current", "code", "passkey"})


def words_typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the sentences of the form with the name of their box: no passwords, and no single words."""
    return words_of(request.POST)


def words_of(fields: QueryDict) -> list[tuple[str, str]]:
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, values in fields.lists()
        if "password" not in name and name not in SECRET
        for value in values
        if len(value.split()) > 1
    ]
