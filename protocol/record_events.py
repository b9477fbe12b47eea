"""What can happen to what is kept: held, kept longer, erased; the rest: protocol/events.py."""

from __future__ import annotations

from protocol.verbs import Verb, vocabulary

RECORDS = vocabulary(
    Verb(
        "hold_placed",
        "{actor} placed a legal hold, to be looked at again on {date_again}",
        member_sees=False,
    ),
    Verb("hold_lifted", "{actor} lifted a legal hold", member_sees=False),
    Verb("kept_longer", "{actor} said that it is kept until {date_until}", member_sees=False),
    Verb("details_erased", "{actor} erased the resident’s name and contact details"),
    Verb("texts_erased", "{actor} erased everything that was written, with its files and names"),
    Verb(
        "link_reason_erased",
        "{actor} erased why it was linked with another enquiry",
        member_sees=False,
    ),
    Verb("erasure_asked", "{actor} recorded that somebody asked to be erased"),
    Verb("erasure_closed", "{actor} closed a request to be erased"),
    Verb("retention_set", "{actor} set how long enquiries are kept"),
)
