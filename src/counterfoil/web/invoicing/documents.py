"""An invoice's preview, and what can be done with one that the books refused."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from counterfoil.core.errors import Invalid
from counterfoil.crm import queries
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import existing, preview as previews, reopen
from counterfoil.posting import explain, post
from counterfoil.web.invoicing.existing import is_id
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


def _invoice(access: Access, invoice_id: int) -> Invoice:
    queries.get(access.workspace, "invoice", invoice_id)
    return Invoice.objects.select_related("connection").get(
        workspace=access.workspace, pk=invoice_id
    )


@workspace_view()
@require_GET
def preview(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """The page around the PDF; its frame asks QuickBooks for it."""
    invoice = _invoice(access, invoice_id)
    books_address = previews.page_address(access=access, made=invoice)
    context = {
        "invoice": invoice,
        "address": record_address(access.workspace.pk, invoice),
        "books_address": books_address,
        "is_there": bool(books_address),
    }
    response = render(
        request,
        access,
        "invoicing/preview.html",
        context,
        active="invoices",
        title=_("Preview of invoice %(number)s") % {"number": invoice.number},
    )
    response["Content-Security-Policy"] = FRAMING
    return response


@workspace_view()
@require_GET
def pdf(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """The PDF itself, or a small page that says why there is none."""
    invoice = _invoice(access, invoice_id)
    try:
        content = previews.pdf(access=access, made=invoice, now=now())
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
            sign if sign.isalnum() or sign in "-_." else "-"
            for sign in f"invoice-{invoice.number or invoice.pk}"
        )
        response["Content-Disposition"] = f'{way}; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = FRAMED
    return response


@workspace_view()
@require_GET
def story(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """From who asked for the invoice to each answer of the books."""
    invoice = _invoice(access, invoice_id)
    intent = post.of_record(Ref.of(invoice))
    context = {
        "invoice": invoice,
        "address": record_address(access.workspace.pk, invoice),
        "story": explain.explain(intent) if intent is not None else None,
    }
    return render(
        request,
        access,
        "invoicing/story.html",
        context,
        active="invoices",
        title=_("Why does this invoice exist?"),
    )


@workspace_view(Permission.CREATE_DOCUMENTS)
@require_POST
def correct(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """Open the draft of a refused invoice again."""
    invoice = _invoice(access, invoice_id)
    try:
        draft = reopen.reopen(access=access, made=invoice, now=now())
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(record_address(access.workspace.pk, invoice))
    return redirect(step_address(draft, "review"))


@workspace_view(Permission.CREATE_DOCUMENTS)
@require_POST
def cancel(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """Give a refused invoice up."""
    invoice = _invoice(access, invoice_id)
    try:
        reopen.give_up(access=access, made=invoice, now=now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Invoice given up. Nothing of it is in QuickBooks.")
        )
    return redirect(record_address(access.workspace.pk, invoice))


@workspace_view(Permission.EDIT_RECORDS)
@require_POST
def remove(request: Request, access: Access, invoice_id: int) -> HttpResponse:
    """Take an invoice off a record; in QuickBooks nothing changes."""
    object_type = request.POST.get("object_type", "")
    number = request.POST.get("record_id", "")
    if object_type not in object_types or not is_id(number):
        raise Http404
    record = queries.get(access.workspace, object_type, int(number))
    existing.remove(
        access=access,
        target=Ref.of(record),
        invoice=_invoice(access, invoice_id),
        now=now(),
    )
    messages.success(
        request, _("Invoice taken off this record. It stays in QuickBooks.")
    )
    return redirect(record_address(access.workspace.pk, record))
