"""What can happen to the directory and the council; the rest: protocol/events.py."""

from __future__ import annotations

from protocol.verbs import Verb, vocabulary

DIRECTORY = vocabulary(
    Verb("entry_added", "{actor} added an entry"),
    Verb("entry_changed", "{actor} changed an entry"),
    Verb("entry_ended", "{actor} ended an entry"),
    Verb("entry_removed", "{actor} removed an entry"),
    Verb(
        "service_merged",
        "{actor} merged {service_before} into {service_now}",
        ("head", "owner", "officers"),
    ),
    Verb(
        "service_ended",
        "{actor} ended {service_before}: {service_now} carries on its work",
        ("head", "owner", "officers"),
    ),
    Verb("officer_moved", "{person_officer} moved from {service_before} to {service_now}"),
    Verb("officer_without_service", "{person_officer} no longer belongs to {service_before}"),
    Verb("members_imported", "{actor} imported members"),
    Verb("directory_imported", "{actor} imported a directory from a file"),
    Verb("absence_recorded", "{actor} recorded an absence of {person_officer}"),
    Verb("absence_changed", "{actor} changed an absence of {person_officer}"),
    Verb("absence_removed", "{actor} removed an absence of {person_officer}"),
)

COUNCIL = vocabulary(
    Verb("council_set_up", "{actor} set the council up"),
    Verb("council_changed", "{actor} changed the council’s details"),
    Verb("adoption_recorded", "{actor} recorded that a protocol is in force from {date_from}"),
    Verb(
        "adoption_withdrawn",
        "{actor} withdrew a protocol that was to be in force from {date_from}",
    ),
    Verb("bank_holidays_changed", "The bank holidays changed: dates were counted again"),
    Verb("closure_day_added", "{actor} added a closure day, {date_day}"),
    Verb("closure_day_removed", "{actor} removed a closure day, {date_day}"),
    Verb(
        "post_held",
        "{actor} recorded who holds a post",
        ("holders", "keepers", "overseers"),
        mail="soon",
    ),
    Verb("post_ended", "{actor} ended a holding of a post"),
    Verb("relationship_declared", "{actor} recorded a declared relationship"),
    Verb("relationship_ended", "{actor} ended a declared relationship"),
    Verb(
        "delegation_made",
        "{actor} recorded that {person_delegate} acts for {person_principal}",
        ("principal", "delegate"),
        mail="soon",
    ),
    Verb(
        "delegation_limited",
        "{actor} changed what {person_delegate} may do for {person_principal}",
        ("principal", "delegate"),
        mail="soon",
    ),
    Verb("delegation_ended", "{actor} ended what {person_delegate} did for {person_principal}"),
)
