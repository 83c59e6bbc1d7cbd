"""Sentences of the timeline: every kind of entry says how it is told.

A room above ``crm`` that tells the timeline adds its kinds here from its own section
of the pages; a kind that nobody has added shows what its content calls ``text``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from counterfoil.core.registry import Registry
from counterfoil.crm.models import TimelineEntry

MONEY = "money"
CHANGES = "changes"


@dataclass(frozen=True)
class Story:
    """One kind: its icon, its tone (``good``, ``info``, ``bad`` or none), its sentence.

    ``group`` is the filter it falls under: ``money`` or ``changes``.
    """

    key: str
    icon: str
    group: str
    sentence: Callable[[TimelineEntry], str | Markup]
    tone: str = ""


stories: Registry[Story] = Registry("story")


def story_of(entry: TimelineEntry) -> Story:
    """The story of an entry's kind, or a plain one."""
    return stories.get(entry.kind) or Story(entry.kind, "circle-dot", "", _plain)


def kinds_of(group: str) -> list[str]:
    """The kinds that a filter of the timeline lets through."""
    return [story.key for story in stories if story.group == group]


def _plain(entry: TimelineEntry) -> str:
    return str(entry.content.get("text") or entry.kind.replace("_", " ").capitalize())


stories.add(Story("created", "plus", CHANGES, lambda _entry: _("Created")))
stories.add(Story("archived", "archive", CHANGES, lambda _entry: _("Archived")))
stories.add(Story("restored", "archive-restore", CHANGES, lambda _entry: _("Restored")))
stories.add(Story("changed", "pencil", CHANGES, lambda _entry: _("Changed")))
