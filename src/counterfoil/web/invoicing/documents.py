"""A document's preview and story, and what can be done with one that was refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types, type_of
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import existing, preview as previews, reopen
from counterfoil.web.invoicing.deeds import amount_of
from counterfoil.web.invoicing.existing import is_id
from counterfoil.web.invoicing.rows import PRINTED, who_of
from counterfoil.web.invoicing.story import story_of
from counterfoil.web.invoicing.tellings import name_of
from counterfoil.web.invoicing.wizard import record_address, step_address
from counterfoil.web.middleware import ContentSecurityPolicy
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission

BAD_GATEWAY = 502
# Only the page that shows the PDF may frame it, and only that answer may be framed.
FRAMING = ContentSecurityPolicy.POLICY.replace(
    "object-src 'none'", "object-src 'self'; frame-src 'self'"
)
FRAMED = ContentSecurityPolicy.POLICY.replace(
    "frame-ancestors 'none'", "frame-ancestors 'self'"
)


def _document(access: Access, noun: str, record_id: int) -> Any:
    return queries.get(access.workspace, noun, record_id)


@workspace_view()
@require_GET
def preview(
    request: Request, access: Access, noun: str, record_id: int
) -> HttpResponse:
    """The page around the PDF; its frame asks QuickBooks for it."""
    document = _document(access, noun, record_id)
    books_address = previews.page_address(access=access, made=document)
    context = {
        "document": document,
        "address": record_address(access.workspace.pk, document),
        "books_address": books_address,
        "is_there": bool(books_address) and noun in PRINTED,
        "name": name_of(document),
        "who": who_of(document),
        "total": amount_of(document),
        "plural": type_of(document).label[1],
        "slug": type_of(document).slug,
    }
    response = render(
        request,
        access,
        "invoicing/preview.html",
        context,
        active=type_of(document).slug,
        title=_("Preview of %(document)s") % {"document": name_of(document)},
    )
    response["Content-Security-Policy"] = FRAMING
    return response


@workspace_view()
@require_GET
def open_there(
    request: Request, access: Access, noun: str, record_id: int
) -> HttpResponse:
    """Go to the document in QuickBooks."""
    document = _document(access, noun, record_id)
    books_address = previews.page_address(access=access, made=document)
    if books_address:
        return redirect(books_address)
    sentence = _("%(document)s is not in QuickBooks.")
    messages.error(request, sentence % {"document": name_of(document)})
    return redirect(record_address(access.workspace.pk, document))


@workspace_view()
@require_GET
def pdf(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """The PDF itself, or a small page that says why there is none."""
    document = _document(access, noun, record_id)
    try:
        content = previews.pdf(access=access, made=document, now=now())
    except Invalid as error:
        response = render(
            request,
            access,
            "invoicing/no_preview.html",
            {"message": str(error)},
            status=BAD_GATEWAY,
        )
    else:
        response = HttpResponse(content, content_type="application/pdf")
        way = "attachment" if "download" in request.GET else "inline"
        name = "".join(
            sign if (sign.isascii() and sign.isalnum()) or sign in "-_." else "-"
            for sign in f"{noun}-{getattr(document, 'number', '') or document.pk}"
        )
        response["Content-Disposition"] = f'{way}; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = FRAMED
    return response


@workspace_view()
@require_GET
def story(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """From who asked for the document to each answer of the books."""
    document = _document(access, noun, record_id)
    told = story_of(access, document)
    context = {
        "document": document,
        "name": name_of(document),
        "plural": type_of(document).label[1],
        "slug": type_of(document).slug,
        "address": record_address(access.workspace.pk, document),
        "story": told,
        "sources": [
            (type_of(each).label[0], each, record_address(access.workspace.pk, each))
            for each in told.sources
        ],
    }
    return render(
        request,
        access,
        "invoicing/story.html",
        context,
        active=type_of(document).slug,
        title=_("Why does this document exist?"),
    )


@workspace_view(Permission.CREATE_DOCUMENTS)
@require_POST
def correct(
    request: Request, access: Access, noun: str, record_id: int
) -> HttpResponse:
    """Open the draft of a refused document again."""
    document = _document(access, noun, record_id)
    try:
        draft = reopen.reopen(access=access, made=document, now=now())
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(record_address(access.workspace.pk, document))
    return redirect(step_address(draft, "review"))


@workspace_view(Permission.CREATE_DOCUMENTS)
@require_POST
def cancel(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Give a refused document up."""
    document = _document(access, noun, record_id)
    try:
        reopen.give_up(access=access, made=document, now=now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        sentence = _("%(document)s given up. Nothing of it is in QuickBooks.")
        messages.success(request, sentence % {"document": name_of(document)})
    return redirect(record_address(access.workspace.pk, document))


@workspace_view(Permission.EDIT_RECORDS)
@require_POST
def remove(request: Request, access: Access, noun: str, record_id: int) -> HttpResponse:
    """Take a document off a record; in QuickBooks nothing changes."""
    object_type = request.POST.get("object_type", "")
    number = request.POST.get("record_id", "")
    if object_type not in object_types or not is_id(number):
        raise Http404
    record = queries.get(access.workspace, object_type, int(number))
    document = _document(access, noun, record_id)
    existing.remove(access=access, target=Ref.of(record), document=document, now=now())
    sentence = _("%(document)s taken off this record. It stays in QuickBooks.")
    messages.success(request, sentence % {"document": name_of(document)})
    return redirect(record_address(access.workspace.pk, record))
