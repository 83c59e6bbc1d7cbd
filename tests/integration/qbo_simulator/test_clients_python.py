"""What the tests of the public Python client ask of a company, asked by that client."""

from __future__ import annotations

import pytest
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

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


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
