"""Why a file was not taken in, and what somebody may not know is in one. Each says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from documents.kinds import MB, Kind

# Keys are those of documents.inspection.
WHY: dict[str, str] = {
    "not_its_kind": "is not what its name says, or is damaged. Open it, save it again, then choose "
    "the new copy.",
    "disguise": "has something hidden in it that could run. Save it again as PDF, then choose that.",
    "runs": "has a script in it. Print it as PDF, then choose that.",
    "macros": "has macros in it. Save it without macros, or as PDF, then choose that.",
    "carries": "has other files inside it. Take them out, or choose them one by one.",
    "reaches_out": "fetches or sends something when it is opened. Save it as PDF, then choose that.",
    "locked": "is locked with a password. Save it without one, then choose that.",
    "formulas": "has formulas in it. Save it as .xlsx or PDF, then choose that.",
    "too_many_pixels": "is a picture of more than 100 million points. Make it smaller, then choose that.",
    "too_much_inside": "unpacks to far more than its size. Save it again as PDF, then choose that.",
    "cut_short": "is not complete. Save it again, then choose the new copy.",
}
# What is in a document that its sender may not see.
FLAGS: dict[str, str] = {
    "tracked_changes": "tracked changes",
    "hidden_sheets": "hidden sheets or slides",
    "comments": "comments",
}


def hidden_in(flags: Iterable[str]) -> str:
    """What its sender may not see, in words: "has comments and tracked changes in it"."""
    return f"has {' and '.join(FLAGS[flag] for flag in flags if flag in FLAGS)} in it"


def size(many: int) -> str:
    """A size as people write it: "240 KB", "3.1 MB"."""
    if many < MB:
        return f"{max(round(many / 1024), 1)} KB"
    return f"{many / MB:.1f} MB"


def kinds() -> str:
    """What may be added, in a sentence."""
    return "PDF, pictures (JPEG, PNG, WebP), Word, Excel, PowerPoint, OpenDocument, text or CSV"


def too_large(kind: Kind, name: str, many: int) -> str:
    return (
        f"“{name}” is {size(many)}. A {kind.words} may be up to {size(kind.most)}. Make it smaller, or "
        "split it."
    )
