"""What may follow what: (kind, state, verb) → next state, as one table that people can read."""

from __future__ import annotations

from protocol.refusals import Refused

RECEIVED = "received"
WITH_OFFICER = "with_officer"
WITH_MEMBER = "with_member"
PAUSED = "paused"
ANSWERED = "answered"
CLOSED = "closed"
RETURNED = "returned"
WITHDRAWN = "withdrawn"
DUPLICATE = "duplicate"
HANDED_ON = "handed_on"

# What people read. Officers and members see the same words.
WORDS = {
    RECEIVED: "Received",
    WITH_OFFICER: "With an officer",
    WITH_MEMBER: "Waiting for a reply",
    PAUSED: "Paused",
    ANSWERED: "Answered",
    CLOSED: "Closed",
    RETURNED: "Returned",
    WITHDRAWN: "Withdrawn",
    DUPLICATE: "Closed as a duplicate",
    HANDED_ON: "Handed on",
}

OPEN = frozenset({RECEIVED, WITH_OFFICER, WITH_MEMBER, PAUSED})
WORKING = (WITH_OFFICER, WITH_MEMBER, PAUSED)
# A question can wait for the member in these.
QUESTION_WAITS = frozenset({WITH_MEMBER, PAUSED})
# It has an answer, about which it can be asked again.
ANSWERED_ONCE = (ANSWERED, CLOSED)
# It can be asked about again: it has an answer, or was to be seen to elsewhere.
ASKED_ABOUT = (*ANSWERED_ONCE, HANDED_ON)
# The clock of the answer has stopped for good in these.
ENDED = frozenset({ANSWERED, CLOSED, RETURNED, WITHDRAWN, DUPLICATE, HANDED_ON})


def _moves(verb: str, states: tuple[str, ...], to: str | None = None) -> dict[tuple[str, str], str]:
    """One row a state; `to=None` leaves the state as it is."""
    return {(state, verb): to or state for state in states}


_ENQUIRY: dict[tuple[str, str], str] = {
    **_moves("accept", (RECEIVED,), WITH_OFFICER),
    **_moves("return", (RECEIVED,), RETURNED),
    **_moves("allocate", (RECEIVED,), WITH_OFFICER),
    **_moves("reassign", WORKING),
    **_moves("refer_upward", (RECEIVED,), WITH_OFFICER),
    **_moves("refer_upward", WORKING),
    **_moves("acknowledge", (RECEIVED, *WORKING)),
    **_moves("ask", (WITH_OFFICER, WITH_MEMBER), WITH_MEMBER),
    **_moves("reply", (WITH_MEMBER, PAUSED), WITH_OFFICER),
    **_moves("record_reply", (WITH_MEMBER, PAUSED), WITH_OFFICER),
    # While a question waits, what the member adds is the reply to it.
    **_moves("add", (RECEIVED, WITH_OFFICER)),
    **_moves("record_addition", (RECEIVED, WITH_OFFICER)),
    **_moves("pause", (WITH_OFFICER, WITH_MEMBER), PAUSED),
    **_moves("resume", (PAUSED,), WITH_OFFICER),
    **_moves("hold", (WITH_OFFICER, WITH_MEMBER, PAUSED)),
    **_moves("extend", (WITH_OFFICER, WITH_MEMBER)),
    **_moves("answer", WORKING, ANSWERED),
    **_moves("close", (ANSWERED,), CLOSED),
    # Back to whoever answered; or to be taken on afresh, where they cannot have it.
    **_moves("ask_again", ASKED_ABOUT, WITH_OFFICER),
    **_moves("ask_again_afresh", ASKED_ABOUT, RECEIVED),
    **_moves("record_asking", ASKED_ABOUT, WITH_OFFICER),
    **_moves("put_right", ANSWERED_ONCE, WITH_OFFICER),
    **_moves("withdraw", (RECEIVED, *WORKING), WITHDRAWN),
    # Facts from another service. What it gives, or cannot, moves the enquiry nowhere.
    **_moves("ask_service", (WITH_OFFICER, WITH_MEMBER)),
    **_moves("close_duplicate", (RECEIVED, *WORKING), DUPLICATE),
    # As what it really is, to another room; and back, where that was a mistake.
    **_moves("hand_on", (RECEIVED, *WORKING), HANDED_ON),
    **_moves("take_back", (HANDED_ON,), WITH_OFFICER),
    **_moves("take_back_afresh", (HANDED_ON,), RECEIVED),
    **_moves("take_back_waiting", (HANDED_ON,), WITH_MEMBER),
    **_moves("note", (RECEIVED, *WORKING, ANSWERED)),
    # That two belong together can be seen at any time.
    **_moves("link", (RECEIVED, *WORKING, *ENDED)),
    **_moves("unlink", (RECEIVED, *WORKING, *ENDED)),
    # However a case ended, a breach of before stays on record and asks for its explanation.
    **_moves("explain_breach", (RECEIVED, *WORKING, *ENDED)),
    # A file can turn out to be another resident's at any time.
    **_moves("remove_file", (RECEIVED, *WORKING, *ENDED)),
}

