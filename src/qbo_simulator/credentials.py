"""Issues everything a client needs to speak to a company, without the consent page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.clock import Clock
from qbo_simulator.oauth.tokens import ACCOUNTING, Authority

if TYPE_CHECKING:
    from qbo_simulator.storage.store import Store

SERVED_AT = "served_at"
DEFAULT_PORT = 8090
SCOPE = f"{ACCOUNTING} openid profile email"


class NoSuchCompanyError(Exception):
    """There is no company of that number; the message says which there are."""


def served_at(store: Store) -> str:
    """Return the address at which the simulator is, or was last, served."""
    return store.setting(SERVED_AT, f"http://127.0.0.1:{DEFAULT_PORT}")


def chosen_realm(store: Store, company: int) -> str:
    """Return the realm id of a company by its number, counted from 1."""
    realms = store.realms()
    if not realms:
        raise NoSuchCompanyError(
            "There is no company yet. Serve the simulator once, or reset it."
        )
    if not 1 <= company <= len(realms):
        raise NoSuchCompanyError(
            f"There is no company {company}. Choose a number from 1 to {len(realms)}."
        )
    return realms[company - 1]


def issue(store: Store, *, company: int = 1, base: str = "") -> dict[str, str]:
    """Grant access to a company and return addresses, keys and a fresh pair of tokens.

    Each call is a grant of its own: a pair stays good whatever is done with another.
    """
    realm = chosen_realm(store, company)
    authority = Authority(store)
    app = authority.app()
    now = Clock(store).now()
    tokens = authority.grant(client_id=app.client_id, realm=realm, scope=SCOPE, now=now)
    root = (base or served_at(store)).rstrip("/")
    return {
        "base_url": f"{root}/v3/company",
        "discovery_url": f"{root}/.well-known/openid_sandbox_configuration/",
        "realm_id": realm,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "refresh_token": tokens.refresh_token,
        "access_token": tokens.access_token,
        "webhook_verifier_token": app.webhook_verifier,
    }
