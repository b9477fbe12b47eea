"""The bench touches its own databases and no other, on PostgreSQL."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bench import contents, databases
from bench.faults import CannotRun
from tests.bench import servers

pytestmark = pytest.mark.postgresql


NAME = f"{servers.name()}_200"
# Where the bench would put a copy of it.
FOREIGN = f"{NAME}_run"


@pytest.fixture(scope="module")
def server() -> Iterator[databases.Server]:
    """A server with one database of the bench's own and one that is not; neither is left at the end."""
    found = databases.Server(servers.address())
    try:
        found.make(NAME)
        found.ask(f"CREATE DATABASE {FOREIGN} TEMPLATE template0")
        yield found
    finally:
        for (name,) in found.ask(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [servers.name()]
        ):
            found.ask(f"DROP DATABASE {name}")
        found.close()


def exists(server: databases.Server, name: str) -> bool:
    return bool(server.ask("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


@pytest.mark.parametrize("comment", ["", "The council’s own, made by script/bench of Evenhand"])
def test_a_database_that_it_did_not_make_is_neither_filled_copied_over_nor_dropped(server, comment):
    """Seen red with: `holds` that takes any comment for its own."""
    server.ask(f"COMMENT ON DATABASE {FOREIGN} IS %s", [comment])

    def copy() -> None:
        with server.copy_of(NAME):
            pytest.fail("it was copied over")

    for touch in (
        lambda: server.holds(FOREIGN),
        lambda: server.drop(FOREIGN),
        lambda: server.make(FOREIGN),
        lambda: server.keep(FOREIGN, "a digest", lambda: None),
        copy,
    ):
        with pytest.raises(CannotRun, match="did not make, so it was left alone"):
            touch()
    assert exists(server, FOREIGN)


def test_dropping_finds_what_it_made_and_nothing_else(server):
    """Seen red with: `ours` that goes by the name alone."""
    assert server.ours(servers.name()) == [NAME]


def test_what_was_filled_is_kept_until_its_digest_changes(server):
    """Seen red with: `keep` that looks only whether there is a database."""
    filled = [server.keep(NAME, digest, lambda: None) for digest in ("one", "one", "two")]
    assert filled == [True, False, True]
    assert server.holds(NAME) == "two"


def test_what_a_killed_run_left_unfilled_is_filled_anew(server):
    """Seen red with: the digest written before the filling."""
    meanwhile = []
    assert server.keep(NAME, "a digest", lambda: meanwhile.append(server.holds(NAME)))
    assert meanwhile == [databases.UNFINISHED]
    server.mark(NAME, databases.UNFINISHED)
    assert server.keep(NAME, "a digest", lambda: None)


def test_what_was_filled_by_half_is_not_left_behind(server):
    """Seen red with: the database dropped after an Exception only, which Ctrl-C is not."""
    name = f"{servers.name()}_300"

    def fill() -> None:
        assert exists(server, name)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.keep(name, "a digest", fill)
    assert not exists(server, name)


def test_a_copy_is_dropped_at_the_end_even_where_the_run_fails(server):
    name = f"{servers.name()}_400"
    server.make(name)

    def run() -> None:
        with server.copy_of(name) as copy:
            assert exists(server, copy)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run()
    assert not exists(server, f"{name}_run")
    assert exists(server, name)


def test_two_benches_do_not_share_databases_of_one_name(server):
    """Seen red with: `lock` that asks and does not look at the answer."""
    other = databases.Server(servers.address())
    try:
        server.lock(servers.name())
        with pytest.raises(CannotRun, match="Another bench is using"):
            other.lock(servers.name())
    finally:
        other.close()


# One that takes long, and one whose transaction takes long to end.
LONG = {
    "a statement": "SELECT pg_sleep(60)",
    "a commit": """
        CREATE TABLE slow (n int);
        CREATE FUNCTION wait_long() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait_long();
        INSERT INTO slow VALUES (1)""",
}


@pytest.mark.parametrize("what", LONG)
def test_ctrl_c_ends_what_takes_long_at_once_here_and_on_the_server(
    what, server, django_db_blocker
):
    """Filling takes a minute. Seen red with: no `cancel`; with Django's own error let through."""

    def stop(*_) -> None:
        raise KeyboardInterrupt

    def wait_long() -> None:
        with (
            contents.opened(NAME),
            contents.interruptible(),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            cursor.execute(LONG[what])

    before = signal.signal(signal.SIGALRM, stop)
    try:
        with django_db_blocker.unblock(), pytest.raises(KeyboardInterrupt):
            wait_long()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # The server has a moment to hear of it, and then nobody is connected.
    asked = "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.05) WHERE datname = %s"
    assert any(server.ask(asked, [NAME]) == [(0,)] for _ in range(100))
