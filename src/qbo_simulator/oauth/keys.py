"""The key that signs id tokens, its public half as a JWK set, and the id token itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from qbo_simulator.oauth.rotation import ACCESS_LIFE

if TYPE_CHECKING:
    from qbo_simulator.oauth.tokens import Tokens
    from qbo_simulator.storage.store import Store

KEY_ID = "r4p5SbL2qaFehFzhj8gI"
USER = {
    "sub": "5f0c2a4e-7d1b-4c36-9a58-2b7f1d90c3e1",
    "email": "pat.ledger@books.example",
    "emailVerified": True,
    "givenName": "Pat",
    "familyName": "Ledger",
    "phoneNumber": "+1 6505550100",
    "phoneNumberVerified": False,
    "address": {
        "streetAddress": "2600 Marine Way",
        "locality": "Mountain View",
        "region": "CA",
        "postalCode": "94043",
        "country": "US",
    },
}


def _private_key(store: Store) -> rsa.RSAPrivateKey:
    """Read the signing key from the store, making it the first time."""
    pem = store.setting("oauth_signing_key", "")
    if not pem:
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        store.set_setting("oauth_signing_key", pem)
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The stored signing key is not an RSA key.")
    return key


def key_set(store: Store) -> dict[str, Any]:
    """Return the public key as a JWK set."""
    public = _private_key(store).public_key()
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
    key.pop("key_ops", None)
    return {"keys": [{**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}


def id_token(store: Store, tokens: Tokens, *, issuer: str, now: datetime) -> str:
    """Sign who the user is, for which application and company."""
    seconds = int(now.timestamp())
    claims: dict[str, Any] = {
        "sub": USER["sub"],
        "aud": [tokens.grant.client_id],
        "auth_time": seconds,
        "iss": issuer,
        "iat": seconds,
        "exp": seconds + int(ACCESS_LIFE.total_seconds()),
    }
    if tokens.grant.realm:
        claims["realmid"] = tokens.grant.realm
    if tokens.nonce:
        claims["nonce"] = tokens.nonce
    headers = {"kid": KEY_ID}
    return jwt.encode(claims, _private_key(store), algorithm="RS256", headers=headers)


def user_information(scopes: frozenset[str]) -> dict[str, Any]:
    """Tell of the user what the scopes allow."""
    allowed = {"sub"}
    if "email" in scopes:
        allowed |= {"email", "emailVerified"}
    if "profile" in scopes:
        allowed |= {"givenName", "familyName"}
    if "phone" in scopes:
        allowed |= {"phoneNumber", "phoneNumberVerified"}
    if "address" in scopes:
        allowed.add("address")
    return {key: value for key, value in USER.items() if key in allowed}
