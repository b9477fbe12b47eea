"""What this room lends whoever reads the ledger: what posts are called."""

from __future__ import annotations

from collections.abc import Sequence

from council.models import Post
from ledger import reading


def posts(keys: Sequence[str]) -> dict[str, str]:
    by_id = reading.ids(keys)
    known = Post.objects.filter(pk__in=by_id)
    return {by_id[post.pk]: f"the post of {post}" for post in known}


def council(keys: Sequence[str]) -> dict[str, str]:
    return dict.fromkeys(keys, "the council")
