"""Where the market is: countries, cities, phone and postal patterns.

Belongs here: constants of real places. Does not belong here: how many companies sit there.
"""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """A country of the market.

    ``share`` is its part of the market; ``names`` the Faker locales its people's names come from;
    ``mobile`` and the cities' phone patterns have one ``#`` for each free digit.
    """

    region: str
    currency: str
    share: float
    is_served: bool
    dial: str
    mobile: tuple[str, ...]
    top_level_domains: tuple[str, ...]
    legal_forms: tuple[str, ...]
    street: str
    names: str


class City(NamedTuple):
    """A city: ``phone`` is the national number, ``postal`` the code, ``#`` a free digit and ``@``
    a free letter.
    """

    country: str
    state: str | None
    city: str
    time_zone: str
    phone: str
    postal: str
    weight: float


COUNTRIES: dict[str, Country] = {
    "US": Country(
        "AMER", "USD", 0.42, True, "1", (), ("com", "com", "com", "io", "net", "co"),
        ("Inc.", "Inc.", "LLC", "Corp."), "{number} {street}", "en_US",
    ),
    "CA": Country(
        "AMER", "USD", 0.07, True, "1", (), ("com", "ca", "ca"),
        ("Inc.", "Ltd.", "Corp."), "{number} {street}", "en_US",
    ),
    "BR": Country(
        "AMER", "USD", 0.03, False, "55", ("119########", "219########"), ("com.br",),
        ("Ltda.", "S.A."), "{street}, {number}", "pt_BR",
    ),
    "GB": Country(
        "EMEA", "GBP", 0.12, True, "44", ("7789######", "7712######", "7801######"),
        ("co.uk", "co.uk", "com"), ("Ltd", "Ltd", "plc", "LLP"), "{number} {street}", "en_GB",
    ),
    "IE": Country(
        "EMEA", "EUR", 0.02, True, "353", ("87#######", "86#######", "85#######"), ("ie", "com"),
        ("Ltd", "DAC"), "{number} {street}", "en_IE",
    ),
    "DE": Country(
        "EMEA", "EUR", 0.09, True, "49", ("151########", "160#######", "172#######"),
        ("de", "de", "de", "com"), ("GmbH", "GmbH", "AG", "GmbH & Co. KG"),
        "{street} {number}", "de_DE",
    ),
    "FR": Country(
        "EMEA", "EUR", 0.06, True, "33", ("61#######", "62#######"), ("fr", "fr", "com"),
        ("SAS", "SAS", "SARL", "SA"), "{number} {street}", "fr_FR",
    ),
    "NL": Country(
        "EMEA", "EUR", 0.035, True, "31", ("61#######", "62#######"), ("nl", "nl", "com"),
        ("B.V.", "B.V.", "N.V."), "{street} {number}", "nl_NL",
    ),
    "ES": Country(
        "EMEA", "EUR", 0.03, True, "34", ("61#######", "62#######"), ("es", "es", "com"),
        ("S.L.", "S.L.", "S.A."), "{street} {number}", "es_ES",
    ),
    "SE": Country(
        "EMEA", "EUR", 0.025, True, "46", ("70#######", "73#######"), ("se", "se", "com"),
        ("AB",), "{street} {number}", "sv_SE",
    ),
    "AU": Country(
        "APAC", "USD", 0.04, True, "61", ("41#######", "43#######"), ("com.au", "com.au", "com"),
        ("Pty Ltd", "Pty Ltd", "Ltd"), "{number} {street}", "en_US",
    ),
    "JP": Country(
        "APAC", "USD", 0.025, False, "81", ("901#######", "801#######"), ("co.jp", "jp"),
        ("K.K.", "Co., Ltd."), "{number} {street}", "ja_JP",
    ),
    "SG": Country(
        "APAC", "USD", 0.015, True, "65", ("81######", "91######"), ("com.sg", "sg", "com"),
        ("Pte. Ltd.",), "{number} {street}", "SG",
    ),
    "IN": Country(
        "APAC", "USD", 0.02, False, "91", ("98########", "99########"), ("in", "co.in", "com"),
        ("Pvt. Ltd.", "Ltd."), "{number} {street}", "en_IN",
    ),
}  # fmt: skip
"""Country code → what is particular to it. Served: the company sells there."""

_EAST, _CENTRAL, _MOUNTAIN, _WEST = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)

