"""The only writers of enquiries: one verb each, keyword-only, in one transaction."""

from casework.enquiries.actions.again import ask_again, put_right, record_asking
from casework.enquiries.actions.agreements import agree_direct_contact, end_direct_contact
from casework.enquiries.actions.correspondence import (
    acknowledge,
    add,
    answer,
    ask,
    hold,
    note,
    record_addition,
    record_reply,
    reply,
)
from casework.enquiries.actions.ending import close, explain_breach, return_to_member, withdraw
from casework.enquiries.actions.files import remove_file
from casework.enquiries.actions.handing import hand_on, take_back
from casework.enquiries.actions.handling import accept, allocate, reassign, refer_upward
from casework.enquiries.actions.links import close_duplicate, link, unlink
from casework.enquiries.actions.logging import log, made_before
from casework.enquiries.actions.timing import extend, pause, resume

__all__ = [
    "accept",
    "acknowledge",
    "add",
    "agree_direct_contact",
    "allocate",
    "answer",
    "ask",
    "ask_again",
    "close",
    "close_duplicate",
    "end_direct_contact",
    "explain_breach",
    "extend",
    "hand_on",
    "hold",
    "link",
    "log",
    "made_before",
    "note",
    "pause",
    "put_right",
    "reassign",
    "record_addition",
    "record_asking",
    "record_reply",
    "refer_upward",
    "remove_file",
    "reply",
    "resume",
    "return_to_member",
    "take_back",
    "unlink",
    "withdraw",
]
