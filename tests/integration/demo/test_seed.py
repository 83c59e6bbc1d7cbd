from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.crm import line_items, payments, refunds
from counterfoil.crm.associations import refs_of
from counterfoil.crm.models import Contact, Deal, Payment, Quote
from counterfoil.crm.quotes import effective_status
from counterfoil.crm.refs import Ref
from counterfoil.demo.business import PEOPLE, RECEIPTS, SALES
from counterfoil.demo.seed import seed
from counterfoil.workspaces.models import Membership, Role, Workspace

pytestmark = pytest.mark.django_db


def test_the_demo_has_an_owner_a_bookkeeper_and_a_business(now):
    seed(now)

    workspace = Workspace.objects.get()
    roles = Membership.objects.filter(workspace=workspace).values_list(
        "role", flat=True
    )
    assert set(roles) == {Role.OWNER, Role.ACCOUNTING}
    assert Contact.objects.filter(workspace=workspace).count() == len(PEOPLE)
    assert Deal.objects.filter(workspace=workspace).count() == len(SALES)


def test_seeding_again_changes_nothing(now):
    seed(now)
    seed(now + timedelta(days=1))

    assert Workspace.objects.count() == 1
    assert Deal.objects.count() == len(SALES)


def test_there_is_a_quote_of_every_status(now):
    seed(now)

    workspace = Workspace.objects.get()
    today = workspace.today(now)
    statuses = {effective_status(quote, today) for quote in Quote.objects.all()}
    assert statuses == {"draft", "published", "expired", "signed"}


def test_deals_know_their_company_people_and_worth(now):
    seed(now)

    deal = Deal.objects.get(name="Spring conference breakfasts")
    ref = Ref.of(deal)
    assert len(refs_of(deal.workspace, ref, "company")) == 1
    assert len(refs_of(deal.workspace, ref, "contact")) == 2
    assert len(refs_of(deal.workspace, ref, "quote")) == 3
    assert deal.amount == 1995 + 552 + 684 + 45


def test_there_is_a_payment_for_every_document_that_is_made_of_one(now):
    seed(now)

    held = {payment.reference: payment for payment in Payment.objects.all()}
    assert len(held) == len(RECEIPTS)
    assert {"payment_link", "manual", "invoice"} <= {p.source for p in held.values()}
    assert all(payments.is_only_here(payment) for payment in held.values())
    for payment in held.values():
        ref = Ref.of(payment)
        assert refs_of(payment.workspace, ref, "deal")
        assert refs_of(payment.workspace, ref, "contact")
    boxes = held["pl_3QJetty0368"]
    lines = line_items.of(boxes.workspace, Ref.of(boxes))
    assert line_items.total(lines, "USD").amount == boxes.amount
    assert not any(line.taxable for line in lines)
    assert boxes.fee > 0
    wedding = held["qp_3QWedding1031"]
    taxable = {
        line.taxable for line in line_items.of(wedding.workspace, Ref.of(wedding))
    }
    assert taxable == {True, False}
    [refunded] = [p for p in held.values() if refunds.is_refunded_in_full(p)]
    assert refunded.paid_on < refunded.refunded_on <= refunded.workspace.today(now)