# What nobody chooses: another verb becomes it.
BY_ITSELF = frozenset({"ask_again_afresh", "take_back_afresh", "take_back_waiting"})

# What another service was asked for.
ASKED = "asked"
GIVEN = "given"
DECLINED = "declined"
CALLED_BACK = "called_back"
CONTRIBUTION_WORDS = {
    ASKED: "Asked for",
    GIVEN: "Given",
    DECLINED: "Cannot be given",
    CALLED_BACK: "Called back",
}
_CONTRIBUTION: dict[tuple[str, str], str] = {
    **_moves("take_on", (ASKED,)),
    **_moves("pass_on", (ASKED,)),
    **_moves("contribute", (ASKED,), GIVEN),
    **_moves("decline", (ASKED,), DECLINED),
    **_moves("call_back", (ASKED,), CALLED_BACK),
}

# What an officer said of a demand. It moves no enquiry.
FLAGGED = "flagged"
CONSIDERED = "considered"
TAKEN_BACK = "taken_back"
DEMAND_WORDS = {
    FLAGGED: "To be considered",
    CONSIDERED: "Considered",
    TAKEN_BACK: "Taken back",
}
_DEMAND: dict[tuple[str, str], str] = {
    **_moves("consider", (FLAGGED,), CONSIDERED),
    **_moves("take_back", (FLAGGED,), TAKEN_BACK),
}

TABLE: dict[str, dict[tuple[str, str], str]] = {
    "enquiry": _ENQUIRY,
    "contribution": _CONTRIBUTION,
    "demand": _DEMAND,
}

# What to say when a verb comes at the wrong time, and what can be done instead.
_INSTEAD = {
    ANSWERED: "It has its answer. It can be asked about again, or closed.",
    CLOSED: "It is closed. What is still wrong can be asked about again, or raised as a new enquiry.",
    RETURNED: "It was returned. It can be raised again as a new enquiry.",
    WITHDRAWN: "It was withdrawn. It can be raised again as a new enquiry.",
    DUPLICATE: "It was closed as a duplicate. What is missing can be added to the other one.",
    HANDED_ON: "It was handed on. It can be taken back, or asked about again.",
    GIVEN: "It has been given. Whoever has the enquiry can ask again.",
    DECLINED: "The service said that it cannot. Whoever has the enquiry can ask again.",
    CALLED_BACK: "It is no longer needed. Whoever has the enquiry can ask again.",
    CONSIDERED: "It was considered, and what came of it stands below.",
    TAKEN_BACK: "Whoever flagged it took it back.",
}
_INSTEAD_IN = {
    RECEIVED: {
        "close": "Answer it first, then close it.",
        "reassign": "Give it to an officer first.",
        None: "Somebody has to take it on first.",
    },
    WITH_OFFICER: {
        "accept": "Somebody has taken it on already. Look at who has it.",
        "return": "Once an officer has taken it on it is answered, or passed on.",
        "close": "Answer it first, then close it.",
        "allocate": "Pass it on to somebody else instead.",
        "resume": "The clock is running.",
        None: "No question waits for a reply. It may have been sent already: look below.",
    },
    WITH_MEMBER: {
        "accept": "Somebody has taken it on already. Look at who has it.",
        "return": "Once an officer has taken it on it is answered, or passed on.",
        "close": "Answer it first, then close it.",
        "allocate": "Pass it on to somebody else instead.",
        "resume": "The clock is running.",
    },
    PAUSED: {
        "accept": "Somebody has taken it on already. Look at who has it.",
        "return": "Once an officer has taken it on it is answered, or passed on.",
        "close": "Answer it first, then close it.",
        "allocate": "Pass it on to somebody else instead.",
        "pause": "The clock is paused already.",
        None: "Start the clock again first.",
    },
}


def _instead(state: str, verb: str) -> str | None:
    """What can be done where a verb has no place in a state."""
    if state in _INSTEAD:
        return _INSTEAD[state]
    here = _INSTEAD_IN.get(state, {})
    return here.get(verb) or here.get(None)


def verbs(kind: str, state: str) -> frozenset[str]:
    """What may be done now, before anyone asks who is asking."""
    return frozenset(verb for (at, verb) in TABLE[kind] if at == state)


def next_state(kind: str, state: str, verb: str) -> str:
    """The state that follows. Raises Refused where the verb has no place in this state."""
    try:
        return TABLE[kind][(state, verb)]
    except KeyError:
        words = (WORDS | CONTRIBUTION_WORDS | DEMAND_WORDS).get(state, state).lower()
        raise Refused(
            f"This {kind} is “{words}”, so that cannot be done now.", instead=_instead(state, verb)
        ) from None
