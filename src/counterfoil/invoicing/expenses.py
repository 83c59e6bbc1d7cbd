"""Books what a payment service kept of a payment as an expense (row W6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations, queries, records
from counterfoil.crm.models import Expense, ExpenseLine, Payment, PostingState
from counterfoil.crm.records import Change
from counterfoil.crm.refs import Ref
from counterfoil.crm.turns import take_turn
from counterfoil.events.origin import Actor, Origin
from counterfoil.invoicing import (
    company as companies,
    issue,
    rates,
    received,
    receiving,
    sentences,
    sources,
)
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, day, number
from counterfoil.invoicing.document import made_from, text, worth
from counterfoil.invoicing.order import NotReady
from counterfoil.invoicing.totals import Line, Tax, compute
from counterfoil.posting import numbers, post
from counterfoil.posting.models import Intent

TIED = ("deal", "contact", "company")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a fee is booked: ids of the books, ``spent_on`` the payment's day if empty.

    ``account_id`` is what paid it, ``category_id`` what it was for.
    """

    account_id: str
    category_id: str
    vendor_id: str = ""
    spent_on: str = ""
    tax_code_id: str = ""
    exchange_rate: str = ""
    class_id: str = ""
    department_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Spent:
    """All that is known of the expense."""

    connection: Connection
    company: Company
    payment: Payment
    settings: Settings
    vendor: RemoteObject | None
    day: date | None
    now: datetime


