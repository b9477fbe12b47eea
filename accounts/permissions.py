"""Every view says who may use it, with one of these. A view that says nothing is refused."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from accounts import standing
from protocol import authority

# The attribute that a test over every URL looks for.
ACCESS = "declared_access"
BEFORE = "before_second_step"


def public(view):
    """Anybody, signed in or not."""
    view = login_not_required(view)
    setattr(view, ACCESS, "public")
    return view


def signed_in(view):
    """Anybody who signed in; the view itself goes through `visible_to`."""
    setattr(view, ACCESS, "signed in")
    return view


def before_second_step(view):
    """Reached as well by whoever still has to set up the second step that everybody needs here."""
    setattr(view, BEFORE, True)
    return view


def permission(*keys: str):
    """Only people whose roles give one of these (protocol/authority.py); others get a 403.

    Outermost of a view's decorators, so that a refusal says nothing else of the view.
    """
    for key in keys:
        if key not in authority.PERMISSIONS:
            raise KeyError(f"no such permission: {key}")

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            mine = standing.of(request.user)
            if not any(mine.may(key) for key in keys):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        setattr(guarded, ACCESS, " or ".join(keys))
        return guarded

    return decorate
