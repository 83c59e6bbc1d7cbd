"""Our totals are those of the books, to the cent, over random lines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from factories import make_access, make_deal, make_workspace
from support import simulator as simulated
from support.worker import run_until_idle

from counterfoil.connections import mirror
from counterfoil.crm.models import Invoice
from counterfoil.crm.refs import Ref
from counterfoil.invoicing import drafts, issue, match
from counterfoil.invoicing.company import TaxMode, item_of, read
from counterfoil.invoicing.content import Content, DraftLine
from counterfoil.invoicing.drafts import following_terms
from counterfoil.sync.runs import plan

pytestmark = pytest.mark.django_db
ROUNDS = 12
SEED = 20260304


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[simulated.Simulator]:
    with simulated.serving(tmp_path) as running:
        yield running


def random_content(connection, company, dice: random.Random) -> Content:
    items = [item_of(row) for row in mirror.all_of(connection, "items")]
    items = [item for item in items if item.has_income_account]
    codes = [code for code in company.tax_codes.values() if code.rates]
    content = Content(source="scratch", filled_from="test")
    for _line in range(dice.randint(1, 9)):
        line = DraftLine(
            key="",
            quantity=f"{dice.choice([1, 2, 3, 7, 18])}.{dice.choice(['0', '5', '125'])}",
            unit_price=f"{dice.randint(0, 400)}.{dice.randint(0, 9999):04}",
            discount_percent=dice.choice(["", "", "5", "33.33"]),
        )
        line = match.with_item(line, dice.choice(items))
        content = content.with_line(
            replace(
                line,
                taxable=dice.random() < 0.7,
                tax_code_id=dice.choice(codes).code_id if codes else "",
            )
        )
    if dice.random() < 0.2:
        content = content.with_line(DraftLine(key="", kind="text", description="Note"))
    gross = company.tax_mode is TaxMode.PER_LINE and dice.random() < 0.4
    if not gross and dice.random() < 0.5:
        kind = dice.choice(["percent", "amount"])
        content = replace(content, discount_kind=kind, discount_value="1.37")
    if company.tax_mode is TaxMode.US_MANUAL and codes:
        content = replace(content, tax_code_id=dice.choice(codes).code_id)
    customers = [
        row
        for row in mirror.all_of(connection, "customers")
        if row.content.get("currency") in {"", company.home_currency}
    ]
    return replace(
        content,
        customer="existing",
        customer_id=dice.choice(customers).remote_id,
        issued_on=company.today.isoformat(),
        prices_include_tax=gross,
    )


@pytest.mark.parametrize("number", [1, 2])
def test_our_totals_are_those_of_the_books(
    simulator: simulated.Simulator, number: int
) -> None:
    now = datetime.now(UTC)
    workspace = make_workspace()
    connection = simulated.connect(simulator, workspace, now=now, company=number)
    plan.begin(connection, now)
    run_until_idle(datetime.now(UTC))
    access = make_access(workspace)
    deal = make_deal(workspace)
    dice = random.Random(SEED + number)  # noqa: S311  not for secrets
    made = {}
    for _round in range(ROUNDS):
        draft = drafts.start(access=access, started=Ref.of(deal), now=now)
        draft.connection = connection
        company = read(connection, workspace, Content(), now=now)
        content = random_content(connection, company, dice)
        content = following_terms(content, company)
        drafts.save(draft, content, step="review", now=now)
        invoice = issue.issue_draft(access=access, draft=draft, now=now)
        made[invoice.pk] = invoice.total
    run_until_idle(datetime.now(UTC))
    assert {each.posting_state for each in Invoice.objects.filter(pk__in=made)} == {
        "confirmed"
    }
    for invoice in Invoice.objects.filter(pk__in=made):
        ours = made[invoice.pk]
        if connection.facts["tax_mode"] == "us_automated":
            ours += invoice.tax
        assert invoice.total == ours, invoice.number
        assert invoice.total >= Decimal(0)
