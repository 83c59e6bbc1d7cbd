"""Seed the demo's business once: a workspace, two people, and everything they sell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.crm import line_items, payments, quotes, refunds
from counterfoil.crm.associations import associate_many
from counterfoil.crm.line_items import Line
from counterfoil.crm.models import Pipeline, Product, Stage
from counterfoil.crm.payments import Entry
from counterfoil.crm.records import Change, write
from counterfoil.crm.refs import Ref
from counterfoil.demo.business import (
    COMPANIES,
    PEOPLE,
    PRODUCTS,
    RECEIPTS,
    SALES,
    STAGES,
    Offer,
    Receipt,
    Sale,
)
from counterfoil.demo.cast import LOGIN, PASSWORD
from counterfoil.events.origin import Actor, Origin
from counterfoil.workspaces.models import Role, User, Workspace
from counterfoil.workspaces.people import add_member, create_user, create_workspace

BOOKKEEPER = "bo@example.test"
HISTORICAL = Origin("import", historical=True)


@transaction.atomic
def seed(now: datetime) -> None:
    """Fill an empty installation; one that has people already is left alone."""
    if User.objects.exists():
        return
    workspace = create_workspace(
        name="Harbour Bakery Services",
        home_currency="USD",
        time_zone="America/Los_Angeles",
        country="US",
        language="en",
        now=now,
    )
    ada = create_user(email=LOGIN, name="Ada", password=PASSWORD, now=now)
    bo = create_user(email=BOOKKEEPER, name="Bo", password=PASSWORD, now=now)
    add_member(workspace=workspace, user=ada, role=Role.OWNER, now=now)
    add_member(workspace=workspace, user=bo, role=Role.ACCOUNTING, now=now)
    _Seeder(workspace, ada, now).plant()


@dataclass
class _Seeder:
    """Plants the business of ``demo.business`` in one workspace."""

    workspace: Workspace
    owner: User
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor.user(self.owner.pk, self.owner.name)

    def plant(self) -> None:
        stages = self._pipeline()
        companies = self._companies()
        people = self._people(companies)
        products = self._products()
        made = {
            sale.name: self._deal(sale, stages, companies, people, products)
            for sale in SALES
        }
        for receipt in RECEIPTS:
            self._payment(receipt, made[receipt.sale])

    def _write(
        self, object_type: str, rows: Iterable[Mapping[str, object]]
    ) -> list[Ref]:
        changes = [Change(object_type, {**row, "owner": self.owner.pk}) for row in rows]
        written = write(
            workspace=self.workspace,
            changes=changes,
            actor=self.actor,
            origin=HISTORICAL,
            now=self.now,
        )
        return [one.ref for one in written]

    def _pipeline(self) -> dict[str, Stage]:
        pipeline = Pipeline.objects.create(workspace=self.workspace, name="Sales")
        return {
            name: Stage.objects.create(
                pipeline=pipeline,
                name=name,
                position=position,
                outcome=outcome,
                probability=probability,
            )
            for position, (name, outcome, probability) in enumerate(STAGES)
        }

    def _companies(self) -> dict[str, Ref]:
        refs = self._write(
            "company",
            [
                {"name": name, "domain": domain, "industry": industry, "city": city}
                for name, domain, industry, city in COMPANIES
            ],
        )
        return dict(zip((name for name, *_ in COMPANIES), refs, strict=True))

    def _people(self, companies: Mapping[str, Ref]) -> dict[str, Ref]:
        refs = self._write(
            "contact",
            [
                {
                    "first_name": first,
                    "last_name": last,
                    "job_title": job,
                    "email": email,
                }
                for first, last, job, _company, email in PEOPLE
            ],
        )
        people = {row[4]: ref for row, ref in zip(PEOPLE, refs, strict=True)}
        pairs = [(people[row[4]], companies[row[3]]) for row in PEOPLE if row[3]]
        associate_many(workspace=self.workspace, pairs=pairs, now=self.now)
        return people

    def _products(self) -> dict[str, Product]:
        self._write(
            "product",
            [
                {
                    "name": name,
                    "sku": sku,
                    "unit_price": price,
                    "currency": self.workspace.home_currency,
                    "taxable": taxable,
                }
                for name, sku, price, taxable in PRODUCTS
            ],
        )
        found = Product.objects.filter(workspace=self.workspace)
        return {product.name: product for product in found}

    def _deal(
        self,
        sale: Sale,
        stages: Mapping[str, Stage],
        companies: Mapping[str, Ref],
        people: Mapping[str, Ref],
        products: Mapping[str, Product],
    ) -> dict[str, Ref]:
        """The deal under its name, and its quotes under their numbers."""
        [deal] = self._write(
            "deal",
            [
                {
                    "name": sale.name,
                    "stage": stages[sale.stage].pk,
                    "currency": sale.currency,
                    "closes_on": self._day(sale.closes_in),
                    "source": sale.source,
                    "amount": sale.amount,
                }
            ],
        )
        pairs = [(deal, companies[sale.company])]
        pairs += [(deal, people[email]) for email in sale.people]
        associate_many(workspace=self.workspace, pairs=pairs, now=self.now)
        if sale.lines:
            self._lines(deal, sale.lines, sale.currency, products)
        quoted = [
            self._quote(offer, sale, deal, pairs, products) for offer in sale.offers
        ]
        if sale.amount is None:
            self._set_amount(deal, quoted[0] if quoted else deal, sale.currency)
        numbers = [offer.number for offer in sale.offers]
        return {sale.name: deal, **dict(zip(numbers, quoted, strict=True))}

    def _payment(self, receipt: Receipt, made: Mapping[str, Ref]) -> None:
        values = {
            "amount": receipt.amount,
            "paid_on": self._day(-receipt.days_ago),
            "method": receipt.method,
            "reference": receipt.reference,
            "source": receipt.source,
            "fee": receipt.fee,
        }
        payment = payments.record(
            workspace=self.workspace,
            parent=made[receipt.quote or receipt.sale],
            entry=Entry(values, copies_lines=receipt.has_lines),
            actor=self.actor,
            now=self.now,
        )
        if receipt.given_back is not None:
            refunds.refund(
                workspace=self.workspace,
                payment_id=payment.pk,
                values={
                    "amount": payment.amount,
                    "refunded_on": self._day(-receipt.given_back),
                },
                actor=self.actor,
                now=self.now,
            )

    def _quote(
        self,
        offer: Offer,
        sale: Sale,
        deal: Ref,
        pairs: list[tuple[Ref, Ref]],
        products: Mapping[str, Product],
    ) -> Ref:
        [quote] = self._write(
            "quote",
            [
                {
                    "number": offer.number,
                    "name": sale.name,
                    "currency": sale.currency,
                    "expires_on": self._day(max(offer.expires_in, 0)),
                }
            ],
        )
        ties = [(quote, deal)] + [(quote, other) for _deal, other in pairs]
        associate_many(workspace=self.workspace, pairs=ties, now=self.now)
        self._lines(quote, offer.lines, sale.currency, products)
        if offer.status != "draft":
            quotes.publish(
                workspace=self.workspace,
                quote_id=quote.record_id,
                actor=self.actor,
                now=self.now,
            )
        if offer.status == "signed":
            quotes.sign(
                workspace=self.workspace,
                quote_id=quote.record_id,
                signed_by="Victor Dubois",
                actor=self.actor,
                now=self.now,
            )
        if offer.expires_in < 0:
            self._expire(quote, offer.expires_in)
        return quote

    def _expire(self, quote: Ref, days: int) -> None:
        change = Change("quote", {"expires_on": self._day(days)}, quote.record_id)
        write(
            workspace=self.workspace,
            changes=[change],
            actor=self.actor,
            origin=HISTORICAL,
            now=self.now,
        )

    def _lines(
        self,
        parent: Ref,
        lines: Iterable[tuple[str, str, str]],
        currency: str,
        products: Mapping[str, Product],
    ) -> None:
        wanted = [
            Line(
                {
                    "name": name,
                    "product": products[name].pk,
                    "sku": products[name].sku,
                    "quantity": quantity,
                    "unit_price": products[name].unit_price,
                    "discount_percent": discount,
                    "currency": currency,
                    "taxable": products[name].taxable,
                }
            )
            for name, quantity, discount in lines
        ]
        line_items.replace(
            workspace=self.workspace,
            parent=parent,
            lines=wanted,
            actor=self.actor,
            origin=HISTORICAL,
            now=self.now,
        )

    def _set_amount(self, deal: Ref, priced: Ref, currency: str) -> None:
        total = line_items.total(line_items.of(self.workspace, priced), currency)
        write(
            workspace=self.workspace,
            changes=[Change("deal", {"amount": total.amount}, deal.record_id)],
            actor=self.actor,
            origin=HISTORICAL,
            now=self.now,
        )

    def _day(self, days: int) -> object:
        return self.workspace.today(self.now) + timedelta(days=days)
