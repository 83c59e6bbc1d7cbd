"""The page that books what a payment service kept of a payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.connections import mirror, queries as connection_queries
from counterfoil.connections.models import Connection, ConnectionState, RemoteObject
from counterfoil.crm import associations, queries
from counterfoil.crm.models import Payment
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import company as companies, expenses, rates, received
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.content import Content, day
from counterfoil.invoicing.expenses import Settings
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.sentences import rate_followed, rate_missing
from counterfoil.web.invoicing import begin, buttons, entry, wizard
from counterfoil.web.invoicing.framing import CREATING, WRONG
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access
from counterfoil.workspaces.models import Workspace

FOUND = 12
NOWHERE = Settings("", "")


@dataclass
class Form:
    """What stands on the page."""

    access: Access
    payment: Payment
    known: Sequence[Connection]
    connection: Connection | None
    settings: Settings = NOWHERE
    problems: Sequence[Problem] = ()
    rate_on: str = ""


@workspace_view(CREATING)
def book(request: Request, access: Access, record_id: int) -> HttpResponse:
    """Book a payment's fee as an expense, on one page."""
    payment = queries.get(access.workspace, "payment", record_id)
    assert isinstance(payment, Payment)  # noqa: S101  the noun says so
    if reason := received.why_not(payment, "expense"):
        return begin.stopped(request, access, payment, buttons.FEE, reason)
    known = usable(access.workspace)
    sent = request.POST if request.method == "POST" else request.GET
    connection = chosen(known, sent.get("company", ""), payment)
    form = Form(access, payment, known, connection)
    if connection is None:
        return _show(request, form)
    form.settings = replace(expenses.usual(connection), spent_on=_day(payment))
    if request.method != "POST":
        rate = rates.for_page(connection, payment.currency, payment.paid_on, now=now())
        form.settings = replace(form.settings, exchange_rate=rate)
        form.rate_on = form.settings.spent_on
        return _show(request, form)
    form.settings = _entered(request, form.settings)
    form.rate_on = entry.text(request.POST, "rate_on")
    form.problems = _follow_rate(form, connection)
    if form.problems or request.POST.get("go") != "book":
        return _show(request, form)
    return _book(request, form, connection)


def _follow_rate(form: Form, connection: Connection) -> Sequence[Problem]:
    """Another date has another rate, which a person sees before it is booked."""
    spent_on, code = form.settings.spent_on, form.payment.currency
    on = day(spent_on)
    rate = rates.followed(
        connection,
        code,
        form.settings.exchange_rate,
        before=form.rate_on,
        on=spent_on,
        now=now(),
    )
    if rate is None or on is None:
        return ()
    form.settings = replace(form.settings, exchange_rate=rate)
    form.rate_on = spent_on
    said = rate_followed(on) if rate else rate_missing(code, connection.home_currency)
    return [Problem("terms", "exchange_rate", said)]


def usable(workspace: Workspace) -> list[Connection]:
    """The companies that something can be booked in, now or once reconnected."""
    found = connection_queries.of(workspace, active=False)
    return [each for each in found if each.state != ConnectionState.DISCONNECTED]


def chosen(
    known: Sequence[Connection], company: str, payment: Payment
) -> Connection | None:
    """The company that was chosen, else the only one, or the only one that fits."""
    for each in known:
        if str(each.pk) == company:
            return each
    fitting = [each for each in known if each.home_currency == payment.currency]
    for found in (known, fitting):
        if len(found) == 1:
            return found[0]
    return None


def _day(payment: Payment) -> str:
    return payment.paid_on.isoformat() if payment.paid_on else ""


def _entered(request: Request, usual: Settings) -> Settings:
    given = {
        each.name: entry.text(request.POST, each.name, getattr(usual, each.name))
        for each in fields(Settings)
    }
    rate = entry.figure(request.POST, "exchange_rate", usual.exchange_rate)
    return Settings(**{**given, "exchange_rate": rate})


def _book(request: Request, form: Form, connection: Connection) -> HttpResponse:
    access, payment = form.access, form.payment
    try:
        made = expenses.make(
            connection=connection,
            payment=Ref.of(payment),
            settings=form.settings,
            key=("fee", str(payment.pk), str(_attempts(payment))),
            actor=Actor.user(access.user.pk, access.user.name),
            now=now(),
        )
    except NotReady as error:
        form.problems = error.problems
        return _show(request, form)
    messages.success(request, _("The expense is on its way to QuickBooks."))
    return redirect(wizard.record_address(access.workspace.pk, made))


def _attempts(payment: Payment) -> int:
    """How many expenses were asked for before: each was refused, or is void by now."""
    return len(associations.refs_of(payment.workspace, Ref.of(payment), "expense"))


def _show(request: Request, form: Form) -> HttpResponse:
    workspace, payment, connection = (
        form.access.workspace,
        form.payment,
        form.connection,
    )
    company = None
    if connection is not None:
        company = companies.read(connection, workspace, Content(), now=now())
    sought = entry.text(request.POST, "q")
    context = {
        "payment": payment,
        "known": form.known,
        "connection": connection,
        "company": company,
        "settings": form.settings,
        "rate_on": form.rate_on,
        "tax_codes": [
            (code.code_id, code.name)
            for code in (company.tax_codes.values() if company else ())
        ],
        "vendors": _vendors(connection, sought, form.settings.vendor_id),
        "sought": sought,
        "errors": wizard.Sparse((each.field, each.message) for each in form.problems),
        "problems": [(f"f-{each.field}", "", each.message) for each in form.problems],
        "needs_rate": company and payment.currency != company.home_currency,
        "here": reverse("payment_fee", args=[workspace.pk, payment.pk]),
        "back": wizard.record_address(workspace.pk, payment),
        "payments": reverse("records", args=[workspace.pk, "payments"]),
    }
    return render(
        request,
        form.access,
        "invoicing/fee.html",
        context,
        active="payments",
        title=str(buttons.FEE),
        status=WRONG if form.problems else 200,
    )


def _vendors(
    connection: Connection | None, sought: str, vendor_id: str
) -> list[RemoteObject]:
    """The chosen one, then what the search finds."""
    if connection is None:
        return []
    chosen = mirror.get(connection, "vendors", vendor_id) if vendor_id else None
    found = mirror.search(connection, "vendors", sought, limit=FOUND) if sought else []
    rows = [*([chosen] if chosen is not None else []), *found]
    return list({row.remote_id: row for row in rows}.values())
