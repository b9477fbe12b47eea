"""The only writers of people. Each is one transaction with its event.

`by` is the person who acts, or None for the product itself (a command, the demonstration). Refused
is raised where `by` may not, or where it cannot happen now.
"""

from accounts.actions.acting import act_in
from accounts.actions.addresses import (
    approve_address,
    cancel_address,
    confirm_address,
    settle_addresses,
)
from accounts.actions.drafts import (
    clear_drafts,
    delete_draft,
    drop_all_drafts,
    drop_drafts,
    save_draft,
    sending,
)
from accounts.actions.exporting import export_grants
from accounts.actions.mailing import choose_mail
from accounts.actions.people import (
    Correction,
    NewPerson,
    add_people,
    add_person,
    change_person,
    correct_people,
    disable,
    enable,
    invite,
    invite_many,
)
from accounts.signing_in.actions.connection import (
    WAY,
    connect,
    disconnect,
    know_by_provider,
    refuse_sign_in,
    set_out,
    take_connection_away,
)
from accounts.signing_in.actions.doors import (
    STRANGER,
    TOO_MANY,
    WRONG,
    change_password,
    confirm,
    know,
    record_confirmed,
    request_link,
    set_password,
    sign_in,
    sign_out,
)
from accounts.signing_in.actions.second_step import (
    add_passkey,
    give_code,
    give_passkey,
    give_up_second_step,
    make_recovery_codes,
    remove_passkey,
    set_up_app,
    show_recovery_codes,
    take_second_step_away,
)
from accounts.signing_in.actions.sessions import clear_sessions, end_sessions

__all__ = [
    "STRANGER",
    "TOO_MANY",
    "WAY",
    "WRONG",
    "Correction",
    "NewPerson",
    "act_in",
    "add_passkey",
    "add_people",
    "add_person",
    "approve_address",
    "cancel_address",
    "change_password",
    "change_person",
    "choose_mail",
    "clear_drafts",
    "clear_sessions",
    "confirm",
    "confirm_address",
    "connect",
    "correct_people",
    "delete_draft",
    "disable",
    "disconnect",
    "drop_all_drafts",
    "drop_drafts",
    "enable",
    "end_sessions",
    "export_grants",
    "give_code",
    "give_passkey",
    "give_up_second_step",
    "invite",
    "invite_many",
    "know",
    "know_by_provider",
    "make_recovery_codes",
    "record_confirmed",
    "refuse_sign_in",
    "remove_passkey",
    "request_link",
    "save_draft",
    "sending",
    "set_out",
    "set_password",
    "set_up_app",
    "settle_addresses",
    "show_recovery_codes",
    "sign_in",
    "sign_out",
    "take_connection_away",
    "take_second_step_away",
]
