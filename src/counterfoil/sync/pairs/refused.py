"""What could not be taken over into a record, one issue per object and pairing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from counterfoil.sync.among import among
from counterfoil.sync.models import Issue
from counterfoil.sync.pairs.ground import Ground

UNFIT, UNWRITABLE = "unfit_value", "refused_here"


def subject(name: str, remote_id: str) -> str:
    """What an issue about an object of a pairing is filed under."""
    return f"in:{name}:{remote_id}"[:140]


def note(
    ground: Ground,
    sentences: Mapping[str, Mapping[str, str]],
    category: str,
    *,
    now: datetime,
) -> None:
    """Keep the sentences, by object and property, until it is taken over after all."""
    Issue.objects.bulk_create(
        (
            Issue(
                connection=ground.connection,
                subject=subject(ground.pairing.name, remote_id),
                name=ground.pairing.name,
                stream=ground.pairing.stream,
                remote_id=remote_id[:64],
                object_type=ground.pairing.object_type,
                category=category,
                field=next(iter(each), "")[:64],
                sentence=" ".join(each.values())[:1000],
                first_at=now,
                last_at=now,
            )
            for remote_id, each in sentences.items()
        ),
        update_conflicts=True,
        update_fields=["category", "field", "sentence", "last_at"],
        unique_fields=["connection", "subject"],
    )


def forget(ground: Ground, remote_ids: Collection[str]) -> None:
    """These were taken over."""
    subjects = [subject(ground.pairing.name, each) for each in remote_ids]
    Issue.objects.filter(
        among("subject", subjects), connection=ground.connection
    ).delete()
