"""What ``chaos`` asks for: documents of every kind, chains of them, acts upon them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.chaos_company import Company
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.posting import acts, documents, post
from counterfoil.posting.models import Intent
from counterfoil.workspaces.models import Workspace

ALONE = ("estimate", "sales_receipt", "credit_memo", "refund_receipt", "expense")
# Of one wish: the chain's, the two invoices and the payment of both.
PARTS = ("", "a", "b", "ab")
# What is asked of the document that was asked for right before, now and then.
DEEDS = {
    "estimate": "send",
    "sales_receipt": "void",
    "credit_memo": "delete",
    "refund_receipt": "delete",
    "expense": "delete",
}


@dataclass
class Wishes:
    """Asks for documents of a workspace's companies; ``asked`` is how many there are."""

    workspace: Workspace
    clock: Callable[[], datetime]
    asked: set[tuple[str, int, str]] = field(default_factory=set)

    def chain(self, company: Company, number: int) -> list[Intent]:
        """A customer and an item that are new, an invoice for both, and its payment."""
        customer = self._name(company, "customer", number)
        item = self._name(company, "item", number)
        invoice = self._ask(
            company,
            "invoice",
            number,
            customer=documents.reference(customer.pk),
            item=documents.reference(item.pk),
        )
        payer = documents.reference(customer.pk)
        payment = self._pay(company, number, payer, [invoice])
        return [customer, item, invoice, payment]

    def two_paid_at_once(self, company: Company, number: int) -> list[Intent]:
        """Two invoices, and one payment for both."""
        customer = company.customer()
        first = self._ask(company, "invoice", number, customer=customer, part="a")
        second = self._ask(company, "invoice", number, customer=customer, part="b")
        payment = self._pay(company, number, customer, [first, second], part="ab")
        return [first, second, payment]

    def alone(self, company: Company, kind: str, number: int) -> Intent:
        """One document that needs no other."""
        return self._ask(company, kind, number, customer=company.customer())

    def deed(self, company: Company, intent: Intent, action: str) -> None:
        """What shall be done with a document once it exists."""
        acts.ask(
            workspace=self.workspace,
            connection=company.connection,
            kind=intent.kind,
            action=action,
            record=Ref(intent.object_type, intent.record_id or 0),
            to="ada@example.com" if action == "send" else "",
            business_key=["chaos", action, str(intent.pk)],
            actor=Actor.system(),
            now=self.clock(),
        )

    def _pay(
        self,
        company: Company,
        number: int,
        customer: object,
        invoices: Sequence[Intent],
        part: str = "",
    ) -> Intent:
        applied = [
            {
                "kind": "invoice",
                "id": documents.reference(each.pk),
                "amount": each.document["expected_total"],
            }
            for each in invoices
        ]
        cents = sum(_cents(str(each["amount"])) for each in applied)
        return self._ask(
            company,
            "payment",
            number,
            customer=customer,
            part=part,
            amount=f"{cents / 100:.2f}",
            applied=applied,
        )

    def _name(self, company: Company, kind: str, number: int) -> Intent:
        document = company.named(f"Chaos {kind} {number}")
        return self._submit(company, kind, document, number, "")

    def _ask(  # noqa: PLR0913  what a document is made of
        self,
        company: Company,
        kind: str,
        number: int,
        *,
        customer: object,
        item: object = "",
        part: str = "",
        amount: str = "",
        **more: Any,
    ) -> Intent:
        amount = amount or f"{(100 + 7 * number) / 100:.2f}"
        note = f"Trial {number}{part}"
        document = company.document(kind, amount, note, customer, item)
        return self._submit(company, kind, {**document, **more}, number, part)

    def _submit(
        self,
        company: Company,
        kind: str,
        document: dict[str, Any],
        number: int,
        part: str,
    ) -> Intent:
        self.asked.add((kind, number, part))
        return post.submit(
            workspace=self.workspace,
            connection=company.connection,
            kind=kind,
            document=document,
            business_key=["chaos", f"{number}{part}"],
            record=Ref(kind, len(PARTS) * number + PARTS.index(part) + 1),
            actor=Actor.system(),
            now=self.clock(),
        )


def _cents(amount: str) -> int:
    return round(float(amount) * 100)
