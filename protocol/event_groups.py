"""The vocabulary of events in the groups by which an auditor narrows a list of them."""

from __future__ import annotations

from protocol.audit_events import AUDIT
from protocol.council_events import COUNCIL, DIRECTORY
from protocol.events import CHASING, CONTRIBUTIONS, DEMANDS, DOCUMENTS, ENQUIRY, PEOPLE
from protocol.record_events import RECORDS
from protocol.verbs import Verb

GROUPS: dict[str, tuple[str, dict[str, Verb]]] = {
    "enquiries": ("Enquiries", ENQUIRY),
    "contributions": ("Contributions of other services", CONTRIBUTIONS),
    "demands": ("Demands on officers", DEMANDS),
    "chasing": ("Chasing and breaches", CHASING),
    "files": ("Files", DOCUMENTS),
    "directory": ("Directory", DIRECTORY),
    "council": ("The council’s settings", COUNCIL),
    "people": ("People and signing in", PEOPLE),
    "records": ("Keeping and erasing", RECORDS),
    "record": ("Reads, refusals and exports", AUDIT),
}
