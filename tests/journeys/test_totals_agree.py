"""Our totals are those of the books, to the cent, in every company there is.

Random documents are put together and rendered as they always are, and created over the
wire at once. ``COUNTERFOIL_TOTALS`` says how many per company; there are 25 by default.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from factories import make_workspace
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from support import simulator as simulated
from support.lists_there import SELLING, read_lists

from counterfoil.connections import mirror
from counterfoil.connections.models import Connection
from counterfoil.crm import line_items
from counterfoil.crm.models import LineItem
from counterfoil.invoicing import company as companies, document, sources
from counterfoil.invoicing.checks import problems
from counterfoil.invoicing.company import Company, customer_of, item_of
from counterfoil.invoicing.content import Content, DraftLine
from counterfoil.invoicing.reckoning import reckon
from counterfoil.invoicing.totals import TaxMode
from counterfoil.posting.ports import books
from qbo_simulator.seeds.companies import PROFILES

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("COUNTERFOIL_TOTALS", "25"))
KINDS = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")
# A document of lines alone, whose tax stands beside them.
BARE: dict[str, Any] = {
    "lines": (),
    "discount_kind": "",
    "shipping": "",
    "prices_include_tax": False,
}
RANDOMLY = settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
)
numbers = count(1)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: Any) -> Iterator[simulated.Simulator]:
    folder: Path = tmp_path_factory.mktemp("books")
    with simulated.serving(folder, profiles=tuple(PROFILES)) as running:
        yield running


class There:
    """A company's books as they are known here."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection, self.now = connection, now
        read_lists(connection, SELLING, now=now)
        self.items = [
            item
            for row in mirror.all_of(connection, "items")
            if (item := item_of(row)).has_income_account
        ]
        self.customers = [
            customer_of(row, connection)
            for row in mirror.all_of(connection, "customers")
        ]
        known = companies.read(connection, connection.workspace, Content(), now=now)
        self.company = replace(known, items={item.item_id: item for item in self.items})
        rated = [code for code in self.company.tax_codes.values() if code.rates]
        self.codes = [code.code_id for code in rated]
        self.code_names = [code.name for code in rated]

    def facing(self, content: Content) -> Company:
        """The company with the customer of a document, where it can be made at all."""
        customer = companies.customer(self.connection, content.customer_id)
        company = replace(self.company, customer=customer)
        assume(not problems(content, company))
        return company

    def create(self, content: Content, company: Company) -> tuple[Decimal, Decimal]:
        """What a document comes to in the books, and what of it is tax."""
        number = next(numbers)
        built = document.sale(
            content,
            company,
            customer_id=content.customer_id,
            items={line.key: line.item_id for line in content.lines},
            document_number=f"T-{number}",
        )
        there = books[self.connection.service].open(self.connection)
        kind = content.kind
        payload, _expected = there.render(kind, built, marker=f"[#{number:016}]")
        receipt = there.create(kind, payload, request_id=f"t{number}", deadline=60)
        assert receipt.expectation.total is not None
        return receipt.expectation.total, Decimal(str(receipt.body["tax"] or 0))


@pytest.fixture(params=list(PROFILES))
def there(request: pytest.FixtureRequest, simulator: simulated.Simulator) -> There:
    now = datetime.now(UTC)
    number = list(PROFILES).index(request.param) + 1
    connection = simulated.connect(simulator, make_workspace(), now=now, company=number)
    return There(connection, now)


amounts = st.decimals("0", "400", places=2).map(str)
discounts = st.sampled_from([("", "")] * 3) | st.tuples(
    st.just("percent"), st.decimals("0.01", "60", places=2).map(str)
)


@st.composite
def lines(draw: st.DrawFn, there: There) -> DraftLine:
    item = draw(st.sampled_from(there.items))
    quantity = draw(st.decimals("0.001", "40", places=draw(st.sampled_from([0, 1, 3]))))
    kind, off = draw(discounts)
    return DraftLine(
        key="",
        item_id=item.item_id,
        name=item.name,
        quantity=str(max(quantity, Decimal(1))),
        unit_price=str(draw(st.decimals("0", "400", places=draw(st.integers(0, 5))))),
        discount_percent=off if kind else "",
        discount_amount=draw(st.sampled_from(["", "", "", "0.37"])),
        taxable=draw(st.booleans()),
        tax_code_id=draw(st.sampled_from(there.codes)) if there.codes else "",
    )


