"""Neutral documents: what they refer to, what they are called, whose turn they wait for.

A document may hold ``{"$intent": "<uuid>"}`` in place of a remote id; it is filled in
when that intent has one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

REFERENCE = "$intent"
KINDS = (
    "customer",
    "item",
    "invoice",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "payment",
    "expense",
)


def stream(kind: str) -> str:
    """What the rooms above call the documents of a kind."""
    return f"{kind}s"


def reference(intent_id: UUID) -> dict[str, str]:
    """What to write in place of a remote id that does not exist yet."""
    return {REFERENCE: str(intent_id)}


def references(value: object) -> set[UUID]:
    """The intents that a document refers to, wherever it does."""
    if isinstance(value, Mapping):
        if set(value) == {REFERENCE}:
            return {UUID(str(value[REFERENCE]))}
        return set().union(*(references(part) for part in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(references(part) for part in value))
    return set()


def filled(value: object, remote_ids: Mapping[UUID, str]) -> object:
    """The same document with remote ids in place of references."""
    if isinstance(value, Mapping):
        if set(value) == {REFERENCE}:
            return remote_ids[UUID(str(value[REFERENCE]))]
        return {name: filled(part, remote_ids) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, remote_ids) for part in value]
    return value


def lane(kind: str, document: Mapping[str, object]) -> str:
    """What is written one at a time: a customer's documents, and things of one name.

    An expense has no customer of its own; it goes by its vendor, else by its account.
    """
    for whose in ("customer", "vendor", "account"):
        found = document.get(f"{whose}_id")
        if isinstance(found, Mapping):
            found = found.get(REFERENCE)
        if found:
            return f"{whose} {found}"[:200]
    name = " ".join(str(document.get("name", "")).casefold().split())
    return f"{kind} {hashlib.sha256(name.encode()).hexdigest()[:32]}"


def title(kind: str, document: Mapping[str, object]) -> str:
    """How a sentence calls it: its name, or its number; empty when it has neither."""
    if kind in {"customer", "item"}:
        return str(document.get("name") or "")
    return str(document.get("number") or document.get("reference") or "")
