"""Fields that are mapped to other properties than before: those pairs never agreed.

A link keeps what each side held by the name of the property and of the field. Where both
were mapped before, but not to each other, the two say nothing of one another.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from counterfoil.connections.models import Connection, Link
from counterfoil.sync.engine.settings import Settings
from counterfoil.sync.ports import Pairing


def crossed(former: Settings, wanted: Settings) -> list[str]:
    """The fields there that are mapped anew, to a property that was mapped already."""
    pairs = {(rule.local, rule.remote) for rule in former.rules}
    here = {rule.local for rule in former.rules}
    there = {rule.remote for rule in former.rules}
    return sorted(
        rule.remote
        for rule in wanted.rules
        if (rule.local, rule.remote) not in pairs
        and rule.local in here
        and rule.remote in there
    )


def links_of(connection: Connection, pairing: Pairing) -> QuerySet[Link]:
    """The links of an object of sync."""
    return Link.objects.filter(
        connection=connection,
        stream=pairing.stream,
        object_type=pairing.object_type,
    )


def forget(links: QuerySet[Link], fields: Collection[str]) -> int:
    """Let these fields never have agreed, for some links, in one statement."""
    if not fields:
        return 0
    left = Func(
        F("base_remote"),
        Cast(Value(list(fields)), ArrayField(TextField())),
        template="%(expressions)s",
        arg_joiner=" - ",
        output_field=JSONField(),
    )
    return links.filter(base_remote__has_any_keys=list(fields)).update(base_remote=left)
