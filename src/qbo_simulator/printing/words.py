"""The words on printed forms and in e-mails, and the locale of their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from babel import Locale, UnknownLocaleError


@dataclass(frozen=True, slots=True)
class Words:
    """What a form says in one language."""

    titles: Mapping[str, str]
    labels: Mapping[str, str]
    subject: str = "{0} {1} from {2}"
    message: str = "Please find {0} {1} from {2} attached."

    def __getitem__(self, name: str) -> str:
        return self.labels[name]


NAMES = [
    "number",
    "reference",
    "date",
    "terms",
    "due",
    "expires",
    "paid_by",
    "customer",
    "vendor",
    "bill_to",
    "ship_to",
    "item",
    "quantity",
    "rate",
    "tax",
    "amount",
    "pays",
    "subtotal",
    "discount",
    "shipping",
    "tip",
    "tax_of",
    "total",
    "paid",
    "balance",
    "unapplied",
    "received",
    "credit",
    "deposit",
    "home",
    "page",
    "applied",
    "void",
    "settled",
]


def _labels(*texts: str) -> dict[str, str]:
    return dict(zip(NAMES, texts, strict=True))


ENGLISH = Words(
    titles={
        "Invoice": "Invoice",
        "Estimate": "Estimate",
        "SalesReceipt": "Sales receipt",
        "CreditMemo": "Credit memo",
        "RefundReceipt": "Refund receipt",
        "Payment": "Payment receipt",
        "PurchaseOrder": "Purchase order",
        "JournalEntry": "journal entry",
        "Expense": "expense",
        "Check": "check",
        "CreditCardCredit": "credit card credit",
    },
    labels=_labels(
        "Number",
        "Reference",
        "Date",
        "Terms",
        "Due date",
        "Expires on",
        "Paid by",
        "Customer",
        "Vendor",
        "Bill to",
        "Ship to",
        "Product or service",
        "Qty",
        "Rate",
        "Tax",
        "Amount",
        "What it pays",
        "Subtotal",
        "Discount",
        "Shipping",
        "Tip",
        "Tax {0} of {1}",
        "Total",
        "Paid and credited",
        "Balance due",
        "Not yet applied",
        "Received",
        "Credit remaining",
        "Deposit",
        "Total in {0} at {1}",
        "Page {0}",
        "Applied to {0} {1}",
        "VOID",
        "PAID",
    ),
)
FRENCH = Words(
    titles={
        "Invoice": "Facture",
        "Estimate": "Devis",
        "SalesReceipt": "Reçu de vente",
        "CreditMemo": "Avoir",
        "RefundReceipt": "Reçu de remboursement",
        "Payment": "Reçu de paiement",
        "PurchaseOrder": "Bon de commande",
        "JournalEntry": "écriture de journal",
        "Expense": "dépense",
        "Check": "chèque",
        "CreditCardCredit": "crédit de carte",
    },
    labels=_labels(
        "Numéro",
        "Référence",
        "Date",
        "Conditions",
        "Échéance",
        "Valable jusqu'au",
        "Payé par",
        "Client",
        "Fournisseur",
        "Facturer à",
        "Livrer à",
        "Produit ou service",
        "Qté",
        "Prix",
        "Taxe",
        "Montant",
        "Affectation",
        "Sous-total",
        "Remise",
        "Livraison",
        "Pourboire",
        "Taxe {0} sur {1}",
        "Total",
        "Payé et crédité",
        "Solde à payer",
        "Non affecté",
        "Reçu",
        "Crédit restant",
        "Acompte",
        "Total en {0} à {1}",
        "Page {0}",
        "Affecté à {0} {1}",
        "ANNULÉ",
        "PAYÉ",
    ),
    subject="{0} {1} de {2}",
    message="Veuillez trouver ci-joint : {0} {1} de {2}.",
)
PORTUGUESE = Words(
    titles={
        "Invoice": "Fatura",
        "Estimate": "Orçamento",
        "SalesReceipt": "Recibo de venda",
        "CreditMemo": "Nota de crédito",
        "RefundReceipt": "Recibo de reembolso",
        "Payment": "Recibo de pagamento",
        "PurchaseOrder": "Pedido de compra",
        "JournalEntry": "lançamento contábil",
        "Expense": "despesa",
        "Check": "cheque",
        "CreditCardCredit": "crédito de cartão",
    },
    labels=_labels(
        "Número",
        "Referência",
        "Data",
        "Condições",
        "Vencimento",
        "Válido até",
        "Pago por",
        "Cliente",
        "Fornecedor",
        "Cobrar de",
        "Entregar em",
        "Produto ou serviço",
        "Qtd.",
        "Preço",
        "Imposto",
        "Valor",
        "O que paga",
        "Subtotal",
        "Desconto",
        "Frete",
        "Gorjeta",
        "Imposto {0} sobre {1}",
        "Total",
        "Pago e creditado",
        "Saldo devedor",
        "Não aplicado",
        "Recebido",
        "Crédito restante",
        "Sinal",
        "Total em {0} a {1}",
        "Página {0}",
        "Aplicado a {0} {1}",
        "ANULADO",
        "PAGO",
    ),
    subject="{0} {1} de {2}",
    message="Segue em anexo: {0} {1} de {2}.",
)
LANGUAGES = {"en": ENGLISH, "fr": FRENCH, "pt": PORTUGUESE}
SPOKEN = {"FR": "fr", "BR": "pt", "PT": "pt"}
"""The language of a company's forms by its country; English elsewhere."""
TAXES = {
    **dict.fromkeys(("GB", "IE", "ZA"), "VAT"),
    **dict.fromkeys(("AU", "NZ", "IN", "SG"), "GST"),
    "FR": "TVA",
}
"""What the tax on sales is called where it is not called tax."""
FALLBACK = "en_US"


def words_of(company: Mapping[str, Any]) -> Words:
    """The words of a company's forms; `company` is its CompanyInfo."""
    country = _country(company)
    words = LANGUAGES[SPOKEN.get(country, "en")]
    name = TAXES.get(country)
    if name is None:
        return words
    labels = {**words.labels, "tax": name}
    labels["tax_of"] = words["tax_of"].replace(words["tax"], name, 1)
    return replace(words, labels=labels)


def locale_of(company: Mapping[str, Any]) -> str:
    """The locale in which a company writes figures and dates."""
    country = _country(company)
    wished = f"{SPOKEN.get(country, 'en')}_{country}"
    try:
        Locale.parse(wished)
    except (UnknownLocaleError, ValueError):
        return FALLBACK
    return wished


def _country(company: Mapping[str, Any]) -> str:
    told = str(company.get("Country") or "US").upper()
    return {"USA": "US", "CAN": "CA", "GBR": "GB"}.get(told, told)[:2]
