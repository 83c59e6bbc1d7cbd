"""What QuickBooks refuses, and what it keeps, of documents that say more than the usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from support import simulator as simulated
from support.booking import Place

from counterfoil.core.errors import Rejected
from qbo_simulator.seeds import companies

pytestmark = pytest.mark.django_db
SALES = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")
TAXED = (*SALES, "expense")
CLOSING: dict[str, Any] = {"AccountingInfoPrefs": {"BookCloseDate": "2026-11-10"}}
LATER: dict[str, Any] = {"AccountingInfoPrefs": {"BookCloseDate": "2026-11-12"}}
OPEN: dict[str, Any] = {"AccountingInfoPrefs": {"BookCloseDate": ""}}


@pytest.fixture(scope="module")
def simulator(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[simulated.Simulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with simulated.serving(folder, empty=True) as running:
        store = running.state.store
        companies.add(store, "multi", now=datetime.now(UTC), empty=True)
        companies.add(store, "us", now=datetime.now(UTC), empty=True)
        companies.add(store, "us-ast", now=datetime.now(UTC), empty=True)
        yield running


@pytest.fixture
def home(simulator: simulated.Simulator) -> Place:
    return Place(simulator, 1)


@pytest.fixture
def abroad(simulator: simulated.Simulator) -> Place:
    return Place(simulator, 2)


def test_what_lies_in_a_deposit_is_frozen_until_it_is_taken_out(home: Place) -> None:
    undeposited = str(home.connection.facts["default_deposit_account"])
    for kind in ("sales_receipt", "payment"):
        made = home.make(kind, deposit_account_id=undeposited)
        link = {
            "TxnId": made.receipt.remote_id,
            "TxnType": "Payment" if kind == "payment" else "SalesReceipt",
            "TxnLineId": "0",
        }
        home.keeper.post(
            "Deposit",
            {
                "DepositToAccountRef": {"value": home.bank},
                "Line": [{"Amount": 94.99, "LinkedTxn": [link]}],
            },
        )
        held = home.books.read(kind, made.receipt.remote_id)
        assert held.body["deposit_id"]
        for action in ("void", "delete"):
            with pytest.raises(Rejected, match="part of a bank deposit") as refusal:
                home.act(action, held, kind)
            assert refusal.value.code == "6540"


def test_closed_books_say_which_day_is_open_next(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 4, OPEN)
    dates = {"payment": "paid_on", "expense": "spent_on"}
    made = {kind: place.make(kind) for kind in (*SALES, "payment", "expense")}
    there = Place(simulator, 4, CLOSING)
    for kind, document in made.items():
        field = dates.get(kind, "issued_on")
        with pytest.raises(Rejected, match=r"Nov\. 11, 2026 or a later") as refusal:
            there.make(kind, **{field: "2026-11-10"})
        assert (refusal.value.code, refusal.value.field) == ("6210", field)
        assert there.make(kind, **{field: "2026-11-11"}).receipt.remote_id
        with pytest.raises(Rejected, match="Open the period there") as frozen:
            there.act("delete", document.receipt, kind)
        assert (frozen.value.code, frozen.value.field) == ("6210", "")


def test_books_closed_since_we_last_asked_still_say_that_they_are(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 4, CLOSING)
    place.connection.facts["closed_on"] = ""
    with pytest.raises(Rejected, match=r"Nov\. 11, 2026 or a later") as refusal:
        place.make("invoice")
    assert refusal.value.code == "6210"


def test_a_refusal_tells_up_to_when_the_books_are_closed_by_now(
    simulator: simulated.Simulator,
) -> None:
    made = Place(simulator, 4, OPEN).make("invoice", issued_on="2026-11-11")
    place, later = Place(simulator, 4, CLOSING), Place(simulator, 4)
    facts = place.connection.facts
    place.prefer(LATER)
    with pytest.raises(Rejected, match=r"Nov\. 13, 2026 or a later"):
        place.make("invoice", issued_on="2026-11-11")
    with pytest.raises(Rejected, match="Open the period there"):
        later.act("void", made.receipt, "invoice")
    for told in (place.connection, later.connection):
        told.refresh_from_db()
        assert told.facts == {**facts, "closed_on": "2026-11-12"}


def test_a_number_that_a_rival_took_is_refused_by_its_code_and_name(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 3, {"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    assert place.connection.facts["custom_numbers"] is True
    for kind in SALES:
        number = f"{kind[:7].upper()}-1"
        place.make(kind, number=number)
        with pytest.raises(Rejected, match=number) as refusal:
            place.make(kind, number=number)
        assert (refusal.value.code, refusal.value.field) == ("6140", "number")
        assert place.make(kind, number="").receipt.number == ""


def test_classes_and_locations_are_kept_where_the_company_counts_by_them(
    simulator: simulated.Simulator,
) -> None:
    wishes = {"TrackDepartments": True, "ClassTrackingPerTxnLine": True}
    place = Place(simulator, 3, {"AccountingInfoPrefs": wishes})
    assert place.connection.facts["class_tracking"] == "line"
    a_class = str(place.keeper.post("Class", {"Name": "Retail"})["Id"])
    location = str(place.keeper.post("Department", {"Name": "North"})["Id"])
    told = {"class_id": a_class, "department_id": location}
    for kind in TAXED:
        made = place.make(kind, **told)
        held = place.company.read(_entity(kind), made.receipt.remote_id)
        assert held["DepartmentRef"]["name"] == "North"
        classes = [_detail(line).get("ClassRef") for line in held["Line"]]
        assert {"value": a_class, "name": "Retail"} in classes
    place.prefer(
        {
            "AccountingInfoPrefs": {
                "ClassTrackingPerTxn": True,
                "ClassTrackingPerTxnLine": False,
            }
        }
    )
    again = Place(simulator, 3)
    assert again.connection.facts["class_tracking"] == "document"
    made = again.make("invoice", **told)
    held = again.company.read("Invoice", made.receipt.remote_id)
    assert held["ClassRef"] == {"value": a_class, "name": "Retail"}


def _entity(kind: str) -> str:
    return "Purchase" if kind == "expense" else kind.title().replace("_", "")


def _detail(line: dict[str, Any]) -> dict[str, Any]:
    names = ("SalesItemLineDetail", "AccountBasedExpenseLineDetail")
    return next((line[name] for name in names if name in line), {})


def test_a_class_and_a_location_are_left_out_where_nobody_counts_by_them(
    home: Place,
) -> None:
    made = home.make("invoice", class_id="999", department_id="999")
    held = home.company.read("Invoice", made.receipt.remote_id)
    assert "ClassRef" not in held
    assert "DepartmentRef" not in held


def test_what_a_sales_form_says_beside_its_lines_is_kept(home: Place) -> None:
    document = home.document("invoice")
    lines = [{**document["lines"][0], "service_on": "2026-10-30"}]
    term = home.first("Term")
    made = home.make(
        "invoice",
        lines=lines,
        terms_id=term,
        due_on="2026-11-20",
        ship_date="2026-11-05",
        expected_total="104.99",
    )
    assert made.receipt.expectation == made.expected
    held = home.company.read("Invoice", made.receipt.remote_id)
    assert held["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-10-30"
    assert held["SalesTermRef"]["value"] == term
    assert (held["DueDate"], held["ShipDate"]) == ("2026-11-20", "2026-11-05")
    assert held["CustomerMemo"]["value"] == "Thank you"
    assert held["BillEmail"]["Address"] == "ada@example.com"
    (shipping,) = [line for line in held["Line"] if "Id" not in line][1:]
    assert shipping["SalesItemLineDetail"]["ItemRef"]["value"] == "SHIPPING_ITEM_ID"


@pytest.mark.parametrize("kind", SALES)
def test_a_discount_by_amount_comes_off_whatever_the_kind(
    home: Place, kind: str
) -> None:
    (line, *_rest) = home.document(kind)["lines"]
    off = {"kind": "discount", "amount": "12.34"}
    made = home.make(kind, lines=[line, off], expected_total="92.65")
    assert made.receipt.expectation == made.expected


@pytest.mark.parametrize("kind", SALES)
@pytest.mark.parametrize("after", [False, True])
def test_a_us_code_taxes_what_is_taxable_before_or_after_the_discount(
    home: Place, kind: str, *, after: bool
) -> None:
    rows = home.company.query("select * from TaxCode")["TaxCode"]
    code = next(each["Id"] for each in rows if each["Id"].isdecimal())
    sold = {"kind": "item", "item_id": home.item, "quantity": "1", "taxable": True}
    rate = _percent(home, code)
    taxed = Decimal(90) if after else Decimal(100)
    tax = round(taxed * rate / 100, 2)
    made = home.make(
        kind,
        lines=[
            {**sold, "unit_price": "100", "amount": "100"},
            {"kind": "discount", "percent": "10"},
        ],
        shipping="",
        tax_code_id=code,
        tax_after_discount=after,
        expected_total=str(90 + tax),
    )
    assert tax > 0
    assert made.receipt.expectation == made.expected


def _percent(place: Place, code: str) -> Decimal:
    held = place.company.read("TaxCode", code)
    details = held["SalesTaxRateList"]["TaxRateDetail"]
    rates = [
        place.company.read("TaxRate", each["TaxRateRef"]["value"]) for each in details
    ]
    return sum((Decimal(str(each["RateValue"])) for each in rates), start=Decimal(0))


def test_tax_that_quickbooks_works_out_is_taken_as_it_comes(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 5)
    mode = place.connection.facts["tax_mode"]
    assert mode == "us_automated"
    for kind in SALES:
        document = place.document(kind)
        lines = [{**document["lines"][0], "taxable": True}, *document["lines"][1:]]
        made = place.make(kind, lines=lines, tax_mode=mode, expected_total="")
        assert made.expected.total is None
        assert made.receipt.expectation.customer_id == made.expected.customer_id
        assert (
            place.books.find(made.lookup).receipts[0].remote_id
            == made.receipt.remote_id
        )


@pytest.mark.parametrize("reading", ["gross", "net"])
@pytest.mark.parametrize("kind", TAXED)
def test_prices_with_their_tax_mean_the_same_however_an_amount_is_read(
    abroad: Place, kind: str, reading: str
) -> None:
    """The net in Amount and the gross beside it: both readings come to one total."""
    switches = abroad.simulator.state.switches
    switches.change({"inclusive_amounts": reading})
    document = abroad.document(kind)
    (line, *_rest) = document["lines"]
    sold = {**line, "quantity": "3", "unit_price": "40", "amount": "120"}
    try:
        made = abroad.make(
            kind,
            lines=[{**sold, "net_amount": "100"}],
            shipping="" if kind == "expense" else "12",
            shipping_net="10",
            prices_include_tax=True,
            expected_total="120" if kind == "expense" else "132",
        )
    finally:
        switches.change({"inclusive_amounts": "gross"})
    assert made.receipt.expectation == made.expected
    assert made.receipt.body["tax"] == ("20" if kind == "expense" else "22")


@pytest.mark.parametrize("kind", [*TAXED, "payment"])
def test_a_document_in_foreign_money_keeps_its_currency_and_rate(
    simulator: simulated.Simulator, kind: str
) -> None:
    place = Place(simulator, 3)
    place.customer = place.new_customer(CurrencyRef={"value": "EUR"})
    vendor = {"DisplayName": f"Paris {kind}", "CurrencyRef": {"value": "EUR"}}
    place.vendor = str(place.keeper.post("Vendor", vendor)["Id"])
    made = place.make(kind, currency="EUR", exchange_rate="1.0825")
    assert made.receipt.expectation == made.expected
    assert made.expected.currency == "EUR"
    assert made.receipt.body["exchange_rate"] == "1.0825"


def test_a_currency_that_is_not_the_customers_is_refused_beside_the_field(
    simulator: simulated.Simulator,
) -> None:
    place = Place(simulator, 3)
    with pytest.raises(Rejected, match="another currency") as refusal:
        place.make("invoice", currency="EUR", exchange_rate="1.08")
    assert refusal.value.field == "currency"


def test_a_payment_that_is_too_large_for_its_invoice_says_so(home: Place) -> None:
    invoice = home.make("invoice")
    part = {"kind": "invoice", "id": invoice.receipt.remote_id, "amount": "95"}
    with pytest.raises(Rejected, match="still open in QuickBooks") as refusal:
        home.make("payment", amount="95", applied=[part])
    assert refusal.value.field == "applied"


def test_a_payment_for_an_invoice_that_is_gone_says_so(home: Place) -> None:
    invoice = home.make("invoice")
    part = {"kind": "invoice", "id": invoice.receipt.remote_id, "amount": "94.99"}
    home.act("delete", invoice.receipt, "invoice")
    with pytest.raises(Rejected, match="no longer exists") as refusal:
        home.make("payment", applied=[part])
    assert refusal.value.field == "applied"


def test_what_is_inactive_is_named_so_that_another_is_chosen(home: Place) -> None:
    held = home.keeper.get("Item", home.item)
    stamp = {"Id": held["Id"], "SyncToken": held["SyncToken"], "sparse": True}
    home.keeper.post("Item", {**stamp, "Active": False})
    for kind in SALES:
        with pytest.raises(Rejected, match="is inactive in QuickBooks"):
            home.make(kind)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("refund_receipt", {"deposit_account_id": "99999"}, "deposit_account"),
        ("sales_receipt", {"payment_method_id": "99999"}, "payment_method"),
        ("payment", {"deposit_account_id": "99999"}, "deposit_account"),
        ("expense", {"vendor_id": "99999"}, "vendor"),
        ("expense", {"account_id": "99999"}, "account"),
        ("invoice", {"terms_id": "99999"}, "terms"),
        ("invoice", {"estimate_ids": ["99999"]}, "applied"),
    ],
)
def test_a_reference_that_never_was_is_told_by_its_field(
    home: Place, kind: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        home.make(kind, **changes)
    assert refusal.value.field == field


def test_a_card_expense_needs_a_card_account(home: Place) -> None:
    with pytest.raises(Rejected, match="kind of account") as refusal:
        home.make("expense", payment_type="credit_card")
    assert (refusal.value.code, refusal.value.field) == ("6430", "account")


def test_nothing_is_sent_to_nobody(home: Place) -> None:
    made = home.make("invoice", email="")
    with pytest.raises(Rejected, match="no e-mail address") as refusal:
        home.act("send", made.receipt, "invoice")
    assert (refusal.value.code, refusal.value.field) == ("6420", "email")
    with pytest.raises(Rejected, match="Correct it") as wrong:
        home.act("send", made.receipt, "invoice", to="nobody")
    assert wrong.value.field == "email"
    assert home.books.read("invoice", made.receipt.remote_id).body["sent_at"] == ""


def test_an_invoice_that_is_paid_can_be_deleted_after_its_payment_only(
    home: Place,
) -> None:
    invoice = home.make("invoice")
    part = {"kind": "invoice", "id": invoice.receipt.remote_id, "amount": "94.99"}
    payment = home.make("payment", applied=[part])
    held = home.books.read("invoice", invoice.receipt.remote_id)
    with pytest.raises(Rejected, match="linked to it"):
        home.act("delete", held, "invoice")
    home.act("delete", payment.receipt, "payment")
    held = home.books.read("invoice", invoice.receipt.remote_id)
    assert home.act("delete", held, "invoice").body == {"deleted": True}
