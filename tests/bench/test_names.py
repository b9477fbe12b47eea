"""How its databases may be called, and where it looks for a server."""

import pytest

from bench import databases
from bench.__main__ import ON_THIS_COMPUTER
from bench.__main__ import _server as server
from bench.faults import CannotRun


@pytest.mark.parametrize("name", ["evenhand_bench", "evenhand_bench_branch", "evenhand_bench_2"])
def test_a_name_begins_as_the_benchs_own_do(name):
    assert databases.prefix(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("evenhand", "postgres", "", "evenhand_benchmark", "evenhand_bench_", "evenhand_bench-2"),
        *('evenhand_bench_"; drop', "evenhand_bench_%", "evenhand_bench_" + "x" * 60),
        "evenhand_bench_a\n",
    ],
)
def test_any_other_name_is_refused(name):
    """Seen red with: `re.match`, which is content with a beginning."""
    with pytest.raises(CannotRun, match="must begin with evenhand_bench_"):
        databases.prefix(name)


def test_the_server_is_the_one_asked_for_or_that_of_the_product_or_this_computer(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://jo@there:5433/evenhand")
    assert server("postgres://jo@here") == "postgres://jo@here"
    assert server(None) == "postgres://jo@there:5433/evenhand"
    monkeypatch.setenv("DATABASE_URL", "sqlite:////data/evenhand.sqlite3")
    assert server(None) == ON_THIS_COMPUTER
    monkeypatch.delenv("DATABASE_URL")
    assert server(None) == ON_THIS_COMPUTER


@pytest.mark.parametrize(
    "url", ["localhost", "mysql://here", "postgres://here:port", "sqlite:///x"]
)
def test_what_is_no_address_of_a_server_is_said_and_not_quoted(url):
    with pytest.raises(CannotRun, match="not the address of one") as refused:
        server(url)
    assert url not in str(refused.value)
