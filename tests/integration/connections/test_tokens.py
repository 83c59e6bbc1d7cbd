"""A token is refreshed once per expiry, whoever asks and whatever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections as databases
from factories.people import make_workspace
from support import simulator as simulated

from counterfoil.connections import tokens
from counterfoil.connections.models import Connection, ConnectionState
from counterfoil.connections.ports import Grant, services
from counterfoil.connectors.quickbooks.auth import QuickBooks
from counterfoil.core.errors import NeedsReconnect, Retryable
from counterfoil.core.secrets import Secret, SecretsError
from counterfoil.events.models import Event
from qbo_simulator.oauth.rotation import Policy, Rotation, Superseded
from qbo_simulator.oauth.tokens import Authority

WORKERS = 20


@pytest.fixture
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path_factory.mktemp("simulator")) as running:
        authority = Authority(running.state.store)
        authority.set_policy(Policy(Rotation.ALWAYS, Superseded.STRICT))
        yield running


@pytest.fixture
def connection(
    simulator: simulated.Simulator, request: pytest.FixtureRequest
) -> Connection:
    is_shared = request.node.get_closest_marker("django_db").kwargs
    request.getfixturevalue("transactional_db" if is_shared else "db")
    return simulated.connect(simulator, make_workspace(), now=datetime.now(UTC))


class Counting(QuickBooks):
    """The real service, and what it was asked."""

    def __init__(self) -> None:
        self.refreshes = 0
        self.refused = 0

    def refresh(self, *, refresh_token: Secret, now: datetime) -> Grant:
        self.refreshes += 1
        try:
            return super().refresh(refresh_token=refresh_token, now=now)
        except NeedsReconnect:
            self.refused += 1
            raise


class Crashing(QuickBooks):
    """Gets its answer and dies before anybody can store it."""

    def refresh(self, *, refresh_token: Secret, now: datetime) -> Grant:
        super().refresh(refresh_token=refresh_token, now=now)
        raise KeyboardInterrupt


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setitem(services._entries, "quickbooks", counting)
    return counting


def expire(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        access_expires_at=datetime.now(UTC) - timedelta(seconds=1)
    )


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_refresh_once_per_expiry_under_strict_rotation(
    connection: Connection, service: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 60)
    expiries = 5

    def ask(_worker: int) -> Secret:
        try:
            return tokens.access_token(connection, now=datetime.now(UTC))
        finally:
            databases.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        for _expiry in range(expiries):
            expire(connection)
            assert len(set(pool.map(ask, range(WORKERS)))) == 1
    assert service.refreshes == expiries
    assert service.refused == 0
    connection.refresh_from_db()
    assert connection.state == ConnectionState.ACTIVE
    assert connection.token_version == 1 + expiries


@pytest.mark.django_db
def test_a_good_token_is_not_refreshed(
    connection: Connection, service: Counting
) -> None:
    tokens.access_token(connection, now=datetime.now(UTC))
    assert service.refreshes == 0


@pytest.mark.django_db
def test_a_token_is_renewed_before_it_ends(
    connection: Connection, service: Counting
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=55)
    first = tokens.access_token(connection, now=soon)
    assert service.refreshes == 1
    assert tokens.access_token(connection, now=soon) == first


@pytest.mark.django_db
def test_while_one_renews_the_others_go_on_with_the_old_token(
    connection: Connection, service: Counting
) -> None:
    old = tokens.access_token(connection, now=datetime.now(UTC))
    connection.refresh_from_db()
    assert tokens._lease(connection) is not None
    soon = datetime.now(UTC) + timedelta(minutes=55)
    assert tokens.access_token(connection, now=soon) == old
    assert service.refreshes == 0


@pytest.mark.django_db
def test_a_refused_token_is_replaced_once_for_all_who_held_it(
    connection: Connection, service: Counting
) -> None:
    now = datetime.now(UTC)
    old = tokens.access_token(connection, now=now)
    new = tokens.access_token(connection, now=now, refused=old)
    assert new != old
    assert tokens.access_token(connection, now=now, refused=old) == new
    assert service.refreshes == 1


def forget_lease(connection: Connection) -> None:
    """As if forty seconds had passed since the worker died."""
    Connection.objects.filter(pk=connection.pk).update(
        refresh_leased_until=datetime.now(UTC) - timedelta(seconds=1)
    )


@pytest.mark.django_db
def test_a_crash_before_the_new_tokens_were_stored_is_survived_while_old_ones_work(
    simulator: simulated.Simulator,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Authority(simulator.state.store).set_policy(
        Policy(Rotation.ALWAYS, Superseded.GRACE)
    )
    expire(connection)
    monkeypatch.setitem(services._entries, "quickbooks", Crashing())
    with pytest.raises(KeyboardInterrupt):
        tokens.access_token(connection, now=datetime.now(UTC))
    monkeypatch.undo()
    forget_lease(connection)
    assert tokens.access_token(connection, now=datetime.now(UTC))
    connection.refresh_from_db()
    assert connection.state == ConnectionState.ACTIVE


@pytest.mark.django_db
def test_a_dead_grant_marks_the_connection_and_is_told_once(
    simulator: simulated.Simulator, connection: Connection
) -> None:
    authority = Authority(simulator.state.store)
    token = tokens.opened(connection, "refresh_token").reveal()
    authority.revoke(
        token=token,
        client_id=simulator.keys["client_id"],
        now=datetime.now(UTC),
    )
    expire(connection)
    for _time in range(3):
        with pytest.raises(NeedsReconnect):
            tokens.access_token(connection, now=datetime.now(UTC))
    connection.refresh_from_db()
    assert connection.state == ConnectionState.RECONNECT
    assert connection.state_reason
    assert Event.objects.filter(kind="connection_needs_reconnect").count() == 1


@pytest.mark.django_db
def test_a_silent_token_endpoint_is_left_alone_for_a_while(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(QuickBooks):
        asked = 0

        def refresh(self, *, refresh_token: Secret, now: datetime) -> Grant:
            Silent.asked += 1
            raise Retryable("no answer")

    monkeypatch.setitem(services._entries, "quickbooks", Silent())
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 0.1)
    expire(connection)
    for _time in range(3):
        with pytest.raises(Retryable):
            tokens.access_token(connection, now=datetime.now(UTC))
    assert Silent.asked == 1
    connection.refresh_from_db()
    assert connection.state == ConnectionState.ACTIVE


@pytest.mark.django_db
def test_tokens_do_not_open_in_another_row(connection: Connection) -> None:
    connection.account = "another company"
    with pytest.raises(SecretsError):
        tokens.opened(connection, "access_token")
