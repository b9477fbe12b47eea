"""The command line of script/bench."""

from __future__ import annotations

import argparse
from pathlib import Path

QUICK = ((10_000, 100_000), 21)
LONG = ((1_000, 10_000, 100_000, 300_000), 41)
FEWEST, MOST = 50, 1_000_000

ABOUT = """
Measures how quick Evenhand's pages are with many cases, on PostgreSQL.

It makes databases of its own, fills them with an invented council and thousands of its cases, and
opens each page as the people who use it do. The first run makes the databases; they are kept, and
the next run uses them. It touches no database that it did not make.

  script/bench --quick                        a first look
  script/bench --quick --json before.json     keep the figures, then change something
  script/bench --quick --compare before.json  say what became slower
"""
EXIT = """
exit status: 0 when it was measured; 1 when --fail-over was given and something is slower by more
than that; 2 when it could not be measured, with the reason; 3 when --fail-over was given and the
machine was too busy, or another one, to judge; 130 after Ctrl-C.
"""


def read(words: list[str] | None = None) -> argparse.Namespace:
    """What was asked for. argparse ends the process with status 2 where it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description=ABOUT,
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _what(parser)
    _output(parser)
    _where(parser)
    asked = parser.parse_args(words)
    if asked.fail_over is not None and asked.compare is None:
        parser.error("--fail-over says how much slower is too slow, so it needs --compare FILE")
    if asked.drop and (asked.json or asked.compare):
        parser.error("--drop measures nothing, so it goes with neither --json nor --compare")
    sizes, runs = QUICK if asked.quick else LONG
    asked.cases = asked.cases or list(sizes)
    asked.runs = asked.runs or runs
    return asked


def _what(parser: argparse.ArgumentParser) -> None:
    quick, long = (", ".join(f"{size:,}" for size in sizes) for sizes, _ in (QUICK, LONG))
    group = parser.add_argument_group("what to measure")
    group.add_argument(
        "--quick",
        action="store_true",
        help=f"{quick} cases, {QUICK[1]} runs of each page. Without it: {long} cases, {LONG[1]} runs",
    )
    group.add_argument(
        "--cases", metavar="N,N", type=_sizes, help="these numbers of cases, for example 50000"
    )
    group.add_argument("--runs", metavar="N", type=_runs, help="so many runs of each page")
    group.add_argument(
        "--only", metavar="WORDS", default="", help="only what has these words in its name"
    )


def _output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to do with the figures")
    group.add_argument("--json", metavar="FILE", type=_writable, help="write them to a file too")
    group.add_argument(
        "--compare", metavar="FILE", type=Path, help="say what changed since --json wrote FILE"
    )
    group.add_argument(
        "--tolerance",
        metavar="R",
        type=_ratio,
        default=1.25,
        help="up to R times as slow counts as the same (1.25)",
    )
    group.add_argument(
        "--fail-over",
        metavar="R",
        type=_ratio,
        help="end with status 1 where something is more than R times as slow",
    )


def _where(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where")
    group.add_argument(
        "--server",
        metavar="URL",
        help="the PostgreSQL server, postgres://user:password@host:5432. Without it: the server of "
        "DATABASE_URL, or else the one on this computer. Its user must be a superuser",
    )
    group.add_argument(
        "--name",
        default="evenhand_bench",
        help="how the names of the databases begin (evenhand_bench). Two clones that measure on one "
        "server need two names",
    )
    group.add_argument(
        "--drop", action="store_true", help="drop the databases that it made, and measure nothing"
    )


def _sizes(text: str) -> list[int]:
    found = [_whole(part.strip(), FEWEST, MOST) for part in text.split(",")]
    return list(dict.fromkeys(found))


def _runs(text: str) -> int:
    return _whole(text, 1, 10_000)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a whole number between {least:,} and {most:,}, without commas in it'
        )
    return int(text)


def _ratio(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 1 <= found < 1000:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 up, such as 1.5')
    return found


def _writable(text: str) -> Path:
    """A file that can be made, said before minutes of measuring."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder: name a file in it")
    try:
        path.open("a").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be written: {error.strerror}") from None
    return path
