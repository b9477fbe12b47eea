"""The vocabulary of what can happen: every verb that the ledger may record, and how it is told.

What a verb has, and how its sentence is written: protocol/verbs.py.
"""

from __future__ import annotations

from protocol.audit_events import AUDIT
from protocol.council_events import COUNCIL, DIRECTORY
from protocol.record_events import RECORDS
from protocol.verbs import MAY_WAIT, Verb, vocabulary

__all__ = ["MAY_WAIT", "VERBS", "Verb"]

ENQUIRY = vocabulary(
    Verb("enquiry_logged", "{actor} raised the enquiry", ("handler", "member")),
    Verb("enquiry_routed", "It went to {handler}, as the {protocol} says", ()),
    Verb("enquiry_accepted", "{actor} took the enquiry on", ("member",)),
    Verb("enquiry_returned", "{actor} returned the enquiry to the {member}", ("member",)),
    Verb("enquiry_allocated", "{actor} gave the enquiry to {person_owner}", ("owner", "member")),
    Verb(
        "enquiry_reassigned",
        "{actor} passed the enquiry{from_another} to {person_owner}",
        ("owner", "member"),
    ),
    Verb(
        "enquiry_referred_upward",
        "{actor} referred the enquiry to {person_owner}, a senior officer",
        ("owner", "member"),
    ),
    Verb(
        "enquiry_moved_by_merger",
        "The enquiry moved from {service_before} to {service_now}, as these were merged",
        (),
    ),
    Verb(
        "enquiry_moved_by_ending",
        "The enquiry moved from {service_before} to {service_now}, as {service_before} ended",
        (),
    ),
    Verb(
        "enquiry_without_service",
        "The enquiry belongs to no service, as {service_before} has ended",
        (),
    ),
    Verb("enquiry_acknowledged", "{actor} acknowledged the enquiry", ("member",)),
    Verb("member_asked", "{actor} asked the {member} a question", ("member",)),
    Verb(
        "member_reminded",
        "A reminder went to {recipients}: the officer’s question waits for a reply",
        ("member",),
    ),
    Verb("member_replied", "{actor} replied to the officer’s question", ("owner",)),
    Verb("enquiry_added_to", "{actor} added to the enquiry", ("owner",)),
    Verb("clock_paused", "{actor} paused the clock", ("member",)),
    Verb(
        "clock_resumed",
        "{actor} started the clock again: the answer is now due on {date_due}",
        ("member", "owner"),
    ),
    Verb(
        "holding_reply_sent",
        "{actor} sent a holding reply: the due date stayed as it was",
        ("member",),
    ),
    Verb(
        "clock_extended",
        "{actor} gave a new date, {date_promised}: the answer was due on {date_original}",
        ("member",),
    ),
    # Of what goes to somebody else; no check is there where nothing does.
    Verb(
        "third_party_checked",
        "{actor} checked what goes to somebody else: {checks}",
        (),
        member_sees=False,
    ),
    Verb("enquiry_answered", "{actor} answered the enquiry{again}", ("member",)),
    Verb(
        "enquiry_asked_again",
        "{actor} asked again: it is with {handler}, and the answer is due on {date_due}",
        ("owner", "member"),
    ),
    Verb(
        "enquiry_put_right",
        "{actor} opened the enquiry again to put the answer right: that is due on {date_due}",
        ("owner", "member"),
    ),
    # To whoever holds the portfolio of its service, by a rule of the protocol (Bl10.3).
    Verb(
        "mp_concern_copied",
        "What a Member of Parliament raised was copied to {recipients}, as the {protocol} says",
        ("copied",),
    ),
    Verb(
        "mp_reply_copied",
        "The reply was copied to {recipients}, as the {protocol} says",
        ("copied",),
    ),
    Verb(
        "mp_ending_copied",
        "How it ended here was copied to {recipients}, who had the concern",
        ("copied",),
    ),
    Verb(
        "mp_reopening_copied",
        "That it is open here again was copied to {recipients}, who had the concern",
        ("copied",),
    ),
    Verb("copy_agreed", "{actor} said that whoever wrote it lets it be copied{to_whom}", ()),
    Verb("mp_named", "{actor} corrected which Member of Parliament raised it", ()),
    Verb("enquiry_closed", "{actor} closed the enquiry", ("member",)),
    Verb("enquiry_withdrawn", "{actor} withdrew the enquiry", ("owner",)),
    Verb(
        "enquiry_closed_as_duplicate",
        "{actor} closed it as a duplicate of another enquiry",
        ("member", "owner"),
    ),
    # {where} is for those alone who may know of what it was handed on as (casework/receiving.py).
    Verb("enquiry_handed_on", "{actor} handed the enquiry on{where}", ("member", "owner")),
    Verb(
        "enquiry_taken_back",
        "{actor} took the enquiry back: it is with {handler}, and the answer {is_due}",
        ("owner", "member"),
    ),
    # In the history of both; read by those alone who may see the other (casework/links.py).
    Verb("enquiries_linked", "{actor} linked it with another enquiry", (), member_sees=False),
    Verb(
        "enquiries_unlinked",
        "{actor} took away the link with another enquiry",
        (),
        member_sees=False,
    ),
    Verb("learning_recorded", "{actor} said what was learned", (), member_sees=False),
    Verb("letter_taken", "{actor} took a letter as a file", (), member_sees=False),
    Verb("note_added", "{actor} added a note for officers", (), member_sees=False),
    Verb("file_removed", "{actor} removed a file", ("member", "owner")),
    Verb(
        "officers_file_removed",
        "{actor} removed a file that only officers saw",
        ("owner",),
        member_sees=False,
    ),
    Verb(
        "direct_contact_agreed",
        "{actor} agreed that {person_member} may go straight to {service_to}",
        (),
    ),
    Verb(
        "direct_contact_moved",
        "What {person_member} may take straight to {service_before} now goes to {service_to}",
        (),
    ),
    Verb(
        "direct_contact_ended",
        "{actor} ended the agreement that {person_member} may go straight to {service_to}",
        (),
    ),
)

