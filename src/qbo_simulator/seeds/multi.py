"""Tidewater Instruments, of Portland in Maine, who sell and buy in four currencies."""

from __future__ import annotations

from qbo_simulator.seeds import charts, countries, tax_setups
from qbo_simulator.seeds.foundation import Profile
from qbo_simulator.seeds.tables import customers, items, pairs, places, stock
from qbo_simulator.seeds.trades import Trade

RATES = {"EUR": "1.0842", "CAD": "0.7315", "GBP": "1.2693"}
PROFILE = Profile(
    name="Tidewater Instruments",
    legal_name="Tidewater Instruments LLC",
    country=countries.UNITED_STATES,
    address={
        "Line1": "9 Custom House Wharf",
        "City": "Portland",
        "Country": "USA",
        "CountrySubDivisionCode": "ME",
        "PostalCode": "04101",
    },
    email="ar@tidewaterinstruments.example",
    phone="(207) 555-0173",
    website="https://tidewaterinstruments.example",
    time_zone="America/New_York",
    industry="Navigational instruments manufacturing",
    own_tax=tax_setups.US_MAINE,
    own_chart=charts.US_MAINE,
    custom_fields=("Incoterm", "Hull"),
    last_number="TW-880",
    rates=RATES,
    tracks=True,
)
ABROAD = {
    "Ateliers Maritimes de Bretagne": "EUR",
    "Nordsee Lotsen Genossenschaft": "EUR",
    "Cantiere Ponterosso": "EUR",
    "Halifax Tug & Barge": "CAD",
    "Saguenay Croisières": "CAD",
    "Fowey Harbour Commissioners": "GBP",
    "Clydeside Yacht Brokers": "GBP",
    "Optik Werkstätten Jena-Ost": "EUR",
    "Cornish Brass Founders": "GBP",
    "Lunenburg Rigging Loft": "CAD",
}
TRADE = Trade(
    cities=places("""
        Portland | ME | 04101
        Bath | ME | 04530
        Boston | MA | 02110
        Brest | | 29200
        Halifax | NS | B3J 1S9
        Fowey | | PL23 1AH
    """),
    streets=("Commercial Street", "Wharf Road", "Quai du Commerce", "Water Street"),
    customers=customers("""
        Ateliers Maritimes de Bretagne | Yann | Kermorvan | 4
        Bath Shipwrights Guild | Prudence | Merrow | 3
        Cantiere Ponterosso | Ottavia | Grimani | 4
        Casco Bay Ferry Lines | Hollis | Drummond | 3
        Clydeside Yacht Brokers | Fergus | Abercrombie | 3
        Eastport Pilots' Association | Constance | Wadsworth | 3
        Fowey Harbour Commissioners | Demelza | Trevanion | 4
        Halifax Tug & Barge | Angus | Rafferty | 3
        Monhegan Lobster Co-op | Silas | Thorndike | 2
        Nordsee Lotsen Genossenschaft | Wiebke | Petersen | 4
        Penobscot Maritime Museum | Lavinia | Hathaway | 3
        Saguenay Croisières | Édith | Gagnon | 3
        Sea Scouts of Greater New England, Ship 41 and Ship 57 Joint Committee | Barnaby | Coggeshall | 2
    """),
    sub_customers=pairs("""
        Casco Bay Ferry Lines | MV Bailey
        Halifax Tug & Barge | Tug Margaret
    """),
    vendors=pairs("""
        Cornish Brass Founders | foundry@cornishbrass.example
        Downeast Power | billing@downeastpower.example
        Lunenburg Rigging Loft | loft@lunenburgrigging.example
        Optik Werkstätten Jena-Ost | vertrieb@optikjenaost.example
        Wharf Street Holdings | rent@wharfstreet.example
    """),
    items=items("""
        Calibration | CB-01 | Calibration with certificate | Service | 260 | nontaxed | 1
        Compass adjustment | CB-02 | Swinging ship, per vessel | Service | 540 | nontaxed | 1
        Freight and packing | FP-01 | Crated, insured | Service | 118.4 | nontaxed | 48
        Chart table lamp | LM-01 | Red and white, dimmable | NonInventory | 86.5 | taxed | 79
        Parallel rule | RL-01 | Boxwood, 18 in | NonInventory | 64 | taxed | 79
        Lead line (retired) | LL-09 | 20 fathoms | NonInventory | 48 | taxed | 79
    """),
    inactive_item="Lead line (retired)",
    phone="(207) 555-0",
    country="USA",
    invoices=34,
    us_code="2",
    employees=pairs("""
        Josiah | Pendleton
        Mercy | Alvarado
    """),
    classes=("Instruments", "Service"),
    departments=("Wharf", "Bath branch"),
    categories={"Brass": ("Steering compass", "Ship's clock")},
    stock=stock("""
        Steering compass | CM-01 | 1280 | 690 | 150
        Ship's clock | CK-01 | 415 | 197.5 | 300
        Sextant | SX-01 | 2150 | 1320 | 120
    """),
    bundle=("Bridge set", (("Steering compass", 1), ("Ship's clock", 1))),
    currencies=ABROAD,
    rates=RATES,
    bought=pairs("""
        17 | Workshop rent
        24 | Power
        20 | Polishing compound
        7 | Boat show stand
    """),
    remarks=("Ship by sea freight", "⚓ deliver on board"),
    thorough=True,
)
