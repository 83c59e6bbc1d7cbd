"""Applications, authorisation codes, grants and tokens, kept in the simulator's file.

Every call reads the file, nothing is cached: the command line issues credentials in a
process of its own and the served simulator honours them at once.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakSet

from qbo_simulator.oauth.rotation import (
    ACCESS_LIFE,
    CODE_LIFE,
    HARD_LIFE,
    REFRESH_LIFE,
    Answer,
    Policy,
    RefreshToken,
    Rotation,
    Superseded,
    decide,
)
from qbo_simulator.oauth.schema import SCHEMA

if TYPE_CHECKING:
    import sqlite3

    from qbo_simulator.storage.store import Store

ACCOUNTING = "com.intuit.quickbooks.accounting"
FIRST_APP = "SELECT * FROM oauth_app ORDER BY rowid LIMIT 1"
_prepared: WeakSet[Store] = WeakSet()
LETTERS = string.ascii_letters + string.digits


class InvalidGrantError(Exception):
    """The code or refresh token is unknown, used, expired, superseded or revoked."""


@dataclass(frozen=True, slots=True)
class App:
    """A registered application with its keys."""

    client_id: str
    client_secret: str
    name: str
    webhook_verifier: str
    redirect_uris: tuple[str, ...]
    any_local_redirect: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user allowed an application to do; `realm` is None without a company."""

    id: int
    client_id: str
    realm: str | None
    scope: str
    authorised_at: datetime

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes that were allowed."""
        return frozenset(self.scope.split())


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint hands out."""

    grant: Grant
    access_token: str
    refresh_token: str
    hard_expires_in: int
    nonce: str | None = None


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class Authority:
    """Hands out, checks and withdraws everything that opens a company."""

    def __init__(self, store: Store) -> None:
        self._store = store
        if store not in _prepared:
            store.define(SCHEMA)
            _prepared.add(store)

    def app(self) -> App:
        """Return the development application, registering it the first time."""
        with self._store.read() as db:
            row = db.execute(FIRST_APP).fetchone()
        return _app(row) if row else self._register()

    def _register(self) -> App:
        with self._store.write() as db:
            if db.execute(FIRST_APP).fetchone() is None:
                db.execute(
                    "INSERT INTO oauth_app (client_id, client_secret, name, "
                    "webhook_verifier) VALUES (?, ?, ?, ?)",
                    (f"AB{_random(48)}", _random(40), "Counterfoil", _random(36)),
                )
            return _app(db.execute(FIRST_APP).fetchone())

    def app_by_id(self, client_id: str) -> App | None:
        """Find an application by its client id."""
        self.app()
        with self._store.read() as db:
            row = db.execute(
                "SELECT * FROM oauth_app WHERE client_id = ?", (client_id,)
            ).fetchone()
        return _app(row) if row else None

    def configure_app(
        self,
        *,
        name: str | None = None,
        redirect_uris: Sequence[str] | None = None,
        any_local_redirect: bool | None = None,
    ) -> App:
        """Change the development application's name or redirect addresses."""
        app = self.app()
        uris = app.redirect_uris if redirect_uris is None else redirect_uris
        local = (
            app.any_local_redirect if any_local_redirect is None else any_local_redirect
        )
        with self._store.write() as db:
            db.execute(
                "UPDATE oauth_app SET name = ?, redirect_uris = ?, any_local_redirect = ? "
                "WHERE client_id = ?",
                (name or app.name, json.dumps(list(uris)), int(local), app.client_id),
            )
        return self.app()

    def policy(self) -> Policy:
        """Read the rotation switches."""
        return Policy(
            Rotation(self._store.setting("oauth_rotation", Rotation.DAILY.value)),
            Superseded(self._store.setting("oauth_superseded", Superseded.GRACE.value)),
        )

    def set_policy(self, policy: Policy) -> None:
        """Set the rotation switches."""
        self._store.set_setting("oauth_rotation", policy.rotation.value)
        self._store.set_setting("oauth_superseded", policy.superseded.value)

    def issue_code(
        self,
        *,
        app: App,
        realm: str | None,
        scope: str,
        redirect_uri: str,
        nonce: str | None,
        now: datetime,
    ) -> str:
        """Record a consent and return the code that can be redeemed for it once."""
        code = f"XAB1{_random(46)}"
        expires_at = (now + CODE_LIFE).timestamp()
        row = (code, app.client_id, realm, scope, redirect_uri, nonce, expires_at)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO oauth_code (code, client_id, realm, scope, redirect_uri, "
                "nonce, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return code

    def redeem(
        self, *, code: str, client_id: str, redirect_uri: str, now: datetime
    ) -> Tokens:
        """Exchange a code for tokens; raises InvalidGrantError."""
        with self._store.write() as db:
            row = db.execute(
                "UPDATE oauth_code SET used_at = ? WHERE code = ? AND client_id = ? "
                "AND redirect_uri = ? AND used_at IS NULL AND expires_at > ? RETURNING *",
                (now.timestamp(), code, client_id, redirect_uri, now.timestamp()),
            ).fetchone()
            if row is None:
                raise InvalidGrantError
            return self.grant(
                client_id=client_id,
                realm=row["realm"],
                scope=row["scope"],
                nonce=row["nonce"],
                now=now,
            )

    def grant(
        self,
        *,
        client_id: str,
        realm: str | None,
        scope: str,
        now: datetime,
        nonce: str | None = None,
    ) -> Tokens:
        """Record a grant and hand out its first pair of tokens."""
        with self._store.write() as db:
            cursor = db.execute(
                "INSERT INTO oauth_grant (client_id, realm, scope, authorised_at) "
                "VALUES (?, ?, ?, ?)",
                (client_id, realm, scope, now.timestamp()),
            )
            grant = Grant(cursor.lastrowid or 0, client_id, realm, scope, now)
            refresh = _issue(db, grant, "refresh", now)
            return _tokens(grant, _issue(db, grant, "access", now), refresh, now, nonce)

    def refresh(self, *, refresh_token: str, client_id: str, now: datetime) -> Tokens:
        """Hand out a fresh access token under the policy in force; raises InvalidGrantError."""
        with self._store.write() as db:
            row = db.execute(
                "SELECT t.*, g.client_id, g.realm, g.scope, g.authorised_at, g.revoked_at "
                "FROM oauth_token t JOIN oauth_grant g ON g.id = t.grant_id "
                "WHERE t.token = ? AND t.kind = 'refresh' AND g.client_id = ?",
                (refresh_token, client_id),
            ).fetchone()
            answer = (
                decide(_presented(row), self.policy(), now) if row else Answer.REFUSE
            )
            if answer is Answer.REFUSE:
                raise InvalidGrantError
            grant = _grant(row, row["grant_id"])
            current = self._rotated(db, grant, refresh_token, answer, now)
            return _tokens(grant, _issue(db, grant, "access", now), current, now)

    def _rotated(
        self,
        db: sqlite3.Connection,
        grant: Grant,
        presented: str,
        answer: Answer,
        now: datetime,
    ) -> str:
        """Carry out what was decided about the refresh token; return the one in force."""
        if answer is Answer.ROTATE:
            db.execute(
                "UPDATE oauth_token SET superseded_at = ? WHERE token = ?",
                (now.timestamp(), presented),
            )
            return _issue(db, grant, "refresh", now)
        if answer is Answer.KEEP:
            db.execute(
                "UPDATE oauth_token SET expires_at = ? WHERE token = ?",
                ((now + REFRESH_LIFE).timestamp(), presented),
            )
            return presented
        row = db.execute(
            "SELECT token FROM oauth_token WHERE grant_id = ? AND kind = 'refresh' "
            "AND superseded_at IS NULL ORDER BY issued_at DESC LIMIT 1",
            (grant.id,),
        ).fetchone()
        return str(row["token"])

    def revoke(self, *, token: str, client_id: str, now: datetime) -> bool:
        """Withdraw the whole grant behind an access or refresh token; False if unknown."""
        with self._store.write() as db:
            row = db.execute(
                "UPDATE oauth_grant SET revoked_at = ? WHERE client_id = ? "
                "AND revoked_at IS NULL AND id = "
                "(SELECT grant_id FROM oauth_token WHERE token = ?) RETURNING id",
                (now.timestamp(), client_id, token),
            ).fetchone()
        return row is not None

    def revoke_realm(self, *, realm: str, now: datetime) -> int:
        """Disconnect every application from a company, as its administrator can."""
        with self._store.write() as db:
            return db.execute(
                "UPDATE oauth_grant SET revoked_at = ? "
                "WHERE realm = ? AND revoked_at IS NULL",
                (now.timestamp(), realm),
            ).rowcount

    def expire_access(self, *, realm: str | None, now: datetime) -> int:
        """End the access tokens of one company, or of all; refresh tokens live on."""
        with self._store.write() as db:
            return db.execute(
                "UPDATE oauth_token SET expires_at = ?1 WHERE kind = 'access' "
                "AND expires_at > ?1 AND grant_id IN "
                "(SELECT id FROM oauth_grant WHERE ?2 IS NULL OR realm = ?2)",
                (now.timestamp(), realm),
            ).rowcount

    def grants(self, realm: str) -> list[Grant]:
        """List what is connected to a company, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM oauth_grant WHERE realm = ? AND revoked_at IS NULL "
                "ORDER BY id DESC",
                (realm,),
            ).fetchall()
        return [_grant(row, row["id"]) for row in rows]

    def holder(self, access_token: str, now: datetime) -> Grant | None:
        """Return the grant a valid access token stands for, or None."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT g.* FROM oauth_token t JOIN oauth_grant g ON g.id = t.grant_id "
                "WHERE t.token = ? AND t.kind = 'access' AND t.expires_at > ? "
                "AND g.revoked_at IS NULL",
                (access_token, now.timestamp()),
            ).fetchone()
        return _grant(row, row["id"]) if row else None


