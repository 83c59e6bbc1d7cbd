"""The page that books a payment against one or several open invoices of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.core.money import exponent
from counterfoil.crm import queries
from counterfoil.crm.catalogue import type_of
from counterfoil.crm.models import CreditMemo, Invoice, Payment, Record
from counterfoil.events.origin import Actor
from counterfoil.invoicing import company as companies, owed, paying, rates, received
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.content import Content, day, number, plain
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.owed import Account
from counterfoil.invoicing.paying import Settings
from counterfoil.invoicing.sentences import rate_followed, rate_missing
from counterfoil.web.invoicing import begin, buttons, entry, wizard
from counterfoil.web.invoicing.framing import CREATING, WRONG
from counterfoil.web.shell import Request, now, render, workspace_view
from counterfoil.workspaces.access import Access

ENTERED = (
    "paid_on",
    "deposit_account_id",
    "payment_method_id",
    "reference",
    "exchange_rate",
)
# The day that the rate was proposed for.
RATE_ON = "rate_on"


@dataclass
class Form:
    """What stands on the page: texts by field, the share of each invoice among them.

    So is what is used of each credit memo.
    """

    access: Access
    started: Record
    accounts: Sequence[Account]
    account: Account
    company: companies.Company
    typed: dict[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @property
    def payment(self) -> Payment | None:
        return self.started if isinstance(self.started, Payment) else None

    @cached_property
    def credits(self) -> Sequence[CreditMemo]:
        return owed.open_credits(self.account)

    def credit_entered(self) -> Decimal:
        """As far as it can be read."""
        entered = (number(self.typed[f"credit-{each.pk}"]) for each in self.credits)
        return sum((each for each in entered if each), start=Decimal(0))


@workspace_view(CREATING)
def invoices_pay(
    request: Request, access: Access, object_type: str, record_id: int
) -> HttpResponse:
    """Record a payment in QuickBooks, from an invoice, a customer or a payment."""
    if object_type not in owed.STARTS:
        raise Http404
    started = queries.get(access.workspace, object_type, record_id)
    if isinstance(started, Payment) and received.is_booked(started):
        reason = _("This payment is in QuickBooks already.")
        return begin.stopped(request, access, started, buttons.PAY, reason)
    accounts = owed.accounts(access.workspace, started)
    if not accounts:
        reason = _("There are no open invoices that it could be for.")
        return begin.stopped(request, access, started, _title(started), reason)
    sent = request.POST if request.method == "POST" else request.GET
    wanted = sent.get("account", "")
    account = next((each for each in accounts if each.key == wanted), accounts[0])
    company = companies.read(account.connection, access.workspace, Content(), now=now())
    form = Form(access, started, accounts, account, company)
    if request.method != "POST":
        form.typed = _proposed(form)
        return _show(request, form)
    form.typed = _typed(request, form)
    form.problems = _follow_rate(form)
    if request.POST.get("go") != "book":
        _share(form)
        return _show(request, form)
    if form.problems:
        return _show(request, form)
    return _book(request, form)


def _follow_rate(form: Form) -> Sequence[Problem]:
    """Another date has another rate, which a person sees before it is booked."""
    typed, account = form.typed, form.account
    on = day(typed["paid_on"])
    rate = rates.followed(
        account.connection,
        account.currency,
        typed["exchange_rate"],
        before=typed[RATE_ON],
        on=typed["paid_on"],
        now=now(),
    )
    if rate is None or on is None:
        return ()
    form.typed |= {"exchange_rate": rate, RATE_ON: typed["paid_on"]}
    code, home = account.currency, form.company.home_currency
    said = rate_followed(on) if rate else rate_missing(code, home)
    return [Problem("terms", "exchange_rate", said)]


def _proposed(form: Form) -> dict[str, str]:
    """All that is owed, or the invoice itself, or as far as the payment goes."""
    started, account, company = form.started, form.account, form.company
    typed = {
        "asked": uuid4().hex,
        "paid_on": company.today.isoformat(),
        "deposit_account_id": company.default_deposit_account_id,
    }
    if isinstance(started, Invoice):
        shares = {started.pk: started.balance}
        amount = started.balance
    elif isinstance(started, Payment):
        amount = started.amount
        shares = owed.shared(amount, account.invoices)
        if started.paid_on:
            typed["paid_on"] = started.paid_on.isoformat()
        typed["reference"] = started.reference[:21]
    elif isinstance(started, CreditMemo):
        amount = Decimal(0)
        shares = owed.shared(started.remaining, account.invoices)
        used = sum(shares.values(), start=Decimal(0))
        typed[f"credit-{started.pk}"] = plain(used)
    else:
        amount = account.total
        shares = owed.shared(amount, account.invoices)
    typed["exchange_rate"] = rates.for_page(
        account.connection, account.currency, day(typed["paid_on"]), now=now()
    )
    typed[RATE_ON] = typed["paid_on"]
    return {**typed, "amount": plain(amount), **_as_text(shares)}


def _as_text(shares: dict[int, Decimal]) -> dict[str, str]:
    return {f"applied-{pk}": plain(part) for pk, part in shares.items()}


def _typed(request: Request, form: Form) -> dict[str, str]:
    typed = {
        name: entry.text(request.POST, name) for name in (*ENTERED, "asked", RATE_ON)
    }
    names = ["amount", "exchange_rate"]
    names += [f"applied-{each.pk}" for each in form.account.invoices]
    names += [f"credit-{each.pk}" for each in form.credits]
    typed |= {name: entry.figure(request.POST, name) for name in names}
    if form.payment is not None:
        typed["amount"] = plain(form.payment.amount)
    return typed


def _share(form: Form) -> None:
    """The amount and credits over the invoices, those first that are owed longest."""
    amount, credit = number(form.typed["amount"] or "0"), form.credit_entered()
    if amount is None or amount < 0 or amount + credit <= 0:
        form.problems = [Problem("terms", "amount", _("Enter an amount above zero."))]
        return
    for each in form.account.invoices:
        form.typed[f"applied-{each.pk}"] = ""
    form.typed |= _as_text(owed.shared(amount + credit, form.account.invoices))


def _book(request: Request, form: Form) -> HttpResponse:
    access, moment = form.access, now()
    try:
        made = paying.pay(
            connection=form.account.connection,
            settings=_settings(form),
            key=("paid", _asked(form)),
            actor=Actor.user(access.user.pk, access.user.name),
            now=moment,
        )
    except NotReady as error:
        form.problems = error.problems
        return _show(request, form)
    if form.payment is None and made.created_at < moment:
        sentence = _("This payment was recorded before, as it is here.")
        messages.info(request, sentence)
    else:
        messages.success(request, _("The payment is on its way to QuickBooks."))
    return redirect(wizard.record_address(access.workspace.pk, made))


def _asked(form: Form) -> str:
    """The page's own key: sent twice, it is one payment."""
    try:
        return UUID(form.typed["asked"]).hex
    except ValueError:
        form.typed["asked"] = uuid4().hex
        return form.typed["asked"]


