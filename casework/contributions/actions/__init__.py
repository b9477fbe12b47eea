"""The only writers of contributions: one verb each, keyword-only, in one transaction."""

from casework.contributions.actions.asking import ask, call_back, call_back_all, came_over
from casework.contributions.actions.giving import contribute, decline, pass_on, take_on

__all__ = [
    "ask",
    "call_back",
    "call_back_all",
    "came_over",
    "contribute",
    "decline",
    "pass_on",
    "take_on",
]
