"""A council with an online reporting system, an enquiry that is handed on to it, and taken back: for the tests
of handing on.
"""

from __future__ import annotations

from html import unescape

from casework.enquiries import actions, service_requests
from casework.models import Case
from council.models import Council
from tests.casework.making import NOW, World, fresh, reloaded, with_bob, world

NAME, ADDRESS = "Report it", "https://report.example.gov.uk/"
PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}


def council_with_system(key: str = "blackpool", **changes) -> World:
    made = world(key, **changes)
    Council.objects.update(online_name=NAME, online_address=ADDRESS)
    return made


def hand_on(made: World, case: Case | None = None, **changes) -> Case:
    case = case or with_bob(made)
    asked = {
        "by": fresh(made.bob),
        "room": service_requests.ROOM,
        "reason": "It is for the roads team.",
        "said": {"reference": "RI-12345", "entered_on": NOW.date()},
        "now": NOW,
    }
    return actions.hand_on(case=reloaded(case), **{**asked, **changes})


def take_back(made: World, case: Case, **changes) -> Case:
    asked = {"by": fresh(made.bob), "reason": "It is ours after all.", "now": NOW}
    return actions.take_back(case=reloaded(case), **{**asked, **changes})


def page(client, who, case: Case) -> str:
    client.force_login(fresh(who))
    answer = client.get(case.get_absolute_url())
    assert answer.status_code == 200
    return unescape(answer.content.decode())
