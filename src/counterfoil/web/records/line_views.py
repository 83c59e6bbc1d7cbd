"""The line items of a deal, a quote or a payment, and what happens to a quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from counterfoil.core.errors import Invalid, Stale
from counterfoil.crm import line_items, queries, quotes
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import Deal, LineItem, Payment, Product, Quote, QuoteStatus
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Origin
from counterfoil.web import formats
from counterfoil.web.records.fields import text_of
from counterfoil.web.records.lookup import noun_of, one
from counterfoil.web.records.record_views import actor_of, address
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.web.typed import figure
from counterfoil.workspaces.access import Access, Permission

COLUMNS = ("name", "description", "quantity", "unit_price", "discount_percent")
# Where a row folds out. A form without one of these leaves it as it is.
FOLDED = ("discount_amount", "service_date", "tax_code", "class_name")
FIGURES = ("discount_percent", "discount_amount")
MOST_LINES = 200
Holder: TypeAlias = Deal | Quote | Payment


@dataclass(frozen=True)
class LineRow:
    """One row of the editor: form text by column, and what is wrong with it."""

    values: Mapping[str, str]
    line_item_id: str = ""
    product_id: str = ""
    amount: str = ""
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether something stands where it folds out, or is wrong there."""
        return any(self.values.get(name) or name in self.errors for name in FOLDED)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Permission.EDIT_RECORDS)
def lines(
    request: Request, access: Access, plural: str, record_id: int
) -> HttpResponse:
    """Edit the line items: one form, saved as a whole."""
    parent = _parent(access, plural, record_id)
    if isinstance(parent, Quote) and parent.status != QuoteStatus.DRAFT:
        messages.warning(
            request, _("Take the quote back to draft to change its lines.")
        )
        return _go(request, address(access, plural, record_id))
    if request.method != "POST":
        found = line_items.of(access.workspace, Ref.of(parent))
        return _editor(request, access, plural, parent, [_row(line) for line in found])
    rows = _sent(request.POST)
    action = request.POST.get("do", "save")
    if action.startswith("add:"):
        added = _added(access, parent, action.removeprefix("add:"))
        return _editor(request, access, plural, parent, [*rows, added])
    if action.startswith("remove:"):
        at = action.removeprefix("remove:")
        kept = [row for number, row in enumerate(rows) if str(number) != at]
        return _editor(request, access, plural, parent, kept)
    if action == "search" or (action == "enter" and request.POST.get("q", "").strip()):
        return _editor(request, access, plural, parent, rows)
    return _save(request, access, plural, parent, rows)


def _go(request: Request, target: str) -> HttpResponse:
    """To another page: HTMX would put it inside of the editor."""
    if request.htmx:
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def _parent(access: Access, plural: str, record_id: int) -> Holder:
    noun = noun_of(plural)
    if noun.key not in {"deal", "quote", "payment"}:
        raise Http404
    found: Any = one(access.workspace, noun.key, record_id)
    if found.archived_at:
        raise Http404
    parent: Holder = found
    return parent


def _row(line: LineItem) -> LineRow:
    values = {name: text_of(getattr(line, name)) for name in (*COLUMNS, *FOLDED)}
    if not line.discount_amount:
        values["discount_amount"] = ""
    return LineRow(
        values,
        str(line.pk),
        str(line.product_id or ""),
        formats.money(line_items.amount(line).amount, line.currency),
    )


def _sent(form: QueryDict) -> list[LineRow]:
    """The rows as they were sent: columns come as lists of one length."""
    columns = {name: form.getlist(name) for name in (*COLUMNS, *FOLDED)}
    for name in ("quantity", "unit_price", *FIGURES):
        columns[name] = [figure(text) for text in columns[name]]
    ids, products = form.getlist("line_item"), form.getlist("product")
    count = min(len(columns[name]) for name in COLUMNS)
    return [
        LineRow(
            {name: texts[at] for name, texts in columns.items() if at < len(texts)},
            ids[at] if at < len(ids) else "",
            products[at] if at < len(products) else "",
        )
        for at in range(min(count, MOST_LINES))
    ]


