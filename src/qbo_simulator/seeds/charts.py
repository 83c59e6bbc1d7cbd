"""The chart of accounts a company begins with, in the words of its country.

The ids are those of a sandbox company, the same everywhere: what an account is for
follows from its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Row(NamedTuple):
    """One account of a chart."""

    id: int
    name: str
    type: str
    subtype: str
    parent: int | None = None


LIABILITY = "Other Current Liability"
BASE: tuple[Row, ...] = (
    Row(1, "Services", "Income", "ServiceFeeIncome"),
    Row(2, "Retained Earnings", "Equity", "RetainedEarnings"),
    Row(3, "Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    Row(4, "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    Row(5, "Fees Billed", "Income", "ServiceFeeIncome"),
    Row(7, "Advertising", "Expense", "AdvertisingPromotional"),
    Row(8, "Bank Charges", "Expense", "BankCharges"),
    Row(9, "Insurance", "Expense", "Insurance"),
    Row(13, "Meals and Entertainment", "Expense", "EntertainmentMeals"),
    Row(15, "Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    Row(17, "Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    Row(20, "Supplies", "Expense", "SuppliesMaterials"),
    Row(22, "Travel", "Expense", "Travel"),
    Row(24, "Utilities", "Expense", "Utilities"),
    Row(33, "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    Row(34, "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    Row(35, "Checking", "Bank", "Checking"),
    Row(36, "Savings", "Bank", "Savings"),
    Row(37, "Truck", "Fixed Asset", "Vehicles"),
    Row(41, "Mastercard", "Credit Card", "CreditCard"),
    Row(42, "Visa", "Credit Card", "CreditCard"),
    Row(43, "Loan Payable", LIABILITY, "OtherCurrentLiabilities"),
    Row(44, "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    Row(45, "Catering Services", "Income", "ServiceFeeIncome"),
    Row(48, "Delivery Income", "Income", "ServiceFeeIncome"),
    Row(55, "Automobile", "Expense", "Auto"),
    Row(56, "Fuel", "Expense", "Auto", 55),
    Row(79, "Sales of Product Income", "Income", "SalesOfProductIncome"),
    Row(80, "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    Row(81, "Inventory Asset", "Other Current Asset", "Inventory"),
    Row(84, "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    Row(86, "Discounts given", "Income", "DiscountsRefundsGiven"),
    Row(90, "Sales Tax Payable", LIABILITY, "SalesTaxPayable"),
)
TAX = 90

CALIFORNIAN = {
    89: "Arizona Department of Revenue Payable",
    90: "California Department of Tax and Fee Administration Payable",
}
AUTOMATED = {
    37: "Delivery Van",
    45: "Guided Rides",
    88: "Washington State Department of Revenue Payable",
    89: "New York State Department of Taxation and Finance Payable",
    90: "California Department of Tax and Fee Administration Payable",
}
DOWN_EAST = {
    37: "Workboat",
    45: "Sea Trials",
    90: "Maine Revenue Services Payable",
}

BRITISH = {
    2: "Retained earnings",
    3: "Prepaid expenses",
    7: "Advertising/Promotional",
    8: "Bank charges",
    15: "Office/General Administrative Expenses",
    17: "Rent or Lease of Buildings",
    33: "Creditors",
    35: "Current Account",
    36: "Savings Account",
    37: "Van",
    41: "Company Card",
    42: "Fuel Card",
    43: "Bank Loan",
    44: "Loan Notes",
    45: "Training",
    48: "Carriage Income",
    55: "Motor Vehicles",
    80: "Cost of sales",
    81: "Stock Asset",
    84: "Debtors",
    90: "VAT Control",
    91: "VAT Suspense",
}
CANADIAN = {
    15: "Office Expenses",
    35: "Chequing",
    36: "Savings",
    45: "Guiding",
    48: "Shipping and Delivery Income",
    79: "Sales of Product Income",
    90: "GST/HST Payable",
    91: "PST Payable (BC)",
    92: "QST Payable",
    93: "PST Payable (SK)",
}
AUSTRALIAN = {
    3: "Prepayments",
    7: "Advertising & Promotion",
    17: "Rent",
    33: "Accounts Payable (A/P)",
    35: "Business Cheque Account",
    36: "Business Savings Account",
    37: "Ute",
    45: "Landscaping",
    48: "Freight Income",
    55: "Motor Vehicle",
    80: "Cost of sales",
    81: "Inventory Asset",
    90: "GST Liabilities Payable",
    91: "GST Suspense",
}
FRENCH = {
    1: "Prestations de services",
    2: "Report à nouveau",
    3: "Charges constatées d'avance",
    4: "Fonds non déposés",
    5: "Honoraires facturés",
    7: "Publicité",
    8: "Services bancaires",
    9: "Primes d'assurance",
    13: "Réceptions et repas",
    15: "Fournitures de bureau",
    17: "Locations immobilières",
    20: "Fournitures d'atelier",
    24: "Eau, gaz, électricité",
    33: "Fournisseurs",
    34: "Capitaux propres d'ouverture",
    35: "Compte courant",
    36: "Compte sur livret",
    37: "Camionnette",
    41: "Carte bleue",
    42: "Carte carburant",
    43: "Emprunt à moins d'un an",
    44: "Emprunt bancaire",
    45: "Pose sur chantier",
    48: "Ports facturés",
    55: "Véhicules",
    56: "Carburant",
    79: "Ventes de produits finis",
    80: "Achats de matières premières",
    81: "Stocks",
    84: "Clients",
    86: "Rabais, remises et ristournes accordés",
    90: "TVA à payer",
    91: "TVA en attente",
}
BRAZILIAN = {
    1: "Serviços",
    2: "Lucros acumulados",
    3: "Despesas antecipadas",
    4: "Fundos não depositados",
    5: "Honorários",
    7: "Publicidade e propaganda",
    8: "Tarifas bancárias",
    9: "Seguros",
    13: "Refeições e representação",
    15: "Despesas de escritório",
    17: "Aluguel",
    20: "Materiais de consumo",
    24: "Água, luz e telefone",
    33: "Contas a pagar",
    34: "Patrimônio de abertura",
    35: "Conta corrente",
    36: "Conta poupança",
    37: "Caminhão",
    41: "Cartão de crédito",
    42: "Cartão combustível",
    43: "Empréstimos a pagar",
    44: "Financiamentos",
    45: "Cursos",
    48: "Frete cobrado",
    55: "Veículos",
    56: "Combustível",
    79: "Vendas de produtos",
    80: "Custo das mercadorias vendidas",
    81: "Estoque",
    84: "Contas a receber",
    86: "Descontos concedidos",
    90: "Impostos a recolher",
    91: "ISS a recolher",
}


def chart(names: Mapping[int, str], *, tax_subtype: str) -> tuple[Row, ...]:
    """The chart with other names; names beyond it are further accounts for tax."""
    rows = [row._replace(name=names.get(row.id, row.name)) for row in BASE]
    rows = [row._replace(subtype=tax_subtype) if row.id == TAX else row for row in rows]
    known = {row.id for row in rows}
    more = [
        Row(number, name, LIABILITY, further(name, tax_subtype))
        for number, name in names.items()
        if number not in known
    ]
    return (*rows, *more)


def further(name: str, tax_subtype: str) -> str:
    """The subtype of a further tax account: one of the suspense kind, or as the first."""
    waiting = "Suspense" in name or "attente" in name
    return "GlobalTaxSuspense" if waiting else tax_subtype


US = chart(CALIFORNIAN, tax_subtype="SalesTaxPayable")
US_AUTOMATED = chart(AUTOMATED, tax_subtype="SalesTaxPayable")
US_MAINE = chart(DOWN_EAST, tax_subtype="SalesTaxPayable")
GB = chart(BRITISH, tax_subtype="GlobalTaxPayable")
CA = chart(CANADIAN, tax_subtype="GlobalTaxPayable")
AU = chart(AUSTRALIAN, tax_subtype="GlobalTaxPayable")
FR = chart(FRENCH, tax_subtype="GlobalTaxPayable")
BR = chart(BRAZILIAN, tax_subtype="GlobalTaxPayable")