CONTRIBUTIONS = vocabulary(
    Verb(
        "contribution_asked",
        "{actor} asked {asked} for a contribution by {date_due}",
        ("contributor",),
        member_sentence="{actor} asked another service for part of the answer",
    ),
    Verb(
        "contribution_taken_on",
        "{actor} took on the contribution of {service_asked}",
        ("owner",),
        member_sees=False,
    ),
    Verb(
        "contribution_passed_on",
        "{actor} passed the contribution of {service_asked} to {person_contributor}",
        ("contributor", "owner"),
        member_sees=False,
    ),
    Verb(
        "contribution_given",
        "{actor} gave the contribution of {service_asked}{late}",
        ("owner",),
        member_sees=False,
    ),
    Verb(
        "contribution_declined",
        "{actor} said that {service_asked} cannot contribute{late}",
        ("owner",),
        member_sees=False,
    ),
    Verb(
        "contribution_called_back",
        "{called_back}{late}",
        ("contributor",),
        member_sees=False,
    ),
    Verb(
        "contribution_reminded",
        "A reminder went to {recipients}: the contribution of {service_asked} is due on {date_due}",
        ("contributor",),
        member_sees=False,
    ),
    Verb(
        "contribution_due",
        "A reminder went to {recipients}: the contribution of {service_asked} was due that day",
        ("contributor",),
        member_sees=False,
        mail="soon",
    ),
    Verb(
        "contribution_late",
        "The contribution of {service_asked} was late: due on {date_due}. {recipients} heard of it",
        ("contributor", "escalation", "owner"),
        member_sees=False,
        mail="soon",
    ),
    Verb(
        "contribution_moved_by_merger",
        "{service_now} has what {service_before} was asked for, as these were merged",
        (),
        member_sees=False,
    ),
    Verb(
        "contribution_moved_by_ending",
        "{service_now} has what {service_before} was asked for, as {service_before} ended",
        (),
        member_sees=False,
    ),
    Verb(
        "contribution_recomputed",
        "The contribution of {service_asked} was due on {date_before} and is now due on {date_due}: {why}",
        ("contributor", "owner"),
        member_sees=False,
    ),
    Verb(
        "late_services_recorded",
        "The {promise} was late. Late with a contribution, or still asked for one on the due date: "
        "{services}",
        (),
        member_sees=False,
    ),
)

# Of a stream of their own, not the case's: no page of the case reads them (casework/demands).
DEMANDS = vocabulary(
    Verb(
        "demand_flagged",
        "{actor} flagged a demand. Asked to consider it: {recipients}",
        ("considerer",),
        member_sees=False,
    ),
    Verb(
        "demand_considered",
        "{actor} considered it and said what came of it",
        ("flagger", "considerer"),
        member_sees=False,
    ),
    Verb("demand_taken_back", "{actor} took it back", ("considerer",), member_sees=False),
    Verb(
        "demand_reminded",
        "A reminder went to {recipients}: it is still to be considered",
        ("considerer",),
        member_sees=False,
    ),
)

