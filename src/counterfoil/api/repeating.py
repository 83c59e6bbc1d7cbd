"""A request that is sent again makes nothing new; another one under its key is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.api.entrance import Call
from counterfoil.api.models import UsedKey
from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn


def made_before(call: Call, key: str, body: Mapping[str, Any]) -> Record | None:
    """The document of this very request. Raises ``Invalid`` for a key of another one."""
    used = UsedKey.objects.filter(workspace=call.access.workspace, key=key).first()
    if used is None:
        return None
    if used.digest != _digest(body):
        message = _("This key was used for another request. Send a key of its own.")
        raise Invalid({"Idempotency-Key": [message]})
    return queries.get(call.access.workspace, *used.document)


@transaction.atomic
def once(
    call: Call, key: str, body: Mapping[str, Any], make: Callable[[], Record]
) -> tuple[Record, bool]:
    """The document of the request, and whether it is new.

    Who sends the same at the same moment waits, and finds what the first one made. A
    refusal leaves the key unused: what was amiss is put right, and sent under it again.
    """
    workspace = call.access.workspace
    take_turn(f"key|{workspace.pk}|{key}")
    if (made := made_before(call, key, body)) is not None:
        return made, False
    made = make()
    object_type, record_id = Ref.of(made)
    UsedKey.objects.create(
        workspace=workspace,
        key=key,
        digest=_digest(body),
        object_type=object_type,
        record_id=record_id,
        used_at=call.now,
    )
    return made, True


def _digest(body: Mapping[str, Any]) -> str:
    """Of what was said, in whatever order."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
