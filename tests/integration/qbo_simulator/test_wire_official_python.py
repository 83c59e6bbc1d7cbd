"""The public Python client, unmodified but for its addresses: what goes over the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, ValidationException
from quickbooks.objects import (
    Attachable,
    AttachableRef,
    Customer,
    Invoice,
    Payment,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.base import EmailAddress, Ref

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


def invoice(client: QuickBooks) -> Invoice:
    line = SalesItemLine()
    line.Amount = 100
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = Ref()
    line.SalesItemLineDetail.ItemRef.value = "1"
    made = Invoice()
    made.Line.append(line)
    made.CustomerRef = Customer.get(1, qb=client).to_ref()
    made.BillEmail = EmailAddress()
    made.BillEmail.Address = "ada@pier.example"
    made.save(qb=client)
    return Invoice.get(made.Id, qb=client)


def test_a_file_is_attached_and_read_again(client: QuickBooks, tmp_path: Path) -> None:
    made = invoice(client)
    path = tmp_path / "notes.txt"
    path.write_text("Two tiers, lemon\n")
    attached = Attachable()
    attached.AttachableRef.append(AttachableRef())
    attached.AttachableRef[0].EntityRef = made.to_ref()
    attached.FileName = "notes.txt"
    attached._FilePath = str(path)
    attached.ContentType = "text/plain"
    attached.save(qb=client)
    read = Attachable.get(attached.Id, qb=client)
    assert (read.FileName, read.Size) == ("notes.txt", 17)
    assert read.AttachableRef[0].EntityRef.value == made.Id
    assert httpx.get(read.TempDownloadUri).text == "Two tiers, lemon\n"
    note = Attachable()
    note.Note = "Call Ada"
    note.save(qb=client)
    note = Attachable.get(note.Id, qb=client)
    note.Note = "Called Ada"
    note.save(qb=client)
    note = Attachable.get(note.Id, qb=client)
    assert note.Note == "Called Ada"
    note.delete(qb=client)
    with pytest.raises(ObjectNotFoundException):
        Attachable.get(note.Id, qb=client)


def test_batches_create_update_and_delete(client: QuickBooks) -> None:
    customers = [Customer() for _ in range(3)]
    for number, customer in enumerate(customers):
        customer.DisplayName = f"Customer {number}"
    customers[2].DisplayName = "Ada"
    created = batch_create(customers, qb=client)
    assert len(created.successes) == 2
    assert created.faults[0].Error[0].code == "6240"
    for customer in created.successes:
        customer.Notes = "Called"
    updated = batch_update(created.successes, qb=client)
    assert {each.Notes for each in updated.successes} == {"Called"}
    gone = batch_delete([invoice(client)], qb=client)
    assert len(gone.successes) == 1


def test_changes_queries_reports_pages_and_letters(client: QuickBooks) -> None:
    made = invoice(client)
    since = datetime.now(UTC) - timedelta(days=1)
    changed = change_data_capture([Invoice, Customer], since, qb=client)
    assert [each.Id for each in changed.Invoice] == [made.Id]
    assert Invoice.count("TotalAmt = '100.00'", qb=client) == 1
    assert Invoice.filter(DocNumber=made.DocNumber, qb=client)[0].Id == made.Id
    report = client.get_report("ProfitAndLoss", {"accounting_method": "Cash"})
    assert report["Header"]["ReportBasis"] == "Cash"
    assert made.download_pdf(qb=client).startswith(b"%PDF")
    sent = made.send(qb=client, send_to="bo@pier.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"


def test_voids_deletions_and_refusals_are_understood(client: QuickBooks) -> None:
    made = invoice(client)
    made.void(qb=client)
    assert Invoice.get(made.Id, qb=client).Balance == 0
    payment = Payment()
    payment.TotalAmt = 20
    payment.CustomerRef = Customer.get(1, qb=client).to_ref()
    payment.save(qb=client)
    payment.void(qb=client)
    assert Payment.get(payment.Id, qb=client).TotalAmt == 0
    Payment.get(payment.Id, qb=client).delete(qb=client)
    with pytest.raises(ObjectNotFoundException):
        Payment.get(payment.Id, qb=client)
    nobody = Customer()
    nobody.DisplayName = "x" * 600
    with pytest.raises(ValidationException):
        nobody.save(qb=client)


def test_the_same_request_id_gives_the_same_object(client: QuickBooks) -> None:
    first, second = Customer(), Customer()
    first.DisplayName = second.DisplayName = "Once"
    first.save(qb=client, request_id="only-once")
    second.save(qb=client, request_id="only-once")
    assert first.Id == second.Id
