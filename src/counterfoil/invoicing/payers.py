"""Whose document it is when nobody is there to choose a customer (row C7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from counterfoil.connections.models import Connection, ContactRule
from counterfoil.crm.models import Contact, Record
from counterfoil.invoicing import match
from counterfoil.invoicing.checks import Problem
from counterfoil.invoicing.company import Customer, customer_of
from counterfoil.invoicing.content import Content
from counterfoil.invoicing.lookups import Lookups
from counterfoil.invoicing.match import Match, Parties
from counterfoil.workspaces.models import Workspace

NOBODY = Parties()


@dataclass(frozen=True, slots=True)
class Payer:
    """The customer that was found, a new one, or why there can be none."""

    match: Match | None = None
    parties: Parties = NOBODY
    problem: str = ""

    def put_in(self, content: Content, currency: str) -> Content:
        """The content with this customer, or with a new one of ``parties``."""
        if self.match is None:
            new = match.new_customer(self.parties, currency=currency)
            return replace(content, customer="new", new_customer=new)
        return replace(
            content,
            customer="existing",
            customer_id=self.match.customer.customer_id,
            customer_reason=self.match.reason,
        )


def choose(
    connection: Connection,
    parties: Parties,
    *,
    currency: str,
    now: datetime,
    rule: str = "",
    look: Lookups | None = None,
) -> Payer:
    """The customer of the first contact, or of the first company where there is none.

    By the connection's rule, or by ``rule`` to see what another would do. *Qualified*:
    who is kept out of sync is no customer. *Classic*: a customer of the same first
    name, last name and e-mail address, or else a new one. Nobody but the first is ever
    taken, however well the books know the others. ``look`` saves asking the books.
    """
    look = look or Lookups(connection)
    parties = Parties(parties.contacts[:1], parties.companies[:1])
    if not parties.records:
        return Payer(problem=_("Associate a contact or a company with it first."))
    first = parties.records[0]
    rule = rule or connection.contact_rule
    if rule == ContactRule.CLASSIC and isinstance(first, Contact):
        parties = Parties(contacts=(first,))
        found = _of_person(look, first)
    else:
        if reason := look.why_not(first, now=now):
            return Payer(problem=reason)
        found = match.customers(connection, parties, look)
    fitting = [each for each in found if each.customer.currency == currency]
    if fitting:
        return Payer(fitting[0])
    if found:
        return Payer(problem=_clash(found[0].customer, currency))
    return Payer(parties=parties)


def _clash(customer: Customer, currency: str) -> str:
    sentence = _(
        "The amounts are in %(currency)s, but %(customer)s is kept in %(theirs)s in "
        "QuickBooks, which cannot be changed there."
    )
    return sentence % {
        "currency": currency,
        "customer": customer.name,
        "theirs": customer.currency,
    }


def _of_person(look: Lookups, contact: Contact) -> list[Match]:
    row = look.linked(contact)
    if row is not None:
        return [Match(customer_of(row, look.connection), match.BY_LINK, contact)]
    return _of_same_person(look, contact)


def _of_same_person(look: Lookups, contact: Contact) -> list[Match]:
    """First name, last name and e-mail address must all be the same."""
    if not (contact.email and contact.first_name and contact.last_name):
        return []
    wanted = (_plain(contact.first_name), _plain(contact.last_name))
    return [
        Match(customer_of(row, look.connection), match.BY_EMAIL, contact)
        for row in look.of_email(contact.email)
        if wanted
        == (
            _plain(str(row.content.get("given_name") or "")),
            _plain(str(row.content.get("family_name") or "")),
        )
    ]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def problems(payer: Payer) -> list[Problem]:
    """As the checks say it."""
    return [Problem("customer", "customer_id", payer.problem)] if payer.problem else []


def parties_of(workspace: Workspace, started: Record) -> Parties:
    """Whom a record is about; the first contact counts when there are several."""
    return match.parties_of(workspace, started)
