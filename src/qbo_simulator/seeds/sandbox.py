"""The company of Intuit's sandboxes: tests of public clients know its names and ids.

What it has done is made up here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from qbo_simulator.seeds import countries
from qbo_simulator.seeds.charts import LIABILITY, Row
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import rows
from qbo_simulator.seeds.trades import Trade
from qbo_simulator.seeds.trading import Trader
from qbo_simulator.wire import as_decimal, today

if TYPE_CHECKING:
    from datetime import datetime

    from qbo_simulator.books.kind import Body

EXPENSES = """
    7 | Advertising | AdvertisingPromotional |
    8 | Bank Charges | BankCharges |
    9 | Commissions & fees | OtherMiscellaneousServiceCost |
    10 | Dues & Subscriptions | DuesSubscriptions |
    11 | Insurance | Insurance |
    57 | Workers Compensation | Insurance | 11
    12 | Legal & Professional Fees | LegalProfessionalFees |
    69 | Accounting | LegalProfessionalFees | 12
    70 | Bookkeeper | LegalProfessionalFees | 12
    71 | Lawyer | LegalProfessionalFees | 12
    13 | Meals and Entertainment | EntertainmentMeals |
    15 | Office Expenses | OfficeGeneralAdministrativeExpenses |
    16 | Promotional | AdvertisingPromotional |
    17 | Rent or Lease | RentOrLeaseOfBuildings |
    19 | Stationery & Printing | OfficeGeneralAdministrativeExpenses |
    20 | Supplies | SuppliesMaterials |
    21 | Taxes & Licenses | TaxesPaid |
    22 | Travel | Travel |
    23 | Travel Meals | TravelMeals |
    24 | Utilities | Utilities |
    76 | Gas and Electric | Utilities | 24
    77 | Telephone | Utilities | 24
    28 | Disposal Fees | OtherMiscellaneousServiceCost |
    29 | Equipment Rental | EquipmentRental |
    31 | Uncategorized Expense | OtherMiscellaneousServiceCost |
    55 | Automobile | Auto |
    56 | Fuel | Auto | 55
    58 | Job Expenses | OtherMiscellaneousServiceCost |
    59 | Cost of Labor | OtherMiscellaneousServiceCost | 58
    60 | Installation | OtherMiscellaneousServiceCost | 59
    61 | Maintenance and Repairs | OtherMiscellaneousServiceCost | 59
    62 | Equipment Rental | EquipmentRental | 58
    63 | Job Materials | SuppliesMaterials | 58
    64 | Decks and Patios | SuppliesMaterials | 63
    65 | Fountain and Garden Lighting | SuppliesMaterials | 63
    66 | Plants and Soil | SuppliesMaterials | 63
    67 | Sprinklers and Drip Systems | SuppliesMaterials | 63
    68 | Permits | OtherMiscellaneousServiceCost | 58
    72 | Maintenance and Repair | RepairMaintenance |
    73 | Building Repairs | RepairMaintenance | 72
    74 | Computer Repairs | RepairMaintenance | 72
    75 | Equipment Repairs | RepairMaintenance | 72
    78 | Purchases | SuppliesMaterials |
    88 | Unapplied Cash Bill Payment Expense | UnappliedCashBillPaymentExpense |
"""
INCOME = """
    1 | Services | ServiceFeeIncome |
    5 | Fees Billed | ServiceFeeIncome |
    6 | Refunds-Allowances | DiscountsRefundsGiven |
    30 | Uncategorized Income | ServiceFeeIncome |
    45 | Landscaping Services | OtherPrimaryIncome |
    46 | Job Materials | OtherPrimaryIncome | 45
    47 | Decks and Patios | OtherPrimaryIncome | 46
    48 | Fountains and Garden Lighting | OtherPrimaryIncome | 46
    49 | Plants and Soil | OtherPrimaryIncome | 46
    50 | Sprinklers and Drip Systems | OtherPrimaryIncome | 46
    51 | Labor | OtherPrimaryIncome | 45
    52 | Installation | OtherPrimaryIncome | 51
    53 | Maintenance and Repair | OtherPrimaryIncome | 51
    54 | Pest Control Services | OtherPrimaryIncome |
    79 | Sales of Product Income | SalesOfProductIncome |
    82 | Design income | OtherPrimaryIncome |
    83 | Other Income | OtherPrimaryIncome |
    85 | Billable Expense Income | ServiceFeeIncome |
    86 | Discounts given | DiscountsRefundsGiven |
    87 | Unapplied Cash Payment Income | UnappliedCashPaymentIncome |
