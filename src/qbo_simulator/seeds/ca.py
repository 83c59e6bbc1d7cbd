"""Northlight Outfitters, who sell canoes and guide tours from Vancouver."""

from __future__ import annotations

from qbo_simulator.seeds import countries
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

PROFILE = Profile(
    name="Northlight Outfitters Inc.",
    legal_name="Northlight Outfitters Incorporated",
    country=countries.CANADA,
    address={
        "Line1": "1188 Powell Street",
        "City": "Vancouver",
        "Country": "Canada",
        "CountrySubDivisionCode": "BC",
        "PostalCode": "V6A 1H2",
    },
    email="comptes@northlight.example",
    phone="(604) 555-0117",
    website="https://northlight.example",
    time_zone="America/Vancouver",
    industry="Recreational goods rental",
    custom_fields=("Trip", "PO / BC"),
    last_number="5000",
    tracks=True,
)
TRADE = Trade(
    cities=places("""
        Vancouver | BC | V5K 0A1
        Toronto | ON | M5V 2T6
        Montréal | QC | H2X 1Y4
        Calgary | AB | T2P 1J9
        Saskatoon | SK | S7K 0J5
        Fredericton | NB | E3B 5H1
    """),
    streets=("Commercial Drive", "Queen Street West", "rue Saint-Denis", "Bow Trail"),
    customers=customers("""
        Algonquin Paddle Camp | Meredith | Okonkwo | 3
        Banff Trail Runners Society | Callum | Fairweather | 2
        Camping Rivière-Rouge | Geneviève | Thériault | 3
        Cedar & Stone Lodge | Priscilla | Yuen | 4
        Cowichan Bay Kayaks | Desmond | Whitlock | 3
        École Sainte-Anne-des-Monts | Mathieu | Lachapelle | 4
        Fundy Shore Adventures | Rhoda | MacAskill | 3
        Great Bear Expeditions Ltd. | Ingrid | Sorensen | 3
        Haida Coast Charters | Leander | Crow | 2
        Jasper Park Outfitting | Bram | Petrovsky | 3
        Lac Tranquille Resort & Spa | Océane | Bouchard | 4
        Moose Jaw Scouts | Agnes | Dyck | 1
        North Shore Search & Rescue | Philippa | Chan | 3
        Okanagan Vineyards & Picnics | Rajiv | Mehta | 3
        Prairie Sky Festival | Tess | Hrynkiw | 2
        Tofino Surf & Paddle | Koa | Bennett | 3
    """),
    sub_customers=pairs("""
        Great Bear Expeditions Ltd. | Spring departure
        Great Bear Expeditions Ltd. | Fall departure
        Cedar & Stone Lodge | Boathouse
    """),
    vendors=pairs("""
        Atelier du Canot | commandes@atelierducanot.example
        BC Coastal Hydro | billing@coastalhydro.example
        Maple Leaf Insurance Brokers | service@mapleleafins.example
        Powell Street Properties | rent@powellstreet.example
        Trans-Rockies Freight | dispatch@transrockies.example
        Wapiti Wool Mills | orders@wapitiwool.example
    """),
    items=items("""
        Guided day trip | GD-01 | Guide, per day | Service | 420 | taxed | 45
        Canoe repair | RP-01 | Repair, per hour | Service | 68 | taxed | 1
        First aid course | CR-01 | Wilderness first aid, per person | Service | 215 | nontaxed | 45
        Shipping, zone 2 | SH-01 | Shipping | Service | 24.75 | taxed | 48
        Trail map | MP-01 | Waterproof map | NonInventory | 19.95 | taxed | 79
        Trail bread, case | FD-01 | Bread that keeps, case of 12 | NonInventory | 46.2 | nontaxed | 79
        Snowshoe rental | RN-03 | Snowshoes, per day | Service | 18 | taxed | 5
    """),
    inactive_item="Snowshoe rental",
    phone="(604) 555-0",
    country="Canada",
    invoices=32,
    codes={"First aid course": "10", "Trail bread, case": "9"},
    place_codes={"BC": "5", "ON": "3", "QC": "7", "AB": "2", "SK": "6", "NB": "4"},
    employees=pairs("""
        Solange | Beaupré
        Hector | Nakamura
        Maeve | Gallagher
    """),
    classes=("Retail", "Tours", "Tours:Coast", "Tours:Mountains"),
    departments=("Vancouver", "Canmore"),
    categories={"Boats": ("Cedar canoe, 16 ft", "Touring kayak")},
    stock=stock("""
        Cedar canoe, 16 ft | BT-01 | 3480 | 2210 | 60
        Touring kayak | BT-02 | 1899 | 1175.5 | 60
        Ash paddle | PD-01 | 139 | 61.25 | 500
        Dry bag 40 L | DB-40 | 54.5 | 22.1 | 600
    """),
    bundle=("Weekend paddler", (("Ash paddle", 2), ("Dry bag 40 L", 1))),
    bought=pairs("""
        17 | Warehouse rent
        24 | Electricity
        9 | Liability insurance
        20 | Varnish and epoxy
    """),
    remarks=("Appeler avant la livraison", "Deliver to the boathouse"),
    thorough=True,
)