@st.composite
def contents(draw: st.DrawFn, there: There) -> Content:
    company = there.company
    customer = draw(st.sampled_from(there.customers))
    per_line = company.tax_mode is TaxMode.PER_LINE
    kind, off = draw(discounts | st.tuples(st.just("amount"), amounts))
    code = draw(st.sampled_from(there.codes)) if there.codes else ""
    content = Content(
        kind=draw(st.sampled_from(KINDS)),
        source="scratch",
        customer="existing",
        customer_id=customer.customer_id,
        issued_on=company.today.isoformat(),
        due_on=company.today.isoformat(),
        exchange_rate="1.25" if customer.currency != company.home_currency else "",
        prices_include_tax=per_line and draw(st.booleans()),
        discount_kind=kind,
        discount_value=off,
        tax_code_id=code if company.tax_mode is TaxMode.US_MANUAL else "",
        shipping=draw(amounts) if draw(st.integers(0, 3)) == 0 else "",
        shipping_tax_code_id=code if per_line else "",
        deposit_account_id=next(iter(company.deposit_accounts)),
    )
    for line in draw(st.lists(lines(there), min_size=1, max_size=7)):
        content = content.with_line(line)
    if draw(st.integers(0, 4)) == 0:
        content = content.with_line(DraftLine(key="", kind="text", description="Note"))
    return content


@st.composite
def sold(draw: st.DrawFn, there: There) -> tuple[str, LineItem]:
    """A line item of a deal, and which product of the books it is."""
    item = draw(st.sampled_from(there.items))
    kind = draw(st.sampled_from(["", "percent", "amount"]))
    percents = st.decimals("0", "100", places=4)
    line = LineItem(
        name=item.name,
        quantity=draw(st.decimals("1", "400", places=draw(st.integers(0, 5)))),
        unit_price=draw(st.decimals("0.5", "400", places=draw(st.integers(0, 7)))),
        discount_percent=draw(percents) if kind == "percent" else Decimal(0),
        discount_amount=draw(st.sampled_from([Decimal("0.37"), Decimal("0.5")]))
        if kind == "amount"
        else Decimal(0),
        taxable=draw(st.booleans()),
        tax_code=draw(st.sampled_from(there.code_names)) if there.codes else "",
    )
    return item.item_id, line


def test_a_deal_comes_to_what_its_document_and_the_books_come_to(there: There) -> None:
    made = []

    @RANDOMLY
    @given(contents(there), st.lists(sold(there), min_size=1, max_size=5))
    def agree(around: Content, deal: list[tuple[str, LineItem]]) -> None:
        customer = companies.customer(there.connection, around.customer_id)
        assert customer is not None
        items = [line for _item_id, line in deal]
        for line in items:
            line.currency = customer.currency
        content = replace(around, **BARE)
        drafted = sources.draft_lines(there.connection, items)
        for (item_id, _line), draft in zip(deal, drafted, strict=True):
            content = content.with_line(replace(draft, item_id=item_id))
        company = there.facing(content)
        total, tax = there.create(content, company)
        made.append(content)
        ours = line_items.total(items, customer.currency).amount
        assert ours == reckon(content, company).subtotal == total - tax

    agree()
    assert len(made) >= EXAMPLES // 2


def test_our_totals_are_those_of_the_books(there: There) -> None:
    made = []

    @RANDOMLY
    @given(contents(there))
    def agree(content: Content) -> None:
        company = there.facing(content)
        ours = reckon(content, company)
        total, tax = there.create(content, company)
        made.append(content)
        if ours.tax_is_left_to_books:
            assert total - tax == ours.total
        else:
            assert (total, tax) == (ours.total, ours.tax)

    agree()
    assert len(made) >= EXAMPLES // 3
