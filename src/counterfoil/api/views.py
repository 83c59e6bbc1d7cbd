"""Documents over the API: make, read, send, void, delete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counterfoil.api import reading, showing
from counterfoil.api.entrance import Call, api_view
from counterfoil.connections.models import Connection
from counterfoil.core.errors import Invalid
from counterfoil.crm import associations, queries
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import answers, delivering, expenses, making, paying
from counterfoil.invoicing.kinds import kinds
from counterfoil.posting import post
from counterfoil.workspaces.access import Permission


@api_view(
    scope="documents.write", permission=Permission.CREATE_DOCUMENTS, method="POST"
)
def create(call: Call) -> JsonResponse:
    """Make a document from a record: 201, or 200 for one that was made before."""
    body = call.body()
    key = reading.idempotency_key(call)
    connection = reading.connection(call, body)
    kind = str(body.get("kind", ""))
    posted = kinds[kind].posting_kind if kind in kinds else kind
    known = [*(each.key for each in kinds), "payment", "expense"]
    if kind not in known:
        message = _("Choose a kind: %(known)s.") % {"known": ", ".join(known)}
        raise Invalid({"kind": [message]})
    is_new = post.of_key(connection, posted, key) is None
    made = _made(call, kind, connection, key)
    if not is_new:
        _refuse_other(call, kind, made)
    return _shown(made, status=201 if is_new else 200)


def _refuse_other(call: Call, kind: str, made: Record) -> None:
    """A key that was used for another record: its document is not this request's."""
    if kind == "payment":
        applied = reading.payment_settings(call.body()).applied
        wanted = {Ref("invoice", each) for each in applied}
    else:
        wanted = {reading.source(call.body())}
    noun = next(iter(wanted)).object_type
    tied = set(associations.refs_of(call.access.workspace, Ref.of(made), noun))
    if tied and not tied & wanted:
        message = _("This key was used for another request. Send a key of its own.")
        raise Invalid({"Idempotency-Key": [message]})


def _made(call: Call, kind: str, connection: Connection, key: Sequence[str]) -> Record:
    """One call of the use case of the kind."""
    body, actor, now = call.body(), call.actor, call.now
    if kind == "payment":
        return paying.pay(
            connection=connection,
            settings=reading.payment_settings(body),
            key=key,
            actor=actor,
            now=now,
        )
    if kind == "expense":
        return expenses.make(
            connection=connection,
            payment=reading.source(body),
            settings=reading.settings(expenses.Settings, body),
            key=key,
            actor=actor,
            now=now,
        )
    settings = reading.settings(making.Settings, body, kind=kind)
    if settings.sends:
        call.require("documents.act", Permission.SEND_DOCUMENTS)
    return making.make(
        connection=connection,
        source=reading.source(body),
        settings=settings,
        key=key,
        actor=actor,
        now=now,
    )


@api_view(scope="documents.read", permission=Permission.VIEW, method="GET")
def read(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """A document, and what became of it in the books."""
    return _shown(_document(call, object_type, record_id))


@api_view(scope="documents.act", permission=Permission.SEND_DOCUMENTS, method="POST")
def send(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """E-mail it: ``to``, ``at`` (ISO 8601, later) and ``again`` (why) are optional."""
    body = call.body()
    texts = {name: str(body.get(name) or "") for name in ("to", "again")}
    act = delivering.send(
        access=call.access,
        record=_document(call, object_type, record_id),
        now=call.now,
        at=_moment(body.get("at")),
        **texts,
    )
    return JsonResponse(showing.act(act), status=202)


@api_view(scope="documents.act", permission=Permission.VOID_DOCUMENTS, method="POST")
def void(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """Void it in the books."""
    document = _document(call, object_type, record_id)
    act = delivering.void(access=call.access, record=document, now=call.now)
    return JsonResponse(showing.act(act), status=202)


@api_view(scope="documents.act", permission=Permission.VOID_DOCUMENTS, method="POST")
def delete(call: Call, object_type: str, record_id: int) -> JsonResponse:
    """Delete it from the books."""
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
