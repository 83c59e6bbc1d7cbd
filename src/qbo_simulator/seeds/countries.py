"""What a company has by its country: words, months, payment terms and methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbo_simulator.seeds import charts, tax_setups

if TYPE_CHECKING:
    from qbo_simulator.seeds.charts import Row
    from qbo_simulator.seeds.tax_setups import TaxSetup

ENGLISH_TERMS = ("Due on receipt", "Net 15", "Net 30", "Net 60", "Net 10")
TERM_DAYS = (0, 15, 30, 60, 10)
CARDS = ("Visa", "MasterCard", "Discover", "American Express", "Diners Club")


@dataclass(frozen=True)
class Country:
    """How a country's companies are set up.

    `terms` are the names of terms of 0, 15, 30, 60 and 10 days, `methods` those of
    cash and of a cheque or its like; `items` the two services every company begins
    with; `thanks` stands on what is sent.
    """

    code: str
    currency: str
    country_name: str
    chart: tuple[Row, ...]
    tax: TaxSetup
    terms: tuple[str, ...] = ENGLISH_TERMS
    methods: tuple[str, ...] = ("Cash", "Cheque")
    cards: tuple[str, ...] = CARDS
    items: tuple[str, str] = ("Services", "Hours")
    language: str = "en"
    first_month: str = "January"
    thanks: str = "Thank you for your business."
    default_mode: str | None = None


UNITED_STATES = Country(
    "US",
    "USD",
    "USA",
    charts.US,
    tax_setups.US_MANUAL,
    methods=("Cash", "Check"),
)
BRITAIN = Country(
    "GB", "GBP", "GBR", charts.GB, tax_setups.BRITAIN, first_month="April"
)
CANADA = Country("CA", "CAD", "Canada", charts.CA, tax_setups.CANADA)
AUSTRALIA = Country(
    "AU", "AUD", "Australia", charts.AU, tax_setups.AUSTRALIA, first_month="July"
)
FRANCE = Country(
    "FR",
    "EUR",
    "France",
    charts.FR,
    tax_setups.FRANCE,
    terms=(
        "Paiement à réception",
        "15 jours net",
        "30 jours net",
        "60 jours net",
        "10 jours net",
    ),
    methods=("Espèces", "Chèque"),
    cards=("Carte Bleue", "Virement", "Prélèvement"),
    items=("Prestations", "Heures"),
    language="fr",
    thanks="Nous vous remercions de votre confiance.",
)
BRAZIL = Country(
    "BR",
    "BRL",
    "Brasil",
    charts.BR,
    tax_setups.BRAZIL,
    terms=("À vista", "15 dias", "30 dias", "60 dias", "10 dias"),
    methods=("Dinheiro", "Boleto"),
    cards=("Cartão de crédito", "Pix", "Transferência"),
    items=("Serviços", "Horas"),
    language="pt",
    thanks="Obrigado pela preferência.",
    default_mode="TaxInclusive",
)
