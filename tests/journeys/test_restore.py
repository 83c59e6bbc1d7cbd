"""Nothing is sent twice, or to others, whatever becomes of database, keys and workers.

Real workers in processes of their own, against the running simulator.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from support import simulator as simulated
from support.posting_desk import Backup, Desk
from support.processes import wait_until

from counterfoil.connections import tokens
from counterfoil.connections.models import Connection
from counterfoil.connections.ports import Grant
from counterfoil.core.errors import Invalid
from counterfoil.core.secrets import Secret, generate_key
from counterfoil.events.origin import Actor
from counterfoil.posting import claims, recovery
from counterfoil.posting.models import (
    AttemptAction,
    AttemptOutcome,
    Intent,
    Restoration,
)
from counterfoil.posting.state import State

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LEASE = 22.0
# Long enough to be caught in it on a busy machine; shorter than the deadline, so that
# whoever is not stopped sends.
STALL = timedelta(seconds=16)
ZOMBIE = {
    "COUNTERFOIL_POSTING_DEADLINE": "20",
    "COUNTERFOIL_POSTING_LEASE": str(LEASE),
    "COUNTERFOIL_FAULTPOINTS": f"before_send=stall:{STALL.total_seconds()}",
}


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path / "simulator") as running:
        yield running


@pytest.fixture
def desk(
    simulator: simulated.Simulator, tmp_path: Path, settings: Settings
) -> Iterator[Desk]:
    settings.POSTING_MARK_FILE = str(tmp_path / "posting.json")
    made = Desk(simulator, tmp_path / "posting.json")
    try:
        yield made
    finally:
        made.dismiss()


def _slowly(desk: Desk, seconds: float) -> None:
    rule = {"kind": "delay", "operation": "create", "seconds": seconds}
    desk.simulator.call("POST", "/_sim/faults", {"rules": [rule]})


def test_a_restored_database_makes_nothing_twice(desk: Desk) -> None:
    """The backup is taken with work in flight; then more is made, and all replayed."""
    first = [desk.invoice() for _ in range(3)]
    desk.hire()
    desk.until(lambda: desk.settled(*first))
    _slowly(desk, 1.5)
    flying = [desk.invoice(f"flying {number}") for number in range(3)]
    desk.until(lambda: Intent.objects.filter(state=State.SENDING).exists())
    desk.dismiss()
    backup = Backup()
    desk.simulator.call("DELETE", "/_sim/faults")
    lost = [desk.invoice(f"lost {number}") for number in range(4)]
    desk.hire()
    desk.until(lambda: desk.settled(*flying, *lost))
    desk.dismiss()
    made = len(desk.made())
    assert made == 10

    backup.restore()
    assert not desk.settled(*flying)
    desk.hire()
    desk.until(Restoration.objects.exists)
    replayed = [desk.invoice(f"lost {number}") for number in range(2)]
    actor, now = Actor.system(), datetime.now(UTC)
    with pytest.raises(Invalid, match="have not been read yet"):
        recovery.resume(actor=actor, now=now)
    desk.until(lambda: (stand := recovery.standstill()) and stand.can_resume)
    assert len(desk.made()) == made
    recovery.resume(actor=actor, now=datetime.now(UTC))
    replayed += [desk.invoice(f"lost {number}") for number in range(2, 4)]
    desk.until(lambda: desk.settled(*flying, *replayed))
    assert len(desk.made()) == made
    new = desk.invoice("new")
    desk.until(lambda: desk.settled(new))
    assert len(desk.made()) == made + 1


def test_a_copy_of_the_database_without_the_keys_asks_nothing_of_the_books(
    desk: Desk,
) -> None:
    first = desk.invoice()
    desk.hire()
    desk.until(lambda: desk.settled(first))
    desk.dismiss()
    waiting = desk.invoice()
    asked = len(desk.asked())
    desk.hire(COUNTERFOIL_ENCRYPTION_KEYS=generate_key())
    until = time.monotonic() + 12
    desk.until(lambda: time.monotonic() > until)
    assert len(desk.asked()) == asked
    waiting.refresh_from_db()
    assert waiting.state == State.INTENDED
    desk.dismiss()
    desk.hire()
    desk.until(lambda: desk.settled(waiting))


def test_what_was_meant_for_one_company_never_reaches_another(desk: Desk) -> None:
    """Another company is connected in its place with work queued and in flight."""
    meant = desk.connection.account
    _slowly(desk, 1.0)
    intents = [desk.invoice() for _ in range(12)]
    desk.hire()
    desk.until(lambda: len(desk.made()) >= 1)
    _replace_company(desk)
    desk.until(lambda: not _open(intents))
    made = desk.made()
    assert {row["realm"] for row in made} == {meant}
    states = {row.pk: row for row in Intent.objects.all()}
    refused = [row for row in states.values() if row.state == State.REJECTED]
    assert {row.code for row in refused} == {"another_company"}
    assert len(refused) >= 1
    there = [row for row in states.values() if row.state != State.REJECTED]
    assert len(there) == len(made)


def test_a_worker_that_sleeps_past_its_lease_sends_nothing_when_it_wakes(
    desk: Desk,
) -> None:
    """Each request that arrives was begun by a claim that was its sender's own."""
    intents = [desk.invoice() for _ in range(2)]
    zombies = [desk.hire(**ZOMBIE) for _ in range(2)]
    sending = Intent.objects.filter(state=State.SENDING)
    wait_until(sending.exists, seconds=240)
    for zombie in zombies:
        os.kill(zombie.pid, signal.SIGSTOP)
    held = list(sending)
    stopped_at = datetime.now(UTC)
    assert all(stopped_at - stale.state_at < STALL for stale in held), "caught too late"
    time.sleep(1.2 * LEASE)
    assert claims.rescue(datetime.now(UTC)) == len(held)
    arrived = {stale.pk: _posts(desk, stale) for stale in held}
    for zombie in zombies:
        os.kill(zombie.pid, signal.SIGCONT)
    desk.until(lambda: desk.settled(*intents))
    assert len(desk.made()) == len(intents)
    for stale in held:
        sent = stale.attempts.filter(action=AttemptAction.SEND)
        lapsed = sent.get(lease_epoch=stale.lease_epoch)
        assert lapsed.outcome == AttemptOutcome.LAPSED
        later = sent.filter(lease_epoch__gt=stale.lease_epoch)
        after = later.exclude(outcome=AttemptOutcome.NOT_SENT)
        assert _posts(desk, stale) - arrived[stale.pk] == after.count()
        told = Intent.objects.get(pk=stale.pk)
        assert (told.rescues, told.lease_epoch > stale.lease_epoch) == (1, True)


def _posts(desk: Desk, intent: Intent) -> int:
    """How many requests for it have reached the simulator."""
    asked = [row["query"].get("requestid") for row in desk.asked()]
    return asked.count(intent.request_id)


def _open(intents: list[Intent]) -> bool:
    ids = [intent.pk for intent in intents]
    waiting = [State.INTENDED, State.SENDING, State.UNKNOWN]
    return Intent.objects.filter(pk__in=ids, state__in=waiting).exists()


def _replace_company(desk: Desk) -> None:
    """What no page allows: the row of one company is turned into another's."""
    keys = desk.simulator.credentials(2)
    row = Connection.objects.get(pk=desk.connection.pk)
    row.account = keys["realm_id"]
    expires_at = datetime.now(UTC) + simulated.ACCESS_LIFE
    grant = Grant(
        Secret(keys["access_token"]), expires_at, Secret(keys["refresh_token"])
    )
    for name, value in tokens.columns(row, grant).items():
        setattr(row, name, value)
    row.token_version += 1
    row.save()
