"""Wattlebird Garden Supply, a nursery in Sydney that quotes prices with GST."""

from __future__ import annotations

from qbo_simulator.seeds import countries
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

PROFILE = Profile(
    name="Wattlebird Garden Supply",
    legal_name="Wattlebird Garden Supply Pty Ltd",
    country=countries.AUSTRALIA,
    address={
        "Line1": "77 Enmore Road",
        "City": "Newtown",
        "Country": "Australia",
        "CountrySubDivisionCode": "NSW",
        "PostalCode": "2042",
    },
    email="accounts@wattlebird.example",
    phone="(02) 5550 1180",
    website="https://wattlebird.example",
    time_zone="Australia/Sydney",
    industry="Nursery and garden supplies",
    custom_fields=("Site",),
    last_number="WB0700",
    tracks=True,
)
TRADE = Trade(
    cities=places("""
        Newtown | NSW | 2042
        Fremantle | WA | 6160
        Brunswick | VIC | 3056
        Toowoomba | QLD | 4350
        Hobart | TAS | 7000
    """),
    streets=("King Street", "Sydney Road", "South Terrace", "Ruthven Street"),
    customers=customers("""
        Banksia Aged Care | Lorraine | Petrides | 4
        Bondi Balcony Gardens | Jarrah | Sinclair | 2
        Currawong Primary School P&C | Deborah | Nguyen-Walsh | 3
        Dandenong Native Nursery | Stavros | Kalogeras | 3
        Emu Plains Landscapes | Brodie | McTavish | 3
        Fig Tree Café | Anneliese | Rossi | 1
        Great Southern Vineyard | Humphrey | Lockwood | 4
        Illawarra Council Depot | Meena | Subramaniam | 4
        Jacaranda Strata Committee | Gwendoline | Abbott | 3
        Kookaburra Kindy | Tahlia | Moore | 2
        Lantern Hotel Group | Declan | O'Rourke | 4
        Murray River Retreats | Celeste | Vandenberg | 3
        Redgum Builders | Kane | Whittaker | 3
        Saltbush Weddings | Portia | Lam | 2
    """),
    sub_customers=pairs("""
        Lantern Hotel Group | Rooftop, Surry Hills
        Lantern Hotel Group | Courtyard, Carlton
    """),
    vendors=pairs("""
        Blue Mountains Mulch | dispatch@bmmulch.example
        Harbour City Energy | bills@harbourcity.example
        Inner West Leasing | leasing@innerwest.example
        Terra Rossa Pots | orders@terrarossa.example
        Wombat Freight | bookings@wombatfreight.example
    """),
    items=items("""
        Garden design | DS-01 | Design, per hour | Service | 132 | taxed | 45
        Planting crew | CR-01 | Crew of two, per hour | Service | 148.5 | taxed | 45
        Delivery, metro | DL-01 | Delivery within 25 km | Service | 66 | taxed | 48
        Potting mix 25 L | PM-25 | Potting mix | NonInventory | 12.98 | taxed | 79
        Vegetable seedlings | VG-06 | Punnet of six, for eating | NonInventory | 4.95 | nontaxed | 79
        Export phytosanitary paper | EX-01 | Certificate for export | Service | 85 | nontaxed | 1
        Christmas wreath | XM-01 | Native wreath | NonInventory | 59 | taxed | 79
    """),
    inactive_item="Christmas wreath",
    phone="(02) 5550 1",
    country="Australia",
    invoices=30,
    codes={"Vegetable seedlings": "3", "Export phytosanitary paper": "3"},
    modes=("TaxInclusive", "TaxInclusive", "TaxExcluded"),
    employees=pairs("""
        Matilda | Achterberg
        Lachlan | Tran
    """),
    classes=("Retail", "Projects"),
    departments=("Newtown", "Marrickville yard"),
    categories={"Plants": ("Lemon myrtle 200 mm", "Grevillea 140 mm")},
    stock=stock("""
        Lemon myrtle 200 mm | PL-01 | 34.95 | 14.2 | 700
        Grevillea 140 mm | PL-02 | 19.95 | 8.05 | 900
        Terracotta pot 40 cm | PO-40 | 74.5 | 31 | 500
    """),
    bundle=("Balcony starter", (("Lemon myrtle 200 mm", 1), ("Potting mix 25 L", 2))),
    bought=pairs("""
        17 | Yard rent
        24 | Electricity and water
        56 | Diesel
        20 | Twine and labels
    """),
    remarks=("Leave at side gate", "Gate code on request 🌿"),
    thorough=True,
)
