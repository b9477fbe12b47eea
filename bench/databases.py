"""The bench's own databases. One that it did not make is never read, changed or dropped.

For each size one database is kept, filled and pristine. Each run works in a copy, which is dropped
at the end, so what a run writes is really committed and the next run begins with the same rows. A
comment on the database says that the bench made it and what it holds: without that comment it is
somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import errorcodes, sql

from bench.faults import CannotRun

PREFIX = "evenhand_bench"
MARK = "Made by script/bench of Evenhand, which may drop it. It holds: "
# The comment of one that is not filled yet, or only a copy for one run.
UNFINISHED = "nothing that is to be kept"
LONGEST = 40


def prefix(name: str) -> str:
    """How the names of the databases begin: `evenhand_bench`, and what was asked for after it."""
    if not re.fullmatch(rf"{PREFIX}(_[a-z0-9_]+)?", name) or len(name) > LONGEST:
        raise CannotRun(
            f"--name must begin with {PREFIX}_ and go on in small letters and figures, at most "
            f"{LONGEST} in all: {PREFIX}_branch, for example."
        )
    return name


class Server:
    """A PostgreSQL server on which the bench may make databases. Close it at the end."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        try:
            self.connection = psycopg2.connect(self.address("postgres"), connect_timeout=5)
        except psycopg2.OperationalError as error:
            said = str(error).strip().splitlines()
            raise CannotRun(
                f"PostgreSQL does not answer at {self.where}, and the bench runs on PostgreSQL "
                "only. Start it, or say where it is: --server postgres://user@host:5432. "
                f"It said: {said[0] if said else 'nothing'}"
            ) from None
        self.connection.autocommit = True

    @property
    def where(self) -> str:
        """The host and port, without who signs in."""
        return f"{self.parts.hostname or 'this computer'}:{self.parts.port or 5432}"

    def address(self, name: str) -> str:
        """The address of a database on this server."""
        return self.parts._replace(path=f"/{name}").geturl()

    def ask(self, statement, values: list | None = None) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def about(self) -> dict[str, str]:
        """What the server says of itself, for the output."""
        names = ("server_version", "shared_buffers", "synchronous_commit")
        (found,) = self.ask(
            "SELECT current_setting(%s), current_setting(%s), current_setting(%s)", [*names]
        )
        return dict(zip(("postgresql", *names[1:]), found, strict=True))

    def insist_on_rights(self) -> None:
        """CannotRun where the user may not do what the filling needs."""
        ((name, is_super),) = self.ask(
            "SELECT current_user, usesuper FROM pg_user WHERE usename = current_user"
        )
        if not is_super:
            raise CannotRun(
                f"The database user {name} is no superuser at {self.where}. The bench makes "
                "databases and fills them with the triggers off, which needs one: use a server of "
                "your own for it, never the council's."
            )

    def lock(self, prefix: str) -> None:
        """Keep the databases of this name to this process, until the connection is closed."""
        ((is_ours,),) = self.ask("SELECT pg_try_advisory_lock(hashtext(%s))", [prefix])
        if not is_ours:
            raise CannotRun(
                f"Another bench is using the databases {prefix}_… now. Wait for it, or give this "
                f"one a name of its own: --name {PREFIX}_other"
            )

    # Databases --------------------------------------------------------------------------------
    def holds(self, name: str) -> str | None:
        """What a database of the bench's own holds; None where there is none of that name.

        CannotRun where there is one that the bench did not make.
        """
        found = self.ask(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if not found:
            return None
        comment = found[0][0] or ""
        if not comment.startswith(MARK):
            raise CannotRun(
                f"There is a database {name} at {self.where} that the bench did not make, so it "
                f"was left alone. Give the bench another name (--name {PREFIX}_other), or drop "
                "that database yourself if nobody needs it."
            )
        return comment.removeprefix(MARK)

    def drop(self, name: str) -> bool:
        """Drop a database of the bench's own; False where there is none."""
        if self.holds(name) is None:
            return False
        try:
            self.ask(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        except psycopg2.errors.ObjectInUse:
            raise CannotRun(
                f"Somebody is connected to {name}, so it cannot be dropped. Close that connection "
                "and run the bench again."
            ) from None
        return True

    def make(self, name: str, *, like: str = "template0") -> None:
        """Make a database anew, as a copy of another; one of the bench's own goes first."""
        self.drop(name)
        ours, other = sql.Identifier(name), sql.Identifier(like)
        self.ask(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(ours, other))
        self.mark(name, UNFINISHED)

    def mark(self, name: str, holds: str) -> None:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        self.ask(statement.format(sql.Identifier(name), sql.Literal(MARK + holds)))

    def ours(self, prefix: str) -> list[str]:
        """The databases of this name that the bench made."""
        found = self.ask(
            "SELECT datname FROM pg_database WHERE datname ~ %s"
            " AND shobj_description(oid, 'pg_database') LIKE %s ORDER BY 1",
            [f"^{prefix}_[0-9]+(_run)?$", MARK + "%"],
        )
        return [name for (name,) in found]

    def keep(self, name: str, digest: str, fill: Callable[[], None]) -> bool:
        """Have a database that was filled to this digest; True where it had to be filled.

        `fill` fills the empty one. Where it fails or is stopped, nothing is left of it.
        """
        if self.holds(name) == digest:
            return False
        self.make(name)
        try:
            fill()
        except BaseException:
            self.drop(name)
            raise
        self.mark(name, digest)
        return True

    @contextmanager
    def copy_of(self, name: str) -> Iterator[str]:
        """The name of a copy that may be written to, and is dropped at the end."""
        copy = f"{name}_run"
        try:
            self.make(copy, like=name)
            # Now, and not in the middle of what is measured.
            self.ask("CHECKPOINT")
            yield copy
        finally:
            self.drop(copy)

    def close(self) -> None:
        self.connection.close()


def said_of(error: psycopg2.Error) -> str:
    """What to say where the server refuses, goes away or has no room left."""
    said = str(error).strip().splitlines()
    reason = f"It said: {said[0]}" if said else "It did not say why."
    if error.pgcode == errorcodes.DISK_FULL:
        return (
            "PostgreSQL has no room left on its disk. Make room, or measure fewer cases: "
            f"--cases 10000. {reason}"
        )
    return f"PostgreSQL could not do what the bench asked of it. {reason}"
