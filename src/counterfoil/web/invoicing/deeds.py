"""Ask for a document to be sent, voided or deleted, and say what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.invoicing import delivering
from counterfoil.invoicing.offers import offers
from counterfoil.posting.act_state import Deed
from counterfoil.web import formats
from counterfoil.web.invoicing.existing import is_id
from counterfoil.web.invoicing.rows import title_of, who_of
from counterfoil.web.invoicing.tellings import name_of
from counterfoil.web.invoicing.wizard import record_address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.web.sync.answering import named
from counterfoil.workspaces.access import Access, Permission

WRONG = 422
LONGEST = 1000
Errors = Mapping[str, list[str]]


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.SEND_DOCUMENTS)
def send(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """E-mail it through QuickBooks, now or later."""
    return _asked(request, access, _document(access, noun, record_id), Deed.SEND)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.VOID_DOCUMENTS)
def void(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Void it in QuickBooks, once that is confirmed."""
    return _asked(request, access, _document(access, noun, record_id), Deed.VOID)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.VOID_DOCUMENTS)
def delete(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Delete it in QuickBooks, once that is confirmed."""
    return _asked(request, access, _document(access, noun, record_id), Deed.DELETE)


@workspace_view(Permission.SEND_DOCUMENTS)
@require_POST
def unsend(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Do not send what was to be sent later."""
    document = _document(access, noun, record_id)
    try:
        delivering.cancel_send(access=access, record=document, now=now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        sentence = _("%(document)s is not sent.")
        messages.success(request, sentence % {"document": name_of(document)})
    return redirect(_back(request, access, document))


@workspace_view(Permission.VIEW)
@require_POST
def decide(
    request: Request, access: Access, noun: str, record_id: int, act_id: UUID
) -> HttpResponse:
    """A person's word on what was refused, or on what nobody knows the end of.

    Which permission it takes is the act's: the use case asks for it.
    """
    document = _document(access, noun, record_id)
    how: dict[str, Any] = {"access": access, "record": document, "act_id": act_id}
    try:
        if request.POST.get("answer") == "again":
            reason = request.POST.get("reason", "")[:LONGEST]
            delivering.try_again(**how, now=now(), reason=reason)
            said = _("QuickBooks is asked again. The answer shows here.")
        elif request.POST.get("answer") == "sent":
            delivering.was_sent(**how, now=now())
            said = _("Kept as sent.")
        else:
            delivering.leave(**how, now=now())
            said = _("Left as it is.")
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(named(request, _back(request, access, document)))


def _document(access: Access, noun: str, record_id: int) -> Any:
    return queries.get(access.workspace, noun, record_id)


def _asked(request: Request, access: Access, document: Any, deed: Deed) -> HttpResponse:
    if request.method != "POST":
        return _page(request, access, document, deed)
    try:
        said = _do(request, access, document, deed)
    except Invalid as error:
        return _page(request, access, document, deed, error.errors)
    messages.success(request, said)
    return redirect(_back(request, access, document))


def _do(request: Request, access: Access, document: Any, deed: Deed) -> str:
    """Ask for it; returns what to tell the person."""
    words = {"document": name_of(document)}
    how: dict[str, Any] = {"access": access, "record": document, "now": now()}
    if deed is Deed.VOID:
        delivering.void(**how)
        return _("%(document)s is being voided. The answer shows here.") % words
    if deed is Deed.DELETE:
        delivering.delete(**how)
        return _("%(document)s is being deleted. The answer shows here.") % words
    at = _moment(request, access)
    to = request.POST.get("email", "")[:LONGEST].strip()
    if not to and not document.recipient.strip():
        raise Invalid({"email": [_("Enter an e-mail address.")]})
    again = request.POST.get("reason", "")[:LONGEST]
    delivering.send(**how, to=to, at=at, again=again)
    if at is not None:
        words["moment"] = formats.minute(at)
        return _("%(document)s will be sent %(moment)s.") % words
    words["recipient"] = to or document.recipient
    return _("%(document)s is being sent to %(recipient)s.") % words


def _moment(request: Request, access: Access) -> datetime | None:
    """When it is to be sent; ``None`` is now. As the clocks of the workspace show."""
    if request.POST.get("when") != "later":
        return None
    try:
        on = date.fromisoformat(request.POST.get("day", ""))
        clock = time.fromisoformat(request.POST.get("time", ""))
        return delivering.moment(access.workspace, on, clock.replace(tzinfo=None))
    except (ValueError, OverflowError):
        raise Invalid({"at": [_("Enter a day and a time.")]}) from None


def _page(
    request: Request,
    access: Access,
    document: Any,
    deed: Deed,
    errors: Errors | None = None,
) -> HttpResponse:
    found = offers(access, document)
    offer = found.of(deed)
    errors = errors or {}
    hindrance = "" if offer.needs or (offer.is_shown and not offer.why) else offer.why
    context = {
        "deed": deed.value,
        "document": document,
        "slug": type_of(document).slug,
        "plural": object_types[document.object_type].label[1],
        "kind": str(type_of(document).label[0]),
        "name": name_of(document),
        "shown_title": title_of(document),
        "who": who_of(document),
        "total": amount_of(document),
        "offer": offer,
        "waiting": found.waiting,
        "hindrance": hindrance,
        "follows": _follows(document, deed),
        "errors": errors,
        "problem": " ".join(errors.get("", [])),
        **_filled_in(request, access, document),
        "back": _back(request, access, document),
        "origin": _origin(request),
    }
    return render(
        request,
        access,
        "invoicing/deed.html",
        context,
        active=type_of(document).slug,
        title=_title(document, deed),
        fragment="ask",
        status=WRONG if errors else 200,
    )


def _filled_in(request: Request, access: Access, document: Any) -> dict[str, str]:
    """What was typed, or what is proposed."""
    sent, today = request.POST, access.workspace.today(now()).isoformat()
    return {
        "email": sent.get("email", getattr(document, "recipient", "")),
        "when": sent.get("when", "now"),
        "day": sent.get("day", today),
        "time": sent.get("time", ""),
        "reason": sent.get("reason", ""),
        "zone": access.workspace.time_zone,
        "today": today,
    }


def amount_of(document: Any) -> str:
    """What it comes to."""
    amount = document.amount if document.object_type == "payment" else document.total
    return formats.money(amount, document.currency)


def _title(document: Any, deed: Deed) -> str:
    sentences = {
        Deed.SEND: _("Send %(document)s"),
        Deed.VOID: _("Void %(document)s"),
        Deed.DELETE: _("Delete %(document)s"),
    }
    return sentences[deed] % {"document": name_of(document)}


def _follows(document: Any, deed: Deed) -> str:
    """What is so afterwards, beside what the offer warns of."""
    if deed is Deed.VOID:
        return _("It stays in QuickBooks with its number, and comes to nothing.")
    if deed is Deed.DELETE:
        return _("This page stays, with what is known of it now.")
    return ""


def _origin(request: Request) -> str:
    """Which record's card it was asked from, as ``deal:12``."""
    given = request.POST.get("from") or request.GET.get("from") or ""
    noun, _colon, number = given.partition(":")
    return given if noun in object_types and is_id(number) else ""


def _back(request: Request, access: Access, document: Any) -> str:
    """The page that it was asked from: a record's with its card, or its own."""
    noun, _colon, number = _origin(request).partition(":")
    record = document
    if noun:
        try:
            record = queries.get(access.workspace, noun, int(number))
        except Http404:
            record = document
    return record_address(access.workspace.pk, record)
