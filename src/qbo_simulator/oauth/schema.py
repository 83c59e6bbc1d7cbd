"""The tables of applications, grants, codes and tokens."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS oauth_app (
    client_id TEXT PRIMARY KEY,
    client_secret TEXT NOT NULL,
    name TEXT NOT NULL,
    webhook_verifier TEXT NOT NULL,
    redirect_uris TEXT NOT NULL DEFAULT '[]',
    any_local_redirect INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS oauth_grant (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    realm TEXT,
    scope TEXT NOT NULL,
    authorised_at REAL NOT NULL,
    revoked_at REAL
);
CREATE INDEX IF NOT EXISTS oauth_grant_realm ON oauth_grant (realm);
CREATE TABLE IF NOT EXISTS oauth_code (
    code TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    realm TEXT,
    scope TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    nonce TEXT,
    expires_at REAL NOT NULL,
    used_at REAL
);
CREATE TABLE IF NOT EXISTS oauth_token (
    token TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    grant_id INTEGER NOT NULL REFERENCES oauth_grant (id),
    issued_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    superseded_at REAL
);
CREATE INDEX IF NOT EXISTS oauth_token_grant ON oauth_token (grant_id, kind);
"""
