"""Documents over the API: make, read, send, void, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counterfoil.api import reading, repeating, showing
from counterfoil.api.entrance import Call, api_view
from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.models import Record
from counterfoil.invoicing import answers, delivering, expenses, making, paying
from counterfoil.invoicing.kinds import kinds
from counterfoil.workspaces.access import Permission

# What the page asks for under another name.
CALLED = {"email": "to", "reason": "again"}
ASKED = ("kind", "source", "connection", "settings")
USES: dict[str, tuple[Callable[..., None], Callable[..., Record]]] = {
    "payment": (paying.read_rate, paying.pay),
    "expense": (expenses.read_rate, expenses.make),
}


@api_view(
    scope="documents.write", permission=Permission.CREATE_DOCUMENTS, method="POST"
)
def create(call: Call) -> JsonResponse:
    """Make a document from a record: 201, or 200 for one that was made before."""
    body = call.body()
    key = reading.idempotency_key(call)
    if (made := repeating.made_before(call, key, body)) is not None:
        return _shown(made)
    reading.refuse_unknown(body, ASKED)
    asked = _asked(call, body, key)
    asked.read_rate()
    made, is_new = repeating.once(call, key, body, asked.make)
    return _shown(made, status=201 if is_new else 200)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The call of a use case, and what it wants to know of the books before."""

    read_rate: Callable[[], None]
    make: Callable[[], Record]


def _asked(call: Call, body: Mapping[str, Any], key: str) -> _Asked:
    """One call of the use case of the kind."""
    kind = str(body.get("kind", ""))
    known = [*(each.key for each in kinds), "payment", "expense"]
    if kind not in known:
        message = _("Choose a kind: %(known)s.") % {"known": ", ".join(known)}
        raise Invalid({"kind": [message]})
    how: dict[str, Any] = {
        "connection": reading.connection(call, body),
        "settings": _settings(call, kind, body),
    }
    if kind == "expense":
        how["payment"] = reading.source(body)
    elif kind != "payment":
        how["source"] = reading.source(body)
    elif "source" in body:
        message = _("A payment has no source: it belongs to the invoices that it pays.")
        raise Invalid({"source": [message]})
    read_rate, make = USES.get(kind, (making.read_rate, making.make))
    return _Asked(
        read_rate=partial(read_rate, **how, now=call.now),
        make=partial(make, **how, key=("api", key), actor=call.actor, now=call.now),
    )


def _settings(call: Call, kind: str, body: Mapping[str, Any]) -> Any:
    """What the use case is told, as far as the caller may say it."""
    if kind == "payment":
        return reading.payment_settings(body)
    if kind == "expense":
        return reading.settings(expenses.Settings, body)
    settings = reading.settings(making.Settings, body, kind=kind)
    reading.refuse_unread(settings)
    if settings.sends:
        call.require("documents.act", Permission.SEND_DOCUMENTS)
    return settings


@api_view(scope="documents.read", permission=Permission.VIEW, method="GET")
def read(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """A document, and what became of it in the books."""
    return _shown(_document(call, object_type, record_id))


@api_view(scope="documents.act", permission=Permission.SEND_DOCUMENTS, method="POST")
def send(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """E-mail it: ``to``, ``at`` (ISO 8601, later) and ``again`` (why) are optional."""
    body = call.body()
    reading.refuse_unknown(body, ("to", "at", "again"))
    texts = {name: reading.text(body, name) for name in ("to", "again")}
    document, at = _document(call, object_type, record_id), _moment(body.get("at"))
    try:
        act = delivering.send(
            access=call.access, record=document, now=call.now, at=at, **texts
        )
    except Invalid as error:
        raise Invalid(
            {CALLED.get(name, name): said for name, said in error.errors.items()}
        ) from None
    return JsonResponse(showing.act(act), status=202)


@api_view(scope="documents.act", permission=Permission.VOID_DOCUMENTS, method="POST")
def void(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """Void it in the books."""
    reading.refuse_unknown(call.body(), ())
    document = _document(call, object_type, record_id)
    act = delivering.void(access=call.access, record=document, now=call.now)
    return JsonResponse(showing.act(act), status=202)


@api_view(scope="documents.act", permission=Permission.VOID_DOCUMENTS, method="POST")
def delete(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """Delete it from the books."""
    reading.refuse_unknown(call.body(), ())
    document = _document(call, object_type, record_id)
    act = delivering.delete(access=call.access, record=document, now=call.now)
    return JsonResponse(showing.act(act), status=202)


def _document(call: Call, object_type: str, record_id: int) -> Record:
    if object_type not in answers.NOUNS:
        raise Http404
    return queries.get(call.access.workspace, object_type, record_id)


def _moment(given: object) -> datetime | None:
    if given in (None, ""):
        return None
    try:
        at = parse_datetime(str(given))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        message = _("Send a moment with its zone, such as 2026-03-04T09:00:00Z.")
        raise Invalid({"at": [message]})
    return at


def _shown(record: Record, *, status: int = 200) -> JsonResponse:
    response = JsonResponse(showing.document(record), status=status)
    response["Cache-Control"] = "no-store"
    return response
