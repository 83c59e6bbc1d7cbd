"""The people and goods of Pier Four Ltd, a ship's chandler in Bristol."""

from __future__ import annotations

from decimal import Decimal

CITIES = (
    ("Bristol", "", "BS1 4ST"),
    ("Portishead", "", "BS20 7DF"),
    ("Cardiff", "", "CF10 5AL"),
    ("Gloucester", "", "GL1 2EH"),
)
STREETS = ("Quayside Walk", "Harbour Road", "Dock Street", "Mardyke Wharf")

CUSTOMERS: tuple[tuple[str, str, str, int], ...] = (
    ("Avon Ferries", "Martin", "Hale", 3),
    ("Bathurst Marina", "Alice", "Penrose", 3),
    ("Cardiff Pilots", "Rhys", "Morgan", 3),
    ("Clifton Rowing Club", "Emma", "Stott", 2),
    ("Dunmore Trawlers", "Liam", "Kearney", 4),
    ("Floating Harbour Hotel", "Sara", "Whitcombe", 3),
    ("Gloucester Docks Trust", "Peter", "Vaughan", 4),
    ("Hotwells Boatyard", "Jo", "Maddox", 3),
    ("Mardyke Arms", "Neil", "Sparrow", 1),
    ("Portishead Yachts", "Claire", "Dunne", 3),
    ("Severn Rescue", "Tom", "Bright", 3),
    ("Steep Holm Tours", "Isla", "Rowe", 2),
)
SUB_CUSTOMERS: tuple[tuple[str, str], ...] = (
    ("Avon Ferries", "MV Sabrina"),
    ("Avon Ferries", "MV Matilda"),
)
VENDORS: tuple[tuple[str, str], ...] = (
    ("Brunel Ropes", "orders@brunelropes.example"),
    ("Channel Paints", "trade@channelpaints.example"),
    ("Mendip Couriers", "depot@mendipcouriers.example"),
    ("Wessex Water", "business@wessexwater.example"),
    ("Zephyr Sails", "loft@zephyrsails.example"),
)
ITEMS: tuple[tuple[str, str, str, str, Decimal, bool, int], ...] = (
    (
        "Mooring rope",
        "RP-12",
        "Mooring rope 12 mm, per metre",
        "NonInventory",
        Decimal("2.45"),
        True,
        79,
    ),
    (
        "Anchor chain",
        "CH-08",
        "Anchor chain 8 mm, per metre",
        "NonInventory",
        Decimal("6.8"),
        True,
        79,
    ),
    ("Fender", "FN-02", "Fender, 60 cm", "NonInventory", Decimal("34.99"), True, 79),
    (
        "Antifouling paint",
        "PT-05",
        "Antifouling paint, 5 l",
        "NonInventory",
        Decimal("129.95"),
        True,
        79,
    ),
    (
        "Life jacket",
        "LJ-01",
        "Life jacket, adult",
        "NonInventory",
        Decimal("84.5"),
        True,
        79,
    ),
    (
        "Child's life jacket",
        "LJ-02",
        "Life jacket, child",
        "NonInventory",
        Decimal(58),
        True,
        79,
    ),
    (
        "Chart of the Bristol Channel",
        "BK-01",
        "Printed chart",
        "NonInventory",
        Decimal("24.5"),
        True,
        79,
    ),
    (
        "Shore power",
        "SV-11",
        "Domestic shore power, per kWh",
        "Service",
        Decimal("0.34"),
        True,
        1,
    ),
    ("Rigging", "SV-12", "Rigging, per hour", "Service", Decimal(58), True, 1),
    (
        "Engine service",
        "SV-13",
        "Engine service, per hour",
        "Service",
        Decimal(72),
        True,
        1,
    ),
    (
        "Sea survival course",
        "SV-14",
        "Sea survival course, per person",
        "Service",
        Decimal(165),
        True,
        1,
    ),
    ("Rowing lesson", "SV-15", "Rowing lesson", "Service", Decimal(30), True, 1),
)
INACTIVE_ITEM = "Rowing lesson"
# Which VAT code goes with which item; the standard rate with all others.
CODES = {
    "Child's life jacket": "4",
    "Chart of the Bristol Channel": "4",
    "Shore power": "3",
    "Sea survival course": "5",
}
# What is bought from vendors: (expense account, text).
BOUGHT: tuple[tuple[str, str], ...] = (
    ("17", "Rent of the quayside store"),
    ("24", "Electricity and water"),
    ("20", "Rope ends, twine and labels"),
    ("7", "Boat show leaflets"),
)
