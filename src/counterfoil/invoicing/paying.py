"""Books a payment, and credits, against one or several invoices of one customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import links
from counterfoil.connections.models import Connection
from counterfoil.core.money import rounded
from counterfoil.crm import associations, queries, records
from counterfoil.crm.models import Invoice, Payment, PostingState
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import (
    company as companies,
    crediting,
    document,
    issue,
    promised,
    rates,
    sentences,
)
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, day, number
from counterfoil.invoicing.kinds import LONGEST_REFERENCE
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.received import give_up_refused, unbookable
from counterfoil.invoicing.reckoning import LARGEST
from counterfoil.invoicing.wording import shown_money
from counterfoil.posting import post
from counterfoil.posting.models import Intent
from counterfoil.posting.state import DONE, State

TIED = ("deal", "contact", "company")
# An invoice that is on its way is waited for; one that was refused is not.
COMING = DONE | {State.INTENDED, State.SENDING, State.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a payment is booked. ``applied`` is what each invoice gets, by its record.

    The payment is one that is recorded here, or a new one of ``amount``; what is not
    applied stays to the customer's credit. ``credits`` is what is used up of credit
    memos, by their records: it pays for invoices beside the payment's own money, which
    may then be none.
    """

    applied: Mapping[int, Decimal]
    credits: Mapping[int, Decimal] = field(default_factory=dict)
    payment: int | None = None
    amount: Decimal | None = None
    paid_on: str = ""
    deposit_account_id: str = ""
    payment_method_id: str = ""
    reference: str = ""
    exchange_rate: str = ""


@dataclass(frozen=True, slots=True)
class _Paid:
    """All that is known of the payment."""

    connection: Connection
    company: Company
    settings: Settings
    invoices: Sequence[Invoice]
    used: crediting.Used
    payment: Payment | None
    day: date | None
    now: datetime

    @property
    def amount(self) -> Decimal:
        if self.payment is not None:
            recorded: Decimal = self.payment.amount
            return recorded
        if self.settings.amount is not None:
            return self.settings.amount
        return self.applied - self.used.total

    @property
    def applied(self) -> Decimal:
        return sum(self.settings.applied.values(), start=Decimal(0))

    @property
    def currency(self) -> str:
        return self.invoices[0].currency if self.invoices else ""


