from __future__ import annotations

import pytest
from integration.posting.conftest import ADA, Office
from support.worker import forget_jobs, wake_ups

from counterfoil.events.dispatch import subscribers
from counterfoil.events.models import Event
from counterfoil.events.origin import Origin
from counterfoil.events.publish import publish


@pytest.mark.parametrize("kind", ["connection_connected", "connection_reconnected"])
def test_what_waited_for_a_company_goes_on_at_once_when_it_is_back(
    office: Office, kind: str
) -> None:
    publish(
        workspace=office.workspace,
        kind=kind,
        payload={"connection": office.connection.pk},
        actor=ADA,
        origin=Origin.system(),
        now=office.now,
    )
    event = Event.objects.get(kind=kind)
    heard = {delivery.subscriber for delivery in event.deliveries.all()}
    assert "posting.reconnected" in heard

    forget_jobs()
    subscribers["posting.reconnected"].receive(event, office.now)

    assert wake_ups() == ["posting"]
