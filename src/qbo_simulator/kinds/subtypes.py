"""Which subtypes each type of account has; the first is what it is without any."""

from __future__ import annotations

from qbo_simulator.books.kind import words

_SUBTYPES: dict[str, str] = {
    "Bank": """Checking Savings MoneyMarket CashOnHand RentsHeldInTrust TrustAccounts
        CashAndCashEquivalents OtherEarMarkedBankAccounts""",
    "Other Current Asset": """OtherCurrentAssets AllowanceForBadDebts
        DevelopmentCosts EmployeeCashAdvances Inventory Investment_MortgageRealEstateLoans
        Investment_Other Investment_TaxExemptSecurities
        Investment_USGovernmentObligations LoansToOfficers LoansToOthers
        LoansToStockholders PrepaidExpenses Retainage UndepositedFunds
        AssetsAvailableForSale BalWithGovtAuthorities
        CalledUpShareCapitalNotPaid ExpenditureAuthorisationsAndLettersOfCredit
        GlobalTaxDeferred GlobalTaxRefund InternalTransfers OtherConsumables
        ProvisionsCurrentAssets ShortTermInvestmentsInRelatedParties
        ShortTermLoansAndAdvancesToRelatedParties TradeAndOtherReceivables""",
    "Fixed Asset": """OtherFixedAssets AccumulatedDepletion AccumulatedDepreciation
        AccumulatedAmortization DepletableAssets FixedAssetComputers FixedAssetCopiers
        FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo FixedAssetSoftware
        FixedAssetOtherToolsEquipment FurnitureAndFixtures Land LeaseholdImprovements
        Buildings IntangibleAssets MachineryAndEquipment Vehicles AssetsInCourseOfConstruction
        CapitalWip CumulativeDepreciationOnIntangibleAssets IntangibleAssetsUnderDevelopment
        LandAsset NonCurrentAssets ParticipatingInterests ProvisionsFixedAssets""",
    "Other Asset": """OtherLongTermAssets LeaseBuyout SecurityDeposits
        AccumulatedAmortizationOfOtherAssets Goodwill Licenses OrganizationalCosts
        AssetsHeldForSale AvailableForSaleFinancialAssets DeferredTax Investments
        LongTermInvestments LongTermLoansAndAdvancesToRelatedParties
        OtherIntangibleAssets OtherLongTermInvestments OtherLongTermLoansAndAdvances
        PrepaymentsAndAccruedIncome ProvisionsNonCurrentAssets""",
    "Accounts Receivable": "AccountsReceivable",
    "Equity": """OwnersEquity OpeningBalanceEquity PartnerContributions
        PartnerDistributions PartnersEquity PaidInCapitalOrSurplus PreferredStock
        RetainedEarnings TreasuryStock CommonStock AccumulatedAdjustment
        EstimatedTaxes Healthcare PersonalIncome PersonalExpense
        AccumulatedOtherComprehensiveIncome CalledUpShareCapital
        CapitalReserves DividendDisbursed EquityInEarningsOfSubsidiuaries
        InvestmentGrants MoneyReceivedAgainstShareWarrants OtherFreeReserves
        ShareApplicationMoneyPendingAllotment ShareCapital Funds""",
    "Expense": """OtherMiscellaneousServiceCost AdvertisingPromotional BadDebts
        BankCharges CharitableContributions CommissionsAndFees Entertainment
        EntertainmentMeals EquipmentRental FinanceCosts GlobalTaxExpense Insurance
        InterestPaid LegalProfessionalFees OfficeExpenses
        OfficeGeneralAdministrativeExpenses OtherBusinessExpenses PromotionalMeals
        RentOrLeaseOfBuildings RepairMaintenance ShippingFreightDelivery
        SuppliesMaterials Travel TravelMeals Utilities Auto CostOfLabor DuesSubscriptions
        PayrollExpenses TaxesPaid UnappliedCashBillPaymentExpense
        AmortizationExpense AppropriationsToDepreciation BorrowingCost
        CommissionsAndFees DistributionCosts ExternalServices ExtraordinaryCharges
        IncomeTaxExpense LossOnDiscontinuedOperationsNetOfTax ManagementCompensation
        OtherCurrentOperatingCharges OtherExternalServices OtherRentalCosts
        OtherSellingExpenses ProjectStudiesSurveysAssessments PurchasesRebates
        ShippingAndDeliveryExpense StaffCosts Sundry TravelExpensesGeneralAndAdminExpenses
        TravelExpensesSellingExpense HomeOffice""",
    "Other Expense": """OtherMiscellaneousExpense Depreciation ExchangeGainOrLoss
        OtherHomeOfficeExpenses PenaltiesSettlements Amortization
        GasAndFuel HomeOffice HomeOwnerRentalInsurance MortgageInterest
        OtherVehicleExpenses ParkingAndTolls TaxRoundoffGainOrLoss Vehicle
        VehicleInsurance VehicleLease VehicleLoan VehicleLoanInterest
        VehicleRegistration VehicleRepairs WashAndRoadServices
        DeferredTaxExpense Depletion ExceptionalItems ExtraordinaryItems
        IncomeTaxOtherExpense MatCredit PriorPeriodItems TaxRoundoffGainOrLoss""",
    "Cost of Goods Sold": """SuppliesMaterialsCogs CostOfLaborCos EquipmentRentalCos
        OtherCostsOfServiceCos ShippingFreightDeliveryCos CostOfSales
        FreightAndDeliveryCost""",
    "Accounts Payable": """AccountsPayable OutstandingDuesMicroSmallEnterprise
        OutstandingDuesOtherThanMicroSmallEnterprise""",
    "Credit Card": "CreditCard",
    "Long Term Liability": """OtherLongTermLiabilities NotesPayable ShareholderNotesPayable
        AccruedLongLermLiabilities AccruedVacationPayable BankLoans DebtsRelatedToParticipatingInterests
        DeferredTaxLiabilities GovernmentAndOtherPublicAuthorities
        GroupAndAssociates LiabilitiesRelatedToAssetsHeldForSale LongTermBorrowings
        LongTermDebit LongTermEmployeeBenefitObligations ObligationsUnderFinanceLeases
        OtherLongTermProvisions ProvisionForLiabilities ProvisionsNonCurrentLiabilities
        StaffAndRelatedLongTermLiabilityAccounts""",
    "Other Current Liability": """OtherCurrentLiabilities DirectDepositPayable
        FederalIncomeTaxPayable InsurancePayable LineOfCredit LoanPayable
        GlobalTaxPayable GlobalTaxSuspense PayrollClearing PayrollTaxPayable
        PrepaidExpensesPayable RentsInTrustLiability SalesTaxPayable
        StateLocalIncomeTaxPayable TrustAccountsLiabilities AccruedLiabilities
        CurrentLiabilities CurrentPortionEmployeeBenefitsObligations
        CurrentPortionOfObligationsUnderFinanceLeases CurrentTaxLiability
        DividendsPayable DutiesAndTaxes InterestPayables ProvisionForWarrantyObligations
        ProvisionsCurrentLiabilities ShortTermBorrowings SocialSecurityAgencies
        StaffAndRelatedLiabilityAccounts SundryDebtorsAndCreditors
        TradeAndOtherPayables""",
    "Income": """SalesOfProductIncome NonProfitIncome OtherPrimaryIncome ServiceFeeIncome
        DiscountsRefundsGiven UnappliedCashPaymentIncome CashReceiptIncome
        OperatingGrants OtherCurrentOperatingIncome OwnWorkCapitalized
        RevenueGeneral SalesRetail SalesWholesale SavingsByTaxScheme""",
    "Other Income": """OtherMiscellaneousIncome DividendIncome InterestEarned
        OtherInvestmentIncome TaxExemptInterest GainLossOnSaleOfFixedAssets
        GainLossOnSaleOfInvestments LossOnDisposalOfAssets OtherOperatingIncome
        UnrealisedLossOnSecuritiesNetOfTax""",
}
SUBTYPES: dict[str, frozenset[str]] = {
    type_: words(text) for type_, text in _SUBTYPES.items()
}
USUAL: dict[str, str] = {type_: text.split()[0] for type_, text in _SUBTYPES.items()}
KNOWN: frozenset[str] = frozenset().union(*SUBTYPES.values())


def type_of(subtype: str) -> str | None:
    """The type of account that has a subtype."""
    found = (type_ for type_, subtypes in SUBTYPES.items() if subtype in subtypes)
    return next(found, None)