def _app(row: sqlite3.Row) -> App:
    return App(
        client_id=row["client_id"],
        client_secret=row["client_secret"],
        name=row["name"],
        webhook_verifier=row["webhook_verifier"],
        redirect_uris=tuple(json.loads(row["redirect_uris"])),
        any_local_redirect=bool(row["any_local_redirect"]),
    )


def _grant(row: sqlite3.Row, grant_id: int) -> Grant:
    authorised_at = _at(row["authorised_at"])
    return Grant(grant_id, row["client_id"], row["realm"], row["scope"], authorised_at)


def _presented(row: sqlite3.Row) -> RefreshToken:
    superseded = row["superseded_at"]
    return RefreshToken(
        issued_at=_at(row["issued_at"]),
        expires_at=_at(row["expires_at"]),
        authorised_at=_at(row["authorised_at"]),
        superseded_at=None if superseded is None else _at(superseded),
        revoked=row["revoked_at"] is not None,
    )


def _issue(db: sqlite3.Connection, grant: Grant, kind: str, now: datetime) -> str:
    """Make and keep a token that looks like Intuit's: a JWE, or `RT1-…`."""
    life: timedelta = ACCESS_LIFE
    token = f"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0..{_random(22)}.{_random(640)}.{_random(22)}"
    if kind == "refresh":
        life = REFRESH_LIFE
        token = f"RT1-{secrets.randbelow(250)}-H0-{int(now.timestamp()) + 8_726_400}{_random(20)}"
    db.execute(
        "INSERT INTO oauth_token (token, kind, grant_id, issued_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (token, kind, grant.id, now.timestamp(), (now + life).timestamp()),
    )
    return token


def _tokens(
    grant: Grant, access: str, refresh: str, now: datetime, nonce: str | None = None
) -> Tokens:
    left = grant.authorised_at + HARD_LIFE - now
    return Tokens(grant, access, refresh, int(left.total_seconds()), nonce)
