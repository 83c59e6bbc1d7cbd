"""An application that connects to the served simulator, one step of OAuth at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from qbo_simulator.oauth.tokens import App, Authority
from qbo_simulator.testing import Running

ACCOUNTING = "com.intuit.quickbooks.accounting"
CALLBACK = "http://localhost:8000/connect/quickbooks/callback?kept=1"
TOKENS = "/oauth2/v1/tokens/bearer"


class Application:
    """What an application does, by hand."""

    def __init__(self, running: Running) -> None:
        self.http = httpx.Client(base_url=running.base_url)
        self.state = running.state
        self.authority = Authority(running.state.store)
        self.app: App = self.authority.app()
        self.realm, self.other_realm = running.state.store.realms()[:2]

    def asked(self, **changes: Any) -> dict[str, str]:
        wish = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "scope": f"{ACCOUNTING} openid email",
            "redirect_uri": CALLBACK,
            "state": "s t/a",
            **changes,
        }
        return {key: value for key, value in wish.items() if value is not None}

    def decide(self, decision: str = "connect", **changes: Any) -> httpx.Response:
        form = {**self.asked(**changes), "decision": decision}
        return self.http.post("/connect/oauth2", data={"realm": self.realm, **form})

    def connect(self, **changes: Any) -> dict[str, str]:
        return answered(self.decide(**changes))

    def exchange(self, code: str, **changes: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            **changes,
        }
        return self.http.post(TOKENS, data=form, auth=self.keys)

    def refresh(self, token: str, **headers: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.http.post(TOKENS, data=form, auth=self.keys, headers=headers)

    def company(self, access_token: str, realm: str = "") -> httpx.Response:
        realm = realm or self.realm
        return self.http.get(
            f"/v3/company/{realm}/companyinfo/{realm}",
            headers={
                "authorization": f"Bearer {access_token}",
                "accept": "application/json",
            },
        )

    @property
    def keys(self) -> tuple[str, str]:
        return (self.app.client_id, self.app.client_secret)


def answered(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))
