"""Reads what a company holds, as last seen, in our words.

``content`` by stream (decimals are text, absent values are ``""`` or ``None``):

- customers: display_name, full_name, title, given_name, middle_name, family_name,
  suffix, company_name, print_name, email, phone, mobile, alternate_phone, fax, website,
  notes (without our marker), marker (of ours, before the notes), bill_address and
  ship_address {street, city, region, postal_code, country}, currency, balance, taxable, resale_number, default_tax_code_id, terms_id,
  payment_method_id, preferred_delivery (print, email, none), parent_id,
  bill_with_parent, is_job, is_project, level, active
- vendors, employees: display_name
- items: name, full_name, sku, type, description, purchase_description, unit_price,
  purchase_cost, quantity_on_hand, taxable, price_includes_tax, income_account_id,
  expense_account_id, asset_account_id, sales_tax_code_id, parent_id, active
- terms: name, kind, due_days, day_of_month_due, due_next_month_days
- tax_codes: name, description, taxable, sales_rates and purchase_rates [{rate_id,
  order, of: amount, amount_and_tax or tax (what a rate is taken of)}]
- tax_rates: name, percent
- accounts: name, type, subtype, currency
- exchange_rates (by currency and day, read on demand): rate
- payment_methods: name
- classes, departments: name, full_name, parent_id
- deposits: deposited_on, account_id, account, currency, total,
  parts [{kind: payment or sales_receipt, remote_id}]

A customer's balance and an item's quantity move by themselves: the digest leaves them out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from counterfoil.connections.models import Connection, RemoteObject


def _rows(
    connection: Connection, stream: str, *, active: bool
) -> QuerySet[RemoteObject]:
    rows = RemoteObject.objects.filter(connection=connection, stream=stream)
    return rows.filter(active=True) if active else rows


def search(
    connection: Connection, stream: str, text: str, limit: int = 20
) -> list[RemoteObject]:
    """Active objects whose name, e-mail or SKU holds every word of ``text``."""
    rows = _rows(connection, stream, active=True)
    for word in text.split():
        rows = rows.filter(lookup__contains=word.upper())
    return list(rows.order_by("name", "id")[:limit])


def get(connection: Connection, stream: str, remote_id: str) -> RemoteObject | None:
    """One object, active or not."""
    rows = _rows(connection, stream, active=False)
    return rows.filter(remote_id=remote_id).first()


def get_many(
    connection: Connection, stream: str, remote_ids: Collection[str]
) -> dict[str, RemoteObject]:
    """Objects by their remote id, active or not."""
    rows = _rows(connection, stream, active=False).filter(remote_id__in=remote_ids)
    return {row.remote_id: row for row in rows}


def by_name(connection: Connection, stream: str, name: str) -> RemoteObject | None:
    """The active object of exactly this name, in any case."""
    rows = _rows(connection, stream, active=True)
    wanted = name.strip()
    exact = rows.filter(name=wanted).first()
    if exact is not None:
        return exact
    like = rows.filter(lookup__contains=wanted.upper()).order_by("id")
    return next((row for row in like if row.name.upper() == wanted.upper()), None)


def by_email(connection: Connection, stream: str, email: str) -> list[RemoteObject]:
    """Active objects with this e-mail address."""
    rows = _rows(connection, stream, active=True)
    return list(rows.filter(email=email.strip().lower()).order_by("id"))


def lists(
    connection: Connection, streams: Sequence[str]
) -> dict[str, list[RemoteObject]]:
    """Every active object of several short lists, in one query."""
    found: dict[str, list[RemoteObject]] = {stream: [] for stream in streams}
    rows = RemoteObject.objects.filter(
        connection=connection, stream__in=streams, active=True
    )
    for row in rows.order_by("name", "id"):
        found[row.stream].append(row)
    return found


def all_of(connection: Connection, stream: str) -> list[RemoteObject]:
    """Every active object of a short list: terms, tax codes, accounts."""
    return list(_rows(connection, stream, active=True).order_by("name", "id"))
