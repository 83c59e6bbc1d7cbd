"""Record a payment that came in, and what of it was given back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import line_items, payments, refunds
from counterfoil.crm.catalogue import properties_of, type_of
from counterfoil.crm.models import Payment, Record
from counterfoil.crm.payments import Entry, Repeated
from counterfoil.crm.refs import Ref
from counterfoil.web.records import fields
from counterfoil.web.records.fields import FieldGroup, Form, Option, text_of
from counterfoil.web.records.lookup import noun_of, one
from counterfoil.web.records.record_views import actor_of, address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access, Permission
from counterfoil.workspaces.models import Workspace

LONGEST = 400

Errors = Mapping[str, Sequence[str]]


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def payment_new(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """Record a payment for a deal, a quote, a contact or a company."""
    parent = _parent(access, plural, record_id)
    if request.method != "POST":
        proposed = payments.proposed(access.workspace, parent, now())
        values = {name: text_of(value) for name, value in proposed.items()}
        return _entry(request, access, parent, values)
    sent = _sent(request, access, payments.ENTERED)
    entry = Entry(sent, "lines" in request.POST, "is_another" in request.POST)
    try:
        made = payments.record(
            workspace=access.workspace,
            parent=Ref.of(parent),
            entry=entry,
            actor=actor_of(access),
            now=now(),
        )
    except Invalid as error:
        return _entry(request, access, parent, sent, errors=error.errors)
    except Repeated as repeated:
        return _entry(request, access, parent, sent, alike=repeated.payments)
    messages.success(request, _("Payment recorded"))
    return HttpResponseRedirect(address(access, "payments", made.pk))


def _sent(request: Request, access: Access, names: Sequence[str]) -> dict[str, str]:
    properties = properties_of("payment", access.workspace)
    return {
        name: fields.typed(properties[name], [request.POST.get(name, "")[:LONGEST]])
        for name in names
    }


def _parent(access: Access, plural: str, record_id: int) -> Record:
    noun = noun_of(plural)
    if noun.key not in payments.PARENTS:
        raise Http404
    found = one(access.workspace, noun.key, record_id)
    if found.archived_at:
        raise Http404
    return found


def _entry(
    request: Request,
    access: Access,
    parent: Record,
    values: Mapping[str, str],
    *,
    errors: Errors | None = None,
    alike: Sequence[Payment] = (),
) -> HttpResponse:
    currency = payments.currency_of(parent)
    names = [name for name in payments.ENTERED if name != "currency" or not currency]
    lines = line_items.of(access.workspace, Ref.of(parent))
    context = {
        "form": _form(access.workspace, names, payments.REQUIRED, values, errors or {}),
        "noun": type_of(parent),
        "plural": type_of(parent).slug,
        "record": parent,
        "currency": currency,
        "lines": len(lines),
        "copies_lines": request.method != "POST" or "lines" in request.POST,
        "alike": alike,
    }
    return render(
        request,
        access,
        "records/payment_form.html",
        context,
        active="payments",
        title=_("Record payment"),
        status=422 if errors or alike else 200,
    )


def _form(
    workspace: Workspace,
    names: Sequence[str],
    required: Collection[str],
    values: Mapping[str, str],
    errors: Errors,
) -> Form:
    """Controls of a payment's properties, which are read-only elsewhere."""
    properties = properties_of("payment", workspace)
    controls = []
    for name in names:
        prop, value, wrong = properties[name], values.get(name, ""), errors.get(name)
        control = fields.field_of("payment", prop, workspace, value, wrong or ())
        if name == "source":
            sources = [Option(each.value, str(each.label)) for each in payments.SOURCES]
            control = replace(control, options=sources)
        if name == "fee":
            control = replace(control, hint=_("What the payment service kept of it."))
        controls.append(replace(control, required=name in required))
    groups = [FieldGroup("", controls)]
    return Form(groups, fields.problems_of(groups, errors))


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def payment_refund(request: Request, access: Access, record_id: int) -> HttpResponse:
    """Record that all of a payment, or a part of it, was given back."""
    payment = cast("Payment", one(access.workspace, "payment", record_id))
    if payment.archived_at:
        raise Http404
    if request.method != "POST":
        values = {
            "amount": text_of(refunds.left(payment).amount),
            "refunded_on": text_of(access.workspace.today(now())),
        }
        return _refund(request, access, payment, values)
    sent = _sent(request, access, refunds.ENTERED)
    seen = request.POST.get("version", "")
    try:
        refunds.refund(
            workspace=access.workspace,
            payment_id=payment.pk,
            values=sent,
            expected_version=int(seen[:18]) if seen.isdecimal() else None,
            actor=actor_of(access),
            now=now(),
        )
    except Invalid as error:
        return _refund(request, access, payment, sent, error.errors)
    except Stale:
        messages.warning(
            request, _("The payment was changed meanwhile. Here it is as it is now.")
        )
        return HttpResponseRedirect(address(access, "payments", payment.pk))
    messages.success(request, _("Refund recorded"))
    return HttpResponseRedirect(address(access, "payments", payment.pk))


def _refund(
    request: Request,
    access: Access,
    payment: Payment,
    values: Mapping[str, str],
    errors: Errors | None = None,
) -> HttpResponse:
    names = refunds.ENTERED
    context = {
        "form": _form(access.workspace, names, names, values, errors or {}),
        "record": payment,
        "noun": type_of(payment),
        "left": refunds.left(payment).amount,
    }
    return render(
        request,
        access,
        "records/refund_form.html",
        context,
        active="payments",
        title=_("Refund payment"),
        status=422 if errors else 200,
    )