"""
STANDING = (
    Row(2, "Retained Earnings", "Equity", "RetainedEarnings"),
    Row(3, "Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    Row(4, "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    Row(14, "Miscellaneous", "Other Expense", "OtherMiscellaneousExpense"),
    Row(25, "Interest Earned", "Other Income", "InterestEarned"),
    Row(26, "Other Portfolio Income", "Other Income", "OtherMiscellaneousIncome"),
    Row(27, "Penalties & Settlements", "Other Expense", "PenaltiesSettlements"),
    Row(32, "Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets"),
    Row(33, "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    Row(34, "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    Row(35, "Checking", "Bank", "Checking"),
    Row(36, "Savings", "Bank", "Savings"),
    Row(37, "Truck", "Fixed Asset", "Vehicles"),
    Row(38, "Original Cost", "Fixed Asset", "Vehicles", 37),
    Row(39, "Depreciation", "Fixed Asset", "AccumulatedDepreciation", 37),
    Row(40, "Depreciation", "Other Expense", "Depreciation"),
    Row(41, "Mastercard", "Credit Card", "CreditCard"),
    Row(42, "Visa", "Credit Card", "CreditCard"),
    Row(43, "Loan Payable", LIABILITY, "OtherCurrentLiabilities"),
    Row(44, "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    Row(80, "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    Row(81, "Inventory Asset", "Other Current Asset", "Inventory"),
    Row(84, "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    Row(89, "Arizona Dept. of Revenue Payable", LIABILITY, "SalesTaxPayable"),
    Row(90, "Board of Equalization Payable", LIABILITY, "SalesTaxPayable"),
    Row(91, "Out Of Scope Agency Payable", LIABILITY, "SalesTaxPayable"),
)


def _listed(text: str, type_: str) -> list[Row]:
    return [
        Row(int(id_), name, type_, subtype, int(parent) if parent else None)
        for id_, name, subtype, parent in rows(text)
    ]


CHART = (*STANDING, *_listed(EXPENSES, "Expense"), *_listed(INCOME, "Income"))
PROFILE = Profile(
    name="Craig's Design and Landscaping Services",
    legal_name="Craig's Design and Landscaping Services",
    country=countries.UNITED_STATES,
    address={
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
    },
    email="noreply@sandbox.example",
    phone="(650) 555-0100",
    website="https://sandbox.example",
    time_zone="America/Los_Angeles",
    industry="Landscaping Services",
    own_chart=CHART,
    last_number="1000",
)
SEVERAL_CURRENCIES = replace(PROFILE, rates={"CAD": "0.73", "EUR": "1.09"})
# In the order of their ids, which customers, vendors and employees share: who
# it is, and a job's customer.
PEOPLE = """
    Customer | Amy's Bird Sanctuary |
    Customer | Bill's Windsurf Shop |
    Customer | Cool Cars |
    Customer | Diego Rodriguez |
    Customer | Dukes Basketball Camp |
    Customer | Dylan Sollfrank |
    Customer | Freeman Sporting Goods |
    Customer | 0969 Ocean View Road | Freeman Sporting Goods
    Customer | 55 Twin Lane | Freeman Sporting Goods
    Customer | Geeta Kalapatapu |
    Customer | Gevelber Photography |
    Customer | Jeff's Jalopies |
    Customer | John Melton |
    Customer | Kate Whelan |
    Customer | Pye's Cakes |
    Customer | Kookies by Kathy |
    Customer | Mark Cho |
    Customer | Paulsen Medical Supplies |
    Customer | Rago Travel Agency |
    Customer | Red Rock Diner |
    Customer | Rondonuwu Fruit and Vegi |
    Customer | Shara Barnett |
    Customer | Barnett Design | Shara Barnett
    Customer | Sonnenschein Family Store |
    Customer | Sushi by Katsuyuki |
    Customer | Travis Waldron |
    Customer | Video Games by Dan |
    Customer | Wedding Planning by Whitney |
    Customer | Weiskopf Consulting |
    Vendor | Books by Bessie |
    Vendor | Brosnahan Insurance Agency |
    Vendor | Cal Telephone |
    Vendor | Chin's Gas and Oil |
    Vendor | Cigna Health Care |
    Vendor | Computers by Jenni |
    Vendor | Diego's Road Warrior Bodyshop |
    Vendor | EDD |
    Vendor | Ellis Equipment Rental |
    Vendor | Fidelity |
    Vendor | Hall Properties |
    Vendor | Hicks Hardware |
    Vendor | Lee Advertising |
    Vendor | Mahoney Mugs |
    Vendor | Met Life Dental |
    Vendor | National Eye Care |
    Vendor | Norton Lumber and Building Materials |
    Vendor | Pam Seitz |
    Vendor | PG&E |
    Vendor | Robertson & Associates |
    Vendor | Tania's Nursery |
    Vendor | Tim Philip Masonry |
    Vendor | Tony Rondonuwu |
    Vendor | United States Treasury |
    Employee | John Johnson |
    Employee | Emily Platt |
    Vendor | Bob's Burger Joint |
    Vendor | Squeaky Kleen Car Wash |
