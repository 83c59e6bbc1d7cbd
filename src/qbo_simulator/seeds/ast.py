"""Larkspur Cycle Works, a bicycle shop in San Francisco, with automated sales tax."""

from __future__ import annotations

from qbo_simulator.seeds import charts, countries, tax_setups
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

PROFILE = Profile(
    name="Larkspur Cycle Works",
    legal_name="Larkspur Cycle Works Inc.",
    country=countries.UNITED_STATES,
    address={
        "Line1": "2150 Folsom Street",
        "City": "San Francisco",
        "Country": "USA",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94110",
    },
    email="office@larkspurcycles.example",
    phone="(415) 555-0161",
    website="https://larkspurcycles.example",
    time_zone="America/Los_Angeles",
    industry="Sporting goods stores",
    own_tax=tax_setups.US_AUTOMATED,
    own_chart=charts.US_AUTOMATED,
    automated_tax=True,
    custom_numbers=True,
    custom_fields=("Frame no.", "Mechanic"),
    last_number="LC-0000",
    tracks=True,
)
TRADE = Trade(
    cities=places("""
        San Francisco | CA | 94110
        San Mateo | CA | 94401
        Mountain View | CA | 94043
        Seattle | WA | 98101
        New York | NY | 10011
        Ukiah | CA | 95482
        Portland | OR | 97205
        Houston | TX | 77002
    """),
    streets=("Valencia Street", "El Camino Real", "Castro Street", "Pine Street"),
    customers=customers("""
        Alder Street Couriers | Wren | Castellano | 3
        Bernal Heights Bike Club | Theo | Nakagawa | 2
        Coldwater Triathlon Team | Marguerite | Osei | 3
        Dogpatch Delivery Co-op | Ezra | Lindholm | 3
        Embarcadero Tours & Rentals | Pilar | Quintero | 4
        Fern Valley Unified School District | Harriet | Bloom | 4
        Golden Hour Weddings, LLC | Soledad | Pruitt | 2
        Hawthorne, Blythe & Associates | Cornelius | Blythe | 3
        Inner Sunset Pediatrics | Noor | Haddad | 3
        Juniper Ridge Retreat | Odette | Farnsworth | 4
        Kestrel Analytics | Dmitri | Volkov-Reyes | 3
        Lakeshore Parks Conservancy | Winifred | Achebe | 4
        Mo's "Fast Lap" Cycles | Mo | Tarantino | 1
        Nine Bridges Brewery | Saoirse | Kilbride | 3
        Old Mill Bakery (wholesale) | Benedict | Amsel | 2
        Presidio Adventure Camp | Xiomara | Delgado-Price | 3
        Quicksilver Messengers | Juno | Park | 1
        Ridgeline Physical Therapy | Anders | Mbeki | 3
        The Benevolent Society for the Promotion of Cycling, Safe Streets and Fresh Air among the Residents of the Outer Richmond | Euphemia | Pemberton-Castellanos | 2
    """),
    sub_customers=pairs("""
        Embarcadero Tours & Rentals | Pier 39 fleet
        Embarcadero Tours & Rentals | Sausalito fleet
        Fern Valley Unified School District | Safe Routes 2026
    """),
    vendors=pairs("""
        Aurora Alloy Wheels | orders@auroraalloy.example
        Bay Tire & Tube | sales@baytire.example
        Crankworks Components | b2b@crankworks.example
        Mission Realty Partners | rent@missionrealty.example
        Pacific Freight Lines | billing@pacificfreight.example
        Sparrow Accounting | hello@sparrowbooks.example
        Westside Power & Water | accounts@westsidepower.example
    """),
    items=items("""
        Tune-up, basic | SV-01 | Adjust brakes and gears, true wheels | Service | 95 | nontaxed | 1
        Tune-up, full | SV-02 | Strip, clean and rebuild | Service | 240 | nontaxed | 1
        Custom fitting | SV-03 | Two-hour fitting with video | Service | 185 | nontaxed | 1
        Group ride, guided | SV-04 | Guided ride, per rider | Service | 45 | nontaxed | 45
        Bike delivery | DL-01 | Delivery and assembly | Service | 79.5 | nontaxed | 48
        Gift card design | GC-01 | Printed gift card | NonInventory | 12.5 | taxed | 79
        Cargo straps (closeout) | CL-09 | Straps, last season | NonInventory | 9.99 | taxed | 79
    """),
    inactive_item="Cargo straps (closeout)",
    phone="(415) 555-0",
    country="USA",
    invoices=40,
    us_code="2",
    employees=pairs("""
        Rosalind | Marchetti
        Tobias | Greenhalgh
        Imogen | Adeyemi
    """),
    classes=("Shop", "Workshop", "Workshop:Repairs", "Workshop:Custom builds"),
    departments=("Folsom Street", "Pop-up stand"),
    categories={
        "Bikes": ("City bike, step-through", "Gravel bike", "Cargo bike"),
        "Parts": ("Inner tube 700x28", "Brake pads, pair", "Chain, 11-speed"),
    },
    stock=stock("""
        City bike, step-through | BK-01 | 749 | 431.2 | 40
        Gravel bike | BK-02 | 1895 | 1140 | 30
        Cargo bike | BK-03 | 3250 | 2080.5 | 30
        Inner tube 700x28 | PT-01 | 8.95 | 3.1 | 900
        Brake pads, pair | PT-02 | 24.5 | 9.85 | 600
        Chain, 11-speed | PT-03 | 42.75 | 19.4 | 500
    """),
    bundle=(
        "Commuter starter set",
        (("City bike, step-through", 1), ("Inner tube 700x28", 2)),
    ),
    bought=pairs("""
        17 | Shop rent
        24 | Power and water
        20 | Grease, rags and cable ends
        7 | Flyers for the spring sale
    """),
    remarks=("Call before delivery", "Frame registered 🚲", "Don't split shipment"),
    exempt=("Fern Valley Unified School District", "Lakeshore Parks Conservancy"),
    numbers="LC-{:04}",
    thorough=True,
)
