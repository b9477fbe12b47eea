"""What can happen to the record itself: who read, took away or was refused; the rest: protocol/events.py."""

from __future__ import annotations

from protocol.verbs import Verb, vocabulary

AUDIT = vocabulary(
    Verb("restricted_read", "{actor} read a restricted case"),
    Verb("request_refused", "{actor} was refused: {why}"),
    Verb("tries_stopped", "Tries were stopped, as there were too many: {why}"),
    Verb(
        "refusals_counted", "More refusals of the same person were counted, and not told one by one"
    ),
    Verb("protocol_taken", "{actor} took the text of a protocol as a file"),
    Verb("ledger_exported", "{actor} took events of the ledger as a file"),
    Verb("settings_changed", "The product started with other settings than before"),
)
