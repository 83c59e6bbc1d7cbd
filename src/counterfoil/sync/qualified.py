"""Tells other rooms which records the filters of a sync keep out."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.crm.catalogue import properties_of
from counterfoil.crm.models import Record
from counterfoil.sync.explain import filters
from counterfoil.sync.pairs import qualifying
from counterfoil.sync.ports import pairings_of
from counterfoil.sync.settings import choices


class FilterQualifier:
    """Who does not meet the filters of a pairing is no customer of that company."""

    key = "sync_filters"

    def why_not(self, connection: Connection, record: Record, *, now: datetime) -> str:
        for pairing in pairings_of(connection.service):
            if pairing.object_type != record.object_type:
                continue
            asked = choices.of(connection, pairing.name).filters
            properties = properties_of(record.object_type, connection.workspace)
            if not asked or qualifying.meets(
                record, asked, properties, workspace=connection.workspace, now=now
            ):
                continue
            sentence = _(
                "%(name)s does not qualify: customers of %(company)s are those where "
                "%(filters)s."
            )
            words = filters.in_words(asked, properties, connection.workspace)
            return sentence % {
                "name": record.title,
                "company": connection.name,
                "filters": words,
            }
        return ""
