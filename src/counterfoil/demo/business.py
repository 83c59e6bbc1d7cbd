"""The demo's business, as data: a wholesale bakery, its people, goods and deals.

Most companies, people and products are also in the simulated QuickBooks, so that the
wizard finds them; a few are there to be refused, each for a reason of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

STAGES: tuple[tuple[str, str, int], ...] = (
    ("Enquiry", "open", 10),
    ("Tasting", "open", 30),
    ("Proposal sent", "open", 50),
    ("Contract sent", "open", 80),
    ("Won", "won", 100),
    ("Lost", "lost", 0),
)

# (name, domain, industry, city); the first ones are customers in QuickBooks.
COMPANIES: tuple[tuple[str, str, str, str], ...] = (
    ("Anchor Inn", "anchorinn.example", "Hospitality", "Half Moon Bay"),
    ("Breakwater Hotel", "breakwaterhotel.example", "Hospitality", "San Mateo"),
    ("Coastside Hospital", "coastsidehospital.example", "Health care", "Montara"),
    ("Fogline Brewing", "foglinebrewing.example", "Food and drink", "El Granada"),
    ("Jetty Coffee", "jettycoffee.example", "Food and drink", "Half Moon Bay"),
    ("Marlin Events", "marlinevents.example", "Events", "San Mateo"),
    ("Pelican Point Golf", "pelicanpointgolf.example", "Leisure", "Half Moon Bay"),
    ("Quarry Lane Winery", "quarrylanewinery.example", "Food and drink", "Pacifica"),
    (
        "Seaview Retirement Home",
        "seaviewretirementhome.example",
        "Health care",
        "Pacifica",
    ),
    ("Union Hall", "unionhall.example", "Non-profit", "Redwood City"),
    ("Mission Street Market", "missionstreetmarket.example", "Grocery", "San Mateo"),
    ("Café Ångström & Söhne GmbH", "angstroem.example", "Food and drink", "Hamburg"),
    ("한빛 베이커리", "hanbit.example", "Food and drink", "Seoul"),
    ("Avon Ferries", "avonferries.example", "Transport", "Bristol"),
    (
        "The Worshipful Company of Millers, Maltsters, Bakers and Confectioners of the"
        " Greater Bay Area and Surrounding Counties",
        "worshipful-millers.example",
        "Non-profit",
        "San Francisco",
    ),
)

# (given name, family name, job title, company, e-mail)
PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("Maya", "Ortiz", "Owner", "Anchor Inn", "maya@anchorinn.example"),
    ("Ines", "Calloway", "Food manager", "Breakwater Hotel", "ines@breakwaterhotel.example"),
    ("Theo", "Brandt", "Head chef", "Breakwater Hotel", "theo@breakwaterhotel.example"),
    ("Helen", "Marsh", "Purchasing", "Coastside Hospital", "helen@coastsidehospital.example"),
    ("Kai", "Lindqvist", "Taproom manager", "Fogline Brewing", "kai@foglinebrewing.example"),
    ("Amara", "Okafor", "Owner", "Jetty Coffee", "amara@jettycoffee.example"),
    ("Victor", "Dubois", "Event director", "Marlin Events", "victor@marlinevents.example"),
    ("Arthur", "Kingsley", "Club secretary", "Pelican Point Golf", "arthur@pelicanpointgolf.example"),
    ("Elena", "Moretti", "Hospitality", "Quarry Lane Winery", "elena@quarrylanewinery.example"),
    ("Carol", "Nyman", "Kitchen lead", "Seaview Retirement Home", "carol@seaviewretirementhome.example"),
    ("George", "Papas", "Caretaker", "Union Hall", "george@unionhall.example"),
    ("Wanda", "Kowalczyk-Łabędź", "Buyer", "Mission Street Market", "wanda@missionstreetmarket.example"),
    ("Jörg", "Ångström", "Geschäftsführer", "Café Ångström & Söhne GmbH", "joerg@angstroem.example"),
    ("준서", "박", "대표", "한빛 베이커리", "junseo@hanbit.example"),
    ("Martin", "Hale", "Catering", "Avon Ferries", "martin@avonferries.example"),
    ("Lucía", "Fernández-Ochoa", "Bride", "", "lucia@fernandez-ochoa.example"),
)  # fmt: skip

# (name, SKU, unit price, taxable): names and SKUs as QuickBooks has them, save the last.
PRODUCTS: tuple[tuple[str, str, str, bool], ...] = (
    ("Sourdough loaf", "BR-01", "6.50", False),
    ("Brioche buns", "BR-04", "21.60", False),
    ("Butter croissants", "VI-01", "24.00", False),
    ("Morning pastry box", "VI-04", "46.00", False),
    ("Celebration cake", "CA-04", "95.00", False),
    ("Wedding cake", "CA-05", "620.00", False),
    ("Sandwich platter", "CT-01", "88.00", True),
    ("Breakfast buffet", "CT-02", "17.50", True),
    ("Afternoon tea", "CT-03", "24.00", True),
    ("Catering staff", "CT-04", "38.00", False),
    ("Equipment hire", "CT-05", "120.00", True),
    ("Local delivery", "DL-01", "15.00", False),
    ("Baking class", "SV-01", "65.00", False),
    ("Gift hamper", "GF-01", "54.00", True),
    ("Wedding cake tasting", "SV-03", "45.00", False),
    ("Sourdough starter kit", "KT-01", "32.00", True),
)


@dataclass(frozen=True)
class Offer:
    """A quote: its lines are (product, quantity, discount in per cent)."""

    number: str
    lines: tuple[tuple[str, str, str], ...]
    expires_in: int  # days from today; negative is past
    status: str = "published"


@dataclass(frozen=True)
class Sale:
    """A deal, with its quotes or with line items of its own."""

    name: str
    company: str
    people: tuple[str, ...]
    stage: str
    closes_in: int
    offers: tuple[Offer, ...] = ()
    lines: tuple[tuple[str, str, str], ...] = ()
    currency: str = "USD"
    source: str = ""
    amount: Decimal | None = None


SALES: tuple[Sale, ...] = (
    Sale(
        "Spring conference breakfasts",
        "Breakwater Hotel",
        ("ines@breakwaterhotel.example", "theo@breakwaterhotel.example"),
        "Contract sent",
        20,
        offers=(
            Offer(
                "Q-0218",
                (
                    ("Breakfast buffet", "120", "5"),
                    ("Morning pastry box", "12", "0"),
                    ("Catering staff", "18", "0"),
                    ("Local delivery", "3", "0"),
                ),
                30,
            ),
            Offer("Q-0202", (("Breakfast buffet", "100", "0"),), -12),
            Offer("Q-0219", (("Afternoon tea", "40", "0"),), 45, status="draft"),
        ),
        source="Referral",
    ),
    Sale(
        "Fernández-Ochoa wedding",
        "Marlin Events",
        ("victor@marlinevents.example", "lucia@fernandez-ochoa.example"),
        "Won",
        -4,
        offers=(
            Offer(
                "Q-0211",
                (
                    ("Wedding cake", "1", "0"),
                    ("Celebration cake", "2", "10"),
                    ("Equipment hire", "2", "0"),
                ),
                14,
                status="signed",
            ),
        ),
        source="Website",
    ),
    Sale(
        "Staff canteen bread, daily",
        "Coastside Hospital",
        ("helen@coastsidehospital.example",),
        "Contract sent",
        10,
        lines=(("Sourdough loaf", "600", "8"), ("Brioche buns", "45", "0")),
        source="Tender",
    ),
    Sale(
        "Taproom sandwich evenings",
        "Fogline Brewing",
        ("kai@foglinebrewing.example",),
        "Proposal sent",
        25,
        offers=(
            Offer(
                "Q-0215",
                (("Sandwich platter", "14", "0"), ("Local delivery", "4", "0")),
                21,
            ),
        ),
        source="Referral",
    ),
    Sale(
        "Clubhouse anniversary tea",
        "Pelican Point Golf",
        ("arthur@pelicanpointgolf.example",),
        "Proposal sent",
        8,
        offers=(Offer("Q-0196", (("Afternoon tea", "85", "0"),), -3),),
    ),
    Sale(
        "Harvest dinner, still open",
        "Quarry Lane Winery",
        ("elena@quarrylanewinery.example",),
        "Tasting",
        50,
        amount=Decimal(5400),
    ),
    Sale(
        "Tasting for two and cake",
        "Anchor Inn",
        ("maya@anchorinn.example",),
        "Proposal sent",
        12,
        offers=(
            Offer(
                "Q-0214",
                (("Wedding cake tasting", "1", "0"), ("Celebration cake", "1", "0")),
                20,
            ),
        ),
    ),
    Sale(
        "Shelf of the month",
        "Mission Street Market",
        ("wanda@missionstreetmarket.example",),
        "Contract sent",
        6,
        offers=(
            Offer(
                "Q-0216",
                (("Butter croissants", "20", "0"), ("Gift hamper", "10", "0")),
                28,
            ),
        ),
    ),
    Sale(
        "Exportauftrag Hamburg",
        "Café Ångström & Söhne GmbH",
        ("joerg@angstroem.example",),
        "Proposal sent",
        40,
        offers=(Offer("Q-0217", (("Sourdough starter kit", "60", "12.5"),), 30),),
        currency="EUR",
    ),
    Sale(
        "한빛 베이커리 교육 과정",
        "한빛 베이커리",
        ("junseo@hanbit.example",),
        "Enquiry",
        60,
        lines=(("Baking class", "8", "0"),),
    ),
    Sale(
        "MV Sabrina galley baking",
        "Avon Ferries",
        ("martin@avonferries.example",),
        "Contract sent",
        15,
        offers=(
            Offer(
                "Q-0220",
                (("Baking class", "6", "0"), ("Sourdough loaf", "80", "0")),
                30,
            ),
        ),
        currency="GBP",
    ),
    Sale(
        "Sunday pastry boxes",
        "Jetty Coffee",
        ("amara@jettycoffee.example",),
        "Won",
        -10,
        lines=(("Morning pastry box", "8", "0"),),
    ),
    Sale(
        "Afternoon tea, every second Thursday",
        "Seaview Retirement Home",
        ("carol@seaviewretirementhome.example",),
        "Enquiry",
        35,
        amount=Decimal(2040),
    ),
    Sale(
        "Hall reopening reception",
        "Union Hall",
        ("george@unionhall.example",),
        "Lost",
        -30,
        amount=Decimal(1875),
    ),
)


@dataclass(frozen=True)
class Receipt:
    """A payment that is known only here: its sale, or the quote that was paid."""

    sale: str
    amount: str
    source: str
    method: str
    reference: str
    days_ago: int
    fee: str = ""
    quote: str = ""
    has_lines: bool = True
    given_back: int | None = None  # how many days ago all of it was


# Each for a document: a paid invoice, a receipt (it has taxable goods), a refund, one
# that an invoice has already, one in another currency, one without line items.
RECEIPTS: tuple[Receipt, ...] = (
    Receipt(
        "Sunday pastry boxes",
        "368",
        "payment_link",
        "Visa",
        "pl_3QJetty0368",
        9,
        fee="10.97",
    ),
    Receipt(
        "Fernández-Ochoa wedding",
        "1031",
        "quote",
        "Mastercard",
        "qp_3QWedding1031",
        3,
        fee="30.20",
        quote="Q-0211",
    ),
    Receipt(
        "Tasting for two and cake",
        "140",
        "manual",
        "Check",
        "Check 4471",
        6,
        quote="Q-0214",
        given_back=1,
    ),
    Receipt(
        "Taproom sandwich evenings",
        "646",
        "invoice",
        "ACH",
        "ip_3QFogline0646",
        5,
        fee="5.00",
        has_lines=False,
    ),
    Receipt(
        "MV Sabrina galley baking",
        "910",
        "payment_link",
        "Visa",
        "pl_3QSabrina0910",
        2,
        fee="27.30",
        quote="Q-0220",
    ),
    Receipt(
        "Staff canteen bread, daily",
        "1200",
        "subscription",
        "Direct debit",
        "sub_3QCanteen1200",
        12,
        fee="9.60",
        has_lines=False,
    ),
)
