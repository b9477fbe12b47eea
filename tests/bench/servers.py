"""The PostgreSQL server of the tests, and a name there that no other run of them uses."""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode

from django.db import connection


def address() -> str:
    """The server that the tests run on."""
    found = connection.settings_dict
    who = quote(found["USER"] or "", safe="")
    if found["PASSWORD"]:
        who += ":" + quote(found["PASSWORD"], safe="")
    port = f":{found['PORT']}" if found["PORT"] else ""
    options = {k: v for k, v in found["OPTIONS"].items() if isinstance(v, str)}
    asked = "?" + urlencode(options) if options else ""
    return f"postgres://{who}{who and '@'}{found['HOST']}{port}/{asked}"


def name() -> str:
    return f"evenhand_bench_test_{os.getpid()}"