CHASING = vocabulary(
    Verb(
        "chase_reminded",
        "A reminder went to {recipients}: the {promise} is due on {date_due}",
        ("owner",),
    ),
    Verb(
        "chase_due",
        "A reminder went to {recipients}: the {promise} was due that day",
        ("owner",),
        mail="soon",
    ),
    Verb(
        "breach_recorded",
        "A breach was recorded: the {promise} was due on {date_due}",
        ("owner",),
        mail="soon",
    ),
    Verb("breach_explained", "{actor} said why it was late", ()),
    Verb(
        "chase_escalated",
        "It was escalated to {recipients}: the {promise} was due on {date_due}",
        ("escalation",),
        mail="soon",
    ),
    Verb("chase_skipped", "{step} was left out: {why}", (), member_sees=False),
    Verb(
        "clock_recomputed",
        "The {promise} was due on {date_before} and is now due on {date_due}: {why}",
        ("member", "owner"),
    ),
)

DOCUMENTS = vocabulary(
    Verb("document_opened", "{actor} opened a file"),
    Verb("document_refused", "A file of {actor} was refused: the virus scanner found something"),
    Verb(
        "document_quarantined",
        "A file was put in quarantine: the virus scanner found something harmful in it",
    ),
)

PEOPLE = vocabulary(
    Verb("person_added", "{actor} added a person"),
    Verb("person_changed", "{actor} changed a person’s details", ("person",), mail="at_once"),
    Verb("mail_preference_changed", "{actor} chose how they are mailed"),
    Verb(
        "address_change_asked",
        "{actor} asked for a person to sign in with another address",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb(
        "address_changed",
        "A person signs in with another address",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb(
        "address_change_cancelled",
        "{actor} cancelled the change of a person’s sign-in address",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb(
        "address_change_lapsed",
        "The change of a person’s sign-in address was not confirmed in time",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb("person_disabled", "{actor} stopped a person signing in"),
    Verb("person_enabled", "{actor} let a person sign in again"),
    Verb(
        "person_invited",
        "{actor} invited a person to sign in",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb(
        "password_link_requested",
        "A link to set a password was asked for",
        ("person",),
        mail="at_once",
    ),
    Verb("password_set", "{actor} set their password"),
    Verb(
        "second_step_set_up",
        "{actor} set up an authenticator app to sign in with",
        ("person",),
        mail="at_once",
    ),
    Verb("passkey_added", "{actor} added a passkey to sign in with", ("person",), mail="at_once"),
    Verb("passkey_removed", "{actor} removed a passkey", ("person",), mail="at_once"),
    Verb("recovery_codes_made", "{actor} made new recovery codes", ("person",), mail="at_once"),
    Verb("recovery_code_used", "{actor} used a recovery code", ("person",), mail="at_once"),
    Verb(
        "second_step_given_up",
        "{actor} gave up the second step of signing in",
        ("person",),
        mail="at_once",
    ),
    Verb(
        "second_step_taken_away",
        "{actor} took away the second step of a person’s signing in",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb(
        "second_step_refused",
        "A wrong code was given with the right password",
        ("person",),
        mail="at_once",
    ),
    Verb(
        "connection_made",
        "{actor} connected the account of the council’s provider that they sign in with",
        ("person",),
        mail="at_once",
    ),
    Verb(
        "connection_removed",
        "{actor} disconnected the account of the council’s provider",
        ("person",),
        mail="at_once",
    ),
    Verb(
        "connection_taken_away",
        "{actor} disconnected a person from their account of the council’s provider",
        ("person", "keepers"),
        mail="at_once",
    ),
    Verb("signed_in", "{actor} signed in"),
    Verb("identity_confirmed", "{actor} showed again that it is them"),
    Verb("password_refused", "A wrong password was given where somebody was signed in"),
    Verb("ledger_head_kept", "The head of the ledger was kept where the council says"),
    Verb("sessions_ended", "{actor} signed out of other browsers"),
    Verb("grants_exported", "{actor} downloaded who holds what"),
    Verb("capacity_changed", "{actor} changed what they act as"),
    Verb("signed_out", "{actor} signed out"),
    Verb("sign_in_refused", "A sign-in was refused"),
)

VERBS: dict[str, Verb] = {
    **ENQUIRY,
    **CONTRIBUTIONS,
    **DEMANDS,
    **CHASING,
    **DOCUMENTS,
    **DIRECTORY,
    **COUNCIL,
    **PEOPLE,
    **AUDIT,
    **RECORDS,
}
