"""Connecting, reconnecting and disconnecting a company, and every way to cheat at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.test.utils import override_settings
from factories.people import PASSWORD, make_access, make_user, make_workspace
from support import simulator as simulated
from support.worker import run_until_idle

from counterfoil.connections import authorise
from counterfoil.connections.models import Authorisation, Connection, ConnectionState
from counterfoil.core.errors import Invalid, Rejected
from counterfoil.events.models import Event
from counterfoil.sync.models import Run
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Role

pytestmark = pytest.mark.django_db
SESSION = "session-of-ada"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def ada() -> Access:
    return make_access()


def begun(ada: Access, now: datetime, connection: Connection | None = None) -> str:
    return authorise.begin(
        access=ada,
        service="quickbooks",
        session_key=SESSION,
        now=now,
        connection=connection,
    )


def completed(
    ada: Access, params: dict[str, str], now: datetime, session: str = SESSION
) -> Connection:
    return authorise.complete(
        user=ada.user, session_key=session, service="quickbooks", params=params, now=now
    )


def test_a_company_is_connected_and_read(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    params = simulator.consent(begun(ada, now))
    connection = completed(ada, params, now)
    assert connection.state == ConnectionState.ACTIVE
    assert connection.account == params["realmId"]
    assert connection.is_sandbox
    assert connection.connected_by == ada.user
    row = Connection.objects.values().get()
    assert params["code"] not in str(row)
    assert not row["access_token"].startswith("ey")
    assert Event.objects.filter(kind="connection_connected").count() == 1
    run_until_idle(now)
    assert Run.objects.get(connection=connection).ended_at is not None


def test_connecting_a_connected_company_again_renews_its_row(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    first = completed(ada, simulator.consent(begun(ada, now)), now)
    again = completed(ada, simulator.consent(begun(ada, now)), now)
    assert again.pk == first.pk
    assert again.token_version > first.token_version
    other = completed(ada, simulator.consent(begun(ada, now), company=2), now)
    assert other.pk != first.pk


def test_reconnecting_to_another_company_is_refused_with_a_sentence(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    connection = completed(ada, simulator.consent(begun(ada, now)), now)
    params = simulator.consent(begun(ada, now, connection), company=2)
    with pytest.raises(Invalid, match="another company"):
        completed(ada, params, now)
    assert Connection.objects.count() == 1


def test_a_realm_that_the_token_is_not_for_is_refused(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    params = simulator.consent(begun(ada, now))
    other = simulator.credentials(2)["realm_id"]
    with pytest.raises(Rejected):
        completed(ada, {**params, "realmId": other}, now)
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": ""},
        {"state": "guessed"},
        {"code": ""},
        {"realmId": ""},
        {"error": "access_denied"},
        {"error": "server_error", "error_description": "Down"},
        {"code": "another"},
    ],
)
def test_a_changed_answer_connects_nothing(
    simulator: simulated.Simulator,
    ada: Access,
    now: datetime,
    change: dict[str, str],
) -> None:
    params = simulator.consent(begun(ada, now))
    with pytest.raises((Invalid, Rejected)):
        completed(ada, {**params, **change}, now)
    assert not Connection.objects.exists()


def test_an_answer_is_good_once_only(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    params = simulator.consent(begun(ada, now))
    completed(ada, params, now)
    with pytest.raises(Invalid):
        completed(ada, params, now)


def test_an_answer_is_good_for_ten_minutes(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    params = simulator.consent(begun(ada, now))
    with pytest.raises(Invalid, match="too long"):
        completed(ada, params, now + timedelta(minutes=10))


def test_an_answer_is_good_in_its_own_session_and_for_its_own_user_only(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    params = simulator.consent(begun(ada, now))
    with pytest.raises(Invalid):
        completed(ada, params, now, session="another session")
    bo = Access(ada.workspace, make_user("Bo", workspace=ada.workspace), Role.OWNER)
    with pytest.raises(Invalid):
        completed(bo, params, now)
    assert not Connection.objects.exists()


def test_only_those_who_manage_integrations_connect(now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        begun(make_access(role=Role.SALES), now)


def test_a_stranger_cannot_reconnect_or_disconnect_what_is_not_his(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    connection = completed(ada, simulator.consent(begun(ada, now)), now)
    cy = make_access(make_workspace("Cy's"))
    with pytest.raises(Http404):
        begun(cy, now, connection)
    with pytest.raises(Http404):
        authorise.disconnect(access=cy, connection=connection, now=now)


def test_a_disconnect_revokes_and_wipes_the_tokens(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    connection = completed(ada, simulator.consent(begun(ada, now)), now)
    outcome = authorise.disconnect(access=ada, connection=connection, now=now)
    assert outcome.revoked
    connection.refresh_from_db()
    assert connection.state == ConnectionState.DISCONNECTED
    assert not connection.access_token
    assert not connection.refresh_token
    assert not connection.previous_refresh_token
    back = completed(ada, simulator.consent(begun(ada, now, connection)), now)
    assert back.pk == connection.pk
    assert back.state == ConnectionState.ACTIVE


def test_a_disconnect_happens_even_when_the_service_cannot_be_told(
    simulator: simulated.Simulator, ada: Access, now: datetime
) -> None:
    from django.conf import settings  # noqa: PLC0415

    connection = completed(ada, simulator.consent(begun(ada, now)), now)
    nowhere = {**settings.QUICKBOOKS, "discovery_url": "http://127.0.0.1:9/none"}
    with override_settings(QUICKBOOKS=nowhere):
        outcome = authorise.disconnect(access=ada, connection=connection, now=now)
    assert not outcome.revoked
    assert "did not confirm" in outcome.message
    connection.refresh_from_db()
    assert connection.state == ConnectionState.DISCONNECTED


def test_the_state_itself_is_not_kept(
    ada: Access, simulator: simulated.Simulator
) -> None:
    address = begun(ada, datetime.now(UTC))
    state = address.rpartition("state=")[2]
    assert state not in str(Authorisation.objects.values().get())


def test_the_callback_shows_what_went_wrong_on_the_settings_page(
    simulator: simulated.Simulator, ada: Access
) -> None:
    browser = Client()
    browser.login(username=ada.user.email, password=PASSWORD)
    address = authorise.begin(
        access=ada,
        service="quickbooks",
        session_key=browser.session.session_key or "",
        now=datetime.now(UTC),
    )
    denied = simulator.consent(address, decision="cancel")
    answer = browser.get("/connect/quickbooks/callback", denied)
    assert answer.status_code == 302
    assert f"/w/{ada.workspace.pk}/" in answer["location"]
    answer = browser.get("/connect/quickbooks/callback", {"state": "nonsense"})
    assert answer.status_code == 302
    assert not Connection.objects.exists()


def test_the_callback_connects_in_the_browser(
    simulator: simulated.Simulator, ada: Access
) -> None:
    browser = Client()
    browser.login(username=ada.user.email, password=PASSWORD)
    address = authorise.begin(
        access=ada,
        service="quickbooks",
        session_key=browser.session.session_key or "",
        now=datetime.now(UTC),
    )
    answer = browser.get("/connect/quickbooks/callback", simulator.consent(address))
    assert answer.status_code == 302
    assert Connection.objects.get().workspace == ada.workspace
