"""Tells how far the document is that creates a record in the books."""

from __future__ import annotations

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection
from counterfoil.crm.refs import Ref
from counterfoil.posting import explain
from counterfoil.posting.models import Intent
from counterfoil.posting.state import State as Posting
from counterfoil.sync.explain.case import service_name
from counterfoil.sync.explain.headline import Headline
from counterfoil.sync.explain.story import State

MOVING = {Posting.INTENDED, Posting.SENDING, Posting.UNKNOWN}
DECIDE = {Posting.DIVERGED, Posting.DUPLICATE_DETECTED, Posting.ESCALATED}


def of(connection: Connection, ref: Ref) -> Headline | None:
    """The newest posting of a record at a connection, unless it is done with."""
    rows = Intent.objects.filter(
        connection=connection, object_type=ref.object_type, record_id=ref.record_id
    )
    intent = rows.order_by("-created_at").defer("payload", "payload_digest").first()
    return told(intent, connection) if intent is not None else None


def told(intent: Intent, connection: Connection) -> Headline | None:
    """What an intent says of its record; nothing when it was created or cancelled."""
    state, service = Posting(intent.state), service_name(connection)
    intent.connection = connection
    if state in MOVING:
        waiting = explain.waiting_for(intent)
        sending = _("On its way to %(service)s.") % {"service": service}
        return Headline(State.MOVING, waiting or sending)
    if state is Posting.REJECTED:
        sentence = _("%(service)s refused it. %(why)s")
        why = {"service": service, "why": intent.message}
        return Headline(State.FAILED, (sentence % why).strip())
    if state in DECIDE:
        label = str(explain.LABELS[state])
        return Headline(State.DECIDE, intent.message or f"{label}.")
    return None
