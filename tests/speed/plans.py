"""How PostgreSQL says that it will read: the plan of a statement, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Plan:
    """One statement's plan; `nodes` are its steps, subplans included."""

    sql: str
    nodes: tuple[dict, ...]

    @classmethod
    def of(cls, sql: str) -> Plan:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            (found,) = cursor.fetchone()
        return cls(sql, tuple(_walk(found[0]["Plan"])))

    def reads(self, table: str) -> list[str]:
        """How the table is read: "Index Scan by case_worklist", "Seq Scan", …"""
        return [_named(node) for node in self.nodes if node.get("Relation Name") == table]

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node}

    @property
    def most_sorted(self) -> int:
        """The most rows that the planner expects any step to sort; 0 where nothing is sorted."""
        sorts = [node for node in self.nodes if "Sort" in node["Node Type"]]
        return max((child["Plan Rows"] for node in sorts for child in node["Plans"]), default=0)

    def __str__(self) -> str:
        return "; ".join(
            f"{_named(node)} on {node['Relation Name']} (about {node['Plan Rows']} rows)"
            if "Relation Name" in node
            else _named(node)
            for node in self.nodes
        )


def _walk(node: dict) -> Iterator[dict]:
    yield node
    for child in node.get("Plans", ()):
        yield from _walk(child)


def _named(node: dict) -> str:
    by = f" by {node['Index Name']}" if "Index Name" in node else ""
    return f"{node['Node Type']}{by}"


def of_cases(statements: list[str]) -> list[Plan]:
    """The plans of those statements that read the table of cases itself: the count and the rows."""
    return [Plan.of(sql) for sql in statements if 'FROM "casework_case"' in sql]
