"""Finds what our records are in the books: customers for people, items for products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from counterfoil.connections import links, mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Company, Contact, Deal, Payment, Quote, Record
from counterfoil.crm.refs import Ref
from counterfoil.invoicing.company import (
    Customer,
    Item,
    customer_of,
    item_of,
)
from counterfoil.invoicing.content import DraftLine, NewCustomer
from counterfoil.invoicing.lookups import Lookups, name_of
from counterfoil.workspaces.models import Workspace

BY_LINK, BY_EMAIL, BY_NAME, PICKED = "link", "email", "name", "picked"
Tied = dict[Ref, list[Any]]
MOST_PARTIES = 5  # of people, and of companies, for whom customers are looked up


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom the document is for: the first people, in their order, then the companies."""

    contacts: tuple[Contact, ...] = ()
    companies: tuple[Company, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        return (*self.contacts, *self.companies)


@dataclass(frozen=True, slots=True)
class Match:
    """A customer in the books, why it was taken for ours, and by which record."""

    customer: Customer
    reason: str
    record: Record


def parties_of(workspace: Workspace, started: Record) -> Parties:
    """The contacts and companies of what the draft was started from."""
    return parties_of_many(workspace, [started])[Ref.of(started)]


def parties_of_many(
    workspace: Workspace, started: Sequence[Record]
) -> dict[Ref, Parties]:
    """Those of each of many, in a handful of statements."""
    contacts = _tied(workspace, started, "contact")
    companies = _tied(workspace, started, "company")
    _through_deals(workspace, started, contacts, companies)
    lonely = {
        Ref.of(each): contacts[Ref.of(each)][0]
        for each in started
        if contacts[Ref.of(each)]
        and not companies[Ref.of(each)]
        and not isinstance(each, Company)
    }
    of_first = _tied(workspace, list(lonely.values()), "company")
    for ref, first in lonely.items():
        companies[ref] = of_first[Ref.of(first)]
    return {
        ref: Parties(
            tuple(_unique(contacts[ref])[:MOST_PARTIES]),
            tuple(_unique(companies[ref])[:MOST_PARTIES]),
        )
        for ref in map(Ref.of, started)
    }


def _through_deals(
    workspace: Workspace, started: Sequence[Record], contacts: Tied, companies: Tied
) -> None:
    """Quotes and payments of nobody are about whom their deals are about."""
    nobodys = [
        each
        for each in started
        if isinstance(each, Quote | Payment)
        and not (contacts[Ref.of(each)] or companies[Ref.of(each)])
    ]
    of_each = _tied(workspace, nobodys, "deal")
    deals = _unique(deal for found in of_each.values() for deal in found)
    for wanted, found in (("contact", contacts), ("company", companies)):
        of_deals = _tied(workspace, deals, wanted)
        for ref, tied in of_each.items():
            found[ref] = [who for deal in tied for who in of_deals[Ref.of(deal)]]


def _tied(workspace: Workspace, records: Sequence[Record], wanted: str) -> Tied:
    """The records of a noun that each is tied to, or is; not the archived."""
    found: Tied = {Ref.of(each): [] for each in records}
    asked = []
    for each in records:
        if each.object_type == wanted:
            found[Ref.of(each)] = [each]
        elif not (isinstance(each, Company) and wanted == "contact"):
            asked.append(Ref.of(each))  # what is for a company goes to the company
    refs = associations.of_many(workspace, asked, wanted) if asked else {}
    ids = {other.record_id for others in refs.values() for other in others}
    rows = object_types[wanted].model._default_manager.filter(
        workspace=workspace, pk__in=ids, archived_at__isnull=True
    )
    held = {record.pk: record for record in rows} if ids else {}
    for ref, others in refs.items():
        found[ref] = [held[x.record_id] for x in others if x.record_id in held]
    return found


def _unique(records: Iterable[Record]) -> list:  # type: ignore[type-arg]
    return list({record.pk: record for record in records}.values())


def customers(
    connection: Connection, parties: Parties, look: Lookups | None = None
) -> list[Match]:
    """Matches, best first: by link, then by e-mail, then by display name."""
    look = look or Lookups(connection)
    found: dict[str, Match] = {}
    for match in (
        *_linked(look, parties),
        *_of_same_email(look, parties),
        *_of_same_name(look, parties),
    ):
        found.setdefault(match.customer.customer_id, match)
    return list(found.values())


def _linked(look: Lookups, parties: Parties) -> Iterator[Match]:
    for record in parties.records:
        if row := look.linked(record):
            yield Match(customer_of(row, look.connection), BY_LINK, record)


def _of_same_email(look: Lookups, parties: Parties) -> list[Match]:
    """Sub-customers copy the address of their parent, so those on top come first.

    Among them one that is called as a party is, then in the order of the parties.
    """
    names = {name_of(record).casefold() for record in parties.records} - {""}
    ranked = []
    for record in parties.records:
        email = getattr(record, "email", "")
        for row in look.of_email(email):
            match = Match(customer_of(row, look.connection), BY_EMAIL, record)
            is_sub = bool(row.content.get("parent_id"))
            ranked.append((is_sub, row.name.strip().casefold() not in names, match))
    ranked.sort(key=lambda each: each[:2])
    return [match for _is_sub, _is_called_otherwise, match in ranked]


def _of_same_name(look: Lookups, parties: Parties) -> Iterator[Match]:
    for record in parties.records:
        if row := look.named(name_of(record)):
            yield Match(customer_of(row, look.connection), BY_NAME, record)


def new_customer(parties: Parties, *, currency: str) -> NewCustomer:
    """What is known of a customer that the books do not have yet.

    A company is invoiced under its own name; the first contact is its person.
    """
    contact = parties.contacts[0] if parties.contacts else None
    company = parties.companies[0] if parties.companies else None
    named = company or contact
    email = (contact.email if contact else "") or (company.email if company else "")
    phone = (contact.phone if contact else "") or (company.phone if company else "")
    return NewCustomer(
        display_name=name_of(named) if named else "",
        company_name=company.name if company else "",
        given_name=contact.first_name if contact else "",
        family_name=contact.last_name if contact else "",
        email=email,
        phone=phone[:30],
        currency=currency,
    )


def currency_of(record: Record) -> str:
    """The currency of the amounts of a deal, quote or payment; others have none."""
    return record.currency if isinstance(record, Deal | Quote | Payment) else ""


def with_items(connection: Connection, lines: Sequence[DraftLine]) -> list[DraftLine]:
    """Give each line its item: by link, then SKU, then name.

    An inactive item is taken only when no active one fits, so that the person is told
    of it. Lines without a match stay as they are.
    """
    products = {line.product_id for line in lines if line.product_id}
    linked = links.remotes_for(connection, "items", "product", products)
    by_id = mirror.get_many(connection, "items", set(linked.values()))
    by_sku = _rows(
        connection, content__sku__in={line.sku for line in lines if line.sku}
    )
    by_name = _rows(connection, name__in={line.name for line in lines if line.name})
    skus = {str(row.content.get("sku")): row for row in by_sku}
    names = {row.name: row for row in by_name}
    matched = []
    for line in lines:
        row = by_id.get(linked.get(line.product_id or 0, ""))
        row = row or skus.get(line.sku) or names.get(line.name)
        if row is None and line.name:
            row = mirror.by_name(connection, "items", line.name)
        matched.append(with_item(line, item_of(row)) if row else line)
    return matched


def _rows(connection: Connection, **wanted: object) -> list[RemoteObject]:
    """Inactive first, so that an active one of the same name takes its place."""
    if not all(wanted.values()):
        return []
    rows = RemoteObject.objects.filter(connection=connection, stream="items", **wanted)
    return list(rows.order_by("active", "-id"))


def with_item(line: DraftLine, item: Item) -> DraftLine:
    """Tie a line to an item; what the books say fills what the line leaves open."""
    return replace(
        line,
        item_id=item.item_id,
        income_account_id="",
        name=item.name,
        sku=line.sku or item.sku,
        taxable=line.taxable and item.taxable,
        tax_code_id=line.tax_code_id or item.tax_code_id,
    )
