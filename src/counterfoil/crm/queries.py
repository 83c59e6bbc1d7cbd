"""Reading records: one, and pages of many."""

from __future__ import annotations

from django.http import Http404

from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record
from counterfoil.workspaces.models import Workspace


def get(workspace: Workspace, object_type: str, record_id: int) -> Record:
    """The record, archived or not; 404 when it is absent or another workspace's."""
    rows = object_types[object_type].model._default_manager
    record = rows.filter(workspace=workspace, pk=record_id).first()
    if record is None:
        raise Http404
    return record
