"""Accounts, customers and classes stand below one another: rows in that order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qbo_simulator.reports.books import Named
from qbo_simulator.reports.figures import added
from qbo_simulator.reports.tree import Json, amounts, cell, data, section, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qbo_simulator.reports.books import Account


@dataclass
class Node:
    """A name with its own figures (None: it has none) and the names below it."""

    id: int
    title: str
    own: list[int] | None = None
    below: list[Node] = field(default_factory=list)

    def total(self, count: int) -> list[int]:
        """Its own figures and all below it."""
        rows = [each.total(count) for each in self.below]
        return added([*rows, self.own or []], count)


def account_title(account: Account) -> str:
    """An account's name after its number, where it has one."""
    return f"{account.number} {account.name}".strip()


def plant(
    figures: Mapping[int, list[int]],
    names: Mapping[int, Account] | Mapping[int, Named],
) -> list[Node]:
    """What has figures, and all above it, as trees in the order of their names."""
    nodes: dict[int, Node] = {}
    roots: list[Node] = []
    for start, own in figures.items():
        _node(start, names, nodes, roots).own = own
    for node in nodes.values():
        node.below.sort(key=lambda each: each.title.casefold())
    return sorted(roots, key=lambda each: each.title.casefold())


def _node(
    id: int,  # noqa: A002
    names: Mapping[int, Account] | Mapping[int, Named],
    nodes: dict[int, Node],
    roots: list[Node],
) -> Node:
    if id in nodes:
        return nodes[id]
    found = names[id]
    title = found.name if isinstance(found, Named) else account_title(found)
    nodes[id] = node = Node(id, title)
    if found.parent and found.parent in names:
        _node(found.parent, names, nodes, roots).below.append(node)
    else:
        roots.append(node)
    return node


def rows(nodes: Iterable[Node], count: int, *, typed: bool = True) -> list[Json]:
    """A row per leaf, a section per name that has others below it.

    `typed=False` leaves the type of leaves out, as lists of customers do.
    """
    found = []
    for node in nodes:
        own = node.own or [0] * count
        known = node.id if node.id > 0 else None
        head = [cell(node.title, known), *some(own)]
        if not node.below:
            found.append(data(head) if typed else {"ColData": head})
            continue
        total = node.total(count)
        summary = [cell(f"Total {node.title}"), *amounts(total)]
        found.append(section(head, rows(node.below, count, typed=typed), summary))
    return found
