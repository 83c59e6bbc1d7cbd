"""Hands that ask for acts upon documents of an office, and wait for their end."""

from __future__ import annotations

from typing import Any

from integration.posting.conftest import ADA, OPEN, Office

from counterfoil.crm.refs import Ref
from counterfoil.posting import acts
from counterfoil.posting.models import Act, Intent


def made(office: Office) -> Intent:
    intent = office.invoice()
    office.finish(intent)
    return intent


def asked(office: Office, intent: Intent, action: str = "send", **more: Any) -> Act:
    office.wait(microseconds=1)
    return acts.ask(
        workspace=office.workspace,
        connection=office.connection,
        kind="invoice",
        action=action,
        record=Ref(intent.object_type, intent.record_id or 0),
        business_key=more.pop("business_key", [f"{action}-{office.now.isoformat()}"]),
        actor=ADA,
        now=office.now,
        **more,
    )


def finish(office: Office, act: Act, most: int = 60) -> Act:
    for _ in range(most):
        office.run()
        act.refresh_from_db()
        if act.state not in OPEN:
            break
        office.wait(seconds=30)
    return act


def told(office: Office, kind: str) -> list[dict[str, Any]]:
    return [event.payload for event in office.events(kind)]
