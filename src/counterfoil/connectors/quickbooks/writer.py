"""Changes what exists: sparse updates, each bound to the version that was decided upon.

QuickBooks refuses a version that is no longer the newest, so an update may be sent again
without harm. The answer is the object as it is afterwards: nothing is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import msgspec
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.connectors.quickbooks import fields, pages, wire
from counterfoil.connectors.quickbooks.client import Client, unreadable
from counterfoil.connectors.quickbooks.fields import ADDRESS_PARTS, NOTES_MAX, WRITABLE
from counterfoil.connectors.quickbooks.naming import explained
from counterfoil.connectors.quickbooks.rendering.parts import marked
from counterfoil.connectors.quickbooks.source import observed_in
from counterfoil.connectors.quickbooks.streams import streams
from counterfoil.core.errors import Gone, Rejected, Stale
from counterfoil.sync.ports import Observed

DEADLINE = 60.0
ADDRESSES = ("bill_address", "ship_address")
NAMED = {"customers": "display_name", "items": "name"}
_encoder = msgspec.json.Encoder(decimal_format="number")


class QuickBooksWriter:
    """Customers and items; see ``sync.ports.Writer``."""

    key = "quickbooks"

    def update(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        values: Mapping[str, object],
        now: datetime,
    ) -> Observed:
        wanted = _whole(connection, stream, remote_id, version, values)
        body = rendered(stream, wanted)
        try:
            return self._post(connection, stream, remote_id, version, body, now)
        except Rejected as error:
            name = str(body.get("DisplayName") or body.get("Name") or "")
            raise explained(connection, error, stream, name) from error

    def set_active(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        active: bool,
        now: datetime,
    ) -> Observed:
        body: fields.Wire = {"Active": active}
        try:
            return self._post(connection, stream, remote_id, version, body, now)
        except Rejected as error:
            held = mirror.get(connection, stream, remote_id)
            name = held.name if held is not None else ""
            raise explained(connection, error, stream, name) from error

    def restore(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        *,
        version: str,
        name: str,
        now: datetime,
    ) -> Observed:
        body = {"Active": True, **rendered(stream, {NAMED[stream]: name})}
        try:
            return self._post(connection, stream, remote_id, version, body, now)
        except Rejected as error:
            raise explained(connection, error, stream, name) from error

    def page_address(self, connection: Connection, stream: str, remote_id: str) -> str:
        return pages.address(connection, stream, remote_id)

    def _post(
        self,
        connection: Connection,
        stream: str,
        remote_id: str,
        version: str,
        body: fields.Wire,
        now: datetime,
    ) -> Observed:
        spec = streams[stream]
        head = {"Id": remote_id, "SyncToken": version, "sparse": True}
        # A request id of its own for each call: a remembered refusal would be repeated,
        # and what was done already is known by its version.
        try:
            answer = Client(connection, now=now).post(
                spec.entity.lower(),
                _encoder.encode({**head, **body}),
                request_id=uuid4().hex,
                deadline=DEADLINE,
            )
        except Rejected as error:
            if _is_itself_missing(error, body):
                raise Gone(
                    _("It no longer exists in QuickBooks."), error.correlation_id
                ) from error
            raise
        raw, _time = wire.single(answer, spec.entity, is_write=True)
        found = observed_in(spec, raw, answer)
        if found.problem or found.remote_id != remote_id:
            unreadable(answer, is_write=True)
        return spec.completed(connection, [found])[0]


def _is_itself_missing(error: Rejected, body: fields.Wire) -> bool:
    """A missing object is answered like a missing reference: not if there is none."""
    names_others = any(name.endswith("Ref") for name in body)
    return error.code == "610" and not names_others


def rendered(stream: str, values: Mapping[str, object]) -> fields.Wire:
    """The part of an object's body that changes; ``Rejected`` when it cannot be put."""
    table = WRITABLE.get(stream, {})
    body: fields.Wire = {}
    for name in fields.gathered(values):
        if name not in table:
            raise Rejected(
                _("QuickBooks does not let this field be changed."), field=name
            )
    fields.put_all(body, table, values, empties=True)
    return body


def _whole(
    connection: Connection,
    stream: str,
    remote_id: str,
    version: str,
    values: Mapping[str, object],
) -> dict[str, object]:
    """With what must be sent along: the rest of an address, the marker of a note."""
    wanted = fields.gathered(values)
    parts = [
        name
        for name in ADDRESSES
        if isinstance(given := wanted.get(name), Mapping)
        and given
        and not set(ADDRESS_PARTS) <= set(given)
    ]
    if not parts and "notes" not in wanted:
        return wanted
    held = mirror.get(connection, stream, remote_id)
    if held is None or held.version != version:
        raise Stale(_("It has changed in QuickBooks since it was last read."))
    for name in parts:
        rest, given = held.content.get(name), wanted[name]
        wanted[name] = {**_mapping(rest), **_mapping(given)}
    if "notes" in wanted:
        marker = str(held.content.get("marker") or "")
        note = fields.text_of(wanted["notes"])
        wanted["notes"] = marked(marker, note, NOTES_MAX)
    return wanted


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
