"""The kinds of documents that are made here, and what is particular to each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy

from counterfoil.core.registry import Registry
from counterfoil.crm.models import (
    CreditMemo,
    CreditMemoLine,
    DocumentLine,
    Estimate,
    EstimateLine,
    EstimateStatus,
    Invoice,
    InvoiceLine,
    Record,
    RefundReceipt,
    RefundReceiptLine,
    SalesReceipt,
    SalesReceiptLine,
)
from counterfoil.crm.stages import Stage
from counterfoil.invoicing.company import Company
from counterfoil.invoicing.content import Content, day, number
from counterfoil.invoicing.totals import TaxMode, Totals

Made = Invoice | Estimate | SalesReceipt | CreditMemo | RefundReceipt
RECORDS = ("deal", "contact", "company", "quote")
FROM_PAYMENTS = ("payment",)
Found = Iterator[tuple[str, str]]


class DocumentKind:
    """One kind: subclass, declare, register.

    ``posts`` is the kind of the document in the books, ``object_type`` the noun it is
    here. ``about`` says in a sentence what it is for. ``starts`` are the nouns it can be made from. ``takes_money`` and
    ``gives_money`` ask for an account, a method and a reference.
    """

    key: ClassVar[str]
    posts: ClassVar[str] = ""
    label: ClassVar[Any]
    about: ClassVar[Any]
    create: ClassVar[Any]
    finish: ClassVar[Any]
    on_its_way: ClassVar[Any]
    dated: ClassVar[Any]
    model: ClassVar[type[Record]]
    line: ClassVar[type[DocumentLine]]
    starts: ClassVar[tuple[str, ...]] = RECORDS
    has_due_date: ClassVar[bool] = False
    has_expiry: ClassVar[bool] = False
    takes_money: ClassVar[bool] = False
    gives_money: ClassVar[bool] = False
    is_paid: ClassVar[bool] = False

    @property
    def object_type(self) -> str:
        return self.model.object_type

    @property
    def posting_kind(self) -> str:
        return self.posts or self.key

    @property
    def moves_money(self) -> bool:
        return self.takes_money or self.gives_money

    def values(
        self, content: Content, company: Company, totals: Totals
    ) -> dict[str, object]:
        """What the record holds beside what all documents hold: where the money is."""
        held = company.accounts.get(content.deposit_account_id)
        return {
            "method": company.payment_methods.get(content.payment_method_id, ""),
            "reference": content.reference.strip(),
            "deposit_account": held.name if held else "",
        }

    def header(self, content: Content) -> dict[str, object]:
        """What the neutral document says beside what all say."""
        if not self.moves_money:
            return {}
        return {
            "deposit_account_id": content.deposit_account_id,
            "payment_method_id": content.payment_method_id,
            "reference": content.reference.strip(),
        }

    def problems(self, content: Content, company: Company) -> Found:
        """What else may be wrong, by field."""
        if not self.moves_money:
            return
        account = content.deposit_account_id
        if account and account not in company.deposit_accounts:
            yield "deposit_account_id", _("Choose an account of the list.")
        method = content.payment_method_id
        if method and method not in company.payment_methods:
            yield "payment_method_id", _("Choose a payment method of the list.")
        if len(content.reference.strip()) > LONGEST_REFERENCE:
            yield "reference", _("Use at most 21 characters for the reference.")


LONGEST_REFERENCE = 21
kinds: Registry[DocumentKind] = Registry("kind of document that is made here")


@kinds.register
class InvoiceKind(DocumentKind):
    """To be paid by a day."""

    key = "invoice"
    label = gettext_lazy("Invoice")
    about = gettext_lazy("Asks the customer for money by a day.")
    create = gettext_lazy("Create invoice")
    finish = gettext_lazy("Create draft invoice")
    on_its_way = gettext_lazy("Invoice for %(customer)s is on its way to QuickBooks.")
    dated = gettext_lazy("Invoice date")
    model, line = Invoice, InvoiceLine
    has_due_date = True

    def values(
        self, content: Content, company: Company, totals: Totals
    ) -> dict[str, object]:
        term = company.terms.get(content.terms_id)
        return {
            "due_on": day(content.due_on),
            "terms": term.name if term else "",
            "balance": totals.total,
            "stage": Stage.AWAITING_SEND.value,
        }

    def header(self, content: Content) -> dict[str, object]:
        due = day(content.due_on)
        return {
            "due_on": due.isoformat() if due else "",
            "terms_id": content.terms_id,
        }


@kinds.register
class PaidInvoiceKind(InvoiceKind):
    """An invoice whose payment is here already: both are made, one after the other."""

    key = "paid_invoice"
    posts = "invoice"
    label = gettext_lazy("Paid invoice")
    about = gettext_lazy("For money that is here already: an invoice with its payment.")
    create = gettext_lazy("Create paid invoice")
    finish = gettext_lazy("Create invoice and payment")
    on_its_way = gettext_lazy(
        "Invoice for %(customer)s is on its way to QuickBooks, with its payment."
    )
    starts = FROM_PAYMENTS
    takes_money = True
    is_paid = True

    def problems(self, content: Content, company: Company) -> Found:
        yield from super().problems(content, company)
        if taxed := taxable(content, company):
            sentence = _(
                "“%(name)s” is taxable. A paid invoice is made of lines without "
                "tax only: create a sales receipt instead."
            )
            yield "kind", sentence % {"name": taxed}
        if has_taxed_shipping(content, company):
            yield (
                "shipping",
                _(
                    "Shipping may be taxed in QuickBooks. A paid invoice is made of lines "
                    "without tax only: leave it out, or create a sales receipt instead."
                ),
            )


def taxable(content: Content, company: Company) -> str:
    """The name of the first line that would be taxed, or ``""``."""
    if company.takes_no_tax():
        return ""
    for line in content.lines:
        code = company.tax_codes.get(line.tax_code_id)
        is_coded = code is not None and code.percent != 0
        if line.is_text:
            continue
        if is_coded if company.needs_code_per_line else line.taxable:
            return line.called
    return ""


def has_taxed_shipping(content: Content, company: Company) -> bool:
    """Whether shipping is charged that has a tax, or that the books may put one on."""
    if company.takes_no_tax() or not number(content.shipping):
        return False
    if company.needs_code_per_line:
        code = company.tax_codes.get(content.shipping_tax_code_id)
        return code is not None and code.percent != 0
    return company.tax_mode is TaxMode.US_AUTOMATED


@kinds.register
class EstimateKind(DocumentKind):
    """An offer."""

    key = "estimate"
    label = gettext_lazy("Estimate")
    about = gettext_lazy("An offer. Nothing is booked until it is accepted.")
    create = gettext_lazy("Create estimate")
    finish = gettext_lazy("Create estimate")
    on_its_way = gettext_lazy("Estimate for %(customer)s is on its way to QuickBooks.")
    dated = gettext_lazy("Estimate date")
    model, line = Estimate, EstimateLine
    has_expiry = True

    def values(
        self, content: Content, company: Company, totals: Totals
    ) -> dict[str, object]:
        return {
            "status": EstimateStatus.PENDING.value,
            "expires_on": day(content.expires_on),
        }

    def header(self, content: Content) -> dict[str, object]:
        expires = day(content.expires_on)
        return {"expires_on": expires.isoformat() if expires else ""}

    def problems(self, content: Content, company: Company) -> Found:
        expires, issued = day(content.expires_on), day(content.issued_on)
        if content.expires_on.strip() and expires is None:
            yield "expires_on", _("Enter the expiration date.")
        elif expires and issued and expires < issued:
            yield "expires_on", _("The expiration date is before the estimate's date.")


@kinds.register
class SalesReceiptKind(DocumentKind):
    """Paid on the spot."""

    key = "sales_receipt"
    label = gettext_lazy("Sales receipt")
    about = gettext_lazy("A sale that was paid on the spot.")
    create = gettext_lazy("Create sales receipt")
    finish = gettext_lazy("Create sales receipt")
    on_its_way = gettext_lazy(
        "Sales receipt for %(customer)s is on its way to QuickBooks."
    )
    dated = gettext_lazy("Receipt date")
    model, line = SalesReceipt, SalesReceiptLine
    starts = (*RECORDS, *FROM_PAYMENTS)
    takes_money = True


@kinds.register
class CreditMemoKind(DocumentKind):
    """What a customer has to their credit."""

    key = "credit_memo"
    label = gettext_lazy("Credit memo")
    about = gettext_lazy("What the customer may take off a later invoice.")
    create = gettext_lazy("Create credit memo")
    finish = gettext_lazy("Create credit memo")
    on_its_way = gettext_lazy(
        "Credit memo for %(customer)s is on its way to QuickBooks."
    )
    dated = gettext_lazy("Credit memo date")
    model, line = CreditMemo, CreditMemoLine
    starts = (*RECORDS, *FROM_PAYMENTS)

    def values(
        self, content: Content, company: Company, totals: Totals
    ) -> dict[str, object]:
        return {"remaining": totals.total}


@kinds.register
class RefundReceiptKind(DocumentKind):
    """Money given back; the account that it leaves must be said."""

    key = "refund_receipt"
    label = gettext_lazy("Refund receipt")
    about = gettext_lazy("Money that goes back to the customer.")
    create = gettext_lazy("Create refund receipt")
    finish = gettext_lazy("Create refund receipt")
    on_its_way = gettext_lazy(
        "Refund receipt for %(customer)s is on its way to QuickBooks."
    )
    dated = gettext_lazy("Refund date")
    model, line = RefundReceipt, RefundReceiptLine
    starts = (*RECORDS, *FROM_PAYMENTS)
    gives_money = True

    def problems(self, content: Content, company: Company) -> Found:
        yield from super().problems(content, company)
        if not content.deposit_account_id:
            yield "deposit_account_id", _("Choose the account that the money leaves.")


def of_start(object_type: str) -> list[DocumentKind]:
    """The kinds that can be made from a noun."""
    return [kind for kind in kinds if object_type in kind.starts]
