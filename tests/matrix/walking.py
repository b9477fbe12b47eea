"""Asking every address in every way as somebody, and judging the answers by what the table expects."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from django.db import transaction
from django.template.base import Template
from django.urls import reverse
from django.utils.http import urlencode

from accounts import acting
from accounts.backends import EmailBackend
from accounts.models import Person
from council import calendar, terms
from frontend import mark
from tests.attack import raw
from tests.matrix.addresses import Use

READING = ("GET", "HEAD")
ASKED = (*READING, "POST")
# Nothing here is asked in these ways, by anybody.
NEVER = ("PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = (*ASKED, *NEVER)
# What an address may answer to whoever may: the page, the way on, the form again with what is wrong in it.
PAGE = frozenset({200, 302})
SENT = frozenset({200, 302, 400, 409, 422})

YES = "yes"
# It is there for them, and the page says that this is not theirs to do, or not now.
SAYS_NO = "the page says no"
NOT_THERE = "not there"
SIGN_IN = "sign in first"
SAYS_SO = b"a refusal"
WORDS = b"text=Words+typed&reason=Why&version=1"

# What two answers may differ in: the token of a form, and the address that was asked.
MASKS = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'), b""),
    (re.compile(rb'name="sending" value="[\w-]+"'), b""),
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
STRICT = ("default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'")
CLOSED = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
DATA_IN_SCRIPTS = re.compile(r"script-src[^;]*data:")


@dataclass(frozen=True)
class Place:
    """One address with a real key in it, and the same with the key of nothing; "" where it takes none.

    `view`: what answers there. Where it is not there for somebody, the first answer of each view to each
    question is held, to the byte, against its answer to the key of nothing. Of pages by role, "", the
    status alone is looked at.
    """

    name: str
    use: Use
    path: str
    missing: str = ""
    view: str = ""


@dataclass
class Walk:
    """What was asked, and what was wrong. N counts the questions of the table, and what they are compared
    with apart."""

    asked: Counter = field(default_factory=Counter)
    compared: int = 0
    wrong: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        return sum(self.asked.values())

    def found(self) -> str:
        return f"{len(self.wrong)} of {self.n}:\n" + "\n".join(self.wrong[:25])


@dataclass
class Somebody:
    """Who asks, for one walk: their cookies, and which questions were held against nothing already."""

    name: str
    cookies: tuple[tuple[str, str], ...]
    walk: Walk
    # What stands in every form of whoever has several capacities: the one that they act in.
    mark: bytes = b""
    compared: set[tuple[str, str, bytes]] = field(default_factory=set)
    # Django answers HEAD as it answers GET: once a view is enough.
    headed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, person, walk: Walk) -> Somebody:
        """Signed in, and once through the door, so that their session stands."""
        forget_everybody()
        found = cls(name, raw.cookies_of(person), walk, mark_of(person))
        raw.send(raw.Request("GET", b"/help/", cookies=found.cookies))
        return found

    def asks(self, place: Place, expected: str) -> None:
        """Every method, and where it is not there for them a POST with words in it besides."""
        for method in METHODS:
            if method == "HEAD" and place.view in self.headed:
                continue
            self._judged(place, method, expected, b"")
        self.headed |= {place.view} - {""}
        if expected == NOT_THERE and place.view:
            self._judged(place, "POST", expected, WORDS)

    def _judged(self, place: Place, method: str, expected: str, body: bytes) -> None:
        question = (place.view, method, body)
        alike = expected == NOT_THERE and (method == "GET" or body == WORDS)
        alike = alike and place.view != "" and question not in self.compared
        answer = self._sent(place.path, method, body, drawn=alike)
        self.walk.asked[method] += 1
        reason = judge(place, method, expected, answer)
        if not reason and alike:
            self.compared.add(question)
            reason = self._differs(place, method, body, answer)
        if reason:
            self.walk.wrong.append(f"{self.name}: {method} {place.name} {place.path}: {reason}")
        if fault := unsafe(place, answer):
            self.walk.headers.append(f"{self.name}: {method} {place.path}: {fault}")

    def _differs(self, place: Place, method: str, body: bytes, answer: raw.Answer) -> str:
        """Somebody else's is as nothing: the same status, the same body, the same way on."""
        other = self._sent(place.missing, method, body, drawn=True)
        self.walk.compared += 1
        there, nothing = shown(answer, place.path), shown(other, place.missing)
        if there == nothing:
            return ""
        return f"{there[0]} and {len(there[1])} bytes, where nothing is {nothing[0]} and {len(nothing[1])}"

    def _sent(self, path: str, method: str, body: bytes, *, drawn: bool) -> raw.Answer:
        """The answer; what it wrote is taken back, so that every question finds the same council."""
        if method == "POST":
            body = b"&".join(filter(None, (body, self.mark)))
        request = raw.Request(
            method,
            path.encode(),
            body=body,
            content_type="application/x-www-form-urlencoded" if body else None,
            headers=(("X-Csrftoken", raw.CSRF),),
            cookies=self.cookies,
        )
        with transaction.atomic(), loaded_once(), undrawn(not drawn):
            answer = raw.send(request)
            transaction.set_rollback(True)
        if method == "POST" and answer.status == 302:
            calendar.forget()
            terms.forget()
        return answer


