"""`script/bench` as somebody types it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from bench import __main__ as command
from bench import contents, databases, run
from bench.faults import CannotRun
from tests.bench import making, servers


def bench(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "bench", *words],
        cwd=settings.BASE_DIR,
        env=_environment(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )


def _environment(changes: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | changes


def test_help_says_what_it_does_and_what_its_status_means():
    done = bench("--help")
    assert done.returncode == 0
    for words in ("databases of its own", "--quick", "--fail-over", "exit status"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cases", "1,000"], "1 is not"),
        (["--cases", "many"], '"many" is not a whole number'),
        (["--cases", "5000000"], "between 50 and 1,000,000"),
        (["--runs", "0"], '"0" is not a whole number'),
        (["--tolerance", "0.5"], "not a number from 1 up"),
        (["--tolerance", "nan"], "not a number from 1 up"),
        (["--fail-over", "2"], "it needs --compare FILE"),
        (["--drop", "--json", "{folder}/x.json"], "--drop measures nothing"),
        (["--json", "{folder}"], "is a folder"),
        (["--json", "{folder}/none/x.json"], "cannot be written: No such file"),
        (["--quik"], "unrecognized arguments"),
        (["--name", "evenhand"], "must begin with evenhand_bench_"),
        (["--server", "here"], "not the address of one"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_done(tmp_path, words, said):
    if words == ["--cases", "1,000"]:
        said = '"1" is not a whole number between 50'
    done = bench(*(word.format(folder=tmp_path) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_postgresql_it_says_so_and_how_to_mend_it():
    """Status 2; the password is not repeated. Seen red with: the address said whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        done = bench("--server", f"postgres://jo:hunter2@127.0.0.1:{port}")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"PostgreSQL does not answer at 127.0.0.1:{port}" in done.stderr
    assert "--server postgres://user@host:5432" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_words_that_name_no_scenario_list_those_there_are():
    with pytest.raises(CannotRun, match="nothing has that in its name") as refused:
        run.insist_on("swimming")
    assert "  How we are doing\n" in str(refused.value)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_stopped_it_says_so_in_plain_words(name, monkeypatch, capsys):
    """Status 130. Seen red with: SIGTERM left as it is, which would leave the databases behind."""
    monkeypatch.setattr(sys, "argv", ["bench"])
    monkeypatch.setattr(command, "_bench", lambda *_: signal.raise_signal(signal.Signals[name]))
    # A run in the background may have been started with the first of them ignored.
    ours = {signal.SIGTERM: lambda *_: None, signal.SIGINT: signal.default_int_handler}
    before = {one: signal.signal(one, handler) for one, handler in ours.items()}
    try:
        assert command.main() == 130
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert capsys.readouterr().err.startswith("Stopped.")


@pytest.mark.postgresql
def test_it_measures_every_scenario_keeps_its_council_and_compares(tmp_path):
    """200 cases, on PostgreSQL. No setting of the product's reaches it, and only the council is left."""
    server = databases.Server(servers.address())
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    making.run(making.result(cases=200)).write(before)
    own = ("--server", servers.address(), "--name", servers.name(), "--cases", "200", "--runs", "2")
    files = ("--json", str(after), "--compare", str(before), "--fail-over", "2")
    try:
        done = bench(*own, *files, EVENHAND_ENV="production", REDIS_URL="redis://nowhere:1")
        assert server.ours(servers.name()) == [f"{servers.name()}_200"]
        assert server.holds(f"{servers.name()}_200") == contents.digest(200)
    finally:
        for name in server.ours(servers.name()):
            server.drop(name)
        server.close()
    # It was compared with another machine.
    assert (done.returncode, done.stderr) == (3, "")
    assert "NO CONCLUSION ABOUT TIMES" in done.stdout
    found = {(one["name"], one["who"]): one for one in json.loads(after.read_text())["results"]}
    assert all(one["runs"] == 2 and one["median_ms"] > 0 for one in found.values())
    assert found["All cases", "clerk"]["queries"] <= 12
    assert found["Log an enquiry", "member"]["queries"] > 12
    assert found["A sweep with nothing due", ""]["queries"] == 1
    assert found["SELECT 1", ""]["queries"] == 1
