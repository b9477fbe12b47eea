"""The only writers of this room, each one transaction with its event.

`by` is the person who acts, or None for the product itself. Events name the fields that changed,
never their values. Refused is raised where `by` may not, or where it cannot happen now.
"""

from members.actions.appointments import (
    add_committee_seat,
    add_leadership,
    add_portfolio,
    add_seat,
    add_term,
    appointment_ending,
    change_term,
    end_appointment,
    term_shown,
)
from members.actions.entries import (
    add_committee,
    add_group,
    add_ward,
    change_committee,
    change_group,
    change_ward,
    end_committee,
    end_group,
    end_ward,
    entry_shown,
    reopen_entry,
)
from members.actions.importing import import_members, keep_upload
from members.actions.people import (
    add_member,
    change_member,
    end_member,
    ending,
    key,
    member_shown,
    reinstate_member,
)

__all__ = [
    "add_committee",
    "add_committee_seat",
    "add_group",
    "add_leadership",
    "add_member",
    "add_portfolio",
    "add_seat",
    "add_term",
    "add_ward",
    "appointment_ending",
    "change_committee",
    "change_group",
    "change_member",
    "change_term",
    "change_ward",
    "end_appointment",
    "end_committee",
    "end_group",
    "end_member",
    "end_ward",
    "ending",
    "entry_shown",
    "import_members",
    "keep_upload",
    "key",
    "member_shown",
    "reinstate_member",
    "reopen_entry",
    "term_shown",
]