CITIES: tuple[City, ...] = (
    City("US", "NY", "New York", _EAST, "2122######", "100##", 14),
    City("US", "NY", "Buffalo", _EAST, "7162######", "142##", 1),
    City("US", "MA", "Boston", _EAST, "6172######", "021##", 6),
    City("US", "PA", "Philadelphia", _EAST, "2152######", "191##", 4),
    City("US", "PA", "Pittsburgh", _EAST, "4122######", "152##", 2),
    City("US", "NJ", "Newark", _EAST, "9732######", "071##", 2),
    City("US", "DC", "Washington", _EAST, "2022######", "200##", 4),
    City("US", "VA", "Richmond", _EAST, "8042######", "232##", 1),
    City("US", "NC", "Charlotte", _EAST, "7042######", "282##", 3),
    City("US", "NC", "Raleigh", _EAST, "9192######", "276##", 2),
    City("US", "GA", "Atlanta", _EAST, "4042######", "303##", 5),
    City("US", "FL", "Miami", _EAST, "3052######", "331##", 4),
    City("US", "FL", "Tampa", _EAST, "8132######", "336##", 2),
    City("US", "OH", "Columbus", _EAST, "6142######", "432##", 2),
    City("US", "OH", "Cleveland", _EAST, "2162######", "441##", 2),
    City("US", "MI", "Detroit", "America/Detroit", "3132######", "482##", 3),
    City("US", "IL", "Chicago", _CENTRAL, "3122######", "606##", 8),
    City("US", "MN", "Minneapolis", _CENTRAL, "6122######", "554##", 3),
    City("US", "WI", "Milwaukee", _CENTRAL, "4142######", "532##", 1),
    City("US", "MO", "St. Louis", _CENTRAL, "3142######", "631##", 2),
    City("US", "TN", "Nashville", _CENTRAL, "6152######", "372##", 2),
    City("US", "TX", "Austin", _CENTRAL, "5122######", "787##", 5),
    City("US", "TX", "Dallas", _CENTRAL, "2142######", "752##", 5),
    City("US", "TX", "Houston", _CENTRAL, "7132######", "770##", 4),
    City("US", "CO", "Denver", _MOUNTAIN, "3032######", "802##", 4),
    City("US", "UT", "Salt Lake City", _MOUNTAIN, "8012######", "841##", 2),
    City("US", "AZ", "Phoenix", "America/Phoenix", "6022######", "850##", 3),
    City("US", "CA", "San Francisco", _WEST, "4152######", "941##", 11),
    City("US", "CA", "San Jose", _WEST, "4082######", "951##", 5),
    City("US", "CA", "Los Angeles", _WEST, "2132######", "900##", 9),
    City("US", "CA", "San Diego", _WEST, "6192######", "921##", 3),
    City("US", "WA", "Seattle", _WEST, "2062######", "981##", 6),
    City("US", "OR", "Portland", _WEST, "5032######", "972##", 2),
    City("US", "NV", "Las Vegas", _WEST, "7022######", "891##", 1),
    City("CA", "ON", "Toronto", "America/Toronto", "4162######", "M5@ #@#", 9),
    City("CA", "ON", "Ottawa", "America/Toronto", "6132######", "K1@ #@#", 3),
    City("CA", "QC", "Montreal", "America/Toronto", "5142######", "H3@ #@#", 5),
    City("CA", "BC", "Vancouver", "America/Vancouver", "6042######", "V6@ #@#", 5),
    City("CA", "AB", "Calgary", "America/Edmonton", "4032######", "T2@ #@#", 3),
    City("CA", "MB", "Winnipeg", "America/Winnipeg", "2042######", "R3@ #@#", 1),
    City("CA", "NS", "Halifax", "America/Halifax", "9022######", "B3@ #@#", 1),
    City("BR", None, "São Paulo", "America/Sao_Paulo", "113#######", "01###-##0", 8),
    City("BR", None, "Rio de Janeiro", "America/Sao_Paulo", "213#######", "20###-##0", 4),
    City("BR", None, "Belo Horizonte", "America/Sao_Paulo", "313#######", "30###-##0", 2),
    City("BR", None, "Curitiba", "America/Sao_Paulo", "413#######", "80###-##0", 2),
    City("GB", None, "London", "Europe/London", "207#######", "EC#A #@@", 14),
    City("GB", None, "Manchester", "Europe/London", "1612######", "M# #@@", 4),
    City("GB", None, "Birmingham", "Europe/London", "1212######", "B# #@@", 3),
    City("GB", None, "Leeds", "Europe/London", "1132######", "LS# #@@", 2),
    City("GB", None, "Bristol", "Europe/London", "1172######", "BS# #@@", 2),
    City("GB", None, "Edinburgh", "Europe/London", "1312######", "EH# #@@", 2),
    City("GB", None, "Glasgow", "Europe/London", "1412######", "G# #@@", 2),
    City("GB", None, "Liverpool", "Europe/London", "1512######", "L# #@@", 1),
    City("IE", None, "Dublin", "Europe/Dublin", "16######", "D0# @@##", 6),
    City("IE", None, "Cork", "Europe/Dublin", "214######", "T12 @@##", 2),
    City("IE", None, "Galway", "Europe/Dublin", "915#####", "H91 @@##", 1),
    City("DE", None, "Berlin", "Europe/Berlin", "30########", "101##", 6),
    City("DE", None, "München", "Europe/Berlin", "89########", "803##", 6),
    City("DE", None, "Hamburg", "Europe/Berlin", "40########", "203##", 5),
    City("DE", None, "Frankfurt am Main", "Europe/Berlin", "69########", "603##", 4),
    City("DE", None, "Köln", "Europe/Berlin", "221#######", "506##", 3),
    City("DE", None, "Stuttgart", "Europe/Berlin", "711#######", "701##", 3),
    City("DE", None, "Düsseldorf", "Europe/Berlin", "211#######", "402##", 3),
    City("DE", None, "Leipzig", "Europe/Berlin", "341#######", "041##", 1),
    City("FR", None, "Paris", "Europe/Paris", "14#######", "7500#", 9),
    City("FR", None, "Lyon", "Europe/Paris", "47#######", "6900#", 3),
    City("FR", None, "Marseille", "Europe/Paris", "49#######", "1300#", 2),
    City("FR", None, "Toulouse", "Europe/Paris", "56#######", "310##", 2),
    City("FR", None, "Lille", "Europe/Paris", "32#######", "590##", 2),
    City("FR", None, "Nantes", "Europe/Paris", "24#######", "440##", 1),
    City("NL", None, "Amsterdam", "Europe/Amsterdam", "205######", "101# @@", 5),
    City("NL", None, "Rotterdam", "Europe/Amsterdam", "102######", "301# @@", 3),
    City("NL", None, "Utrecht", "Europe/Amsterdam", "302######", "351# @@", 2),
    City("NL", None, "Eindhoven", "Europe/Amsterdam", "402######", "561# @@", 2),
    City("ES", None, "Madrid", "Europe/Madrid", "91#######", "280##", 5),
    City("ES", None, "Barcelona", "Europe/Madrid", "93#######", "080##", 5),
    City("ES", None, "Valencia", "Europe/Madrid", "96#######", "460##", 2),
    City("ES", None, "Bilbao", "Europe/Madrid", "944######", "480##", 1),
    City("SE", None, "Stockholm", "Europe/Stockholm", "85#######", "111 ##", 5),
    City("SE", None, "Göteborg", "Europe/Stockholm", "313######", "411 ##", 3),
    City("SE", None, "Malmö", "Europe/Stockholm", "403######", "211 ##", 2),
    City("AU", "NSW", "Sydney", "Australia/Sydney", "29#######", "20##", 6),
    City("AU", "VIC", "Melbourne", "Australia/Melbourne", "39#######", "30##", 5),
    City("AU", "QLD", "Brisbane", "Australia/Brisbane", "73#######", "40##", 3),
    City("AU", "WA", "Perth", "Australia/Perth", "892######", "60##", 2),
    City("AU", "SA", "Adelaide", "Australia/Adelaide", "88#######", "50##", 1),
    City("JP", None, "Tokyo", "Asia/Tokyo", "33#######", "10#-00##", 7),
    City("JP", None, "Osaka", "Asia/Tokyo", "66#######", "53#-00##", 3),
    City("JP", None, "Nagoya", "Asia/Tokyo", "522######", "46#-00##", 2),
    City("SG", None, "Singapore", "Asia/Singapore", "62######", "0486##", 1),
    City("IN", None, "Bengaluru", "Asia/Kolkata", "8022######", "5600##", 5),
    City("IN", None, "Mumbai", "Asia/Kolkata", "2222######", "4000##", 5),
    City("IN", None, "Hyderabad", "Asia/Kolkata", "4023######", "5000##", 3),
    City("IN", None, "New Delhi", "Asia/Kolkata", "1123######", "1100##", 3),
)  # fmt: skip
"""Cities with the state where the CRM keeps one (US, CA, AU), and their weight in the country."""

