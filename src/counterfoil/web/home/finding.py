"""Search over everything: records of every noun whose title holds the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Q, Value
from django.urls import reverse

from counterfoil.crm.catalogue import object_types
from counterfoil.web.records.looks import LOOKS
from counterfoil.workspaces.models import Workspace

PER_NOUN = 10
SHORTEST_SUBSTRING = 3
SEARCHED = (
    "deal",
    "contact",
    "company",
    "invoice",
    "quote",
    "payment",
    "product",
    "estimate",
    "sales_receipt",
    "credit_memo",
    "refund_receipt",
    "expense",
)


@dataclass(frozen=True)
class Found:
    """One record that matches."""

    title: str
    address: str


@dataclass(frozen=True)
class FoundNoun:
    """The matches of one noun; ``more`` leads to its list where there are more."""

    label: str
    icon: str
    found: Sequence[Found]
    more: str


def find(workspace: Workspace, text: str) -> list[FoundNoun]:
    """The first matches of every noun, the newest first, in one query."""
    text = text.replace("\x00", "").strip()
    if not text:
        return []
    arms = [
        object_types[key]
        .model._default_manager.filter(
            _matches(text, is_contact=key == "contact"),
            workspace=workspace,
            archived_at=None,
        )
        .order_by("-id")
        .values_list(Value(key, CharField()), "pk", "title")[: PER_NOUN + 1]
        for key in SEARCHED
    ]
    rows = list(arms[0].union(*arms[1:], all=True))
    return [group for key in SEARCHED if (group := _group(workspace, key, text, rows))]


def _matches(text: str, *, is_contact: bool) -> Q:
    how = "icontains" if len(text) >= SHORTEST_SUBSTRING else "istartswith"
    asked = Q(**{f"title__{how}": text})
    return asked | Q(email__iexact=text) if is_contact and "@" in text else asked


def _group(
    workspace: Workspace, key: str, text: str, rows: Sequence[tuple[str, int, str]]
) -> FoundNoun | None:
    mine = sorted((row for row in rows if row[0] == key), key=lambda row: -row[1])
    if not mine:
        return None
    noun = object_types[key]
    index = reverse("records", args=[workspace.pk, noun.slug], query={"q": text})
    return FoundNoun(
        str(noun.label[1]),
        LOOKS[key].icon,
        [
            Found(
                title or f"#{pk}",
                reverse("record", args=[workspace.pk, noun.slug, pk]),
            )
            for _key, pk, title in mine[:PER_NOUN]
        ],
        index if len(mine) > PER_NOUN else "",
    )