def make(
    *,
    connection: Connection,
    payment: Ref,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Expense:
    """Record the expense and ask for it in the books, once per ``key``.

    Raises ``NotReady`` with every reason why not; then nothing has changed. A rate of
    exchange that it needs is read from the books first, unless a transaction is open.
    """
    read_rate(connection, payment, settings, now=now)
    return _make(connection, payment, settings, key, actor, now)


def read_rate(
    connection: Connection, payment: Ref, settings: Settings, *, now: datetime
) -> None:
    """The rate of the day that the fee was spent on; see :func:`making.read_rate`."""
    if payment.object_type == "payment" and not settings.exchange_rate:
        paid = _paid(connection, payment)
        on = day(settings.spent_on) or paid.paid_on
        rates.read_ahead(connection, paid.currency, on, now=now)


@transaction.atomic
def _make(
    connection: Connection,
    payment: Ref,
    settings: Settings,
    key: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Expense:
    workspace = connection.workspace
    take_turn("|".join(("make", str(workspace.pk), *key)))
    take_turn(f"booked|{payment.record_id}")
    asked = post.of_key(connection, "expense", key)
    if asked is not None and asked.record_id is not None:
        return _expense(queries.get(workspace, "expense", asked.record_id))
    spent = _gathered(connection, payment, settings, now)
    found = [*issue.unusable(connection), *problems(spent)]
    if found:
        raise NotReady(found)
    taken = numbers.reserve(connection, "expense", now=now)
    made = _recorded(spent, taken.number, actor)
    post.submit(
        workspace=workspace,
        connection=connection,
        kind="expense",
        document=_document(spent, taken),
        business_key=key,
        record=Ref.of(made),
        actor=actor,
        now=now,
    )
    return made


def usual(connection: Connection) -> Settings:
    """Where the last fee was booked: the next one is likely to go there, too."""
    last = (
        Intent.objects.filter(connection=connection, kind="expense")
        .order_by("-created_at")
        .first()
    )
    if last is None:
        return Settings("", "")
    held = last.document
    line = dict((held.get("lines") or [{}])[0])
    return Settings(
        account_id=str(held.get("account_id") or ""),
        category_id=str(line.get("account_id") or ""),
        vendor_id=str(held.get("vendor_id") or ""),
        tax_code_id=str(line.get("tax_code_id") or ""),
        class_id=str(line.get("class_id") or ""),
        department_id=str(held.get("department_id") or ""),
    )


def _gathered(
    connection: Connection, ref: Ref, settings: Settings, now: datetime
) -> _Spent:
    workspace = connection.workspace
    if ref.object_type != "payment":
        message = _("Only the fee of a payment is booked as an expense.")
        raise NotReady([Problem("source", "source", message)])
    payment = _paid(connection, ref)
    vendor = None
    if settings.vendor_id:
        vendor = mirror.get(connection, "vendors", settings.vendor_id)
    spent_on = day(settings.spent_on) if settings.spent_on else payment.paid_on
    company = companies.read(connection, workspace, Content(), now=now)
    if not settings.exchange_rate and spent_on and payment.currency:
        rate = rates.of_day(connection, payment.currency, spent_on)
        settings = replace(settings, exchange_rate=rate)
    return _Spent(connection, company, payment, settings, vendor, spent_on, now)


def _paid(connection: Connection, ref: Ref) -> Payment:
    payment = queries.get(connection.workspace, "payment", ref.record_id)
    assert isinstance(payment, Payment)  # noqa: S101  the noun says so
    return payment


def _expense(record: object) -> Expense:
    assert isinstance(record, Expense)  # noqa: S101  the noun says so
    return record


def problems(spent: _Spent) -> list[Problem]:
    """What keeps the expense from being booked."""
    payment = spent.payment
    facts = received.facts_of(payment)
    reason = sources.put_away(payment)
    found = [
        *([("payment", reason)] if reason else []),
        *receiving.refusals("expense", facts),
        *_of_accounts(spent),
        *_of_day(spent),
        *_of_currency(spent),
    ]
    return [Problem("terms", field, message) for field, message in found]


def _of_accounts(spent: _Spent) -> Iterator[tuple[str, str]]:
    company, settings = spent.company, spent.settings
    if settings.account_id not in company.paying_accounts:
        yield "account_id", _("Choose the account that the fee was paid from.")
    if settings.category_id not in company.expense_accounts:
        yield "category_id", _("Choose the expense account that the fee belongs to.")
    if settings.vendor_id and (spent.vendor is None or not spent.vendor.active):
        yield "vendor_id", _("Choose a vendor that is active in QuickBooks.")
    if company.needs_code_per_line and settings.tax_code_id not in company.tax_codes:
        yield "tax_code_id", _("Choose a tax code.")
    if settings.class_id and settings.class_id not in company.classes:
        yield "class_id", _("Choose a class of the list.")
    if settings.department_id and settings.department_id not in company.departments:
        yield "department_id", _("Choose a location of the list.")


def _of_day(spent: _Spent) -> Iterator[tuple[str, str]]:
    if spent.day is None or not sentences.is_sensible(spent.day):
        yield "spent_on", _("Enter the date.")
    elif sentence := sentences.closed(spent.day, spent.company):
        yield "spent_on", sentence


def _of_currency(spent: _Spent) -> Iterator[tuple[str, str]]:
    code, company = spent.payment.currency, spent.company
    if code not in company.currencies:
        yield "currency", sentences.currency_missing(code, company.name)
    elif code != company.home_currency and not sentences.is_rate(
        number(spent.settings.exchange_rate)
    ):
        yield "exchange_rate", sentences.rate_missing(code, company.home_currency)


def _recorded(spent: _Spent, taken: str, actor: Actor) -> Expense:
    written = records.write(
        workspace=spent.connection.workspace,
        changes=[Change("expense", _values(spent, taken))],
        actor=actor,
        origin=Origin.system(),
        now=spent.now,
    )
    made = _expense(written[0].record)
    settings, company = spent.settings, spent.company
    ExpenseLine.objects.create(
        expense=made,
        position=0,
        account_remote_id=settings.category_id,
        account=made.category,
        description=_note(spent),
        amount=made.total,
        tax_code=settings.tax_code_id if company.needs_code_per_line else "",
    )
    _associate(spent, Ref.of(made))
    return made


def _values(spent: _Spent, taken: str) -> dict[str, object]:
    payment, company, settings = spent.payment, spent.company, spent.settings
    rate = number(settings.exchange_rate)
    is_foreign = payment.currency != company.home_currency
    return {
        "connection": spent.connection.pk,
        "number": taken,
        "currency": payment.currency,
        "exchange_rate": rate if is_foreign else None,
        "vendor_name": spent.vendor.name if spent.vendor else "",
        "vendor_remote_id": settings.vendor_id,
        "payment_type": _way(spent),
        "account": company.paying_accounts[settings.account_id],
        "category": company.expense_accounts[settings.category_id],
        "total": payment.fee,
        "spent_on": spent.day,
        "note": _note(spent),
        "posting_state": PostingState.PENDING.value,
        "posting_message": "",
    }


def _associate(spent: _Spent, made: Ref) -> None:
    """With the payment, and with whatever the payment belongs to."""
    workspace, payment = spent.connection.workspace, Ref.of(spent.payment)
    tied = [payment]
    for noun in TIED:
        tied += associations.refs_of(workspace, payment, noun)[:1]
    associations.associate_many(
        workspace=workspace, pairs=[(ref, made) for ref in tied], now=spent.now
    )


def _way(spent: _Spent) -> str:
    account = spent.company.accounts[spent.settings.account_id]
    return "credit_card" if account.type == "credit card" else "cash"


def _note(spent: _Spent) -> str:
    if spent.settings.note.strip():
        return spent.settings.note.strip()
    reference = spent.payment.reference or spent.payment.title
    return _("Fee of payment %(reference)s") % {"reference": reference}


def _net(spent: _Spent) -> Decimal:
    """The fee without the tax that is inside, by the rates of purchases."""
    payment, code = spent.payment, spent.settings.tax_code_id
    known = spent.company.tax_codes.get(code)
    tax = Tax(
        mode=spent.company.tax_mode,
        rates={code: known.purchase_rates if known else ()},
        prices_include_tax=True,
    )
    line = Line(Decimal(1), payment.fee, tax_code_id=code)
    net: Decimal = compute([line], currency=payment.currency, tax=tax).lines[0].net
    return net


def _document(spent: _Spent, taken: numbers.Reserved) -> dict[str, object]:
    """The fee is what was kept in all, whatever tax is in it."""
    payment, company, settings = spent.payment, spent.company, spent.settings
    needs_code = company.needs_code_per_line
    line = {
        "account_id": settings.category_id,
        "amount": text(payment.fee),
        "net_amount": text(_net(spent)),
        "description": _note(spent),
        "class_id": settings.class_id,
        "tax_code_id": settings.tax_code_id if needs_code else "",
    }
    document: dict[str, object] = {
        "payment_type": _way(spent),
        "account_id": settings.account_id,
        "vendor_id": settings.vendor_id,
        "currency": payment.currency,
        "spent_on": spent.day.isoformat() if spent.day else "",
        "number": taken.number,
        "number_series": taken.series,
        "reference": payment.reference[:21],
        "note": "",
        "department_id": settings.department_id,
        "tax_mode": company.tax_mode.value,
        "prices_include_tax": needs_code,
        "expected_total": text(payment.fee),
        "lines": [line],
        **made_from(payment),
    }
    if payment.currency != company.home_currency:
        document["exchange_rate"] = worth(settings.exchange_rate)
    return document