STREETS: dict[str, tuple[str, ...]] = {
    "US": (
        "Market Street", "Main Street", "Park Avenue", "Congress Avenue", "Elm Street",
        "Harbor Drive", "Commerce Street", "Liberty Avenue", "Lake Street", "Madison Avenue",
    ),
    "CA": ("King Street West", "Bay Street", "Granville Street", "Queen Street", "Centre Street"),
    "BR": ("Rua Augusta", "Avenida Paulista", "Rua XV de Novembro", "Avenida Brasil"),
    "GB": (
        "High Street", "Station Road", "Kings Road", "Church Lane", "Victoria Street",
        "Deansgate", "Broad Street", "Mill Lane",
    ),
    "IE": ("Baggot Street", "Grand Parade", "Merrion Square", "Patrick Street"),
    "DE": (
        "Hauptstraße", "Bahnhofstraße", "Industriestraße", "Gartenweg", "Lindenallee",
        "Marktplatz", "Schillerstraße",
    ),
    "FR": ("rue de la République", "avenue Victor Hugo", "rue Nationale", "quai des Docks"),
    "NL": ("Stationsplein", "Herengracht", "Kerkstraat", "Industrieweg"),
    "ES": ("Calle Mayor", "Gran Vía", "Avenida de la Constitución", "Calle de Alcalá"),
    "SE": ("Kungsgatan", "Drottninggatan", "Storgatan", "Vasagatan"),
    "AU": ("George Street", "Collins Street", "Queen Street", "St Georges Terrace"),
    "JP": ("Chuo-dori", "Aoyama-dori", "Midosuji", "Sakura-dori"),
    "SG": ("Robinson Road", "Shenton Way", "Cecil Street", "Anson Road"),
    "IN": ("MG Road", "Residency Road", "Nehru Road", "Park Lane"),
}  # fmt: skip
"""Country → streets that exist in many of its towns."""
