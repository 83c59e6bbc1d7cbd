"""Every entity of the public Python client, from its creation to its end.

The objects are those of the unmodified library; what it can do with a kind of entity
(void, send, print, delete) is tried with that kind.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.mixins import QuickbooksPdfDownloadable, SendMixin, VoidMixin
from quickbooks.objects import (
    Attachable,
    AttachableRef,
    Budget,
    Invoice,
    Ref,
    TimeActivity,
)
from quickbooks.objects.recurringtransaction import (
    RecurringInfo,
    RecurringInvoice,
    RecurringTransaction,
    ScheduleInfo,
)
from support.quickbooks_client import connected
from support.quickbooks_objects import (
    CHANGES,
    NAMES,
    TRANSACTIONS,
    Cast,
    a,
    card_payment,
    gather,
    sold,
    time_activity,
)

from qbo_simulator.credentials import issue
from qbo_simulator.switches import Switches
from qbo_simulator.testing import Running, serve

NOTE = "Told by a client"
ABLE = (
    "Invoice",
    "Estimate",
    "SalesReceipt",
    "Payment",
    "BillPayment",
    "PurchaseOrder",
)
"""What the library can void, print or send."""
REPORTS = (
    "ProfitAndLoss",
    "BalanceSheet",
    "TrialBalance",
    "GeneralLedger",
    "AgedReceivables",
    "AgedPayables",
    "CustomerBalance",
    "TransactionList",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("simulator")
    with serve(directory, switches=Switches(throttle=False), empty=True) as served:
        yield served


@pytest.fixture(scope="module")
def qb(running: Running) -> Iterator[QuickBooks]:
    keys = issue(running.state.store, company=1, base=running.base_url)
    with connected(running, keys) as books:
        yield books


@pytest.fixture(scope="module")
def cast(qb: QuickBooks) -> Cast:
    return gather(qb)


def sparsely(qb: QuickBooks, name: str, was: Any, **values: Any) -> dict[str, Any]:
    """A sparse update, which the library leaves to its caller."""
    head = {"Id": was.Id, "SyncToken": was.SyncToken, "sparse": True}
    answer = qb.update_object(name, json.dumps({**head, **values}))
    found: dict[str, Any] = answer[name]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_created_read_changed_and_deactivated(
    qb: QuickBooks, cast: Cast, name: str
) -> None:
    made = NAMES[name](cast).save(qb=qb)
    kind = type(made)
    assert (made.SyncToken, made.Active) == ("0", True)
    assert kind.get(made.Id, qb=qb).to_dict() == made.to_dict()
    assert [each.Id for each in kind.filter(Id=made.Id, qb=qb)] == [made.Id]
    field, value = CHANGES[name]
    setattr(made, field, value)
    changed = made.save(qb=qb)
    assert (getattr(changed, field), changed.SyncToken) == (value, "1")
    with pytest.raises(QuickbooksException) as stale:
        made.save(qb=qb)
    assert stale.value.error_code == 5010
    gone = sparsely(qb, name, changed, Active=False)
    assert (gone["Active"], gone["SyncToken"]) == (False, "2")
    assert kind.filter(Id=made.Id, qb=qb) == []
    assert [each.Id for each in kind.filter(Id=made.Id, Active=False, qb=qb)] == [
        made.Id
    ]


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_a_transaction_is_created_read_changed_and_deleted(
    qb: QuickBooks, cast: Cast, name: str
) -> None:
    made = TRANSACTIONS[name](cast).save(qb=qb)
    kind = type(made)
    assert made.SyncToken == "0"
    assert kind.get(made.Id, qb=qb).to_dict() == made.to_dict()
    assert [each.Id for each in kind.filter(Id=made.Id, qb=qb)] == [made.Id]
    made.PrivateNote = NOTE
    changed = made.save(qb=qb)
    assert (changed.PrivateNote, changed.SyncToken) == (NOTE, "1")
    assert len(getattr(changed, "Line", [])) == len(getattr(made, "Line", []))
    required = {"Purchase": {"PaymentType": "Cash"}}.get(name, {})
    if name in ("Bill", "BillPayment", "VendorCredit", "PurchaseOrder"):
        required = {"VendorRef": {"value": cast.vendor.Id}}
    if name == "BillPayment":
        required["Line"] = json.loads(changed.to_json())["Line"]
    told = sparsely(qb, name, changed, PrivateNote="Briefly", **required)
    assert (told["PrivateNote"], told["SyncToken"]) == ("Briefly", "2")
    current = kind.get(made.Id, qb=qb)
    answer = current.delete(qb=qb)
    assert answer[name] == {"domain": "QBO", "status": "Deleted", "Id": made.Id}
    with pytest.raises(ObjectNotFoundException):
        kind.get(made.Id, qb=qb)


def test_a_card_is_paid_under_the_two_names_of_its_kind(
    qb: QuickBooks, cast: Cast
) -> None:
    made = card_payment(cast).save(qb=qb)
    kind = type(made)
    assert (made.SyncToken, made.CreditCardAccountRef.name) == ("0", "Visa")
    assert kind.get(made.Id, qb=qb).to_dict() == made.to_dict()
    assert [each.Id for each in kind.filter(Id=made.Id, qb=qb)] == [made.Id]
    made.Amount += 1
    made.Memo = NOTE
    changed = made.save(qb=qb)
    assert (changed.Amount, changed.PrivateNote) == (121, NOTE)
    answer = changed.delete(qb=qb)
    assert answer["CreditCardPaymentTxn"]["status"] == "Deleted"
    with pytest.raises(ObjectNotFoundException):
        kind.get(made.Id, qb=qb)


@pytest.mark.parametrize("name", ABLE)
def test_what_the_library_voids_prints_and_sends_is_done(
    qb: QuickBooks, cast: Cast, name: str
) -> None:
    made = TRANSACTIONS[name](cast).save(qb=qb)
    kind = type(made)
    if isinstance(made, QuickbooksPdfDownloadable):
        assert made.download_pdf(qb=qb).startswith(b"%PDF")
    if isinstance(made, SendMixin):
        made.send(qb=qb, send_to="ada@client.example")
        assert kind.get(made.Id, qb=qb).EmailStatus == "EmailSent"
    if isinstance(made, VoidMixin):
        kind.get(made.Id, qb=qb).void(qb=qb)
        voided = kind.get(made.Id, qb=qb)
        assert voided.TotalAmt == 0
        assert voided.PrivateNote.startswith("Voided")


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_a_note_is_attached_and_the_change_feed_tells_of_all(
    qb: QuickBooks, cast: Cast, name: str
) -> None:
    started = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    made = TRANSACTIONS[name](cast).save(qb=qb)
    note = Attachable()
    note.Note = f"About {name} {made.Id}"
    note.AttachableRef.append(
        a(AttachableRef, EntityRef=a(Ref, type=name, value=made.Id))
    )
    saved = note.save(qb=qb)
    assert Attachable.get(saved.Id, qb=qb).Note == note.Note
    lost = TRANSACTIONS[name](cast).save(qb=qb)
    lost.delete(qb=qb)
    feed = change_data_capture([type(made)], started.isoformat(), qb=qb)
    told = {each.Id: each for each in getattr(feed, name)._object_list}
    assert made.Id in told
    assert told[lost.Id].status == "Deleted"
    saved.delete(qb=qb)


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_a_batch_creates_changes_and_deletes(
    qb: QuickBooks, cast: Cast, name: str
) -> None:
    created = batch_create([TRANSACTIONS[name](cast) for _ in range(2)], qb=qb)
    assert created.faults == []
    for each in created.successes:
        each.PrivateNote = NOTE
    updated = batch_update(created.successes, qb=qb)
    assert [each.SyncToken for each in updated.successes] == ["1", "1"]
    deleted = batch_delete(updated.successes, qb=qb)
    assert len(deleted.successes) == 2


def test_time_is_recorded_changed_and_deleted(qb: QuickBooks, cast: Cast) -> None:
    made = time_activity(cast).save(qb=qb)
    assert (made.Hours, made.Minutes, made.BillableStatus) == (4, 45, "NotBillable")
    made.Description = "Kneading"
    changed = made.save(qb=qb)
    assert (changed.Description, changed.SyncToken) == ("Kneading", "1")
    changed.delete(qb=qb)
    assert TimeActivity.filter(Id=made.Id, qb=qb) == []


def test_a_template_is_kept_listed_and_deleted(qb: QuickBooks, cast: Cast) -> None:
    schedule = a(ScheduleInfo, IntervalType="Monthly", NumInterval=1, DayOfMonth=1)
    info = a(RecurringInfo, Name="Monthly bread", Active=True, ScheduleInfo=schedule)
    inner = a(
        RecurringInvoice,
        CustomerRef=cast.customer.to_ref(),
        Line=[sold(cast)],
        RecurringInfo=info,
    )
    before = Invoice.count(qb=qb)
    made = a(RecurringTransaction, Invoice=inner).save(qb=qb)
    assert made.Invoice.TotalAmt == 40
    assert made.Invoice.RecurringInfo.ScheduleInfo.NextDate.endswith("-01")
    assert Invoice.count(qb=qb) == before
    listed = RecurringTransaction.all(qb=qb)
    assert [each.Invoice.Id for each in listed] == [made.Invoice.Id]
    read = RecurringTransaction.get(made.Invoice.Id, qb=qb)
    read.Invoice.PrivateNote = NOTE
    changed = read.save(qb=qb)
    assert (changed.Invoice.PrivateNote, changed.Invoice.SyncToken) == (NOTE, "1")
    answer = changed.delete(qb=qb)["RecurringTransaction"]
    assert answer["Invoice"] == {"Id": made.Invoice.Id}
    assert RecurringTransaction.all(qb=qb) == []


def test_budgets_are_listed(qb: QuickBooks) -> None:
    assert Budget.all(qb=qb) == []


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_tells_its_name_its_columns_and_its_rows(
    qb: QuickBooks, name: str
) -> None:
    found = qb.get_report(name)
    assert found["Header"]["ReportName"] == name
    assert found["Columns"]["Column"]
    assert "Rows" in found
