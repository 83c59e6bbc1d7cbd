"""Between the row of an intent or an act and its frozen standing."""

from __future__ import annotations

from dataclasses import asdict, fields

from counterfoil.posting.models import Progress
from counterfoil.posting.state import Standing, State

NAMES = tuple(field.name for field in fields(Standing))


class LeaseLost(Exception):
    """Another worker owns the row now: what was about to be written is not."""


def of(row: Progress) -> Standing:
    """The standing that the row holds."""
    values = {name: getattr(row, name) for name in NAMES}
    values["state"] = State(row.state)
    return Standing(**values)


def keep(row: Progress, before: Standing, after: Standing, **columns: object) -> None:
    """Write ``after`` if the row still stands as ``before``; else raise ``LeaseLost``.

    The fence: a worker that was paused beyond its lease finds a higher epoch.
    """
    values = {**asdict(after), **columns}
    updated = (
        type(row)
        ._default_manager.filter(
            pk=row.pk, state=before.state, lease_epoch=before.lease_epoch
        )
        .update(**values)
    )
    if not updated:
        raise LeaseLost(str(row.pk))
    for name, value in values.items():
        setattr(row, name, value)
