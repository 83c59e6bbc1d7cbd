"""The keys that make a document one document: pure, and the same after a restore.

Everything is derived from the business event and from a key of this installation, so
that a database restored from a backup, or a trigger that fires twice, comes to the same
ids. Changing anything here makes old documents unrecognisable: add a version instead.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterfoil.core.secrets import MasterKey, SecretsError

KEY_VERSION = b"v1|"
REQUEST_ID_LENGTH = 32
MARKER_LETTERS = 16
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MARKER = re.compile(r"\[#[0-9A-HJKMNP-TV-Z]{16}\]")


@dataclass(frozen=True)
class Scope:
    """Whose document it is: ``account`` is the service's own id of the company."""

    workspace_id: int
    service: str
    account: str
    environment: str
    kind: str


def instance_key(encryption_keys: str) -> bytes:
    """The key of this installation, derived (HKDF) from its oldest encryption key.

    The oldest is the last in the list: rotating puts a new one in front, and markers
    stay the same. When the oldest is dropped, new documents get other markers; those in
    the table keep theirs, since ids are stored when an intent is made.
    """
    parts = encryption_keys.replace(",", " ").split()
    if not parts:
        raise SecretsError("at least one encryption key is needed")
    oldest = MasterKey.parse(parts[-1])
    derive = HKDF(SHA256(), length=32, salt=None, info=b"counterfoil posting v1")
    return derive.derive(oldest.material)


def checks(encryption_keys: str) -> list[str]:
    """For each key, newest first, what tells it without giving it away."""
    found = []
    for part in encryption_keys.replace(",", " ").split():
        derive = HKDF(SHA256(), length=32, salt=None, info=b"counterfoil whose v1")
        found.append(derive.derive(MasterKey.parse(part).material).hex())
    return found


def business_key(scope: Scope, parts: Sequence[str]) -> list[str]:
    """The whole key: whose books, what kind, and the event that asks for it."""
    if not parts or not all(parts):
        raise ValueError("a business key has at least one part, and no empty one")
    return [
        str(scope.workspace_id),
        scope.service,
        scope.account,
        scope.environment,
        scope.kind,
        *parts,
    ]


def dedup_hash(key: Sequence[str]) -> bytes:
    """What is unique per workspace, for ever."""
    canonical = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(KEY_VERSION + canonical.encode()).digest()


def request_id(
    instance: bytes, dedup: bytes, generation: int, *, version: str = ""
) -> str:
    """The idempotency key sent along: one per generation, 32 hex digits.

    ``version`` is that of the document acted upon, where the request names it.
    """
    message = dedup + b"|g" + str(generation).encode()
    if version:
        message += b"|v" + version.encode()
    return hmac.new(instance, message, hashlib.sha256).hexdigest()[:REQUEST_ID_LENGTH]


def marker(instance: bytes, dedup: bytes) -> str:
    """The mark inside the document, e.g. ``[#7Q2M0K5Z9XW3E1RT]``: 80 bits.

    It does not hold the generation: one lookup finds any generation. It is an HMAC, so
    that nobody who sees it in the books learns an id or can forge another.
    """
    digest = hmac.new(instance, b"m" + dedup, hashlib.sha256).digest()
    number = int.from_bytes(digest[:10], "big")
    letters = [CROCKFORD[(number >> 5 * i) & 31] for i in range(MARKER_LETTERS)]
    return "[#" + "".join(reversed(letters)) + "]"


def marker_in(text: str) -> str:
    """The marker that a note begins with, or ``""``."""
    found = MARKER.match(text.lstrip())
    return found.group() if found else ""
