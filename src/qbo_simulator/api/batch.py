"""Several operations in one call; each stands or falls by itself."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_simulator.asking.feed import check_age
from qbo_simulator.catalogue import BY_LOWER
from qbo_simulator.faults import (
    Fault,
    application_error,
    business,
    required,
    too_many_objects,
    unsupported,
)
from qbo_simulator.wire import decode, parse_instant

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from qbo_simulator.company import Company

log = logging.getLogger(__name__)
MOST_ITEMS = 30
LONGEST_ID = 50
WITHOUT_TOKEN = frozenset({"Attachable"})
OPERATIONS = frozenset({"create", "update", "delete", "void"})
QUERIES = ("Query", "CDCQuery")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every item of a batch."""

    now: datetime
    requestid: str | None
    hidden_since: float | None
    zero_start: bool
    most_objects: int


@dataclass(frozen=True, slots=True)
class Wish:
    """One write, as an address or an item of a batch tells it."""

    entity: str
    operation: str
    body: dict[str, Any]
    include: frozenset[str]


def run(company: Company, body: dict[str, Any], terms: Terms) -> list[dict[str, Any]]:
    """The `BatchItemResponse` list; raises a fault only if the batch itself is bad."""
    items = body.get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise Fault(400, "MalformedRequest", "Batch Request is Empty")
    if len(items) > MOST_ITEMS:
        raise Fault(
            1040,
            "Batch size exceeds allowed limit",
            f"Batch size exceeds the allowed limit of {MOST_ITEMS}. "
            f"Supplied value:{len(items)}",
        )
    with _one_commit(company, items):
        return _answers(company, items, terms)


def _one_commit(company: Company, items: list[Any]) -> AbstractContextManager[Any]:
    """One transaction about all writes of a batch, each a savepoint of it.

    They are answered together, so they need to reach the disk only once.
    """
    if counted({"BatchItemRequest": items})["writes"]:
        return company.store.write()
    return nullcontext()


def _answers(company: Company, items: list[Any], terms: Terms) -> list[dict[str, Any]]:
    answers = []
    left = terms.most_objects
    for item in items:
        answer = _answered(company, item, terms)
        found = _rows(answer)
        if terms.most_objects and found > left:
            answer = _named({"Fault": too_many_objects(found).body()}, item)
        else:
            left -= found
        answers.append(answer)
    return answers


def _rows(answer: dict[str, Any]) -> int:
    """How many objects a query or a change feed has found."""
    feeds = answer.get("CDCResponse", [])
    found = [each for feed in feeds for each in feed["QueryResponse"]]
    found += [answer.get("QueryResponse", {})]
    return sum(each.get("maxResults", 0) for each in found)


def counted(body: dict[str, Any]) -> dict[str, int]:
    """How many items of a batch read and how many write, for the metering."""
    items = body.get("BatchItemRequest") or []
    reads = sum(
        1 for item in items if isinstance(item, dict) and _word(item, QUERIES) in item
    )
    return {"reads": reads, "writes": len(items) - reads}


def _word(item: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in item), "")


def _answered(company: Company, item: Any, terms: Terms) -> dict[str, Any]:
    held = item if isinstance(item, dict) else {}
    try:
        _check_id(held, terms.requestid)
        result = _one(company, held, terms)
    except Fault as fault:
        result = {"Fault": fault.body()}
    except Exception:
        # One item's failure is its own: what the others did is committed.
        log.exception("batch item failed")
        failure = application_error("An unexpected error occurred")
        result = {"Fault": failure.body()}
    return _named(result, held)


def _named(result: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    return result if item.get("bId") is None else {**result, "bId": item["bId"]}


def _check_id(item: dict[str, Any], requestid: str | None) -> None:
    """The two ids of an item are one for the service, and may not be longer than one."""
    whole = f"{requestid}{item.get('bId') or ''}" if requestid else ""
    if len(whole) > LONGEST_ID:
        raise business(
            f"You cannot enter more than {LONGEST_ID} characters in the request_id "
            f"field. You tried entering {whole[:10]}..., which is {len(whole)} "
            "characters.",
            "",
        )


def _one(company: Company, item: dict[str, Any], terms: Terms) -> dict[str, Any]:
    if "Query" in item:
        found = company.query_bytes(
            str(item["Query"]),
            hidden_since=terms.hidden_since,
            zero_start=terms.zero_start,
        )
        return {"QueryResponse": decode(found)}
    if "CDCQuery" in item:
        return _changes(company, item["CDCQuery"], terms)
    kinds = [name for name in item if name.lower() in BY_LOWER]
    if len(kinds) != 1 or not isinstance(item[kinds[0]], dict):
        raise unsupported("Operation in batch item is not supported.")
    operation = str(item.get("operation") or "create").lower()
    if operation not in OPERATIONS:
        raise unsupported(f"Operation {operation} is not supported.")
    wished = str(item.get("optionsData") or "").lower().split(",")
    options = frozenset(each.strip() for each in wished)
    if "void" in options and operation == "update":
        operation = "void"
    entity = BY_LOWER[kinds[0].lower()].entity
    wish = Wish(entity, operation, item[kinds[0]], options)
    return {entity: carried_out(company, wish, terms.now, terms.requestid)}


def carried_out(
    company: Company, wish: Wish, now: datetime, requestid: str | None
) -> dict[str, Any]:
    """One write of one entity, as served."""
    body = wish.body
    more: dict[str, Any] = {"requestid": requestid}
    if wish.operation in {"create", "update"}:
        more["include"] = wish.include
    if wish.operation == "delete" and wish.entity in WITHOUT_TOKEN:
        body = _with_token(company, wish.entity, body)
    verb = getattr(company, wish.operation)
    served: dict[str, Any] = verb(wish.entity, body, now=now, **more)
    return served


def _with_token(company: Company, entity: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the current SyncToken, which some deletions do without."""
    if body.get("SyncToken") not in (None, "") or body.get("Id") in (None, ""):
        return body
    current = company.read(entity, str(body["Id"]))
    return {**body, "SyncToken": current["SyncToken"]}


def _changes(company: Company, wish: Any, terms: Terms) -> dict[str, Any]:
    if not isinstance(wish, dict):
        raise required("ChangedSince")
    since = parse_instant(str(wish.get("ChangedSince", "")))
    if since is None:
        raise required("ChangedSince")
    wished = str(wish.get("Entities", "")).split(",")
    entities = [each.strip() for each in wished if each.strip()]
    if not entities:
        raise required("Entities")
    check_age(since, terms.now, company.switches.cdc_days)
    found = company.changes(entities, since, hidden_since=terms.hidden_since)
    return {"CDCResponse": [found]}
