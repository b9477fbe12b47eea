"""The virus scanner: ClamAV by its daemon, where the council has set one up (`CLAMD_URL`)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

import clamd
from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 30
PORT = 3310


@dataclass(frozen=True)
class Verdict:
    """`scan` is a value of Document.Scan; `found` the name of what was found, "" for nothing."""

    scan: str
    found: str = ""


def is_set_up() -> bool:
    return bool(settings.CLAMD_URL)


def scan(file: IO[bytes]) -> Verdict:
    """What the scanner says. "none" without a scanner; "waiting" where it did not say: never "clean"."""
    if not is_set_up():
        return Verdict("none")
    file.seek(0)
    try:
        # Too large for it, and it breaks the connection: that is no answer either.
        status, what = _asked(SECONDS, lambda daemon: daemon.instream(file))["stream"]
    except (clamd.ClamdError, OSError, KeyError, TypeError, ValueError) as error:
        logger.warning("the virus scanner did not answer: %s", type(error).__name__)
        return Verdict("waiting")
    if status == "OK":
        return Verdict("clean")
    if status == "FOUND":
        return Verdict("found", re.sub(r"[^A-Za-z0-9._-]", "_", what or "unnamed")[:64])
    logger.warning("the virus scanner would not read a file")
    return Verdict("waiting")


def trouble() -> str:
    """Nothing where the scanner answers, or none is set up; else the class of the error."""
    if not is_set_up():
        return ""
    try:
        _asked(2, lambda daemon: daemon.ping())
    except (clamd.ClamdError, OSError, ValueError) as error:
        return type(error).__name__
    return ""


def _asked(seconds: float, question: Callable[[Any], Any]) -> Any:
    """The library leaves its connection open where it fails."""
    daemon = _daemon(seconds)
    try:
        return question(daemon)
    finally:
        if connection := getattr(daemon, "clamd_socket", None):
            connection.close()


def _daemon(seconds: float) -> clamd.ClamdNetworkSocket:
    """`tcp://host:port`, or `unix:///path/of/the/socket`; the settings checked its shape."""
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        return clamd.ClamdUnixSocket(address.path, timeout=seconds)
    return clamd.ClamdNetworkSocket(address.hostname, address.port or PORT, timeout=seconds)
