"""Names and domains of companies: coined, after founders, after places; unique by construction.

Belongs here: the word lists and the making of unique names. Does not belong here: who the
companies are (``market``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cultivar_demo.constants import INDUSTRIES
from cultivar_demo.world.foundation.company_words import (
    BRANCHES,
    DESCRIPTORS,
    HEADS,
    MIDDLES,
    PLACES_ONE,
    PLACES_TWO,
    TAILS,
    UNITS,
)
from cultivar_demo.world.foundation.draw import Lists, join_texts, take_texts
from cultivar_demo.world.foundation.names import name_lists, plain
from cultivar_demo.world.foundation.places import COUNTRIES

FREE_MAIL_WORDS = (
    "gmail",
    "yahoo",
    "hotmail",
    "outlook",
    "icloud",
    "aol",
    "protonmail",
    "gmx",
    "web",
    "mail",
    "live",
)
"""No company may be called like a provider of free mail."""

STYLES = (0.14, 0.30, 0.26, 0.10, 0.20)
"""Coined word; coined word and trade; founder and trade; two founders; place and trade."""

SHORT_DOMAIN_SHARE = 0.45
"""Companies whose domain is the first word of the name only, where nobody else has it."""

FAMILY_NAME_SHARE = 0.5
"""Subsidiaries named after the head of the family; the others were bought and keep their name."""

ROUNDS = 6
"""Tries to name a company anew before its city is added to the name."""


def draw_company_names(
    country_numbers: np.ndarray,
    industry_numbers: np.ndarray,
    cities: pa.Array,
    random: np.random.Generator,
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Trade name, its plain spelling (unique) and the plain first word, one a company.

    Args:
        country_numbers: positions in ``COUNTRIES``.
        industry_numbers: positions in ``INDUSTRIES``.
        cities: city of each company; added to a name that nothing else makes unique.
        random: stream.
    """
    size = len(country_numbers)
    names, full, short = _candidates(country_numbers, industry_numbers, random, STYLES)
    # From the second round on only styles with room for many names.
    again_styles = (0.0, 0.6, 0.25, 0.0, 0.15)
    for _ in range(ROUNDS):
        double = _not_unique(names, full)
        if not len(double):
            return names, full, short
        fresh = _candidates(country_numbers[double], industry_numbers[double], random, again_styles)
        names, full, short = (
            replace_at(old, double, new)
            for old, new in zip((names, full, short), fresh, strict=True)
        )
    double = _not_unique(names, full)
    if len(double):
        numbers = pa.array(np.arange(1, len(double) + 1)).cast(pa.string())
        towns = cities.take(pa.array(double))
        longer = join_texts(names.take(pa.array(double)), towns, numbers, separator=" ")
        spelled = pa.array([plain(name) for name in longer.to_pylist()])
        names, full = replace_at(names, double, longer), replace_at(full, double, spelled)
    assert len(names) == size
    return names, full, short


