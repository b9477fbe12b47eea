"""T11: thousands of broken requests, as everybody, to every address. Nothing may answer 5xx.

`EVENHAND_FUZZ=100000` sends so many; `EVENHAND_FUZZ_SEED=…` others; `EVENHAND_FUZZ_ONLY=1234` one again.
Each request depends on the seed and its number alone, and leaves nothing behind: what it wrote is rolled
back, so that any one can be sent again by itself.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from django.db import transaction

from council import calendar
from tests.attack import mutation, raw, stage
from tests.casework.making import NOW

# As many as T11 asks of every landing; fewer by hand, so that people run it.
COUNT = int(os.environ.get("EVENHAND_FUZZ") or (5000 if os.environ.get("CI") else 1000))
SEED = int(os.environ.get("EVENHAND_FUZZ_SEED") or 20261122)
ONLY = os.environ.get("EVENHAND_FUZZ_ONLY")
SHOWN = 10


@pytest.fixture
def target(db, time_machine) -> mutation.Target:
    time_machine.move_to(NOW)
    return mutation.Target.of(stage.set_up())


def wrong_with(answer: raw.Answer) -> str:
    """What may never be, or ""."""
    if answer.escaped:
        return f"the application fell over: {answer.escaped}"
    if answer.status >= 500:
        return f"{answer.status} {' < '.join(answer.faults)}"
    if b"Traceback (most recent call last)" in answer.body:
        return f"{answer.status} with a traceback in it"
    if answer.headers.get("x-content-type-options") != "nosniff":
        return f"{answer.status} without its headers"
    return ""


def sent(request: raw.Request) -> raw.Answer:
    """Send it and take back what it wrote."""
    with transaction.atomic():
        answer = raw.send(request)
        transaction.set_rollback(True)
    if request.method not in {"GET", "HEAD"}:
        calendar.forget()
    return answer


def test_no_request_of_anybody_breaks_the_product(target, figure):
    """T11. Seen red with: days and years of a date taken by int() alone; and see what it found, below."""
    numbers = [int(ONLY)] if ONLY else range(COUNT)
    statuses, roles, touched = Counter(), Counter(), set()
    broken = []
    for number in numbers:
        plan = target.request(random.Random(f"{SEED}:{number}"))
        answer = sent(plan.request)
        statuses[answer.status] += 1
        roles[plan.role] += 1
        touched.add(plan.address.name)
        if wrong := wrong_with(answer):
            broken.append(f"EVENHAND_FUZZ_ONLY={number}: as {plan.role}: {wrong}\n  {plan.request}")
    print(f"answers: {dict(sorted(statuses.items()))}")
    shown = "\n".join(broken[:SHOWN])
    assert not broken, f"{len(broken)} of {len(numbers)} broke (seed {SEED}):\n{shown}"
    if len(numbers) >= 2000:
        missed = {address.name for address in target.addresses} - touched
        assert not missed, f"never asked: {sorted(missed)}"
        forms = {address.name for address in target.addresses if target.forms.get(address.name)}
        print(f"{len(touched)} addresses, {len(forms)} of them with a form; as {dict(roles)}")
        silent = target.cookies.keys() - roles.keys()
        assert not silent, f"nobody asked as {sorted(silent)}"
        # Broken requests that are all turned away at the door would test nothing.
        assert statuses[200] > COUNT / 10
        assert statuses[302] > COUNT / 50
    figure(
        "T11",
        n=len(numbers),
        of=f"requests as {len(roles)} roles to {len(touched)} addresses",
        seed=SEED,
    )


# What it found ------------------------------------------------------------------------------------

FOUND = {
    "a charset that is no text's": raw.Request(
        "GET", b"/sign-in/", content_type="text/plain; charset=rot13"
    ),
    "a charset that brings half characters": raw.Request(
        "POST",
        b"/sign-in/",
        body=b'--edge\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@a.org\r\n--edge--',
        content_type="multipart/form-data; boundary=edge; charset=unicode_escape",
    ),
    "a form in UTF-16": raw.Request(
        "POST",
        b"/account/password/forgotten/",
        body=b"email=a",
        content_type="application/x-www-form-urlencoded; charset=utf-16",
    ),
    "a boundary in no encoding": raw.Request(
        "GET", b"/sign-in/", content_type="multipart/form-data; boundary*=bogus''edge"
    ),
    "a length past counting": raw.Request(
        "POST",
        b"/sign-in/",
        body=b"--edge--",
        content_type="multipart/form-data; boundary=edge",
        content_length="9" * 30,
    ),
    "a session that spells a NUL": raw.Request(
        "GET", b"/sign-in/", headers=(("Cookie", 'session-evenhand="\\000' + "a" * 31 + '"'),)
    ),
    "a NUL in an address": raw.Request("GET", b"/cases/E-\x00/"),
    "an origin that is no address": raw.Request(
        "POST", b"/sign-in/", headers=(("Origin", "http://["),)
    ),
    "a referrer that is no address": raw.Request(
        "POST", b"/sign-in/", headers=(("Referer", "http://["),)
    ),
}


def test_what_the_fuzz_found_stays_mended(target):
    """Anybody could send these, signed in or not. Seen red, each, before it was mended: an exception out
    of the application (its own error page read the form again), or a 500; the NULs on PostgreSQL."""
    for what, request in FOUND.items():
        named = dict(request.headers)
        token = () if {"Origin", "Referer"} & named.keys() else (("X-Csrftoken", raw.CSRF),)
        for role in ("nobody", "member"):
            cookies = () if "Cookie" in named else target.cookies[role]
            headers = (*request.headers, *token)
            answer = sent(mutation.changed(request, headers=headers, cookies=cookies))
            assert wrong_with(answer) == "", f"{what}, as {role}"


def test_more_than_any_form_takes_is_refused_before_it_is_read(target):
    """Seen red with: no limit, where anybody could fill the disk with a file sent to the sign-in page."""
    from protocol_site import requests

    request = raw.Request(
        "POST",
        b"/sign-in/",
        body=b"--edge--",
        content_type="multipart/form-data; boundary=edge",
        content_length=str(requests.LARGEST + 1),
    )
    answer = sent(request)
    assert answer.status == 413
    assert b"too much" in answer.body
    assert "no-store" in answer.headers["cache-control"]
