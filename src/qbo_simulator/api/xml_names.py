"""What Intuit's schema says of a name, where JSON shows it and XML does not.

XML has no lists, numbers or booleans of its own: reading and writing it needs to know
which elements repeat, which hold numbers, and which of these are written trimmed.
"""

from __future__ import annotations

NAMESPACE = "http://schema.intuit.com/finance/v3"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTS = _words("""
    AccountPurposes AttachableRef BatchItemRequest BudgetDetail CustomExtensions
    CustomField EffectiveTaxRate ItemGroupLine Line LinkedTxn NameValue OtherAddr
    OtherContactInfo POCustomField TaxLine TaxRateDetail TaxRateDetails
    invoiceStatusLog
""")
BOOLEANS = _words("""
    Active Adjustment AllowDeposit AllowDiscount AllowEstimates AllowIPNPayment
    AllowOnlineACHPayment AllowOnlineCreditCardPayment AllowOnlinePayPalPayment
    AllowOnlinePayment AllowServiceDate AllowShipping ApplyTaxAfterDiscount
    AutoApplyCredit AutoApplyPayments AutoDocNumber BillCustomers BillWithParent
    BillableExpenseTracking BillableTime BooleanValue CalcAgingReportFromTxnDate
    ClassTrackingPerTxn ClassTrackingPerTxnLine Credit CustomTxnNumbers DeferredRevenue
    ETransactionAttachPDF ETransactionPaymentEnabled EmailCopyToCompany
    EnteredInHomeCurrency FinanceCharge ForPurchase ForSales FreeFormAddress
    GratuityEnabled HasBeenInvoiced HasTPAR Hidden HomeCurrencyAdjustment IPNSupportEnabled
    Inactive IncludeInAnnualTPAR IncludeOnSend IsProject Job MarkTimeEntriesBillable
    MultiByteCharsSupported MultiCurrencyEnabled NoRefOnly OnlineBankingEnabled
    Organization PercentBased PrintGroupedItems ProcessPayment PurchaseTaxIncluded
    QuantityOnHand QuantityWithPriceAndRate RevenueRecognitionEnabled SalesTaxIncluded
    SampleFile ShippingTaxIncludedInTotalTax ShowBillRateToAll SpecialItem SubAccount
    SubClass SubDepartment SubItem T4AEligible T5018Eligible Taxable TaxAccount
    TaxGroup TaxTrackedOnPurchases TaxTrackedOnSales TPAREnabled TrackDepartments TrackingByCustomer TrackQtyOnHand
    UseAccountNumbers UseServices UsingPriceLevels UsingProgressInvoicing UsingSalesTax
    Vendor1099 PartnerTaxEnabled
""")
TRIMMED = _words("""
    BillRate BreakHours BreakMinutes CostRate DayOfMonth DayOfMonthDue DaysBefore
    DiscountDayOfMonth DiscountDays DiscountPercent DiscountRate DueDays
    DueNextMonthDays ExchangeRate HourlyRate Hours Level LineNum MarkupPercent
    MaxOccurrences Minutes NumInterval OccurrencesCompleted OccurrencesRemaining Percent
    PurchaseCost Qty QtyDiff QtyOnHand QtyOnPurchaseOrder QtyOnSalesOrder Quantity Rate
    RatePercent RateValue RemindDays ReorderPoint Size TaxOrder
    TaxPercent UnitPrice WeekOfMonth
""")
AMOUNTS = _words("""
    Amount Balance BalanceWithJobs CreditLimit CurrentBalance
    CurrentBalanceWithSubAccounts Deposit DiscountAmt HomeBalance HomeTotalAmt
    LessCIS NetAmountTaxable OpeningBalance RemainingCredit TaxAmount TaxInclusiveAmt
    TotalAmt TotalTax UnappliedAmt
""")
NUMBERS = TRIMMED | AMOUNTS
REFERENCES = _words("CustomerMemo DefaultTerms HomeCurrency ShipTo")
ATTRIBUTES = _words(
    "domain status sparse bId operation optionsData startPosition maxResults totalCount"
)
