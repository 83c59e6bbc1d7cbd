"""Cards of the record page: whoever has something to say about a record adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.core.registry import Registry
from counterfoil.workspaces.access import Access


@dataclass(frozen=True)
class Card:
    """A card on some object types' pages: in the right column, or in the middle.

    ``load`` gets the member's access and the record and returns what ``template`` needs,
    or ``None`` where the card has nothing to show. Lower ``order`` stands higher; a
    card with ``first`` follows the title on a phone. ``place`` is ``side``,
    ``middle`` (above the timeline) or ``buttons`` (beside the title).
    """

    key: str
    on: tuple[str, ...]
    order: int
    template: str
    load: Callable[[Access, Any], Mapping[str, object] | None]
    first: bool = False
    place: str = "side"


cards: Registry[Card] = Registry("card")


def cards_on(object_type: str) -> list[Card]:
    """The cards of one object type, in the order of the page."""
    return sorted(
        (card for card in cards if object_type in card.on), key=lambda card: card.order
    )
