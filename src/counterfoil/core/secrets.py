"""Secrets: a value that never prints, and envelope encryption with rotating keys.

Every sealed value has a data key of its own, wrapped by a master key; both layers are
AES-256-GCM with a random 96-bit nonce. The context (table, row, field) is authenticated
and not stored, so a ciphertext moved to another row does not open.

Sealed form: ``v1.<master key id>.<base64url(nonce + wrapped data key)>.<base64url(nonce
+ ciphertext)>``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class Secret:
    """Text that must not reach logs, pages or error reports: ask with ``reveal()``."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class SecretsError(Exception):
    """A key is missing or malformed, or a sealed value does not open."""


@dataclass(frozen=True)
class MasterKey:
    """One master key; ``key_id`` is derived from it and names it in sealed values."""

    key_id: str
    material: bytes

    @classmethod
    def parse(cls, text: str) -> MasterKey:
        """From 32 bytes in base64 (standard or URL-safe)."""
        try:
            material = base64.b64decode(
                text.strip().replace("-", "+").replace("_", "/"), validate=True
            )
        except binascii.Error as error:
            raise SecretsError("an encryption key is not base64") from error
        if len(material) != KEY_BYTES:
            raise SecretsError("an encryption key is 32 bytes in base64")
        if len(set(material)) < 8:
            raise SecretsError("an encryption key must be random")
        return cls(hashlib.sha256(b"key-id" + material).hexdigest()[:8], material)


class Keyring:
    """Seals with the first key; opens with any of them, so that keys can rotate."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        if not keys:
            raise SecretsError("at least one encryption key is needed")
        self._current = keys[0]
        self._keys = {key.key_id: key for key in keys}

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """From keys separated by commas or white space, the current one first."""
        return cls([MasterKey.parse(part) for part in text.replace(",", " ").split()])

    def seal(self, secret: Secret, *, context: str) -> str:
        data_key = AESGCM.generate_key(bit_length=256)
        wrapped = _encrypt(self._current.material, data_key, context)
        sealed = _encrypt(data_key, secret.reveal().encode(), context)
        return ".".join(("v1", self._current.key_id, _text(wrapped), _text(sealed)))

    def open(self, sealed: str, *, context: str) -> Secret:
        key, wrapped, ciphertext = self._parts(sealed)
        data_key = _decrypt(key.material, wrapped, context)
        return Secret(_decrypt(data_key, ciphertext, context).decode())

    def rewrap(self, sealed: str, *, context: str) -> str:
        """The same secret under the current master key; the ciphertext stays."""
        key, wrapped, ciphertext = self._parts(sealed)
        data_key = _decrypt(key.material, wrapped, context)
        renewed = _encrypt(self._current.material, data_key, context)
        return ".".join(("v1", self._current.key_id, _text(renewed), _text(ciphertext)))

    def is_current(self, sealed: str) -> bool:
        return sealed.split(".")[1:2] == [self._current.key_id]

    def _parts(self, sealed: str) -> tuple[MasterKey, bytes, bytes]:
        try:
            version, key_id, wrapped, ciphertext = sealed.split(".")
            key = self._keys[key_id]
        except ValueError as error:
            raise SecretsError("a sealed value is malformed") from error
        except KeyError as error:
            raise SecretsError(
                "a sealed value needs an encryption key that is not configured"
            ) from error
        if version != "v1":
            raise SecretsError("a sealed value has an unknown version")
        return (
            key,
            base64.urlsafe_b64decode(wrapped),
            base64.urlsafe_b64decode(ciphertext),
        )


def generate_key() -> str:
    """A new master key in the form that :meth:`MasterKey.parse` reads."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()
        )
    except InvalidTag as error:
        raise SecretsError("a sealed value does not open in this place") from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
