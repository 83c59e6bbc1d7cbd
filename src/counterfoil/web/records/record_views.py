"""A record's page, its properties in place, creating, editing and archiving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import associations, line_items
from counterfoil.crm.catalogue import Property, object_types, properties_of
from counterfoil.crm.models import Deal, Record
from counterfoil.crm.records import Change, Written, write
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.web.records import fields
from counterfoil.web.records.cells import cell
from counterfoil.web.records.looks import LOOKS
from counterfoil.web.records.lookup import noun_of, one, visible
from counterfoil.web.records.page import Shown, page_of, timeline_of
from counterfoil.web.shell import Request, now, render, render_block, workspace_view
from counterfoil.workspaces.access import Access, Permission

PAGE = "records/record.html"
FORM = "records/form.html"


def actor_of(access: Access) -> Actor:
    """The signed-in person, as events and history name them."""
    return Actor.user(access.user.pk, access.user.name or access.user.email)


def written(access: Access, change: Change) -> Written:
    """One change by the signed-in person."""
    [result] = write(
        workspace=access.workspace,
        changes=[change],
        actor=actor_of(access),
        origin=Origin.user(access.user.pk),
        now=now(),
    )
    return result


def address(access: Access, plural: str, record_id: int) -> str:
    return reverse("record", args=[access.workspace.pk, plural, record_id])


@workspace_view()
def record(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """One record's page."""
    found = one(access.workspace, noun_of(plural).key, record_id)
    return shown(request, access, plural, found)


def shown(
    request: Request, access: Access, plural: str, found: Record, *, status: int = 200
) -> HttpResponse:
    """The page of a record, or its changing part when HTMX asks."""
    page = page_of(
        access,
        found,
        show=request.GET.get("show", ""),
        before=request.GET.get("before", ""),
    )
    return render(
        request,
        access,
        PAGE,
        {"page": page, "record": found, "plural": plural, "look": LOOKS[page.noun.key]},
        active=plural,
        title=page.heading,
        fragment="record",
        status=status,
    )


