"""A verb of the ledger: its sentence, whom it tells, and how long a mail about it may wait.

A sentence is in the past tense. `{actor}` is who did it. Other placeholders name keys of the
event's data, and the start of a key says how to show it: `person_…` is the id of a person,
`service_…`, `post_…` and `ward_…` of a directory entry, `date_…` is an ISO date. `{member}` and
`{protocol}` are the council's words for them. `tells` names the kinds of people who are told; the action
that records the event resolves them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    key: str
    sentence: str
    tells: tuple[str, ...] = ()
    # Shown on the case's timeline to the member too; False is for the officers' side only.
    member_sees: bool = True
    # How long a mail about it may wait: a key of MAY_WAIT.
    mail: str = "daily"
    # What the member's side reads instead, where it should know less.
    member_sentence: str = ""


MAY_WAIT = {
    "daily": "for the daily mail of whoever prefers one, and for the quiet hours to end",
    "soon": "for the quiet hours to end, and never for the daily mail",
    "at_once": "for nothing",
}


def vocabulary(*verbs: Verb) -> dict[str, Verb]:
    return {verb.key: verb for verb in verbs}
