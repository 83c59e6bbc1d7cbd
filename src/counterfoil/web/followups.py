"""What follows from changes and was given up: it is done once more on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.events import dispatch
from counterfoil.workspaces.models import Workspace

LABELS: Mapping[str, Any] = {
    "sync": gettext_lazy("Sending changes to connected companies"),
    "posting": gettext_lazy("Creating documents in the books"),
    "invoicing": gettext_lazy("Keeping deals and invoices in step"),
    "timeline": gettext_lazy("Telling the timeline"),
}


@dataclass(frozen=True)
class Followup:
    """One kind of consequence, with how many were given up and the last error."""

    label: str
    count: int
    last: datetime


def of(workspace: Workspace) -> Sequence[Followup]:
    """What was given up in a workspace, the most frequent first."""
    counted = (
        dispatch.given_up(workspace)
        .order_by()
        .values_list("subscriber")
        .annotate(n=Count("pk"), last=Max("next_at"))
    )
    rows = [Followup(_label(key), n, last) for key, n, last in counted]
    return sorted(rows, key=lambda each: -each.count)


def retry(workspace: Workspace, *, now: datetime) -> int:
    """Deliver them once more."""
    return dispatch.retry_failed(now, workspace=workspace)


def _label(subscriber: str) -> str:
    room = subscriber.split(".", maxsplit=1)[0]
    known = LABELS.get(subscriber) or LABELS.get(room)
    return str(known or _("Other consequences of changes"))
