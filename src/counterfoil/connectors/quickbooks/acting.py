"""What can be done with a document that exists, and the call that does it.

QuickBooks lets invoices, sales receipts and payments be voided from outside, each in its
own way; every transaction can be deleted, and names of lists neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from django.utils.translation import gettext as _

from counterfoil.connectors.quickbooks import receipts
from counterfoil.core.errors import Rejected
from counterfoil.posting.ports import Action

NAMES = frozenset({"customer", "item"})
PRINTED = frozenset(
    {
        "invoice",
        "estimate",
        "sales_receipt",
        "credit_memo",
        "refund_receipt",
        "payment",
    }
)
NO_BODY = "application/octet-stream"
JSON = "application/json"
EMAIL_MAX = 100
_as_update = {"operation": "update", "include": "void"}
VOIDED: Mapping[str, Mapping[str, str]] = {
    "invoice": {"operation": "void"},
    "sales_receipt": _as_update,
    "payment": _as_update,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request that acts on a document."""

    path: str
    body: bytes
    params: Mapping[str, str]
    content_type: str = JSON


def call_for(
    action: Action, kind: str, remote_id: str, *, version: str, to: str
) -> Call:
    """The request; ``Rejected`` when QuickBooks cannot do that to such a document."""
    if action is Action.SEND:
        return _sending(kind, remote_id, to)
    if action is Action.VOID:
        return _voiding(kind, remote_id, version)
    return _deleting(kind, remote_id, version)


def check_printed(kind: str) -> None:
    """``Rejected`` for what QuickBooks neither prints nor e-mails."""
    if kind not in PRINTED:
        raise Rejected(
            _("QuickBooks neither prints nor e-mails documents of this kind.")
        )


def _sending(kind: str, remote_id: str, to: str) -> Call:
    check_printed(kind)
    address = to.strip()
    if address and (
        "@" not in address or len(address) > EMAIL_MAX or any(map(str.isspace, address))
    ):
        raise Rejected(
            _("This is no e-mail address that QuickBooks can send to. Correct it."),
            field="email",
        )
    params = {"sendTo": address} if address else {}
    return Call(_path(kind, remote_id, "send"), b"", params, NO_BODY)


def _voiding(kind: str, remote_id: str, version: str) -> Call:
    if kind in NAMES:
        raise Rejected(_cannot_go())
    if kind not in VOIDED:
        raise Rejected(
            _(
                "QuickBooks lets documents of this kind be voided on its own pages only."
                " Delete it here, or void it there."
            )
        )
    held: dict[str, object] = {"Id": remote_id, "SyncToken": version}
    params = VOIDED[kind]
    if "include" in params:
        held["sparse"] = True
    return Call(_path(kind), msgspec.json.encode(held), params)


def _deleting(kind: str, remote_id: str, version: str) -> Call:
    if kind in NAMES:
        raise Rejected(_cannot_go())
    held = {"Id": remote_id, "SyncToken": version}
    return Call(_path(kind), msgspec.json.encode(held), {"operation": "delete"})


def _cannot_go() -> str:
    return _(
        "QuickBooks keeps customers and products for ever. Make it inactive there instead."
    )


def _path(kind: str, *parts: str) -> str:
    entity = receipts.KINDS[kind].entity.lower()
    return "/".join([entity, *(quote(part, safe="") for part in parts)])
