"""Every writer of the room."""

from records.actions.clearing import clear, export, replay
from records.actions.erasing import close, erase, record_request
from records.actions.holds import hold, lift
from records.actions.retention import anonymise, bring_up, keep, schedule

__all__ = [
    "anonymise",
    "bring_up",
    "clear",
    "close",
    "erase",
    "export",
    "hold",
    "keep",
    "lift",
    "record_request",
    "replay",
    "schedule",
]