def _settings(form: Form) -> Settings:
    """Raises ``NotReady`` for what is no number."""
    wrong: list[Problem] = []
    applied = _parts(form, "applied", form.account.invoices, wrong)
    used = _parts(form, "credit", form.credits, wrong)
    amount = number(form.typed["amount"] or ("0" if used else ""))
    least = Decimal(0) if used else exponent(form.account.currency)
    if form.payment is None and (amount is None or amount < least):
        wrong.append(Problem("terms", "amount", _("Enter an amount above zero.")))
    if wrong:
        raise NotReady(wrong)
    return Settings(
        applied=applied,
        credits=used,
        payment=form.payment.pk if form.payment else None,
        amount=None if form.payment else amount,
        **{name: form.typed[name] for name in ENTERED},
    )


def _parts(
    form: Form, prefix: str, rows: Sequence[Record], wrong: list[Problem]
) -> dict[int, Decimal]:
    """What is entered of each invoice or credit memo; nothing and zero are left out."""
    found = {}
    for each in rows:
        name = f"{prefix}-{each.pk}"
        typed = form.typed[name]
        part = number(typed) if typed else Decimal(0)
        if part is None:
            wrong.append(Problem("terms", name, _("Enter an amount.")))
        elif part:
            found[each.pk] = part
    return found


def _title(started: Record) -> Any:
    return buttons.USE if isinstance(started, CreditMemo) else buttons.PAY


def _show(request: Request, form: Form) -> HttpResponse:
    access, started, account = form.access, form.started, form.account
    noun = type_of(started)
    context = {
        "form": form,
        "started": started,
        "account": account,
        "accounts": form.accounts,
        "company": form.company,
        "typed": wizard.Sparse(form.typed),
        "errors": wizard.Sparse((each.field, each.message) for each in form.problems),
        "problems": [(f"f-{each.field}", "", each.message) for each in form.problems],
        "unapplied": owed.unapplied(account),
        "needs_rate": account.currency != form.company.home_currency,
        "back": wizard.record_address(access.workspace.pk, started),
        "plural": noun.label[1],
        "plural_address": reverse("records", args=[access.workspace.pk, noun.slug]),
        "here": reverse(
            "invoices_pay", args=[access.workspace.pk, noun.key, started.pk]
        ),
    }
    return render(
        request,
        access,
        "invoicing/pay.html",
        context,
        active=noun.slug,
        title=str(_title(started)),
        status=WRONG if form.problems else 200,
    )
