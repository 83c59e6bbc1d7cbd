"""What the one door costs by itself: records a second, in pages of a first import."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from django.utils import timezone

from benchmarks.figures import figure
from benchmarks.outside import say
from counterfoil.connections import links
from counterfoil.connections.links import NewLink
from counterfoil.connections.models import Connection
from counterfoil.crm.models import Contact
from counterfoil.crm.records import Change, Written, write
from counterfoil.events.origin import Actor, Origin

PAGE = 1_000


def door(connection: Connection, count: int) -> None:
    """Create, link, change and archive so many contacts; nobody listens meanwhile."""
    say(f"writing {count} contacts through the one door")
    past = Origin.connection(connection.pk, historical=True)
    now = Origin.connection(connection.pk)
    made: list[int] = []

    def create(numbers: Sequence[int]) -> None:
        written = put(connection, [contact(number) for number in numbers], past)
        made.extend(each.record.pk for each in written)
        at = timezone.now()
        links.make_many(connection, list(linked(written)), now=at)

    create_rate = paced(count, create)
    figure(
        "door_creations",
        create_rate,
        "rows/s",
        baseline="Django's bulk_create of the bare contacts",
        baseline_value=paced(count, lambda numbers: bare(connection, numbers)),
    )
    figure(
        "door_changes_of_3_values",
        paced(count, lambda numbers: put(connection, edits(made, numbers), now)),
        "rows/s",
    )
    figure(
        "door_archivings",
        paced(count, lambda numbers: put(connection, goodbyes(made, numbers), now)),
        "rows/s",
    )


def paced(count: int, work: Callable[[Sequence[int]], object]) -> float:
    """Do all of it page by page; returns how many a second."""
    began = time.perf_counter()
    for start in range(0, count, PAGE):
        work(range(start, min(start + PAGE, count)))
    return count / (time.perf_counter() - began)


def put(
    connection: Connection, changes: Sequence[Change], origin: Origin
) -> list[Written]:
    return write(
        workspace=connection.workspace,
        changes=changes,
        actor=Actor.connection(connection.pk, connection.name),
        origin=origin,
        now=timezone.now(),
    )


def contact(number: int) -> Change:
    return Change("contact", values_of(number), key=f"door-{number}")


def values_of(number: int) -> dict[str, object]:
    return {
        "first_name": f"Dora {number}",
        "last_name": f"Field {number * 7919 % 100_003}",
        "email": f"dora.{number}@example.com",
        "phone": f"(555) 555-{number % 10_000:04}",
        "street": f"{number} Harbour Road",
        "city": "Springfield",
        "region": "CA",
        "postal_code": f"{number % 90_000 + 10_000}",
        "country": "USA",
    }


def linked(written: Sequence[Written]) -> Iterator[NewLink]:
    for each in written:
        yield NewLink(
            "customers",
            each.key or "",
            each.ref.object_type,
            each.ref.record_id,
            reason="created",
            base_local=dict.fromkeys(each.changed, "as it was"),
        )


def bare(connection: Connection, numbers: Sequence[int]) -> None:
    at = timezone.now()
    Contact.objects.bulk_create(
        Contact(
            workspace=connection.workspace,
            title=str(number),
            created_at=at,
            updated_at=at,
            **values_of(number),
        )
        for number in numbers
    )


def edits(made: Sequence[int], numbers: Sequence[int]) -> list[Change]:
    return [
        Change(
            "contact",
            {"city": f"Town {n}", "phone": f"(777) {n:07}", "job_title": "Baker"},
            made[n],
        )
        for n in numbers
    ]


def goodbyes(made: Sequence[int], numbers: Sequence[int]) -> list[Change]:
    return [Change("contact", record_id=made[n], archived=True) for n in numbers]
