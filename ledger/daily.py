"""Which notices go in one daily mail, and what that mail is called."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from ledger.hooks import Rendered
from ledger.models import Notice


def grouped(
    notices: Sequence[Notice], rendered: Mapping[int, object], together: Collection[int]
) -> dict[int, list[Notice]]:
    """By the id of each notice that goes in a daily mail, all those of that mail, oldest first.

    What cannot be said in a line goes by itself; what could not be rendered fails by itself.
    """
    mails: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.pk in together and _fits(rendered[notice.pk]):
            mails[notice.recipient].append(notice)
    return {notice.pk: group for group in mails.values() for notice in group}


def _fits(message: object) -> bool:
    """Said in a line, or dropped."""
    if isinstance(message, Rendered):
        return message.line is not None
    return message is None or isinstance(message, Notice.Dropped)


def message_id(notices: Sequence[Notice]) -> str:
    """The same for the same notices, so that a mail that goes twice after a kill is seen to be one.

    Of all that were claimed, whatever is left out of it: what a reader may see can change between
    the two. Another set of notices is another mail, which must not be taken for the first.
    """
    ids = sorted(notice.message_id for notice in notices)
    domain = ids[0].rpartition("@")[2].rstrip(">")
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(ids))}@{domain}>"
