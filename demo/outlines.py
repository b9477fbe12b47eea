"""How many enquiries of each kind the history has, and when each one came: dates alone, no people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from protocol.calendar import Calendar

# August and December are quiet; the new year and the autumn are not.
BY_MONTH = (1.1, 1.05, 1.0, 0.95, 0.95, 1.0, 0.85, 0.5, 1.1, 1.15, 1.05, 0.5)
BY_WEEKDAY = (1.0, 0.95, 0.9, 0.85, 0.75, 0.3, 0.2)
# Of what is over, in hundredths; what is left was answered within the standard.
SHARES = {"returned": 2, "withdrawn": 3, "explained": 4, "breach": 7, "answered": 2}
# One that was answered lately stays so, and another is asked about again.
# And one of what was returned was handed on instead.
LEAST = {"answered": 2, "returned": 2}
OPEN_SHARE, LEAST_OPEN = 0.1, 16
# The open ones, first things first: how many working days from today they are due (99 is the last
# day of the standard, 98 the one before), and how they stand.
FIRST_OPEN = (
    (0, "working"), (-1, "working"), (3, "waiting"), (2, "paused"), (99, "fresh"),
    (-4, "owed"), (1, "contributed"), (0, "working"), (-8, "working"), (4, "asks_others"),
    (99, "fresh"), (-2, "waiting"), (2, "working"), (98, "repeats"), (-6, "working"),
    (-3, "working"),
)  # fmt: skip
# Which of these are the busy officer's, and then every so many of the rest.
BUSY_FIRST, BUSY_EVERY = frozenset({0, 1, 6, 7, 9, 12, 15}), 3
MOODS = (("working", 60), ("waiting", 15), ("paused", 8), ("extended", 7))


@dataclass(frozen=True)
class Outline:
    """One enquiry to be. `kind` is how it ends, or "open"; `mood` is how an open one stands, or whether
    a breach is explained ("told", "untold"), or whether the member asks again ("asked"), and is answered
    ("again"). Of open ones: another service is asked, and is still in time ("asks_others"), is late
    ("owed"), or has given it ("contributed"); or the same member raised it before ("repeats").

    `after` counts working days from receipt to the answer; it lies beyond today for an open one.
    """

    kind: str
    received: date
    after: int
    mood: str = ""
    # One of the many that a single officer has.
    busy: bool = False


def outline(
    *, count: int, start: date, today: date, days: int, calendar: Calendar, rng: Random
) -> list[Outline]:
    """So many enquiries between two dates, under a standard of so many working days."""
    still_open = min(count // 2, max(LEAST_OPEN, round(count * OPEN_SHARE)))
    over = count - still_open
    kinds = [
        k
        for k, share in SHARES.items()
        for _ in range(max(LEAST.get(k, 1), round(over * share / 100)))
    ]
    kinds = [*kinds[:over], *["within"] * (over - len(kinds))]
    found = [
        _over(kind, kinds[:place].count(kind), start, today, days, calendar, rng)
        for place, kind in enumerate(kinds)
    ]
    found += [_open(place, today, days, calendar, rng) for place in range(still_open)]
    return sorted(found, key=lambda one: one.received)


def _over(
    kind: str, place: int, start: date, today: date, days: int, calendar: Calendar, rng: Random
) -> Outline:
    mood = ""
    after = max(1, min(days, round(days * rng.betavariate(2.4, 1.5))))
    if kind == "breach":
        after = days + rng.choice([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12])
        mood = "told" if place == 0 or rng.random() < 0.75 else "untold"
    if kind == "explained":
        after = days + rng.randrange(1, 6)
    if kind == "returned" and place == 0:
        # So lately that the member can still ask again.
        return Outline("handed_on", calendar.add(today, -3), 1)
    if kind == "answered" and place == 0:
        return Outline(kind, calendar.add(today, -(after + 4)), after, "asked")
    if kind == "within" and (place == 0 or rng.random() < 0.03):
        mood = "again"
    if kind == "answered":
        # So lately that it has not been closed.
        return Outline(kind, calendar.add(today, -(after + rng.randrange(1, 4))), after)
    received = _day(start, max(start, calendar.add(today, -(after + 1))), rng)
    return Outline(kind, received, after, mood, busy=rng.random() < 0.06)


def _open(place: int, today: date, days: int, calendar: Calendar, rng: Random) -> Outline:
    """Received so that it falls due on the day wanted."""
    if place < len(FIRST_OPEN):
        offset, mood = FIRST_OPEN[place]
        offset = min(offset, days - 99 + offset) if offset > days else offset
    else:
        offset = rng.choice([*range(-8, 0), *range(days), *range(days)])
        names, weights = zip(*MOODS, strict=True)
        mood = rng.choices(names, weights)[0]
    busy = place in BUSY_FIRST or (place >= len(FIRST_OPEN) and place % BUSY_EVERY == 0)
    anchor = today if calendar.is_working_day(today) else calendar.next_working_day(today)
    received = calendar.add(calendar.add(anchor, offset), -days)
    return Outline("open", min(received, today), days + rng.randrange(12, 20), mood, busy=busy)


def _day(start: date, end: date, rng: Random) -> date:
    """A day between two, as busy as its month and weekday are; more come as people get used to it."""
    span = (end - start).days + 1
    while True:
        passed = rng.randrange(span)
        day = start + timedelta(days=passed)
        growth = 0.6 + 0.4 * passed / span
        if rng.random() * 1.15 < growth * BY_MONTH[day.month - 1] * BY_WEEKDAY[day.weekday()]:
            return day
