"""Tells other rooms which records the filters of a sync keep out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.connections.qualification import Judge
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.models import Record
from counterfoil.sync.explain import filters
from counterfoil.sync.pairs import qualifying
from counterfoil.sync.pairs.qualifying import Sieve
from counterfoil.sync.ports import pairings_of
from counterfoil.sync.settings import choices


@dataclass(frozen=True, slots=True)
class _Gate:
    """The filters of one pairing, and how they are told."""

    sieve: Sieve
    words: str


class FilterQualifier:
    """Who does not meet the filters of a pairing is no customer of that company."""

    key = "sync_filters"

    def judge(self, connection: Connection, *, now: datetime) -> Judge:
        """The filters of a noun are read when the first of it is asked about."""
        known: dict[str, list[_Gate]] = {}

        def why_not(record: Record) -> str:
            noun = record.object_type
            if noun not in known:
                known[noun] = list(_gates(connection, noun, now))
            shut = next((x for x in known[noun] if not x.sieve.lets(record)), None)
            if shut is None:
                return ""
            sentence = _(
                "%(name)s does not qualify: customers of %(company)s are those where "
                "%(filters)s."
            )
            return sentence % {
                "name": record.title,
                "company": connection.name,
                "filters": shut.words,
            }

        return why_not


def _gates(connection: Connection, object_type: str, now: datetime) -> Iterator[_Gate]:
    workspace = connection.workspace
    for pairing in pairings_of(connection.service):
        if pairing.object_type != object_type:
            continue
        asked = choices.of(connection, pairing.name).filters
        if not asked:
            continue
        properties = properties_of(object_type, workspace)
        sieve = qualifying.sieve(asked, properties, workspace=workspace, now=now)
        yield _Gate(sieve, filters.in_words(asked, properties, workspace))