def pay(
    *,
    connection: Connection,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Payment:
    """Record the payment and ask for it in the books, once per ``key``.

    Invoices that are still on their way are waited for. Raises ``NotReady`` with every
    reason why not; then nothing has changed. A rate of exchange that it needs is read
    from the books first, unless a transaction is open.
    """
    read_rate(connection, settings, now=now)
    return _pay(connection, settings, key, actor, now)


def read_rate(connection: Connection, settings: Settings, *, now: datetime) -> None:
    """The rate of the payment's day; see :func:`making.read_rate`."""
    if settings.exchange_rate:
        return
    workspace = connection.workspace
    rows = Invoice.objects.filter(workspace=workspace, pk__in=settings.applied)
    payments = Payment.objects.filter(workspace=workspace, pk=settings.payment or 0)
    payment = payments.first()
    on = day(settings.paid_on) or (payment.paid_on if payment else None)
    for code in rows.order_by().values_list("currency", flat=True).distinct()[:1]:
        rates.read_ahead(connection, code, on, now=now)


@transaction.atomic
def _pay(
    connection: Connection,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Payment:
    workspace = connection.workspace
    take_turn("|".join(("make", str(workspace.pk), *key)))
    if settings.payment is not None:
        take_turn(f"booked|{settings.payment}")
    asked = post.of_key(connection, "payment", key)
    if asked is not None and asked.record_id is not None:
        return _payment(queries.get(workspace, "payment", asked.record_id))
    paid = _gathered(connection, settings, now)
    found = [*issue.unusable(connection), *problems(paid)]
    if found:
        raise NotReady(found)
    if paid.payment is not None:
        give_up_refused(paid.payment, actor=actor, now=now)
    made = _recorded(paid, actor)
    built, after = _document(paid, made)
    post.submit(
        workspace=workspace,
        connection=connection,
        kind="payment",
        document=built,
        business_key=key,
        record=Ref.of(made),
        after=after,
        actor=actor,
        now=now,
    )
    return made


def _gathered(connection: Connection, settings: Settings, now: datetime) -> _Paid:
    """The invoices are locked: two payments of one moment see each other."""
    workspace = connection.workspace
    payment = None
    if settings.payment is not None:
        payment = _payment(queries.get(workspace, "payment", settings.payment))
    invoices = list(
        Invoice.objects.select_for_update(of=("self",), no_key=True)
        .filter(workspace=workspace, pk__in=settings.applied, archived_at=None)
        .order_by("pk")
    )
    today = companies.today_at(connection, workspace, now)
    known = payment.paid_on if payment else today
    paid_on = day(settings.paid_on) if settings.paid_on else known
    if not settings.exchange_rate and invoices and paid_on:
        rate = rates.of_day(connection, invoices[0].currency, paid_on)
        settings = replace(settings, exchange_rate=rate)
    company = companies.read(connection, workspace, Content(), now=now)
    if payment is not None and not settings.payment_method_id:
        method = company.method_called(payment.method)
        settings = replace(settings, payment_method_id=method)
    return _Paid(
        connection,
        company,
        settings,
        invoices,
        crediting.locked(connection, settings.credits),
        payment,
        paid_on,
        now,
    )


def _payment(record: object) -> Payment:
    assert isinstance(record, Payment)  # noqa: S101  the noun says so
    return record


def problems(paid: _Paid) -> list[Problem]:
    """What keeps the payment from being booked."""
    found = [*_of_invoices(paid), *_of_amounts(paid), *_of_terms(paid)]
    return [Problem("terms", field, message) for field, message in found]


def _of_invoices(paid: _Paid) -> Iterator[tuple[str, str]]:
    invoices = paid.invoices
    if not invoices or len(invoices) != len(paid.settings.applied):
        yield "applied", _("Choose the invoices that the payment is for.")
        return
    if any(each.connection_id != paid.connection.pk for each in invoices):
        sentence = _("All invoices must be in %(company)s.")
        yield "applied", sentence % {"company": paid.connection.name}
    if len({(each.customer_remote_id, each.customer_name) for each in invoices}) > 1:
        yield "applied", _("The invoices are of different customers.")
    if len({each.currency for each in invoices}) > 1:
        yield "applied", _("The invoices are in different currencies.")
    if paid.settings.credits:
        yield from crediting.problems(paid.used, invoices)
    taken = promised.of(paid.connection, invoices)
    for each in invoices:
        left = each.balance - taken.get(each.pk, Decimal(0))
        yield from _of_invoice(each, paid.settings.applied[each.pk], left)


def _of_invoice(
    invoice: Invoice, amount: Decimal, left: Decimal
) -> Iterator[tuple[str, str]]:
    names = {"number": invoice.number or _("without a number")}
    field = f"applied-{invoice.pk}"
    gone = invoice.voided or invoice.deleted_remotely
    if gone or invoice.posting_state in {PostingState.REJECTED, PostingState.CANCELLED}:
        yield field, _("Invoice %(number)s is not in QuickBooks.") % names
    elif amount <= 0:
        yield field, _("Enter how much of invoice %(number)s is paid.") % names
    elif amount > left:
        sentence = _("Invoice %(number)s has %(balance)s left to pay.")
        shown = shown_money(left, invoice.currency)
        yield field, sentence % {**names, "balance": shown}
    elif amount != rounded(amount, invoice.currency):
        yield field, sentences.too_fine(invoice.currency)


def _of_amounts(paid: _Paid) -> Iterator[tuple[str, str]]:
    if paid.payment is not None:
        yield from (("payment", reason) for reason in unbookable(paid.payment))
        if paid.payment.currency != paid.currency:
            message = _("The payment is in another currency than its invoices.")
            yield "payment", message
    if paid.amount > LARGEST:
        yield "amount", sentences.too_large()
    elif paid.currency and paid.amount != rounded(paid.amount, paid.currency):
        yield "amount", sentences.too_fine(paid.currency)
    if paid.used.total > paid.applied:
        sentence = _("More credit is used than the invoices come to. Use less of it.")
        yield "credits", sentence
    elif paid.applied > paid.amount + paid.used.total:
        yield "amount", _("More is applied to invoices than was paid.")
    elif paid.invoices and _is_nothing(paid):
        yield "amount", _("Enter an amount above zero.")


def _is_nothing(paid: _Paid) -> bool:
    """No money, and no credit in its place."""
    return paid.amount < 0 or paid.amount + paid.used.total == 0


def _of_terms(paid: _Paid) -> Iterator[tuple[str, str]]:
    company, settings = paid.company, paid.settings
    if paid.day is None or not sentences.is_sensible(paid.day):
        yield "paid_on", _("Enter the date.")
    elif sentence := sentences.closed(paid.day, company):
        yield "paid_on", sentence
    account, method = settings.deposit_account_id, settings.payment_method_id
    if account and account not in company.deposit_accounts:
        yield "deposit_account_id", _("Choose an account of the list.")
    if method and method not in company.payment_methods:
        yield "payment_method_id", _("Choose a payment method of the list.")
    if len(settings.reference.strip()) > LONGEST_REFERENCE:
        yield "reference", _("Use at most 21 characters for the reference.")
    is_foreign = bool(paid.currency) and paid.currency != company.home_currency
    if is_foreign and not sentences.is_rate(number(settings.exchange_rate)):
        sentence = sentences.rate_missing(paid.currency, company.home_currency)
        yield "exchange_rate", sentence


def _recorded(paid: _Paid, actor: Actor) -> Payment:
    first = paid.invoices[0]
    values: dict[str, object] = {
        "connection": paid.connection.pk,
        "customer_name": first.customer_name,
        "customer_remote_id": first.customer_remote_id,
        "posting_state": PostingState.PENDING.value,
        "posting_message": "",
    }
    if paid.payment is None:
        values |= {
            "amount": paid.amount,
            "unapplied": paid.amount + paid.used.total - paid.applied,
            "currency": paid.currency,
            "paid_on": paid.day,
            "method": paid.company.payment_methods.get(
                paid.settings.payment_method_id, ""
            ),
            "reference": paid.settings.reference.strip(),
            "source": "invoice",
        }
    written = records.write(
        workspace=paid.connection.workspace,
        changes=[
            Change(
                "payment", values, record_id=paid.payment.pk if paid.payment else None
            )
        ],
        actor=actor,
        origin=Origin.system(),
        now=paid.now,
    )
    made = _payment(written[0].record)
    _associate(paid, Ref.of(made))
    return made


def _associate(paid: _Paid, made: Ref) -> None:
    """With its invoices, and with whatever those belong to."""
    workspace = paid.connection.workspace
    tied = [Ref.of(each) for each in paid.invoices]
    for noun in TIED:
        for each in paid.invoices:
            tied += associations.refs_of(workspace, Ref.of(each), noun)[:1]
    associations.associate_many(
        workspace=workspace,
        pairs=[(ref, made) for ref in dict.fromkeys(tied)],
        now=paid.now,
    )


def _document(paid: _Paid, made: Payment) -> tuple[dict[str, object], list[Intent]]:
    """Invoices and their customer by what the books call them, or will call them."""
    company, settings = paid.company, paid.settings
    applied: list[Mapping[str, object]] = []
    after: list[Intent] = []
    for invoice in paid.invoices:
        amount = settings.applied[invoice.pk]
        remote_id = links.remote_for(paid.connection, "invoices", Ref.of(invoice))
        if remote_id is not None:
            applied.append(document.applied(remote_id, amount))
            continue
        intent = _coming(invoice)
        after.append(intent)
        applied.append(document.applied(intent.pk, amount))
    built: dict[str, object] = {
        "customer_id": _customer(paid, after),
        "paid_on": paid.day.isoformat() if paid.day else "",
        "amount": document.text(made.amount),
        "payment_method_id": settings.payment_method_id,
        "reference": (settings.reference or made.reference).strip()[:LONGEST_REFERENCE],
        "deposit_account_id": settings.deposit_account_id,
        "note": "",
        "applied": [*applied, *crediting.parts(paid.used)],
        "currency": paid.currency,
        **document.made_from(*paid.invoices, *paid.used.memos),
    }
    if paid.currency != company.home_currency:
        built["exchange_rate"] = document.worth(settings.exchange_rate)
    return built, after


def _coming(invoice: Invoice) -> Intent:
    """What an invoice that the books do not have yet is waited for by."""
    intent = post.of_record(Ref.of(invoice))
    if intent is None or intent.state not in COMING:
        sentence = _("Invoice %(number)s is not in QuickBooks.")
        message = sentence % {"number": invoice.number or _("without a number")}
        raise NotReady([Problem("terms", "applied", message)])
    return intent


def _customer(paid: _Paid, after: Sequence[Intent]) -> document.Reference:
    if paid.invoices[0].customer_remote_id:
        return paid.invoices[0].customer_remote_id
    for intent in after:
        held = intent.document.get("customer_id")
        if isinstance(held, Mapping):
            return dict(held)
    return ""
