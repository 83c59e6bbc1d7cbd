"""Documents of the books are added to a deal, a contact or a company, of one company."""

from __future__ import annotations

import pytest
from django.urls import reverse
from factories import (
    make_access,
    make_company,
    make_connection,
    make_contact,
    make_deal,
    make_invoice,
    make_record,
)
from integration.web.invoicing.walking import text

from counterfoil.crm import associations
from counterfoil.crm.models import TimelineEntry
from counterfoil.crm.refs import Ref

pytestmark = pytest.mark.django_db
MAKERS = {"deal": make_deal, "contact": make_contact, "company": make_company}


def invoice_of(connection, number, **values):
    return make_invoice(
        connection.workspace,
        connection=connection.pk,
        number=number,
        currency="USD",
        **values,
    )


@pytest.mark.parametrize("noun", MAKERS)
def test_the_company_is_chosen_and_several_of_its_invoices_are_added(ada, access, noun):
    harbour = make_connection(access.workspace, name="Harbour")
    pier = make_connection(access.workspace, name="Pier Four", account="9002")
    kept = [invoice_of(harbour, f"Harbour {each}") for each in (1, 2)]
    invoice_of(pier, "Pier 1")
    record = MAKERS[noun](access.workspace)
    address = reverse("invoice_existing", args=[access.workspace.pk, *Ref.of(record)])
    page = text(ada.get(address, {"company": harbour.pk}))
    assert "Pier Four" in page  # it can be chosen instead
    assert all(each.number in page for each in kept)
    assert "Pier 1" not in page
    other = text(ada.get(address, {"company": pier.pk}))
    assert "Pier 1" in other
    assert "Harbour 1" not in other
    found = text(ada.get(address, {"company": harbour.pk, "q": "Harbour 2"}))
    assert "Harbour 2" in found
    assert "Harbour 1" not in found
    done = ada.post(address, {"document": [each.pk for each in kept]})
    assert done.status_code == 302
    tied = associations.refs_of(access.workspace, Ref.of(record), "invoice")
    assert set(tied) == {Ref.of(each) for each in kept}
    told = TimelineEntry.objects.filter(
        kind="invoice_added", object_type=noun, record_id=record.pk
    )
    assert told.count() == len(kept)


@pytest.mark.parametrize(
    "kind", ["estimate", "sales_receipt", "credit_memo", "refund_receipt"]
)
def test_every_kind_is_added_and_stands_in_the_card_by_its_kind(ada, access, kind):
    connection = make_connection(access.workspace, name="Harbour")
    deal = make_deal(access.workspace)
    document = make_record(
        access.workspace,
        kind,
        connection=connection.pk,
        number="D-7",
        customer_name="Dora Field",
        currency="USD",
        total=95,
    )
    address = reverse("invoice_existing", args=[access.workspace.pk, *Ref.of(deal)])
    assert "D-7" in text(ada.get(address, {"kind": kind}))
    done = ada.post(address, {"kind": kind, "document": [document.pk]})
    assert done.status_code == 302
    card = reverse("invoice_card", args=[access.workspace.pk, *Ref.of(deal)])
    page = text(ada.get(card))
    assert "D-7" in page
    assert "$95.00" in page


def test_nothing_is_added_for_a_stranger_or_to_a_stranger(ada, access):
    theirs = make_connection(make_access(name="Cy").workspace, name="Theirs")
    invoice = invoice_of(theirs, "Number S-1")
    deal = make_deal(access.workspace)
    address = reverse("invoice_existing", args=[access.workspace.pk, *Ref.of(deal)])
    assert "Number S-1" not in text(ada.get(address, {"company": theirs.pk}))
    assert ada.post(address, {"document": [invoice.pk]}).status_code == 422
    other = reverse("invoice_existing", args=[theirs.workspace.pk, *Ref.of(deal)])
    assert ada.get(other).status_code == 404
    assert not associations.refs_of(access.workspace, Ref.of(deal), "invoice")
