"""How many tries are too many, and from where a request came.

Counted in the database, so that every process counts the same and a restart forgets nothing. An
email counts whether or not anybody has it: the answer never says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many tries of one kind within a time, for one email, or from one address."""

    kind: str
    most: int
    within: timedelta = WINDOW

    def key(self, value: str) -> str:
        """What stands in the database for the value."""
        text = f"{self.kind}:{value.strip().lower()}"
        return salted_hmac("accounts.throttle", text, algorithm="sha256").hexdigest()


# A whole town hall can sit behind one address, so an address may fail more often than an email.
SIGN_IN_EMAIL = Limit("sign-in-email", 10)
SIGN_IN_ADDRESS = Limit("sign-in-address", 60)
LINK_EMAIL = Limit("link-email", 3)
LINK_ADDRESS = Limit("link-address", 30)
# Somebody who is asked for a code knew the password.
SECOND_STEP = Limit("second-step", 5)
# Of the wrong ones: a right one in between clears nothing, and a new password does.
SECOND_STEP_DAY = Limit("second-step-day", 20, within=DAY)
# A code of an app is good once, for as long as anybody could still use it.
USED_CODE = Limit("used-code", 1)
# A browser saves at most every two seconds of typing, in one window.
DRAFT = Limit("draft", 900)


def client_address(request: HttpRequest) -> str:
    """The address that the request came from.

    Behind a proxy it is the last one in X-Forwarded-For: the proxy adds it, and whatever stands
    before it may be anybody's invention.
    """
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return _plain(forwarded)
    return _plain(request.META.get("REMOTE_ADDR", ""))


def _plain(address: str) -> str:
    """Without the port that some proxies write: `[2001:db8::1]:443` is `2001:db8::1`. "" for no address."""
    bare = address[1:].partition("]")[0] if address.startswith("[") else address
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        return ""
