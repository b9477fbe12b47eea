"""How long a sign-in lasts, and when a visit begins."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

BEGAN = "session_began"
SEEN = "session_seen"
VISIT = "session_visit"
# A visit is noted at most this often: a page that only reads should not write.
NOTE_EVERY = 300
# After so long without a click, the next one begins another visit.
VISITS_APART = 1800


class SessionLimits:
    """Ends a session that was idle for SESSION_IDLE_SECONDS, or is SESSION_COOKIE_AGE old.

    `request.visit_began` says since when somebody has been here without a break.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.keep_or_end(request)
            began = request.session.get(VISIT) or request.session.get(BEGAN) or time.time()
            request.visit_began = datetime.fromtimestamp(began, tz=UTC)
        return self.get_response(request)

    @staticmethod
    def keep_or_end(request: HttpRequest) -> None:
        """Sign the person out where a limit has passed; otherwise note that they were here."""
        now = int(time.time())
        session = request.session
        began, seen = session.get(BEGAN), session.get(SEEN)
        if began is None or seen is None:
            session[BEGAN] = session[SEEN] = session[VISIT] = now
        elif (
            now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE
        ):
            logout(request)
        elif now - seen > min(NOTE_EVERY, settings.SESSION_IDLE_SECONDS // 4):
            session[SEEN] = now
            if now - seen >= VISITS_APART:
                session[VISIT] = now