def name_subsidiaries(
    names: pa.Array,
    full: pa.Array,
    short: pa.Array,
    root: np.ndarray,
    country_numbers: np.ndarray,
    random: np.random.Generator,
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Names, plain names and first words where some subsidiaries carry the family's name.

    Args:
        names: unique names so far; ``full`` and ``short`` belong to them.
        full: plain spelling of the whole name.
        short: plain spelling of the first word.
        root: position of the head of the family, or -1 for a company without a parent.
        country_numbers: positions in ``COUNTRIES``.
        random: stream.
    """
    chosen = np.flatnonzero((root >= 0) & (random.random(len(root)) < FAMILY_NAME_SHARE))
    is_abroad = country_numbers[chosen] != country_numbers[root[chosen]]
    branches = list(BRANCHES.values())
    unit = pc.if_else(
        pa.array(is_abroad),
        take_texts(branches, country_numbers[chosen]),
        take_texts(UNITS, random.integers(len(UNITS), size=len(chosen))),
    )
    head = pa.array(root[chosen])
    spelled = join_texts(full.take(head), pc.replace_substring(pc.utf8_lower(unit), " ", ""))
    new_names = replace_at(names, chosen, join_texts(names.take(head), unit, separator=" "))
    new_full = replace_at(full, chosen, spelled)
    new_short = replace_at(short, chosen, spelled)
    # A name that exists already stays with who had it; the subsidiary keeps its own.
    keep = np.intersect1d(_not_unique(new_names, new_full), chosen)
    while len(keep):
        back = pa.array(keep)
        new_names = replace_at(new_names, keep, names.take(back))
        new_full = replace_at(new_full, keep, full.take(back))
        new_short = replace_at(new_short, keep, short.take(back))
        chosen = np.setdiff1d(chosen, keep)
        twins = _not_unique(new_names, new_full)
        keep = chosen if len(twins) else twins
    return new_names, new_full, new_short


def draw_domains(
    full: pa.Array, short: pa.Array, country_numbers: np.ndarray, random: np.random.Generator
) -> pa.Array:
    """One unique domain a company, like its name.

    Args:
        full: plain spelling of the whole name, unique.
        short: plain spelling of its first word.
        country_numbers: positions in ``COUNTRIES``.
        random: stream.
    """
    size = len(country_numbers)
    endings = Lists({code: facts.top_level_domains for code, facts in COUNTRIES.items()})
    ending = endings.texts(endings.draw(country_numbers, random))
    is_short = (random.random(size) < SHORT_DOMAIN_SHARE) & (
        pc.utf8_length(short).to_numpy(zero_copy_only=False) > 3
    )
    for word in FREE_MAIL_WORDS:
        is_short &= ~pc.equal(short, word).to_numpy(zero_copy_only=False)
    while True:
        label = pc.if_else(pa.array(is_short), short, full)
        domain = join_texts(label, ending, separator=".")
        # Who uses the whole name has the older right; of the others the first keeps it.
        order = np.concatenate([np.flatnonzero(~is_short), np.flatnonzero(is_short)])
        losers = order[later_twins(domain.take(pa.array(order)))]
        if not len(losers):
            return domain
        is_short[losers] = False


def _candidates(
    countries: np.ndarray, industries: np.ndarray, random: np.random.Generator, styles: tuple
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Name, plain whole name, plain first word; not yet unique."""
    size = len(countries)
    _, surnames, _, surnames_plain = name_lists()
    trades = Lists({industry: DESCRIPTORS[industry] for industry in INDUSTRIES})
    cumulative = np.cumsum(styles)
    style = np.searchsorted(cumulative, random.random(size) * cumulative[-1], side="right")
    coined = join_texts(
        take_texts(HEADS, random.integers(len(HEADS), size=size)),
        take_texts(MIDDLES, random.integers(len(MIDDLES), size=size)),
        take_texts(TAILS, random.integers(len(TAILS), size=size)),
    )
    placed = join_texts(
        take_texts(PLACES_ONE, random.integers(len(PLACES_ONE), size=size)),
        take_texts(PLACES_TWO, random.integers(len(PLACES_TWO), size=size)),
    )
    founder, second = surnames.draw(countries, random), surnames.draw(countries, random)
    trade = trades.texts(trades.draw(industries, random))
    word = pc.if_else(pa.array(style < 2), coined, placed)
    is_founder = pa.array((style == 2) | (style == 3))
    word = pc.if_else(is_founder, surnames.texts(founder), word)
    word_plain = pc.if_else(
        is_founder, surnames.texts(founder, surnames_plain), pc.utf8_lower(word)
    )
    rest = pc.if_else(pa.array(style == 3), surnames.texts(second), trade)
    rest_plain = pc.if_else(
        pa.array(style == 3), surnames.texts(second, surnames_plain), pc.utf8_lower(trade)
    )
    between = pc.if_else(pa.array(style == 3), " & ", " ")
    alone = pa.array(style == 0)
    name = pc.if_else(alone, word, join_texts(word, between, rest))
    full = pc.if_else(alone, word_plain, join_texts(word_plain, rest_plain))
    # Half the surnames of the world are somebody's domain: founders use the whole name.
    return name, full, pc.if_else(is_founder, full, word_plain)


def _not_unique(names: pa.Array, full: pa.Array) -> np.ndarray:
    """Positions whose name or plain spelling occurs before."""
    return np.union1d(later_twins(pc.utf8_lower(names)), later_twins(full))


def later_twins(texts: pa.Array) -> np.ndarray:
    """Positions of texts that occur before."""
    codes = np.asarray(texts.dictionary_encode().indices)
    _, first = np.unique(codes, return_index=True)
    is_later = np.ones(len(codes), dtype=bool)
    is_later[first] = False
    return np.flatnonzero(is_later)


def replace_at(texts: pa.Array, positions: np.ndarray, new: pa.Array) -> pa.Array:
    """``texts`` with ``new`` at ``positions``."""
    take = np.arange(len(texts))
    take[positions] = len(texts) + np.arange(len(positions))
    return pa.concat_arrays([texts, new]).take(pa.array(take))
