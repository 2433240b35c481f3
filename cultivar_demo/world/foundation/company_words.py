"""Words that names of companies are made of.

Belongs here: word lists. Does not belong here: how names come about (``company_names``).
"""

from __future__ import annotations

HEADS = (
    "Al", "Alt", "Am", "An", "Apt", "Ar", "Arc", "Ast", "Av", "Ax", "Bel", "Ben", "Bor", "Bri",
    "Cal", "Cam", "Can", "Car", "Cel", "Cen", "Cor", "Cre", "Dal", "Del", "Dex", "Dor", "El", "Em",
    "En", "Er", "Ev", "Fal", "Fer", "Fi", "Flo", "Gal", "Gen", "Gla", "Gra", "Hal", "Hel", "In",
    "Is", "Jun", "Kal", "Kin", "Kor", "Lan", "Lex", "Lin", "Lo", "Lu", "Mar", "Mer", "Mi", "Mon",
    "Nar", "Nel", "Ni", "Nor", "Ob", "Om", "Or", "Os", "Pal", "Per", "Pi", "Pra", "Qua", "Ral",
    "Ren", "Ri", "Ro", "Sal", "Sel", "Si", "Sol", "Sy", "Tal", "Tel", "Ti", "Tor", "Tra", "Tri",
    "Ul", "Un", "Val", "Ver", "Vi", "Vol", "Wes", "Xen", "Yor", "Zan", "Zel", "Zo",
)  # fmt: skip
MIDDLES = (
    "a", "ba", "be", "bo", "ca", "da", "de", "di", "do", "e", "fo", "ga", "i", "la", "le", "li",
    "lo", "lu", "ma", "me", "mi", "mo", "na", "ne", "no", "o", "pa", "po", "ra", "re", "ri", "ro",
    "sa", "se", "si", "so", "ta", "te", "ti", "to", "va", "ve", "vi", "vo", "xa", "ze", "zi", "zo",
)  # fmt: skip
TAILS = (
    "con", "cor", "dex", "dia", "dyn", "gen", "gent", "go", "lane", "len", "line", "lis", "lux",
    "mark", "mont", "nta", "ntis", "nova", "nt", "nx", "que", "ra", "rix", "ro", "ris", "rn", "sys",
    "ta", "tec", "tis", "tron", "vant", "ven", "via", "vo", "x", "xis", "zen",
)  # fmt: skip
PLACES_ONE = (
    "North", "South", "East", "West", "Blue", "Green", "Red", "Silver", "Golden", "Iron", "Stone",
    "Oak", "Pine", "Cedar", "Maple", "Ash", "Birch", "River", "Lake", "Clear", "High", "Bright",
    "Summit", "Granite", "Copper", "Crystal", "Eagle", "Falcon", "Fox", "Wolf", "Heron", "Harbor",
    "Union", "Liberty", "Pioneer", "Heritage", "Beacon", "Compass", "Anchor", "Keystone", "Prairie",
    "Canyon", "Meadow", "Orchard", "Willow", "Amber", "Cobalt", "Coral", "Quarry", "Thistle",
)  # fmt: skip
PLACES_TWO = (
    "bridge", "gate", "field", "ford", "brook", "stone", "wood", "haven", "point", "ridge", "crest",
    "view", "port", "land", "shore", "vale", "mill", "march", "peak", "creek", "path", "way",
    "watch", "light", "spring", "hill", "house", "works", "forge", "grove",
)  # fmt: skip
DESCRIPTORS: dict[str, tuple[str, ...]] = {
    "Software": (
        "Software", "Systems", "Technologies", "Labs", "Digital", "Cloud", "Data", "Networks",
        "Computing", "Apps",
    ),
    "Financial Services": (
        "Capital", "Financial", "Bank", "Insurance", "Partners", "Credit", "Wealth", "Trust",
        "Payments", "Holdings",
    ),
    "Healthcare": (
        "Health", "Medical", "Care", "Biosciences", "Clinics", "Pharma", "Diagnostics",
        "Therapeutics", "Hospitals", "Wellness",
    ),
    "Manufacturing": (
        "Manufacturing", "Industries", "Machinery", "Tools", "Plastics", "Components", "Metals",
        "Engineering", "Automation", "Fabrication",
    ),
    "Retail": (
        "Retail", "Stores", "Foods", "Outfitters", "Home", "Markets", "Apparel", "Goods", "Trading",
        "Brands",
    ),
    "Professional Services": (
        "Consulting", "Advisory", "Associates", "Group", "Partners", "Legal", "Services",
        "Solutions", "Architects", "Staffing",
    ),
    "Education": (
        "Academy", "Learning", "Education", "University", "Institute", "Schools", "College",
        "Training", "Campus", "Tutors",
    ),
    "Media": (
        "Media", "Publishing", "Studios", "Entertainment", "Press", "Pictures", "Broadcasting",
        "Games", "Agency", "Creative",
    ),
    "Logistics": (
        "Logistics", "Freight", "Shipping", "Transport", "Cargo", "Express", "Supply",
        "Warehousing", "Lines", "Fleet",
    ),
    "Energy": (
        "Energy", "Power", "Solar", "Utilities", "Petroleum", "Renewables", "Grid", "Wind", "Gas",
        "Resources",
    ),
    "Public Sector": (
        "Agency", "Authority", "Council", "Commission", "Services", "Foundation", "Trust",
        "Department", "Office", "Board",
    ),
    "Telecommunications": (
        "Telecom", "Communications", "Mobile", "Networks", "Broadband", "Wireless", "Connect",
        "Fiber", "Satellite", "Voice",
    ),
}  # fmt: skip

BRANCHES = {
    "US": "USA", "CA": "Canada", "BR": "Brasil", "GB": "UK", "IE": "Ireland", "DE": "Deutschland",
    "FR": "France", "NL": "Nederland", "ES": "Iberia", "SE": "Nordic", "AU": "Australia",
    "JP": "Japan", "SG": "Singapore", "IN": "India",
}  # fmt: skip
"""What a subsidiary abroad adds to the family's name, in the order of ``COUNTRIES``."""

UNITS = ("Digital", "Services", "International", "Ventures", "Direct", "Labs", "Group Services")
"""What a subsidiary at home adds."""