"""
# What is sold, in the order of the ids from 3 on: kind, income account, price, cost.
GOODS = """
    Concrete | Service | 48 | 0 | 0
    Design | Service | 82 | 75 | 0
    Rock Fountain | Inventory | 79 | 275 | 125
    Gardening | Service | 45 | 0 | 0
    Installation | Service | 52 | 50 | 0
    Lighting | Service | 48 | 0 | 0
    Maintenance & Repair | Service | 53 | 0 | 0
    Pest Control | Service | 54 | 35 | 0
    Pump | Inventory | 79 | 15 | 10
    Refunds & Allowances | Service | 83 | 0 | 0
    Rocks | Service | 48 | 0 | 0
    Sod | Service | 49 | 0 | 0
    Soil | Service | 49 | 10 | 6.5
    Sprinkler Heads | Inventory | 79 | 2 | 0.75
    Sprinkler Pipes | Inventory | 79 | 4 | 2.5
    Trimming | Service | 45 | 35 | 0
"""
TAXABLE = {"Concrete", "Rock Fountain", "Lighting", "Pump", "Rocks", "Sod", "Soil"}
TRADE = Trade(
    cities=(("Bayshore", "CA", "94326"), ("Half Moon Bay", "CA", "94213")),
    streets=("Finch St.", "Main St.", "Ocean Dr."),
    customers=(),
    sub_customers=(),
    vendors=(),
    items=(),
    inactive_item="",
    phone="(650) 555-0",
    country="USA",
    invoices=40,
    us_code="2",
)


class Landscaper(Trader):
    """Enters the sandbox's lists under their own ids, then some months of sales."""

    def enter(self) -> None:
        """Enter people and goods in the order of their ids, and what was sold."""
        start = self.now - timedelta(days=190)
        for position, (entity, name, parent) in enumerate(rows(PEOPLE)):
            at = start + timedelta(hours=position)
            if entity == "Customer":
                self._known_customer(position, name, parent, at)
            elif entity == "Vendor":
                host = "".join(each for each in name.lower() if each.isalnum())
                self._vendor(name, f"office@{host}.example", at)
            else:
                given, _, family = name.partition(" ")
                self._employee(given, family, at)
        for row in rows(GOODS):
            self._good(row, start + timedelta(days=5))
        for position in range(self.trade.invoices):
            self._invoice(position)
        self._offers()
        self._bills()

    def _known_customer(
        self, position: int, name: str, parent: str, at: datetime
    ) -> None:
        if parent:
            self._sub_customer(parent, name, at)
            return
        given, _, family = name.partition(" ")
        self._customer(position, (name, given, family or name, 3), at)

    def _good(self, row: list[str], at: datetime) -> None:
        name, type_, account, price, cost = row
        taxable = name in TAXABLE
        if type_ == "Inventory":
            self._stock_item((name, "", Decimal(price), Decimal(cost), 400), {}, at)
            return
        body = (name, "", name, type_, Decimal(price), taxable, int(account))
        self._item(body, {}, at)

    def _offers(self) -> None:
        """Estimates and credit memos for the first customers."""
        for position, customer in enumerate(list(self.customers.values())[:16]):
            at = self.now - timedelta(days=100 - 6 * position)
            entity = "CreditMemo" if position % 4 == 3 else "Estimate"
            self.company.create(entity, self.sale(customer, position, 2, at), now=at)

    def _bills(self) -> None:
        """Fourteen bills, of which every other one is paid by cheque."""
        for position, vendor in enumerate(self.vendors[:14]):
            at = self.now - timedelta(days=120 - 8 * position)
            amount = Decimal(self.random.randrange(2_000, 60_000)) / 100
            detail = {"AccountRef": {"value": str(7 + position % 3)}}
            line = {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": detail,
            }
            head = {
                "VendorRef": {"value": vendor["Id"]},
                "TxnDate": today(at).isoformat(),
            }
            bill = self.company.create("Bill", {**head, "Line": [line]}, now=at)
            if position % 2 == 0:
                self._settle(head, bill["Id"], as_decimal(bill["TotalAmt"]), at)

    def _settle(self, head: Body, bill: str, amount: Decimal, at: datetime) -> None:
        linked = [{"TxnId": bill, "TxnType": "Bill"}]
        body = {
            **head,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": "35"}},
            "TotalAmt": amount,
            "Line": [{"Amount": amount, "LinkedTxn": linked}],
        }
        self.company.create("BillPayment", body, now=at + timedelta(days=9))
