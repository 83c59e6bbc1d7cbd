"""Several operations in one call; each stands or falls by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.faults import Fault, required, unsupported
from qbo_simulator.wire import decode, parse_instant

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.company import Company

MOST_ITEMS = 30
OPERATIONS = frozenset({"create", "update", "delete", "void"})


def run(
    company: Company,
    body: dict[str, Any],
    *,
    now: datetime,
    requestid: str | None,
    hidden_since: float | None,
) -> list[dict[str, Any]]:
    """The `BatchItemResponse` list; raises a fault only if the batch itself is bad."""
    items = body.get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise Fault(
            "MalformedRequest", "Batch Request is Empty", "Batch Request is Empty"
        )
    if len(items) > MOST_ITEMS:
        raise Fault(
            1040,
            "Batch size exceeds allowed limit",
            f"Batch size exceeds the allowed limit of {MOST_ITEMS}. "
            f"Supplied value:{len(items)}",
        )
    results = []
    for item in items:
        try:
            if not isinstance(item, dict):
                raise required("BatchItemRequest")
            result = _one(company, item, now, requestid, hidden_since)
        except Fault as fault:
            result = {"Fault": fault.body()}
        bid = item.get("bId") if isinstance(item, dict) else None
        results.append({**result, "bId": bid})
    return results


def _one(
    company: Company,
    item: dict[str, Any],
    now: datetime,
    requestid: str | None,
    hidden_since: float | None,
) -> dict[str, Any]:
    if "Query" in item:
        found = company.query_bytes(str(item["Query"]), hidden_since=hidden_since)
        return {"QueryResponse": decode(found)}
    if "CDCQuery" in item:
        wish = item["CDCQuery"]
        if not isinstance(wish, dict):
            raise required("ChangedSince")
        return _changes(company, wish, hidden_since)
    kinds = [name for name in item if name.lower() in BY_LOWER]
    if len(kinds) != 1 or not isinstance(item[kinds[0]], dict):
        raise unsupported("Operation in batch item is not supported.")
    operation = str(item.get("operation", "")).lower()
    if operation not in OPERATIONS:
        raise unsupported(f"Operation {operation} is not supported.")
    options = str(item.get("optionsData", "")).lower()
    if options == "void" and operation == "update":
        operation = "void"
    more: dict[str, Any] = {"requestid": requestid}
    if operation in {"create", "update"}:
        more["include"] = frozenset(options.split(","))
    entity = BY_LOWER[kinds[0].lower()].entity
    served = getattr(company, operation)(entity, item[kinds[0]], now=now, **more)
    return {entity: served}


def _changes(
    company: Company, wish: dict[str, Any], hidden_since: float | None
) -> dict[str, Any]:
    since = parse_instant(str(wish.get("ChangedSince", "")))
    if since is None:
        raise required("ChangedSince")
    entities = [each.strip() for each in str(wish.get("Entities", "")).split(",")]
    return {
        "CDCResponse": [company.changes(entities, since, hidden_since=hidden_since)]
    }