def mark_of(person) -> bytes:
    """The mark that a form of theirs carries (frontend/mark.py); none of whoever has one capacity."""
    found = person and Person.objects.filter(pk=person.pk).first()
    if not found:
        return b""
    found.acting_in = found.acted_as
    key = acting.key_of(found)
    return urlencode({mark.FIELD: key}).encode() if key else b""


# What makes it quick ------------------------------------------------------------------------------


def _undrawn(self, context) -> str:
    return SAYS_SO.decode() if context.get("refused") else ""


@contextmanager
def undrawn(on: bool):
    """No template is filled in, but where bodies are compared: it is enough which answer the view gives, and
    whether it hands the page a refusal to show."""
    if not on:
        yield
        return
    with mock.patch.object(Template, "render", _undrawn):
        yield


_loaded: dict[int, object] = {}
_get_user = EmailBackend.get_user


def forget_everybody() -> None:
    _loaded.clear()


def _once(self, user_id):
    if user_id not in _loaded:
        _loaded[user_id] = _get_user(self, user_id)
    return _loaded[user_id]


@contextmanager
def loaded_once():
    """Somebody and their standing are read at their first question: all that is written is taken back, so
    both stay as they are until `forget_everybody`. (That a change counts on the next click is T13.)"""
    with mock.patch.object(EmailBackend, "get_user", _once):
        yield


def shown(answer: raw.Answer, path: str) -> tuple[int, bytes, str]:
    body = answer.body.replace(path.encode(), b"")
    for pattern, mask in MASKS:
        body = pattern.sub(mask, body)
    return answer.status, body, answer.headers.get("location", "").replace(path, "")


def judge(place: Place, method: str, expected: str, answer: raw.Answer) -> str:
    """What is wrong with the answer, or ""."""
    status, how = answer.status, place.use.how
    if answer.escaped or status >= 500:
        return f"{status} {answer.escaped or answer.faults}"
    if method in NEVER:
        return "" if status == 405 else f"{status}, and nothing is asked in that way"
    refused = {405} if (how == "press" and method in READING) else set()
    if expected == SIGN_IN:
        door = reverse("sign-in")
        led = status == 302 and answer.headers.get("location", "").partition("?")[0] == door
        return "" if led else f"{status}, and they have not signed in"
    if expected == NOT_THERE:
        early = {405} if how == "reads" and method != "GET" else set()
        fits = {place.use.no} | refused | early
        return "" if status in fits else f"{status} instead of {place.use.no}"
    if how == "press" and method in READING:
        return "" if status == 405 else f"{status} to whoever only looks"
    if how == "reads" and method != "GET" and status == 405:
        return ""
    fits = SENT if method == "POST" else PAGE
    if status not in fits:
        return f"{status}, and it is theirs"
    if method == "GET" and status == 200 and (SAYS_SO in answer.body) is not (expected == SAYS_NO):
        return "the page lets them" if expected == SAYS_NO else "the page says that they may not"
    return ""


def unsafe(place: Place, answer: raw.Answer) -> str:
    """Which header is missing or too wide (T16), or ""."""
    found = answer.headers
    policy = found.get("content-security-policy", "")
    if policy != CLOSED:
        missing = [part for part in STRICT if part not in policy]
        if missing or "unsafe" in policy or DATA_IN_SCRIPTS.search(policy):
            return f"Content-Security-Policy: {policy}"
    for name, value in HEADERS.items():
        if found.get(name) != value:
            return f"{name}: {found.get(name)}"
    if place.use.of != "public" and "no-store" not in found.get("cache-control", ""):
        return f"Cache-Control: {found.get('cache-control')}"
    return ""