def _added(access: Access, parent: Holder, product_id: str) -> LineRow:
    """A row for a product, or a blank one."""
    if not product_id.isdecimal():
        return LineRow({**dict.fromkeys(COLUMNS, ""), "quantity": "1"})
    product: Any = one(access.workspace, "product", int(product_id))
    price = product.unit_price if product.currency == parent.currency else None
    return LineRow(
        {
            "name": product.name,
            "description": product.description,
            "quantity": "1",
            "unit_price": text_of(price),
            "discount_percent": "",
        },
        product_id=str(product.pk),
    )


def _save(
    request: Request,
    access: Access,
    plural: str,
    parent: Holder,
    rows: Sequence[LineRow],
) -> HttpResponse:
    lines = [_line(access, row) for row in rows]
    try:
        line_items.replace(
            workspace=access.workspace,
            parent=Ref.of(parent),
            lines=lines,
            actor=actor_of(access),
            origin=Origin.user(access.user.pk),
            now=now(),
        )
    except Invalid as error:
        marked = [_marked(row, at, error) for at, row in enumerate(rows)]
        return _editor(request, access, plural, parent, marked, status=422)
    except LookupError:
        messages.error(
            request, _("The line items were changed elsewhere. Here they are anew.")
        )
        return _go(request, request.get_full_path())
    messages.success(request, _("Line items saved"))
    return _go(request, address(access, plural, parent.pk))


def _line(access: Access, row: LineRow) -> Line:
    values: dict[str, object] = dict(row.values)
    values["quantity"] = row.values["quantity"] or "1"
    values["unit_price"] = row.values["unit_price"] or "0"
    values |= {name: "0" for name in FIGURES if row.values.get(name) == ""}
    if row.product_id.isdecimal() and not row.line_item_id:
        product: Any = one(access.workspace, "product", int(row.product_id))
        values |= {
            "product": product.pk,
            "sku": product.sku,
            "taxable": product.taxable,
        }
    kept = int(row.line_item_id) if row.line_item_id.isdecimal() else None
    return Line(values, kept)


def _marked(row: LineRow, at: int, error: Invalid) -> LineRow:
    found = {
        name.partition(".")[2]: texts
        for name, texts in error.errors.items()
        if name.partition(".")[0] == str(at)
    }
    return LineRow(row.values, row.line_item_id, row.product_id, errors=found)


def _editor(
    request: Request,
    access: Access,
    plural: str,
    parent: Holder,
    rows: Sequence[LineRow],
    *,
    status: int = 200,
) -> HttpResponse:
    search = request.POST.get("q", "").strip()
    filters = [("active", "is", True)]
    page = queries.page(
        workspace=access.workspace,
        object_type="product",
        filters=filters,
        search=search,
        sort="title",
        size=10,
        now=now(),
    )
    products: list[Product] = page.rows
    problems = [
        (f"line-{at}-{name}", f"{_('Line')} {at + 1}", text)
        for at, row in enumerate(rows)
        for name, texts in row.errors.items()
        for text in texts
    ]
    context = {
        "noun": noun_of(plural),
        "plural": plural,
        "record": parent,
        "rows": rows,
        "search": search,
        "products": products,
        "problems": problems,
    }
    return render(
        request,
        access,
        "records/lines.html",
        context,
        active=plural,
        title=_("Line items"),
        fragment="editor",
        status=status,
    )


@require_POST
@workspace_view(Permission.EDIT_RECORDS)
def quote_act(
    request: Request, access: Access, record_id: int, act: str
) -> HttpResponse:
    """Publish a quote, take it back, or record its signature."""
    workspace, actor = access.workspace, actor_of(access)
    one(workspace, "quote", record_id)
    try:
        if act == "publish":
            quotes.publish(
                workspace=workspace, quote_id=record_id, actor=actor, now=now()
            )
            said = _("Quote published")
        elif act == "sign":
            quotes.sign(
                workspace=workspace,
                quote_id=record_id,
                signed_by=request.POST.get("signed_by", "")[:200],
                actor=actor,
                now=now(),
            )
            said = _("Signature recorded")
        else:
            quotes.take_back(
                workspace=workspace, quote_id=record_id, actor=actor, now=now()
            )
            said = _("Quote is a draft again")
    except (Invalid, Stale) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(address(access, "quotes", record_id))
