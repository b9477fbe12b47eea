"""Believable content for the gallery: an invented council, its people and its enquiries."""

import datetime as dt
from dataclasses import dataclass

from frontend.parts import (
    Action,
    Cite,
    Column,
    Due,
    Link,
    Message,
    NavItem,
    Persona,
    PersonaGroup,
    Row,
    State,
    Task,
    Tile,
    TimelineItem,
)

CLAUSE = Cite("Bristol protocol, 10f", "/protocol/#10f")
COUNCIL_SET = Cite()
WAITING, WITH_US = State("Waiting for a reply", "yellow"), State("With the service", "blue")
PAUSED, BREACH = State("Paused", "grey"), State("Breach", "red")
ANSWERED = State("Answered", "green")


@dataclass(frozen=True)
class CountedDay:
    """Stands for the calendar's own."""

    date: dt.date
    number: int | None
    reason: str


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC)


NAVIGATION = [
    NavItem("Your work", "/gallery/list", active=True, count=7),
    NavItem("Decisions", "/gallery/form", count=2),
    NavItem("Team", "/gallery/team"),
    NavItem("How we are doing", "/gallery/doing"),
    NavItem("Directory", "/gallery/directory"),
]
TRAIL = [Link("Your work", "/gallery/list"), Link("Enquiries", "/gallery/list")]
ROWS = [
    Row("Raised by", "Cllr Farah Haddad (Ashley ward)"),
    Row("Received", dt.date(2026, 11, 20), cite=Cite("Bristol protocol, 10c", "/protocol/#10c")),
    Row("Answer due", Due("Due Friday 4 December (day 6 of 10)", "soon"), cite=CLAUSE),
    Row("State", WITH_US),
    Row(
        "Service",
        "Highways and traffic",
        action=Link("Change", "/gallery/form", about="the service"),
    ),
    Row("Copied to", ["Cllr Tom Okafor (Ashley ward)", "Executive member for transport"]),
    Row("Constituent", None),
    Row("What was asked", "The lights at the foot of Stokes Croft.\nResidents say since March."),
]
TIMELINE = [
    TimelineItem(
        "Reminder sent",
        at(30, 9),
        "Evenhand",
        "Two working days before the answer is due.",
        COUNCIL_SET,
    ),
    TimelineItem(
        "Answer date extended",
        at(27, 15, 5),
        "Jo Ng, Highways",
        "The contractor reports on Wednesday. The first date stays on record.",
        CLAUSE,
    ),
    TimelineItem("Acknowledged", at(23, 12), "Jo Ng, Highways"),
    TimelineItem(
        "Enquiry raised",
        at(20, 16, 42),
        "Cllr Farah Haddad",
        links=[Link("Photo of the crossing.jpg (2 MB)", "/documents/1")],
    ),
]
MESSAGES = [
    Message(
        "Cllr Farah Haddad",
        at(20, 16, 42),
        "The crossing lights at the foot of Stokes Croft do not change for people on foot.\n\n"
        "Two residents with pushchairs came to my surgery about it. When will it be mended?",
        capacity="member for Ashley ward",
        seen_by=["Cllr Tom Okafor"],
        key="1",
    ),
    Message(
        "Jo Ng",
        at(23, 12),
        "Thank you. I have asked the signals team to look this week and will write again by "
        "Friday 4 December.",
        ours=True,
        capacity="Principal engineer, Highways",
        key="2",
    ),
]
COLUMNS = [
    Column("Enquiry", primary=True),
    Column("Raised by"),
    Column("State"),
    Column("Due"),
]
CASES = [
    (
        "Crossing lights do not change on Stokes Croft",
        "Cllr Farah Haddad",
        BREACH,
        Due("2 working days late", "late"),
    ),
    ("Missed food waste at Kingsdown flats", "Cllr Tom Okafor", WITH_US, Due("Due today", "soon")),
    (
        "Noise from the depot before 7am",
        "Cllr Priya Nair",
        WITH_US,
        Due("Due Friday 4 December (day 6 of 10)"),
    ),
    (
        "Trees and the retaining wall behind Ashley Hill allotments",
        "Cllr Owen Pugh",
        PAUSED,
        Due("Paused since 24 November", "paused"),
    ),
    (
        "Why was the planning notice not posted?",
        "Cllr Grace Adeyemi",
        ANSWERED,
        Due("Answered on day 4 of 10", "done"),
    ),
]
TABLE = [[Link(subject, "/gallery/case"), by, state, due] for subject, by, state, due in CASES]
TILES = [
    Tile(38, "open", "/gallery/list?state=open"),
    Tile(3, "due today", "/gallery/list?due=today", "soon"),
    Tile(11, "due this week", "/gallery/list?due=week"),
    Tile(2, "overdue", "/gallery/list?due=late", "late"),
    Tile(214, "answered within the standard", "/gallery/list?met=yes", "done", "94% this month"),
    Tile(9, "late, explained in time", "/gallery/list?met=explained"),
    Tile(4, "breaches", "/gallery/list?met=no", "late", "1 without an explanation"),
]
ACTIONS = [
    Action("Pass it on", "/gallery/form"),
    Action("Answer", "/gallery/form", primary=True),
    Action("Acknowledge", "/gallery/case", post=True, hidden={"version": "4"}),
]
DAYS = [
    CountedDay(dt.date(2026, 11, 20), None, "Received"),
    CountedDay(dt.date(2026, 11, 21), None, "Saturday"),
    CountedDay(dt.date(2026, 11, 22), None, "Sunday"),
    *(CountedDay(dt.date(2026, 11, 22 + n), n, "Working day") for n in range(1, 6)),
    CountedDay(dt.date(2026, 11, 28), None, "Saturday"),
    CountedDay(dt.date(2026, 11, 29), None, "Sunday"),
    CountedDay(dt.date(2026, 11, 30), 6, "Working day"),
    *(CountedDay(dt.date(2026, 12, n), 6 + n, "Working day") for n in range(1, 4)),
    CountedDay(dt.date(2026, 12, 4), 10, "Due"),
]
TASKS = [
    Task("Member’s reasons recorded", True, cite=Cite("Bristol protocol, 12b", "/protocol/#12b")),
    Task("Ask the service whether it objects", False, href="/gallery/form", hint="Asked once"),
    Task("Check for a declared interest", True, "None declared"),
]
PERSONAS = [
    PersonaGroup(
        "Councillors",
        [
            Persona("Farah Haddad", "Member for Ashley ward", "1", "Has an enquiry that is late."),
            Persona("Tom Okafor", "Group leader", "2", "Sees his own casework only."),
        ],
    ),
    PersonaGroup(
        "Officers",
        [
            Persona("Jo Ng", "Principal engineer, Highways", "3", "Three answers due today."),
            Persona("Sam Whitlock", "Monitoring Officer", "4", "Two decisions waiting."),
        ],
    ),
]
CONSEQUENCES = [
    "Every other group will be offered the same session.",
    "The offer goes out today and stays open until Friday 11 December 2026.",
]
