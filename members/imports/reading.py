"""From the bytes of a file to what it says, or one clear reason why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable

from council.imports import text
from members.imports import parse_csv, parse_xml
from members.imports.records import Contents
from protocol.refusals import Refused

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read(content: bytes, *, home_addresses: bool = False) -> Contents:
    """What a file says. Its bytes decide what it is, never its name.

    `home_addresses` keeps home addresses, phones and emails; else they are dropped here, at the
    door. Refused, with the reason, for a file that is not whole or holds no member.
    """
    decoded = text.of(content, kinds="XML or CSV", instead=parse_csv.INSTEAD)
    contents = _parser(decoded)(decoded, home_addresses=home_addresses)
    if not contents.records:
        why = f" The first problem: {contents.rejected[0]}" if contents.rejected else ""
        raise Refused(
            f"The file holds nobody who can be imported, so nothing was changed.{why}",
            instead=parse_csv.INSTEAD,
        )
    return contents


def _parser(written: str) -> Callable[..., Contents]:
    """By how the text begins: XML, a web page (refused), or CSV."""
    beginning = written.lstrip()[:1000]
    if not beginning.startswith("<"):
        return parse_csv.parse
    if _HTML.search(beginning.lower().partition(f"<{parse_xml.ROOT}")[0]):
        raise Refused(
            "The file is a web page (HTML), not the XML itself. It may be an error page, or the page "
            "may have been saved as the browser showed it.",
            instead=parse_xml.INSTEAD,
        )
    return parse_xml.parse
