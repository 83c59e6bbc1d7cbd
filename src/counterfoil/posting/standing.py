"""Between the row of an intent and its frozen standing."""

from __future__ import annotations

from dataclasses import asdict, fields

from counterfoil.posting.models import Intent
from counterfoil.posting.state import Standing, State

NAMES = tuple(field.name for field in fields(Standing))


class LeaseLost(Exception):
    """Another worker owns the intent now: what was about to be written is not."""


def of(intent: Intent) -> Standing:
    """The standing that the row holds."""
    values = {name: getattr(intent, name) for name in NAMES}
    values["state"] = State(intent.state)
    return Standing(**values)


def keep(intent: Intent, before: Standing, after: Standing, **columns: object) -> None:
    """Write ``after`` if the row still stands as ``before``; else raise ``LeaseLost``.

    The fence: a worker that was paused beyond its lease finds a higher epoch.
    """
    values = {**asdict(after), **columns}
    updated = Intent.objects.filter(
        pk=intent.pk, state=before.state, lease_epoch=before.lease_epoch
    ).update(**values)
    if not updated:
        raise LeaseLost(str(intent.pk))
    for name, value in values.items():
        setattr(intent, name, value)
