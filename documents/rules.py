"""Which file may be taken in, and when one may be opened. Each rule raises Refused with what to do."""

from __future__ import annotations

import unicodedata

from documents import kinds, words
from documents.kinds import INSTEAD, MOST_FILES, MOST_TOGETHER, Kind
from documents.models import Document
from protocol.refusals import Refused

LONGEST_NAME = 120
# Of the files that somebody added and has not sent.
MOST_HELD = 20
# Of the files chosen at once: some more than may be sent, so that none of those is lost.
MOST_LOOKED_AT = 2 * MOST_FILES
RESERVED = frozenset('<>:"/\\|?*')


def clean_name(name: str) -> str:
    """A name that shows what it is, on any computer: no folders, no marks of direction, one dot.

    "photo.exe.JPG" is "photo exe.jpg". Refused where nothing is left, or it has no extension.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", base)
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        and letter not in RESERVED
    )
    stem, _, extension = shown.rpartition(".")
    stem = " ".join(stem.replace(".", " ").split())
    extension = extension.strip().lower()
    if not extension.isascii() or not extension.isalnum():
        extension = ""
    if not stem or not extension:
        raise Refused(
            "A file you chose has no name that says what it is.",
            instead=f"Save it as {words.kinds()}, then choose that.",
        )
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip()}.{extension}"


def kind_of(name: str) -> Kind:
    """The kind that a clean name says. Refused where it is none that is taken in."""
    extension = name.rpartition(".")[2]
    kind = kinds.BY_EXTENSION.get(extension)
    if kind is None:
        raise Refused(
            f"“{name}” is of a kind that is not taken in.",
            instead=INSTEAD.get(extension) or f"Save it as {words.kinds()}, then choose that.",
        )
    return kind


def may_be_so_large(kind: Kind, name: str, size: int) -> None:
    if size > kind.most:
        raise Refused(words.too_large(kind, name, size))
    if size == 0:
        raise Refused(f"“{name}” is empty.", instead="Choose another file.")


def may_be_looked_at(many: int) -> None:
    """Looking into a file takes time; whoever chose a whole folder meant something else."""
    if many > MOST_LOOKED_AT:
        raise Refused(
            f"You chose {many} files, so none was added.",
            instead=f"Choose up to {MOST_FILES}, and send the rest with another message.",
        )


def may_go_together(sizes: list[int]) -> None:
    """With one message."""
    if len(sizes) > MOST_FILES:
        raise Refused(
            f"You can add up to {MOST_FILES} files to one message. You added {len(sizes)}.",
            instead="Leave some out, or send them with another message.",
        )
    if sum(sizes) > MOST_TOGETHER:
        raise Refused(
            f"Together the files are {words.size(sum(sizes))}. They may be up to "
            f"{words.size(MOST_TOGETHER)}.",
            instead="Leave some out, or make them smaller.",
        )


def may_hold_more(held: int) -> None:
    if held >= MOST_HELD:
        raise Refused(
            f"You added {held} files that you have not sent.",
            instead="Send what you have, or try again in two days, when they are cleared away.",
        )


def is_sound(name: str, why: str) -> None:
    """Refuses what an inspection found unsound."""
    if why:
        raise Refused(f"“{name}” {words.WHY[why]}")


def may_be_opened(document: Document) -> None:
    if document.scan == Document.Scan.WAITING:
        raise Refused(
            f"“{document.name}” has not been checked for viruses yet.",
            instead="This is tried again every few minutes. Come back in a while.",
        )
