"""What is made by itself exists there exactly once, to the cent, and is tied here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from factories import (
    make_company,
    make_contact,
    make_deal,
    make_payment,
    make_quote,
    make_workspace,
)
from integration.invoicing.books import give_lines
from support import simulator as simulated
from support.lists_there import SELLING, read_lists
from support.worker import run_until_idle

from counterfoil.connections import links, mirror
from counterfoil.connections.models import Connection, RemoteObject
from counterfoil.crm import associations
from counterfoil.crm.models import Payment, QuoteStatus, Record
from counterfoil.crm.refs import Ref
from counterfoil.events.origin import Actor
from counterfoil.invoicing import expenses, making, paying, rates
from counterfoil.invoicing.order import NotReady
from counterfoil.posting import documents

pytestmark = pytest.mark.django_db
STEP = Actor("workflow", "1", "Documents")
ENTITIES = {
    "invoice": "Invoice",
    "estimate": "Estimate",
    "sales_receipt": "SalesReceipt",
    "credit_memo": "CreditMemo",
    "refund_receipt": "RefundReceipt",
    "payment": "Payment",
    "expense": "Purchase",
}


@pytest.fixture(scope="module")
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with simulated.serving(folder, profiles=("us", "gb", "multi", "us-ast")) as running:
        yield running


class Desk:
    """A workspace with one company of the simulator, and who sells there."""

    def __init__(self, simulator: simulated.Simulator, company: int) -> None:
        self.now = datetime.now(UTC)
        self.workspace = make_workspace()
        self.connection: Connection = simulated.connect(
            simulator, self.workspace, now=self.now, company=company
        )
        self.there = simulator.state.company(self.connection.account)
        streams = (*SELLING, "vendors", "payment_methods", "terms")
        read_lists(self.connection, streams, now=self.now)
        self.item = self._item()
        self.code = self._code()

    def _item(self) -> RemoteObject:
        """A service that bears no tax in the US."""
        return next(
            row
            for row in mirror.all_of(self.connection, "items")
            if str(row.content["type"]).lower() == "service"
            and row.content["income_account_id"]
            and not (self.connection.country == "US" and row.content["taxable"])
        )

    def _code(self) -> str:
        """A code that takes something, where lines need one."""
        if self.connection.facts["tax_mode"] != "per_line":
            return ""
        return next(
            row.remote_id
            for row in mirror.all_of(self.connection, "tax_codes")
            if any(Decimal(r["percent"] or 0) > 5 for r in row.content["sales_rates"])
        )

    def account(self, kind: str) -> str:
        return next(
            row.remote_id
            for row in mirror.all_of(self.connection, "accounts")
            if str(row.content["type"]).lower() == kind.lower()
            and row.content["currency"] in {"", self.connection.home_currency}
        )

    def customer(self, currency: str = "") -> RemoteObject:
        wanted = currency or self.connection.home_currency
        return next(
            row
            for row in mirror.all_of(self.connection, "customers")
            if row.content["currency"] == wanted
            and row.content["email"]
            and not row.content["parent_id"]
        )

    def concern(self, record: Record, customer: RemoteObject | None = None) -> Record:
        """Tie a record to a contact that is a customer there, and to a company."""
        customer = customer or self.customer()
        contact = make_contact(self.workspace, email=customer.email)
        links.link(
            self.connection,
            stream="customers",
            remote_id=customer.remote_id,
            ref=Ref.of(contact),
            now=self.now,
        )
        company = make_company(self.workspace)
        for other in (contact, company):
            associations.associate(
                workspace=self.workspace,
                left=Ref.of(record),
                right=Ref.of(other),
                now=self.now,
            )
        name = str(self.item.content["full_name"])
        lines = [
            {"name": name, "unit_price": "33.35", "quantity": "3"},
            {"name": name, "unit_price": "19.99", "discount_percent": "10"},
        ]
        give_lines(record, lines)
        return record

    def deal(self, **values: Any) -> Record:
        currency = self.connection.home_currency
        deal = make_deal(self.workspace, **{"currency": currency, **values})
        return self.concern(deal)

    def payment(self, **values: Any) -> Payment:
        """Of exactly what its lines come to: 100.05 + 17.99."""
        payment = make_payment(
            self.workspace,
            **{
                "amount": Decimal("118.04"),
                "currency": self.connection.home_currency,
                "paid_on": self.now.date(),
                "source": "payment_link",
                "reference": "ch_77",
                **values,
            },
        )
        self.concern(payment)
        return payment

    def make(self, source: Record, kind: str, **settings: Any) -> Any:
        """Asked twice, made once; then all of it is posted."""
        settings.setdefault("tax_code_id", self.code)
        made = [
            making.make(
                connection=self.connection,
                source=Ref.of(source),
                settings=making.Settings(kind, **settings),
                key=("step", kind, source.object_type, str(source.pk)),
                actor=STEP,
                now=datetime.now(UTC),
            )
            for _again in range(2)
        ]
        assert made[0] == made[1]
        return self.posted(made[0])

    def again(self, source: Record) -> Any:
        """A second invoice of the same, not posted yet."""
        return making.make(
            connection=self.connection,
            source=Ref.of(source),
            settings=making.Settings("invoice"),
            key=("another step",),
            actor=STEP,
            now=datetime.now(UTC),
        )

    def posted(self, made: Any) -> Any:
        run_until_idle(datetime.now(UTC))
        made.refresh_from_db()
        assert made.posting_state == "confirmed", made.posting_message
        return made

    def found(self, entity: str) -> int:
        counted = self.there.query(f"select count(*) from {entity}")  # noqa: S608
        return int(counted["totalCount"])

    def held(self, made: Any) -> dict[str, Any]:
        """The document as it stands there."""
        kind = made.object_type
        stream = documents.stream(kind)
        remote_id = links.remote_for(self.connection, stream, Ref.of(made))
        found = self.there.query(
            f"select * from {ENTITIES[kind]} where Id = '{remote_id}'"  # noqa: S608
        )
        return dict(found[ENTITIES[kind]][0])

    def tied(self, made: Any) -> set[str]:
        """The nouns of what it is associated with."""
        nouns = ("deal", "quote", "payment", "contact", "company", "invoice")
        return {
            noun
            for noun in nouns
            if associations.refs_of(self.workspace, Ref.of(made), noun)
        }


@pytest.mark.parametrize("company", [1, 2])
@pytest.mark.parametrize("kind", ["invoice", "estimate", "sales_receipt"])
def test_a_deals_document_exists_once_and_comes_to_the_same(
    simulator: simulated.Simulator, company: int, kind: str
) -> None:
    desk = Desk(simulator, company)
    before = desk.found(ENTITIES[kind])
    made = desk.make(desk.deal(), kind)
    assert desk.found(ENTITIES[kind]) == before + 1
    held = desk.held(made)
    assert Decimal(str(held["TotalAmt"])) == made.total
    assert held["CustomerRef"]["value"] == desk.customer().remote_id
    assert desk.tied(made) == {"deal", "contact", "company"}


def test_an_estimate_comes_of_a_published_quote(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 1)
    quote = make_quote(desk.workspace, currency="USD", status=QuoteStatus.PUBLISHED)
    desk.concern(quote)
    made = desk.make(quote, "estimate")
    assert Decimal(str(desk.held(made)["TotalAmt"])) == Decimal("118.04")
    assert desk.tied(made) == {"quote", "contact", "company"}


def test_a_paid_invoice_is_paid_there_and_its_fee_is_booked(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 1)
    payment = desk.payment(fee=Decimal("3.72"))
    before = {name: desk.found(name) for name in ("Invoice", "Payment", "Purchase")}
    made = desk.make(payment, "paid_invoice")
    desk.posted(payment)
    assert Decimal(str(desk.held(made)["Balance"])) == 0
    paid = desk.held(payment)
    assert Decimal(str(paid["TotalAmt"])) == payment.amount
    assert Decimal(str(paid["UnappliedAmt"])) == 0
    assert desk.tied(made) == {"payment", "contact", "company"}
    for _again in range(2):
        expense = expenses.make(
            connection=desk.connection,
            payment=Ref.of(payment),
            settings=expenses.Settings(desk.account("Bank"), desk.account("Expense")),
            key=("fee", str(payment.pk)),
            actor=STEP,
            now=datetime.now(UTC),
        )
    desk.posted(expense)
    assert Decimal(str(desk.held(expense)["TotalAmt"])) == Decimal("3.72")
    assert desk.tied(expense) == {"payment", "contact", "company"}
    after = {name: desk.found(name) for name in before}
    assert after == {name: count + 1 for name, count in before.items()}


def test_outside_the_us_a_fee_is_booked_with_its_tax_inside(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 2)
    payment = desk.payment(fee=Decimal("3.71"))
    made = expenses.make(
        connection=desk.connection,
        payment=Ref.of(payment),
        settings=expenses.Settings(
            desk.account("Bank"), desk.account("Expense"), tax_code_id=desk.code
        ),
        key=("fee", str(payment.pk)),
        actor=STEP,
        now=datetime.now(UTC),
    )
    desk.posted(made)
    held = desk.held(made)
    assert Decimal(str(held["TotalAmt"])) == Decimal("3.71")
    assert Decimal(str(held["TxnTaxDetail"]["TotalTax"])) > 0


@pytest.mark.parametrize("kind", ["refund_receipt", "credit_memo"])
def test_what_was_given_back_in_full_is_booked_once(
    simulator: simulated.Simulator, kind: str
) -> None:
    desk = Desk(simulator, 1)
    payment = desk.payment(
        refunded=Decimal("118.04"), refunded_on=desk.now.date(), source="manual"
    )
    account = desk.account("Bank") if kind == "refund_receipt" else ""
    before = desk.found(ENTITIES[kind])
    made = desk.make(payment, kind, deposit_account_id=account)
    assert desk.found(ENTITIES[kind]) == before + 1
    assert Decimal(str(desk.held(made)["TotalAmt"])) == Decimal("118.04")
    assert desk.tied(made) == {"payment", "contact", "company"}


def test_where_quickbooks_works_out_tax_no_paid_invoice_charges_shipping(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 4)
    facts = desk.connection.facts
    assert facts["tax_mode"] == "us_automated"
    Connection.objects.update(facts={**facts, "allows_shipping": True})
    desk.connection.refresh_from_db()
    payment = desk.payment(amount=Decimal("123.04"))
    with pytest.raises(NotReady, match="Shipping may be taxed in QuickBooks"):
        desk.make(payment, "paid_invoice", shipping="5")
    made = desk.make(payment, "sales_receipt", shipping="5")
    assert Decimal(str(desk.held(made)["TotalAmt"])) == payment.amount


def test_one_payment_over_two_invoices_leaves_what_is_left(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 1)
    deal = desk.deal()
    first = desk.make(deal, "invoice")
    second = desk.again(deal)  # it is still on its way when it is paid
    applied = {first.pk: Decimal("118.04"), second.pk: Decimal("50.01")}
    made = paying.pay(
        connection=desk.connection,
        settings=paying.Settings(applied=applied, amount=Decimal(200)),
        key=("pay",),
        actor=STEP,
        now=datetime.now(UTC),
    )
    desk.posted(made)
    desk.posted(second)
    balances = [Decimal(str(desk.held(each)["Balance"])) for each in (first, second)]
    assert balances == [Decimal(0), Decimal("68.03")]
    assert Decimal(str(desk.held(made)["UnappliedAmt"])) == Decimal("31.95")
    assert desk.tied(made) == {"deal", "contact", "company", "invoice"}


def test_a_credit_memo_and_money_pay_an_invoice_and_then_a_credit_alone(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 1)
    deal = desk.deal()
    first, memo = (desk.make(deal, kind) for kind in ("invoice", "credit_memo"))
    second = desk.again(deal)
    for invoice, used, amount in (
        (first, Decimal(100), Decimal("18.04")),
        (second, Decimal("18.04"), Decimal(0)),
    ):
        made = paying.pay(
            connection=desk.connection,
            settings=paying.Settings(
                applied={invoice.pk: used + amount}, credits={memo.pk: used}
            ),
            key=("credit", str(invoice.pk)),
            actor=STEP,
            now=datetime.now(UTC),
        )
        desk.posted(made)
        held = desk.held(made)
        assert Decimal(str(held["TotalAmt"])) == amount == made.amount
        assert Decimal(str(held["UnappliedAmt"])) == 0
        kinds = {each["LinkedTxn"][0]["TxnType"] for each in held["Line"]}
        assert kinds == {"Invoice", "CreditMemo"}
    left = [Decimal(str(desk.held(each)["Balance"])) for each in (first, second, memo)]
    assert left == [Decimal(0), Decimal(100), Decimal(0)]


def test_a_foreign_invoice_has_the_rate_that_the_books_have_of_its_day(
    simulator: simulated.Simulator,
) -> None:
    desk = Desk(simulator, 3)
    home = desk.connection.home_currency
    customer = next(
        row
        for row in mirror.all_of(desk.connection, "customers")
        if row.content["currency"] not in {"", home} and row.email
    )
    code = str(customer.content["currency"])
    on = desk.now.date()
    found = rates.read(desk.connection, code, on, now=desk.now)
    assert found is not None
    assert found.rate not in {Decimal(0), Decimal(1)}
    deal = make_deal(desk.workspace, currency=code)
    desk.concern(deal, customer)
    made = desk.make(deal, "invoice", issued_on=on.isoformat())
    held = desk.held(made)
    assert Decimal(str(held["ExchangeRate"])) == found.rate
    assert held["CurrencyRef"]["value"] == code
    assert Decimal(str(held["TotalAmt"])) == made.total
