"""The files behind attachables: kept in the simulator's file, served by signed links.

A link is made anew at each reading and is good for fifteen minutes of simulated time,
as the links to Intuit's storage are.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from weakref import WeakSet

from qbo_simulator.books.work import Work
from qbo_simulator.catalogue import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qbo_simulator.company import Company
    from qbo_simulator.storage.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS attachment (
    realm TEXT NOT NULL,
    id INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (realm, id),
    UNIQUE (realm, key)
);
"""
ENTITY = "Attachable"
GOOD_FOR = timedelta(seconds=900)
STAMP = "%Y%m%dT%H%M%SZ"
PICTURE = "image/"
PLACES = {
    "FileAccessUri": ("download", "TempDownloadUri"),
    "ThumbnailFileAccessUri": ("attachable-thumbnail", "ThumbnailTempDownloadUri"),
}
_prepared: WeakSet[Store] = WeakSet()


@dataclass(frozen=True, slots=True)
class File:
    """A file as a client sent it, and as it is given out."""

    name: str
    content_type: str
    content: bytes


class Attachments:
    """Keeps the content of files and signs the links to it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        if store not in _prepared:
            store.define(SCHEMA)
            _prepared.add(store)

    def receive(
        self,
        company: Company,
        metadata: dict[str, Any],
        upload: File,
        *,
        now: datetime,
        requestid: str | None = None,
    ) -> dict[str, Any]:
        """Create an attachable with its file, both or neither; raises a fault."""
        told = {"FileName": upload.name, "ContentType": upload.content_type}
        body = {**told, **{k: v for k, v in metadata.items() if v not in (None, "")}}
        with self._store.write() as db:
            made = company.create(ENTITY, body, now=now, requestid=requestid)
            number = int(made["Id"])
            made["FileAccessUri"] = f"/v3/company/{company.realm}/download/{number}"
            made["Size"] = len(upload.content)
            if made["ContentType"].startswith(PICTURE):
                made["ThumbnailFileAccessUri"] = made["FileAccessUri"]
            kind = KINDS[ENTITY]
            served = kind.served(made)
            Work(self._store, KINDS, company.realm, now).put(kind, served)
            db.execute(
                "INSERT INTO attachment (realm, id, key, name, content_type, content) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    company.realm,
                    number,
                    f"{uuid.uuid4()}{made['FileName']}",
                    made["FileName"],
                    made["ContentType"],
                    upload.content,
                ),
            )
        return served

    def link(self, realm: str, number: int, *, root: str, now: datetime) -> str | None:
        """A signed address of a file's content, None if there is no file."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT key FROM attachment WHERE realm = ? AND id = ?", (realm, number)
            ).fetchone()
        if row is None:
            return None
        path = f"/{realm}/attachments/{row['key']}"
        at = now.astimezone(UTC).strftime(STAMP)
        signed = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": at,
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(int(GOOD_FOR.total_seconds())),
            "X-Amz-Signature": self._signature(path, at),
        }
        return f"{root}{quote(path)}?{urlencode(signed)}"

    def is_signed(self, path: str, params: Mapping[str, str]) -> bool:
        """Whether a link is one of ours, however old."""
        sent = params.get("X-Amz-Signature", "")
        right = self._signature(path, params.get("X-Amz-Date", ""))
        return hmac.compare_digest(sent.encode(), right.encode())

    def file_of(self, realm: str, key: str) -> File | None:
        """The file of a link, None once its attachable is deleted."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT a.* FROM attachment a JOIN entity e ON e.realm = a.realm "
                "AND e.kind = ? AND e.id = a.id AND e.deleted = 0 "
                "WHERE a.realm = ? AND a.key = ?",
                (ENTITY, realm, key),
            ).fetchone()
        return File(row["name"], row["content_type"], row["content"]) if row else None

    def _signature(self, path: str, at: str) -> str:
        secret = self._store.setting("attachment_secret", "")
        if not secret:
            secret = secrets.token_hex(32)
            self._store.set_setting("attachment_secret", secret)
        told = f"{at}\n{path}".encode()
        return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def shown(found: Any, realm: str, link: Callable[[str], str | None]) -> Any:
    """An answer with fresh addresses in every attachable that has a file.

    The ones that are stored may be those of the company that this one is a copy of.
    """
    if isinstance(found, list):
        return [shown(each, realm, link) for each in found]
    if not isinstance(found, dict):
        return found
    if "FileAccessUri" not in found or "SyncToken" not in found:
        return {name: shown(each, realm, link) for name, each in found.items()}
    address = link(str(found["Id"]))
    body = {}
    for name, value in found.items():
        body[name] = value
        if name in PLACES:
            body[name] = f"/v3/company/{realm}/{PLACES[name][0]}/{found['Id']}"
            if address:
                body[PLACES[name][1]] = address
    return body


def is_over(params: Mapping[str, str], now: datetime) -> bool:
    """Whether the time of a link is over, or cannot be read."""
    try:
        at = datetime.strptime(params.get("X-Amz-Date", ""), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return True
    return not at <= now + timedelta(seconds=1) or now >= at + GOOD_FOR
