"""Makes docs/reliability.md of the figures that tests said (tests/figures.py): `script/soak --write`."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from functools import cache
from pathlib import Path

from tests.figures import planted as planted_in

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "reliability.md"
KEPT = ROOT / "docs" / "reliability.json"
# What no test tells: the advisories (tests/advisories.py).
SOAK = "script/soak"
NOT_YET = "Not yet: no test tells a figure of this row."
NOT_RUN = "Its figures are not kept here yet."
# What each row is, and what passes (the bar that the council's security officer was promised).
BAR = {
    "T1": ("Access matrix", "0 mismatches over N ≥ 25,000; an address that is not mapped fails"),
    "T2": ("Leak canaries", "0 foreign tokens, at least one own in each channel"),
    "T3": ("Non-interference", "0 differing bytes over 200 random worlds"),
    "T4": ("Conflict of interest", "the subject sees nothing"),
    "T5": ("Kill the sweep", "0 notices lost, 0 doubled"),
    "T6": ("Lose the broker", "all delivered within two sweeps, no hand on it"),
    "T7": ("Kill the web", "every acknowledged write there, 0 half-writes"),
    "T8": ("Clock", "100,000 cases, 0 mismatches"),
    "T9": ("Edit conflicts", "0 silent overwrites, the loser’s text kept, one winner"),
    "T10": ("Ledger", "0 forks; every change to an event that the exported head covers is found"),
    "T11": ("Fuzz", "100,000 requests, no 5xx, no traceback"),
    "T12": ("Uploads", "none drawn in the browser, every download authorised"),
    "T13": ("Sessions", "effective on the next request"),
    "T14": ("Restore", "counts, files and ledger match; a corrupted backup is refused"),
    "T15": ("Accessibility", "0 violations of any severity"),
    "T16": ("Configuration", "0 warnings, strict headers on every address"),
    "T17": ("Erasure", "0 residual tokens, the ledger still verifies"),
}
HEAD = """# Reliability figures

Written by the tests and `script/soak --write`; never by hand (docs/adr/0024). A row is a test of the running
product that prints its N and its seed, and was seen to go red with the fault planted. “Landing” is the
size of every landing, “long” that of `script/soak`; a size that was not run is not here. Seconds are of the
machine that ran it, with what else it did.
"""


@cache
def telling() -> dict[str, tuple[str, ...]]:
    """Row → the tests whose code tells a figure of it, as `tests/file.py::test_name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for row in rows_told(node):
                    found[row].append(f"{path.relative_to(ROOT)}::{node.name}")
    return {row: tuple(tests) for row, tests in found.items()}


def rows_told(function: ast.FunctionDef) -> list[str]:
    """The rows of `figure("T9", …)` in a test."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    named = (
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "figure" and call.args
        if isinstance(call.args[0], ast.Constant)
    )
    return sorted(set(named))


def written(figures: list[dict]) -> str:
    """The document: each row with its tests, and under each what was read off a run."""
    parts = [HEAD]
    for row, (what, passes) in BAR.items():
        parts.append(f"\n## {row}: {what}\n\nPasses with: {passes}.\n")
        tests = telling().get(row, ())
        if not tests:
            parts.append(f"\n{NOT_YET}\n")
        if any(one["row"] == row and one["test"] == SOAK for one in figures):
            tests = (*tests, SOAK)
        for test in tests:
            mine = [one for one in figures if one["row"] == row and _plain(one["test"]) == test]
            parts.append(_of_test(test, mine))
    return "".join(parts)


def seen_red_with(test: str) -> str:
    """What the docstring of a test says of it."""
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    function = next(node for node in tree.body if getattr(node, "name", "") == name)
    return planted_in(ast.get_docstring(function))


def is_told(one: dict) -> bool:
    """Whether what told a kept figure is there still."""
    return one["test"] == SOAK or _plain(one["test"]) in telling().get(one["row"], ())


def _plain(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def _of_test(test: str, figures: list[dict]) -> str:
    planted = "" if test == SOAK else seen_red_with(test)
    lines = [f"\n`{test}`\n"]
    if planted:
        lines.append(f"\nSeen red with: {planted}\n")
    if not figures:
        return "".join([*lines, f"\n{NOT_RUN}\n"])
    lines.append(
        "\n| size | stack | N | of | seed | seconds | run on |\n| --- | --- | ---: | --- | --- | ---: | --- |\n"
    )
    lines += [
        f"| {one['size']} | {one['stack']} | {one['n']:,} | {one['of']} | {one['seed'] or 'none'} "
        f"| {one['seconds']} | {one['on']} |\n"
        for one in sorted(figures, key=lambda one: (one["size"], one["stack"], one["of"]))
    ]
    return "".join(lines)


def kept() -> list[dict]:
    """What the document was written from."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []


def main(folder: Path) -> None:
    """Put what this machine's runs said beside what is kept, and write both files."""
    from tests.figures import merged, read

    figures = kept()
    for path in sorted(folder.glob("*.json")):
        for stack in {one["stack"] for one in read(path)}:
            theirs = [one for one in figures if one["stack"] == stack]
            others = [one for one in figures if one["stack"] != stack]
            figures = others + merged(theirs, read(path))
    figures = [one for one in figures if is_told(one)]
    figures.sort(
        key=lambda one: (int(one["row"][1:]), one["test"], one["stack"], one["size"], one["of"])
    )
    KEPT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    DOCUMENT.write_text(written(figures), encoding="utf-8")


if __name__ == "__main__":
    import os

    main(Path(os.environ.get("EVENHAND_VAR", ROOT / "var")) / "figures")
