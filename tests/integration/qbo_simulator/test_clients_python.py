"""What the tests of the public Python client ask of a company, asked by that client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects import Account, Preferences, TaxCode, Vendor
from quickbooks.objects.base import Ref
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
)
from quickbooks.objects.recurringtransaction import (
    RecurringBill,
    RecurringInfo,
    RecurringTransaction,
    ScheduleInfo,
)
from support.wire import wired

from qbo_simulator.credentials import issue

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuickBooks]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with wired(tmp_path) as wire:
        keys = issue(wire.state.store, company=1, base=wire.base_url)
        auth = AuthClient(
            client_id=keys["client_id"],
            client_secret=keys["client_secret"],
            environment=keys["discovery_url"],
            redirect_uri="http://localhost:8000/callback",
            access_token=keys["access_token"],
        )
        made = QuickBooks(
            auth_client=auth,
            refresh_token=keys["refresh_token"],
            company_id=keys["realm_id"],
            minorversion=75,
        )
        made.sandbox = True
        made.sandbox_api_url_v3 = f"{wire.base_url}/v3"
        yield made


def test_all_accounts_but_one_are_found(client: QuickBooks) -> None:
    wish = "Classification = 'Asset' AND FullyQualifiedName != 'checking'"
    found = Account.where(wish, qb=client)
    assert len(found) == len(Account.filter(Classification="Asset", qb=client)) - 1
    assert "Checking" not in {each.FullyQualifiedName for each in found}


def test_the_codes_of_lines_come_before_the_tax_codes_and_count_for_no_page(
    client: QuickBooks,
) -> None:
    codes = TaxCode.all(max_results=1, qb=client)
    assert [each.Id for each in codes] == ["TAX", "NON", "CustomSalesTax", "2"]


def test_a_full_update_of_preferences_does_not_begin_to_tax_automatically(
    client: QuickBooks,
) -> None:
    held = Preferences.get(qb=client)
    assert held.TaxPrefs.PartnerTaxEnabled  # what the client takes for granted
    held.EmailMessagesPrefs.EstimateMessage.Subject = "An offer"
    held.save(qb=client)
    kept = client.get_single_object("Preferences", "")["Preferences"]
    assert "PartnerTaxEnabled" not in kept["TaxPrefs"]
    assert kept["EmailMessagesPrefs"]["EstimateMessage"]["Subject"] == "An offer"


def test_templates_are_found_by_what_they_make(client: QuickBooks) -> None:
    line = AccountBasedExpenseLine()
    line.Amount = 500
    line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    line.AccountBasedExpenseLineDetail.AccountRef = Ref()
    line.AccountBasedExpenseLineDetail.AccountRef.value = "17"
    bill = RecurringBill()
    bill.Line.append(line)
    vendor = Vendor()
    vendor.DisplayName = "A landlord"
    bill.VendorRef = vendor.save(qb=client).to_ref()
    info = RecurringInfo()
    info.Active = True
    info.RecurType = "Automated"
    info.Name = "Rent"
    info.ScheduleInfo = ScheduleInfo()
    info.ScheduleInfo.IntervalType = "Weekly"
    info.ScheduleInfo.DayOfWeek = "Friday"
    info.ScheduleInfo.NumInterval = 1
    bill.RecurringInfo = info
    template = RecurringTransaction()
    template.Bill = bill
    template.save(qb=client)
    (found,) = RecurringTransaction.where("Type = 'Bill'", qb=client)
    assert found.Bill.RecurringInfo.Name == "Rent"
    assert RecurringTransaction.where("Type = 'Invoice'", qb=client) == []
