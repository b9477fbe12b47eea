"""In what capacity somebody writes for the council: an officer's, never a member's."""

from __future__ import annotations

import json

from accounts import standing
from casework.models import Case, Message
from protocol import capacity


def written_as(by, case: Case) -> tuple[str, str]:
    """Job title and service of whoever writes a letter; ("", "") for whoever writes as no officer.

    A member who holds a post signs nothing in the council's name (Mo127, Mo129; We9.2, We9.3; Bk
    Correspondence). Who holds a post and is not in the directory of officers writes as the post.
    """
    where = standing.of(by)
    officer = getattr(by, "officer", None) if where.capacity in ("", capacity.OFFICER) else None
    if officer is not None:
        return officer.job_title, officer.service.name if officer.service else ""
    if "member" in where.facts:
        return "", ""
    held = where.keys("post")
    titles = (post.title for key, post in case.profile.posts.items() if key in held)
    return next(titles, ""), ""


def committed(message: Message) -> str:
    """What the ledger commits to, beside the text: in whose capacity a letter was written."""
    return json.dumps([message.author_title, message.author_service])


def signed(message: Message) -> tuple[str, str]:
    """As it was written; of a letter from before that was kept, the officer's title of today.

    Costs a query unless the author's officer and service came with the message.
    """
    if message.author_title:
        return message.author_title, message.author_service
    officer = getattr(message.author, "officer", None)
    if officer is None:
        return "", ""
    return officer.job_title, officer.service.name if officer.service else ""
