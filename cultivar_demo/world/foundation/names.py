"""Names of people by country, from Faker's word lists, with an ASCII spelling for addresses.

Belongs here: first and last names. Does not belong here: company names (``company_names``).
"""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Iterable
from functools import cache

import numpy as np
import pyarrow as pa

from cultivar_demo.world.foundation.draw import Lists
from cultivar_demo.world.foundation.places import COUNTRIES

SINGAPORE_FIRST = (
    "Wei Ling", "Jun Wei", "Hui Min", "Kai Xiang", "Xin Yi", "Zhi Hao", "Mei Fen", "Nurul",
    "Faizal", "Aisha", "Priya", "Arjun", "Deepa", "Marcus", "Rachel", "Daniel", "Grace", "Adeline",
    "Benjamin", "Cheryl", "Desmond", "Evelyn", "Felicia", "Gerald", "Jasmine", "Kelvin", "Melissa",
    "Nicholas", "Shirley", "Terence",
)  # fmt: skip
SINGAPORE_LAST = (
    "Tan", "Lim", "Lee", "Ng", "Wong", "Ong", "Goh", "Chua", "Chan", "Koh", "Teo", "Ang", "Yeo",
    "Tay", "Ho", "Low", "Sim", "Chong", "Toh", "Leong", "Rahman", "Ismail", "Kumar", "Nair",
    "Pillai", "Seah", "Quek", "Foo", "Soh", "Heng",
)  # fmt: skip

SPELLINGS = {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "đ": "d", "ı": "i"}
"""Letters that Unicode does not take apart."""

GERMAN_SPELLINGS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


def plain(text: str, is_german: bool = False) -> str:
    """``text`` in lower-case ASCII letters and digits only."""
    for letter, spelling in SPELLINGS.items():
        text = text.replace(letter, spelling)
    if is_german:
        for letter, spelling in GERMAN_SPELLINGS.items():
            text = text.replace(letter, spelling)
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in folded if letter.isalnum())


def _faker_names(locale: str) -> tuple[dict[str, float], dict[str, float]]:
    """First and last names of a locale with weights, in the order of the list."""
    if locale == "SG":
        return dict.fromkeys(SINGAPORE_FIRST, 1.0), dict.fromkeys(SINGAPORE_LAST, 1.0)
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    if locale == "ja_JP":
        return _weights(provider.first_romanized_names), _weights(provider.last_romanized_names)
    first = _weights(provider.first_names_male) | _weights(provider.first_names_female)
    return first, _weights(provider.last_names)


def _weights(names: Iterable[str] | dict[str, float]) -> dict[str, float]:
    if hasattr(names, "items"):
        return {str(name): float(weight) for name, weight in names.items()}
    return dict.fromkeys(names, 1.0)


@cache
def name_lists() -> tuple[Lists, Lists, list[str], list[str]]:
    """First names, last names by country, and the plain spelling of each."""
    first, last = {}, {}
    first_weights, last_weights = {}, {}
    first_plain: list[str] = []
    last_plain: list[str] = []
    for country, facts in COUNTRIES.items():
        firsts, lasts = (
            {name: weight for name, weight in names.items() if len(plain(name)) > 1}
            for names in _faker_names(facts.names)
        )
        first[country], last[country] = list(firsts), list(lasts)
        first_weights[country], last_weights[country] = list(firsts.values()), list(lasts.values())
        first_plain += [plain(name, country == "DE") for name in firsts]
        last_plain += [plain(name, country == "DE") for name in lasts]
    return Lists(first, first_weights), Lists(last, last_weights), first_plain, last_plain


def draw_names(
    country_numbers: np.ndarray, random: np.random.Generator
) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """First name, last name, and the plain spelling of both, one a country number.

    Args:
        country_numbers: positions in ``COUNTRIES``.
        random: stream.
    """
    first, last, first_plain, last_plain = name_lists()
    one, other = first.draw(country_numbers, random), last.draw(country_numbers, random)
    return (
        first.texts(one),
        last.texts(other),
        first.texts(one, first_plain),
        last.texts(other, last_plain),
    )
