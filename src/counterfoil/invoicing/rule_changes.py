"""Moves a company from one contact rule to the other, after showing what that changes.

Nothing is decided here: both rules are asked of the same records, and where they answer
differently a person sees both answers before saying yes (row C7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from counterfoil.connections import automations
from counterfoil.connections.automations import Automated
from counterfoil.connections.models import Connection, ContactRule
from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.models import Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor, Origin
from counterfoil.events.publish import publish
from counterfoil.invoicing import match, payers
from counterfoil.invoicing.lookups import Gathered
from counterfoil.invoicing.match import Parties
from counterfoil.invoicing.models import ContactRuleChange
from counterfoil.invoicing.payers import Payer
from counterfoil.workspaces.access import Access, Permission

# What documents are made from without a person, and the newest of each to look at.
SOURCES = ("deal", "quote", "payment")
MOST = 150
EXAMPLES = 10
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """A record whose documents would go elsewhere: whereto before, and after."""

    record: Record
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What another rule would change. ``counts`` are of differing records by noun.

    ``looked_at`` of ``there_are`` records were compared, the newest of each noun.
    """

    rule: ContactRule
    looked_at: int
    there_are: int
    counts: Mapping[str, int]
    differences: Sequence[Difference]
    automated: Sequence[Automated]

    @property
    def differing(self) -> int:
        return sum(self.counts.values())

    def of(self, object_type: str) -> list[Difference]:
        """The examples of one noun."""
        found = (
            each for each in self.differences if each.record.object_type == object_type
        )
        return [each for _index, each in zip(range(EXAMPLES), found, strict=False)]


def other(rule: str) -> ContactRule:
    """The rule that is not this one."""
    is_classic = rule == ContactRule.CLASSIC
    return ContactRule.QUALIFIED if is_classic else ContactRule.CLASSIC


def explained(rule: str) -> str:
    """What a rule does, in a sentence."""
    return {
        ContactRule.CLASSIC: _(
            "An automatic document goes to the customer of the same first name, last "
            "name and e-mail address as the first contact; where there is none, that "
            "customer is created."
        ),
        ContactRule.QUALIFIED: _(
            "An automatic document is made only when the first contact meets the "
            "filters of the contact sync; otherwise none is made, and the record says "
            "why. Customers are matched by link, e-mail address or name."
        ),
    }[ContactRule(rule)]


def preview(connection: Connection, rule: ContactRule, *, now: datetime) -> Preview:
    """Ask both rules about the newest deals, quotes and payments; changes nothing."""
    found: list[Difference] = []
    looked_at = there_are = 0
    for noun in SOURCES:
        rows = _rows(connection, noun)
        there_are += rows.count()
        newest = list(rows.order_by("-pk")[:MOST])
        looked_at += len(newest)
        found += _Asked(connection, rule, newest, now).differences()
    return Preview(
        rule=rule,
        looked_at=looked_at,
        there_are=there_are,
        counts=Counter(each.record.object_type for each in found),
        differences=found,
        automated=automations.making_documents(connection),
    )


def _rows(connection: Connection, noun: str) -> Any:
    """Records that documents may still be made from."""
    rows = object_types[noun].model._default_manager.filter(
        workspace=connection.workspace, archived_at=None
    )
    if noun == "payment":
        rows = rows.exclude(Q(source="books") | Q(source="invoice"))
    return rows


class _Asked:
    """Both rules' answers about some records, of which all is read at once."""

    def __init__(
        self,
        connection: Connection,
        rule: ContactRule,
        started: Sequence[Record],
        now: datetime,
    ) -> None:
        self._connection, self._rule, self._now = connection, rule, now
        self._started = started
        self._parties = match.parties_of_many(connection.workspace, started)
        people = {
            Ref.of(each): each
            for parties in self._parties.values()
            for each in (*parties.contacts[:1], *parties.companies[:1])
        }
        self._look = Gathered(connection, list(people.values()), now=now)

    def differences(self) -> Iterator[Difference]:
        """The records about which the rules answer differently."""
        company, workspace = self._connection, self._connection.workspace
        home = company.home_currency or workspace.home_currency
        for record in self._started:
            parties = self._parties[Ref.of(record)]
            currency = match.currency_of(record) or home
            before = self._answer(parties, currency, company.contact_rule)
            after = self._answer(parties, currency, self._rule)
            if before != after:
                yield Difference(record, before, after)

    def _answer(self, parties: Parties, currency: str, rule: str) -> str:
        payer = payers.choose(
            self._connection,
            parties,
            currency=currency,
            now=self._now,
            rule=rule,
            look=self._look,
        )
        return _in_words(payer, currency)


def _in_words(payer: Payer, currency: str) -> str:
    if payer.problem:
        return _("No document: %(reason)s") % {"reason": payer.problem}
    if payer.match is not None:
        customer = payer.match.customer
        words = {"name": customer.name, "id": customer.customer_id}
        return _("Customer %(name)s (number %(id)s)") % words
    new = match.new_customer(payer.parties, currency=currency)
    return _("A new customer, %(name)s") % {"name": new.display_name}


@transaction.atomic
def change(
    *, access: Access, connection: Connection, rule: ContactRule, now: datetime
) -> ContactRuleChange:
    """Set the rule, and keep who did so and what differed at that moment.

    ``Invalid`` when it is the company's rule already: somebody else was quicker.
    """
    access.require(Permission.MANAGE_INTEGRATIONS)
    held = Connection.objects.select_for_update(of=("self",)).get(
        pk=connection.pk, workspace=access.workspace
    )
    held.workspace = access.workspace
    if held.contact_rule == rule:
        raise Invalid({"rule": [_("This is the rule already.")]})
    seen = preview(held, rule, now=now)
    done = ContactRuleChange.objects.create(
        connection=held,
        before=held.contact_rule,
        after=rule,
        looked_at=seen.looked_at,
        differing=seen.differing,
        actor_id=str(access.user.pk),
        actor_label=access.user.name[:200],
        at=now,
    )
    held.contact_rule = rule
    held.save(update_fields=["contact_rule"])
    publish(
        workspace=access.workspace,
        kind="contact_rule_changed",
        payload={"connection": held.pk, "before": done.before, "after": done.after},
        actor=Actor.user(access.user.pk, access.user.name),
        origin=Origin.user(access.user.pk),
        now=now,
    )
    return done


def changes(connection: Connection) -> list[ContactRuleChange]:
    """Who chose what, newest first."""
    rows = ContactRuleChange.objects.filter(connection=connection)
    return list(rows.order_by("-id")[:SHOWN])
