"""Names for very many customers, vendors and items: plain words, combined by number."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILIES = _listed("""Abbott Acosta Adeyemi Ahlgren Alvarez Amsel Anders Ashworth Atkins Baker Ballard
    Banerjee Barlow Becker Bell Benitez Bergstrom Birch Blackwood Boateng Bowen Brandt
    Bright Brooks Burnett Cabrera Calder Campbell Cardoso Carver Castillo Chandra Chen
    Clarke Cole Collier Conrad Cooper Costa Cowan Crane Cruz Dalton Danso Davis Delgado
    Diaz Dixon Donovan Drake Dufour Duncan Eastman Eaton Ellis Emerson Engel Espinoza
    Evans Faulkner Ferreira Fischer Fleming Flores Fontaine Foster Fraser Fuchs Fuller
    Garcia Garner Gibbs Gilmore Gomez Graham Grant Greene Griffin Guerra Haas Hadley
    Halvorsen Hansen Harper Hart Hayes Heller Herrera Hoffman Holt Hughes Hunter Ibarra
    Ingram Irving Jansen Jensen Johansson Jordan Juarez Kaplan Keller Kemp Kennedy Khan
    Kimura Klein Knight Kowalski Kumar Lambert Landry Larsen Lawson Leclerc Lehmann Leon
    Lindqvist Lopez Lowe Lund Mackay Maddox Maier Malone Mancini Marsh Martel Mason
    Mbeki McBride Medina Mehta Mendez Mercer Meyer Miller Mitchell Molina Monroe Moore
    Morales Moreau Morgan Moss Mueller Murphy Nakamura Nash Navarro Nelson Newton Nielsen
    Nolan Norris Novak Nunez Oakley Ochoa Okafor Olsen Ortega Osborne Osei Owens Palmer
    Park Parsons Patel Pearson Pereira Perry Petrov Phelps Porter Powell Prasad Price
    Quinn Ramos Reed Reyes Rhodes Rivera Robbins""")
GIVEN = _listed("""Ada Aisha Alan Alice Amir Ana Andre Anita Ben Bianca Carl Carmen Chidi Clara Dana
    Daniel Diego Elena Eli Emma Eric Esther Fatima Felix Fiona Frank Gabriel Grace Hana
    Hugo Ida Ines Ivan Jack Jamal Jane Jonas Julia Karim Kate Kofi Lars Laura Leo Lina
    Luis Lucy Marco Maria Mateo Maya Mina Nadia Nina Noah Nora Omar Oscar Paula Peter
    Priya Rafael Rosa Ruth Samir Sara Simon Sofia Stella Tariq Tess Theo Tomas Uma Vera
    Victor Wanda Yara Yusuf Zoe""")
TRADES = (
    "Joinery",
    "Bakery",
    "Plumbing",
    "Landscaping",
    "Catering",
    "Dental Care",
    "Consulting",
    "Motors",
    "Photography",
    "Roofing",
    "Interiors",
    "Electrical",
    "Flowers",
    "Logistics",
    "Printing",
    "Veterinary",
    "Fitness",
    "Travel",
    "Tutoring",
    "Brewing",
    "Bookshop",
    "Cleaning",
    "Design Studio",
    "Engineering",
    "Farm Supply",
    "Fabrics",
    "Glassworks",
    "Hardware",
    "Insurance",
    "Law Office",
    "Locksmiths",
    "Machine Works",
    "Marine",
    "Metalworks",
    "Music School",
    "Nursery",
    "Optics",
    "Orchards",
    "Outfitters",
    "Painting",
    "Pharmacy",
    "Pottery",
    "Properties",
    "Repairs",
    "Roastery",
    "Saddlery",
    "Seafood",
    "Security",
    "Signs",
    "Software",
    "Solar",
    "Staffing",
    "Stables",
    "Surveying",
    "Tailors",
    "Tiles",
    "Timber",
    "Toys",
    "Upholstery",
    "Vineyards",
    "Watches",
    "Wellness",
    "Windows",
    "Yoga",
)
PLACES = (
    ("Arcata", "CA", "95521"),
    ("Bakersfield", "CA", "93301"),
    ("Bend", "OR", "97701"),
    ("Berkeley", "CA", "94704"),
    ("Boise", "ID", "83702"),
    ("Boulder", "CO", "80302"),
    ("Bozeman", "MT", "59715"),
    ("Burlington", "VT", "05401"),
    ("Carson City", "NV", "89701"),
    ("Chico", "CA", "95926"),
    ("Davis", "CA", "95616"),
    ("Dayton", "OH", "45402"),
    ("Denver", "CO", "80202"),
    ("Duluth", "MN", "55802"),
    ("Durham", "NC", "27701"),
    ("El Paso", "TX", "79901"),
    ("Elko", "NV", "89801"),
    ("Erie", "PA", "16501"),
    ("Eugene", "OR", "97401"),
    ("Eureka", "CA", "95501"),
    ("Fargo", "ND", "58102"),
    ("Flagstaff", "AZ", "86001"),
    ("Fresno", "CA", "93721"),
    ("Galveston", "TX", "77550"),
    ("Gilroy", "CA", "95020"),
    ("Helena", "MT", "59601"),
    ("Hilo", "HI", "96720"),
    ("Ithaca", "NY", "14850"),
    ("Juneau", "AK", "99801"),
    ("Kalispell", "MT", "59901"),
    ("Laramie", "WY", "82070"),
    ("Lodi", "CA", "95240"),
    ("Lompoc", "CA", "93436"),
    ("Madison", "WI", "53703"),
    ("Medford", "OR", "97501"),
    ("Merced", "CA", "95340"),
    ("Mesa", "AZ", "85201"),
    ("Missoula", "MT", "59801"),
    ("Modesto", "CA", "95354"),
    ("Monterey", "CA", "93940"),
    ("Napa", "CA", "94559"),
    ("Ogden", "UT", "84401"),
    ("Olympia", "WA", "98501"),
    ("Omaha", "NE", "68102"),
    ("Portland", "OR", "97205"),
    ("Provo", "UT", "84601"),
    ("Redding", "CA", "96001"),
    ("Reno", "NV", "89501"),
    ("Sacramento", "CA", "95814"),
    ("Salem", "OR", "97301"),
    ("San Jose", "CA", "95113"),
    ("San Mateo", "CA", "94401"),
    ("Santa Cruz", "CA", "95060"),
    ("Savannah", "GA", "31401"),
    ("Sonoma", "CA", "95476"),
    ("Spokane", "WA", "99201"),
    ("Stockton", "CA", "95202"),
    ("Tacoma", "WA", "98402"),
    ("Toledo", "OH", "43604"),
    ("Tucson", "AZ", "85701"),
    ("Ukiah", "CA", "95482"),
    ("Visalia", "CA", "93291"),
    ("Waco", "TX", "76701"),
    ("Yakima", "WA", "98901"),
)
STREETS = (
    "Alder Street",
    "Bay Road",
    "Cedar Avenue",
    "Foundry Lane",
    "Harbor Drive",
    "Highland Avenue",
    "King Street",
    "Lake Road",
    "Main Street",
    "Market Street",
    "Mill Lane",
    "Orchard Way",
    "Park Avenue",
    "River Road",
    "Station Road",
    "Union Street",
)
GRADES = _listed("""Basic Classic Compact Deluxe Double Economy Express Extended Extra Fine Garden
    Grand Heavy Home Large Light Little Long Master Medium Mini Modern Office Outdoor
    Plain Premium Pro Quick Regular Royal Rustic Short Silent Slim Small Smart Solid
    Standard Super Trade""")
STUFFS = _listed("""Aluminum Ash Bamboo Birch Brass Bronze Canvas Cedar Ceramic Cherry Clay Copper
    Cork Cotton Glass Granite Iron Leather Linen Maple Marble Oak Paper Pine Slate Steel
    Stone Walnut Willow Wool""")
THINGS = _listed("""Basket Bench Board Bowl Box Bracket Brush Cabinet Case Chair Clamp Cover Cup Desk
    Door Frame Handle Hinge Holder Hook Jar Kit Ladder Lamp Mat Mirror Panel Pipe Plate
    Post Rack Rail Ring Shelf Sign Stand Stool Table Tray Vase""")
LEAP = 7_368_787  # a prime: it scatters the numbers over all combinations


def business(number: int) -> str:
    """The name of one business of many; no two numbers share one."""
    total = len(FAMILIES) * len(TRADES) * len(PLACES)
    mixed, lap = number * LEAP % total, number // total
    rest, place = divmod(mixed, len(PLACES))
    family, trade = divmod(rest, len(TRADES))
    name = f"{FAMILIES[family]} {TRADES[trade]} of {PLACES[place][0]}"
    return f"{name} {lap + 1}" if lap else name


def person(number: int) -> tuple[str, str]:
    """The given and family name of whom to ask for there."""
    mixed = number * LEAP
    return GIVEN[mixed % len(GIVEN)], FAMILIES[mixed // 97 % len(FAMILIES)]


def address(number: int) -> dict[str, str]:
    """Where a business of many has its door."""
    city, state, code = PLACES[number * LEAP % len(PLACES)]
    return {
        "Line1": f"{number * 37 % 9900 + 12} {STREETS[number % len(STREETS)]}",
        "City": city,
        "Country": "USA",
        "CountrySubDivisionCode": state,
        "PostalCode": code,
    }


def thing(number: int) -> str:
    """The name of one item of many; no two numbers share one."""
    total = len(GRADES) * len(STUFFS) * len(THINGS)
    mixed, lap = number * LEAP % total, number // total
    rest, grade = divmod(mixed, len(GRADES))
    stuff, what = divmod(rest, len(THINGS))
    name = f"{GRADES[grade]} {STUFFS[stuff]} {THINGS[what]}"
    return f"{name} {lap + 1}" if lap else name
