"""Reads the environment and gathers what is missing, so that it is all said at once."""

import contextlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

EMBEDDED_NOTICE = (
    "Evenhand keeps everything in the embedded database at %s. "
    "That serves one computer: no second web server and no replica, one writer at a time, "
    "and a copy is yours to make. docs/operations.md says more."
)
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

# Single sign-on: whoever sets one of the names needs these three.
OIDC_NEEDED = {
    "OIDC_ISSUER": "Set it to the issuer of your council's provider",
    "OIDC_CLIENT_ID": "Set it to what the provider calls Evenhand",
    "OIDC_CLIENT_SECRET": "Set it to the secret that the provider made for Evenhand",
}
OIDC_NAMES = (*OIDC_NEEDED, "OIDC_NAME", "OIDC_LINKS_BY_EMAIL", "OIDC_SECOND_STEP")
LONGEST_ISSUER = 200  # what the column of a connection holds
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class NotConfigured(ImproperlyConfigured):
    """What the environment lacks or has wrong: one message with a line for each, and its remedy."""


class Environment:
    """A view of the environment variables that remembers every fault until `insist` is called."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self.values = values
        self.faults: list[str] = []
        self.asked: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding space, or the default where it is absent or empty."""
        self.asked.add(name)
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no: 1, true, yes, on, or 0, false, no, off. Anything else is a fault."""
        self.asked.add(name)
        raw = self.values.get(name, "").strip().lower()
        if name not in self.values or not raw:
            return default
        if raw not in TRUE | FALSE:
            self.fault(name, f'is "{raw}", which is neither yes nor no', "Set it to 1 or 0")
        return raw in TRUE

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number no smaller than `least`."""
        raw = self.text(name, str(default))
        if not raw.isascii() or not raw.isdigit() or int(raw) < least:
            self.fault(name, f'is "{raw}"', f"Set it to a whole number, {least} or more")
            return default
        return int(raw)

    def words(self, name: str, default: str = "") -> list[str]:
        """A list written with commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def needed(self, name: str, remedy: str) -> str:
        """The value; where it is absent, a fault that says how to mend it."""
        value = self.text(name)
        if not value:
            self.fault(name, "is not set", remedy)
        return value

    def marks(self, secret: str) -> dict[str, str]:
        """A mark of each value that was asked for, by which a change shows and the value does not."""
        said = {name: self.values.get(name, "").strip() for name in sorted(self.asked)}
        return {
            name: hmac.new(secret.encode(), f"{name}={value}".encode(), "sha256").hexdigest()[:16]
            for name, value in said.items()
        }

    def fault(self, name: str, what: str, remedy: str) -> None:
        """Remember that a variable is missing or wrong."""
        self.faults.append(f"{name} {what}. {remedy}.")

    def insist(self) -> None:
        """Raise NotConfigured naming every fault found so far; do nothing where there is none."""
        if self.faults:
            lines = "\n".join(f"  - {fault}" for fault in self.faults)
            raise NotConfigured(
                f"Evenhand cannot start with these settings:\n{lines}\n"
                "Every setting is described in docs/operations.md."
            )


def secret_kept_in(path: Path) -> str:
    """The secret in the file; made once, readable by its owner alone, where there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Web, worker and beat start together: one draft gets the name, whole, and the rest go.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def database_settings(url: str, embedded: Path) -> dict[str, object]:
    """Django's settings for the database at the URL, or for the embedded one where there is none.

    Raises ValueError, which never quotes the URL (it holds a password), where it cannot be read.
    """
    if url and urlsplit(url).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ValueError("is not the address of a PostgreSQL or SQLite database")
    try:
        found = dj_database_url.parse(url or f"sqlite:///{embedded}", conn_max_age=60)
    except (ValueError, KeyError):
        raise ValueError("cannot be read") from None
    if found["ENGINE"] == "django.db.backends.sqlite3":
        try:
            Path(found["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise ValueError("is in a folder that cannot be made") from None
        # Measured: without WAL and IMMEDIATE, processes that write together fail with "locked".
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA cache_size=-20000;",
        }
        return found
    if not found["NAME"]:
        raise ValueError("names no database")
    return found | {"CONN_HEALTH_CHECKS": True}


def broker_address(url: str) -> str:
    """The URL, where it is one that the broker and the cache both understand. ValueError if not."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"redis", "rediss"} and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("is not the address of a Redis server")
    return url


def scanner_address(url: str) -> str:
    """The URL of ClamAV's daemon, `tcp://host:3310` or `unix:///path`. ValueError where it is neither."""
    try:
        parts = urlsplit(url)
        good = (parts.scheme == "tcp" and parts.hostname and parts.port != 0) or (
            parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError("is not the address of a ClamAV daemon")
    return url


def issuer_address(url: str, *, secure: bool) -> str:
    """The issuer of a provider of OpenID Connect; "" for none. ValueError where it is no such address.

    `secure`: https only. Otherwise also http on this machine, for a developer's own provider.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, named = parts.hostname, parts.port != 0 and not parts.username
    except ValueError:
        host = named = None
    if not host or not named or parts.query or parts.fragment:
        raise ValueError("is not the address of a provider")
    if parts.scheme != "https" and (secure or parts.scheme != "http" or host not in HERE):
        raise ValueError("does not begin with https://")
    if len(url) > LONGEST_ISSUER:
        raise ValueError(f"is longer than {LONGEST_ISSUER} characters")
    return url


# What SQLite says of its file, and what to do about it.
_OF_THE_FILE = {
    "not a database": "is not a database of Evenhand’s, or is encrypted. Check DATABASE_URL and "
    "EVENHAND_VAR",
    "malformed": "is damaged. Stop Evenhand, keep a copy of it, and restore your last backup",
    "readonly": "may not be written. Run this as the person who starts Evenhand",
    "disk is full": "has no room left on its disk. Make room, and run this again",
    "is locked": "is being written by something else. Wait a little, and run this again",
}


def said_of_database(error: Exception) -> str | None:
    """What a command says of a database without tables, out of reach or unfit; None for another error."""
    cause, words = error.__cause__, str(error).lower()
    # 42P01 is PostgreSQL's code for a table that does not exist.
    if getattr(cause, "pgcode", None) == "42P01" or "no such table" in words:
        return (
            "This database has not been made ready yet. Run script/server once, or manage.py "
            "migrate. If you started it with PROFILE or DATABASE_URL, give the same one here: "
            "PROFILE=weston .venv/bin/python manage.py …"
        )
    if "unable to open database" in words or _no_answer(cause):
        reason = _reason(words if cause is None else str(cause))
        return (
            f"The database cannot be reached. Check that it is running, and DATABASE_URL.{reason}"
        )
    for mark, remedy in _OF_THE_FILE.items():
        if cause is not None and type(cause).__module__ == "sqlite3" and mark in words:
            return f"The file of the database {remedy}."
    return None


def _no_answer(cause: BaseException | None) -> bool:
    """psycopg2 reached no server, or lost it. Its other errors without a code are faults of ours."""
    lost = type(cause).__name__ in {"OperationalError", "InterfaceError"}
    return type(cause).__module__ == "psycopg2" and lost and cause.pgcode is None


def _reason(said: str) -> str:
    """The first line of what the server or its library said: who was refused, and never a password."""
    first = said.strip().partition("\n")[0].strip()
    return f" It said: {first}" if first else ""


def mail_settings(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings from `smtp://user:password@host:port` (or smtps:, or smtp+tls:).

    Raises ValueError with a reason, which never quotes the URL, where the URL is of another kind,
    names no host, or holds a password whose signs are not written as %40 and so on.
    """
    parts = urlsplit(url)
    try:
        asked_port = parts.port
    except ValueError:
        raise ValueError("names a port that is not a number") from None
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise ValueError("is not a mail server's address")
    if url.count("@") > 1 or parts.path.strip("/") or parts.fragment:
        raise ValueError("holds an @, / or # that is not written as %40, %2F or %23")
    starttls = parts.scheme == "smtp+tls" or parse_qs(parts.query).get("tls") == ["1"]
    port = {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": asked_port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": starttls,
        "EMAIL_TIMEOUT": 20,
    }