@workspace_view()
def timeline(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """The timeline alone: another filter, or what was before."""
    found = one(access.workspace, noun_of(plural).key, record_id)
    if not request.htmx:
        return shown(request, access, plural, found)
    told = timeline_of(
        access,
        found,
        visible(properties_of(found.object_type, access.workspace)),
        show=request.GET.get("show", ""),
        before=request.GET.get("before", ""),
    )
    block = "entries" if request.GET.get("before") else "timeline"
    context = {"timeline": told, "record": found, "plural": plural}
    return render_block(request, access, "records/timeline.html", block, context)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def new(request: Request, access: Access, plural: str) -> HttpResponse:
    """Create a record; ``with`` names one that it is to be associated with."""
    noun = noun_of(plural)
    if not LOOKS[noun.key].new:
        raise Http404
    other = _other(request, access)
    if request.method != "POST":
        defaults = {
            "currency": access.workspace.home_currency,
            "owner": access.user.pk,
            "kind": "service",
            "taxable": True,
            "active": True,
            "closes_on": None,
        }
        if _lines_for(access, noun.key, other):
            defaults["currency"] = getattr(other, "currency", "")
        form = fields.form_of(noun.key, access.workspace, defaults=defaults)
        return _form(request, access, plural, form)
    values = fields.given(noun.key, access.workspace, request.POST)
    try:
        result = _made(request, access, Change(noun.key, values), other)
    except Invalid as error:
        form = fields.form_of(
            noun.key, access.workspace, sent=values, errors=error.errors
        )
        return _form(request, access, plural, form, status=422)
    messages.success(request, _("%(title)s created") % {"title": result.record})
    return HttpResponseRedirect(address(access, plural, result.record.pk))


@transaction.atomic
def _made(
    request: Request, access: Access, change: Change, other: Record | None
) -> Written:
    """The record, its tie and its line items: all of it or nothing."""
    result = written(access, change)
    if other is None:
        return result
    associations.associate(
        workspace=access.workspace, left=Ref.of(other), right=result.ref, now=now()
    )
    if "lines" in request.POST and _lines_for(access, change.object_type, other):
        _copy_lines(request, access, other, result.record)
    return result


def _lines_for(access: Access, key: str, other: Record | None) -> int:
    """How many line items of a deal there are for a quote that is made from it."""
    if key != "quote" or not isinstance(other, Deal):
        return 0
    return len(line_items.of(access.workspace, Ref.of(other)))


def _copy_lines(request: Request, access: Access, deal: Record, made: Record) -> None:
    """Prices mean nothing in another currency."""
    currency = getattr(deal, "currency", "")
    if getattr(made, "currency", "") != currency:
        sentence = _("The line items are in %(currency)s, so they were not copied.")
        messages.warning(request, sentence % {"currency": currency})
        return
    line_items.copy(
        workspace=access.workspace,
        source=Ref.of(deal),
        target=Ref.of(made),
        actor=actor_of(access),
        now=now(),
    )


def _other(request: Request, access: Access) -> Record | None:
    """The record that ``with=deal:12`` names; nothing where it names none."""
    key, _colon, number = request.GET.get("with", "").partition(":")
    if key not in object_types or not number.isdecimal():
        return None
    return one(access.workspace, key, int(number))


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def edit(request: Request, access: Access, plural: str, record_id: int) -> HttpResponse:
    """All editable properties at once."""
    noun = noun_of(plural)
    found = one(access.workspace, noun.key, record_id)
    if request.method != "POST":
        form = fields.form_of(noun.key, access.workspace, record=found)
        return _form(request, access, plural, form, record=found)
    values = fields.given(noun.key, access.workspace, request.POST)
    errors: Mapping[str, Sequence[str]]
    try:
        written(
            access, Change(noun.key, values, record_id, expected_version=_seen(request))
        )
    except Invalid as error:
        errors, status = error.errors, 422
    except Stale:
        errors, status = {"": [fields.changed_meanwhile()]}, 409
    else:
        messages.success(request, _("Saved"))
        return HttpResponseRedirect(address(access, plural, record_id))
    form = fields.form_of(noun.key, access.workspace, sent=values, errors=errors)
    return _form(request, access, plural, form, record=found, status=status)


def _seen(request: Request) -> int | None:
    """The version that the person decided upon."""
    text = request.POST.get("version", "")
    return int(text[:18]) if text.isdecimal() else None


def _form(
    request: Request,
    access: Access,
    plural: str,
    form: fields.Form,
    *,
    record: Record | None = None,
    status: int = 200,
) -> HttpResponse:
    noun = noun_of(plural)
    title = _("Edit %(title)s") % {"title": record} if record else LOOKS[noun.key].new
    context = {
        "form": form,
        "noun": noun,
        "plural": plural,
        "record": record,
        "lines": 0 if record else _lines_for(access, noun.key, _other(request, access)),
        "copies_lines": request.method != "POST" or "lines" in request.POST,
    }
    return render(
        request, access, FORM, context, active=plural, title=str(title), status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def property_edit(
    request: Request, access: Access, plural: str, record_id: int, name: str
) -> HttpResponse:
    """One property in place; without HTMX the whole form, at this field."""
    noun = noun_of(plural)
    prop = _editable(access, noun.key, name)
    found = one(access.workspace, noun.key, record_id)
    if not request.htmx and request.method != "POST":
        form = reverse("record_edit", args=[access.workspace.pk, plural, record_id])
        return HttpResponseRedirect(f"{form}#f-{name}")
    if request.method != "POST":
        if "cancel" in request.GET:
            response = _property(request, access, plural, found, prop)
            return _focused(response, f"edit-{name}")
        value = fields.text_of(prop.of(found))
        field = fields.field_of(noun.key, prop, access.workspace, value)
        return _property(request, access, plural, found, prop, field=field)
    return _save_property(request, access, plural, found, prop)


def _editable(access: Access, object_type: str, name: str) -> Property:
    prop = properties_of(object_type, access.workspace).get(name)
    if prop is None or not fields.is_editable(object_type, prop):
        raise Http404
    return prop


def _save_property(
    request: Request, access: Access, plural: str, found: Record, prop: Property
) -> HttpResponse:
    key, sent = found.object_type, dict[str, object]()
    sent[prop.name] = fields.typed(prop, request.POST.getlist(prop.name))
    values = fields.with_pipeline(key, access.workspace, dict(sent))
    try:
        written(access, Change(key, values, found.pk, expected_version=_seen(request)))
    except Invalid as error:
        text = [sentence for texts in error.errors.values() for sentence in texts]
        status = 422
    except Stale:
        text, status = [fields.changed_meanwhile()], 409
    else:
        return _record_again(request, access, plural, found.pk, f"edit-{prop.name}")
    field = fields.field_of(key, prop, access.workspace, str(sent[prop.name]), text)
    return _property(request, access, plural, found, prop, field=field, status=status)


def _record_again(
    request: Request, access: Access, plural: str, record_id: int, focus: str
) -> HttpResponse:
    """The record anew: to the page, or all of its changing part for HTMX."""
    if not request.htmx:
        return HttpResponseRedirect(address(access, plural, record_id))
    found = one(access.workspace, noun_of(plural).key, record_id)
    response = shown(request, access, plural, found)
    response["HX-Retarget"] = "#record"
    response["HX-Reswap"] = "outerHTML"
    _focused(response, focus)
    return trigger_client_event(response, "toast", {"text": _("Saved")})


def _focused(response: HttpResponse, element_id: str) -> HttpResponse:
    """Give the focus to an element once HTMX has put the answer in its place."""
    return trigger_client_event(response, "focusOn", {"id": element_id}, after="settle")


def _property(  # noqa: PLR0913 (a view's own words)
    request: Request,
    access: Access,
    plural: str,
    found: Record,
    prop: Property,
    *,
    field: fields.Field | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "shown": Shown(cell(found, prop), prop, is_editable=True),
        "record": found,
        "plural": plural,
        "field": field,
    }
    return render_block(
        request, access, "records/property.html", "property", context, status=status
    )


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def archive(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """Archive a record; its page stays, with undo on it."""
    found = one(access.workspace, noun_of(plural).key, record_id)
    written(access, Change(found.object_type, {}, record_id, archived=True))
    messages.success(request, _("%(title)s archived") % {"title": found})
    return HttpResponseRedirect(address(access, plural, record_id))


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def restore(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """Take a record out of the archive."""
    found = one(access.workspace, noun_of(plural).key, record_id)
    written(access, Change(found.object_type, {}, record_id, archived=False))
    messages.success(request, _("%(title)s restored") % {"title": found})
    return HttpResponseRedirect(address(access, plural, record_id))
