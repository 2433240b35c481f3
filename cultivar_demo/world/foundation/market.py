"""The market: every company that could buy, as it really is.

Belongs here: firmographics, families of companies, fit. Does not belong here: names
(``company_names``), when the CRM gets to know a company (``crm_entry``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cultivar_demo.constants import INDUSTRIES
from cultivar_demo.world.foundation.company_names import (
    draw_company_names,
    draw_domains,
    name_subsidiaries,
)
from cultivar_demo.world.foundation.crm_entry import draw_crm_entry
from cultivar_demo.world.foundation.draw import (
    Lists,
    choose,
    fill_patterns,
    join_texts,
    money,
    nullable,
    take_texts,
)
from cultivar_demo.world.foundation.places import CITIES, COUNTRIES, STREETS
from cultivar_demo.world.foundation.reference import REGIONS, SEGMENT_BOUNDS, SEGMENTS
from cultivar_demo.world.world import World

INDUSTRY_SHARES = (0.16, 0.12, 0.10, 0.14, 0.11, 0.11, 0.05, 0.05, 0.06, 0.04, 0.03, 0.03)
"""Part of the market by industry, in the order of ``INDUSTRIES``."""

REVENUE_PER_EMPLOYEE = (230, 340, 160, 220, 190, 150, 90, 170, 210, 480, 110, 310)
"""Thousand US dollars by industry."""

INDUSTRY_FIT = (0.9, 0.8, 0.2, 0.1, 0.3, 0.2, -0.7, 0.3, 0.0, -0.3, -0.9, 0.3)
"""How much an industry likes the product (log odds)."""

REGION_FIT = {"AMER": 0.15, "EMEA": 0.0, "APAC": -0.15}

MEDIAN_EMPLOYEES = 120
EMPLOYEES_SPREAD = 1.6
"""Standard deviation of the logarithm: many small companies, few very large ones."""

FEWEST_EMPLOYEES = 3
MOST_EMPLOYEES = 250_000

BEST_FIT_EMPLOYEES = 900
"""Companies of this size gain most; much smaller and much larger ones less."""

SERVICEABLE_EMPLOYEES = 20
"""Smaller companies are not served."""

SUBSIDIARY_SHARE = 0.125
"""Companies that belong to another; a few of them find no larger parent."""

GRANDCHILD_SHARE = 0.15
"""Subsidiaries whose parent is itself a subsidiary."""

SAME_INDUSTRY_SHARE = 0.7
SAME_COUNTRY_SHARE = 0.5
"""Subsidiaries in the parent's industry and country."""


def add_accounts(world: World) -> None:
    """Add account and target_list_membership."""
    settings, size = world.settings, world.settings.accounts
    random = settings.random("foundation/market")
    employees = np.exp(np.log(MEDIAN_EMPLOYEES) + EMPLOYEES_SPREAD * random.standard_normal(size))
    employees = employees.clip(FEWEST_EMPLOYEES, MOST_EMPLOYEES).astype(np.int64)
    parent, root = draw_families(employees, settings.random("foundation/families"))
    countries = choose([facts.share for facts in COUNTRIES.values()], size, random)
    industries = choose(INDUSTRY_SHARES, size, random)
    for values, share in ((countries, SAME_COUNTRY_SHARE), (industries, SAME_INDUSTRY_SHARE)):
        follows = (root >= 0) & (random.random(size) < share)
        values[follows] = values[root[follows]]
    city = _draw_cities(countries, random)
    region_of = np.array([REGIONS.index(facts.region) for facts in COUNTRIES.values()])
    region = region_of[countries]
    segment = np.searchsorted(SEGMENT_BOUNDS, employees, side="right")
    is_served = np.array([facts.is_served for facts in COUNTRIES.values()])
    is_in_sam = is_served[countries] & (employees >= SERVICEABLE_EMPLOYEES)
    fit = _fit(industries, employees, region, random)
    city_names = take_texts([place.city for place in CITIES], city)
    names, full, short = draw_company_names(countries, industries, city_names, random)
    names, full, short = name_subsidiaries(names, full, short, root, countries, random)
    revenue = (
        np.array(REVENUE_PER_EMPLOYEE)[industries]
        * 1_000.0
        * employees
        * np.exp(0.4 * random.standard_normal(size))
    )
    entry = draw_crm_entry(settings, fit, is_in_sam, employees)
    world.add("target_list_membership", entry.memberships)
    codes = list(COUNTRIES)
    streets = Lists({code: STREETS[code] for code in codes})
    legal = Lists({code: facts.legal_forms for code, facts in COUNTRIES.items()})
    world.add(
        "account",
        {
            "account_id": np.arange(1, size + 1),
            "account_name": names,
            "legal_name": join_texts(
                names, legal.texts(legal.draw(countries, random)), separator=" "
            ),
            "domain": draw_domains(full, short, countries, random),
            "industry": take_texts(INDUSTRIES, industries),
            "employee_count": employees,
            "annual_revenue_usd": money(np.round(revenue, -3)),
            "country": take_texts(codes, countries),
            "state": take_texts([place.state for place in CITIES], city),
            "city": city_names,
            "street": _streets(streets.texts(streets.draw(countries, random)), countries, random),
            "postal_code": fill_patterns([place.postal for place in CITIES], city, random),
            "phone": join_texts(
                take_texts([f"+{COUNTRIES[place.country].dial}" for place in CITIES], city),
                fill_patterns([place.phone for place in CITIES], city, random),
            ),
            "parent_account_id": nullable(parent + 1, parent < 0),
            "segment": take_texts(SEGMENTS, segment),
            "region": take_texts(REGIONS, region),
            "territory_id": region * len(SEGMENTS) + segment + 1,
            "time_zone": take_texts([place.time_zone for place in CITIES], city),
            "currency": take_texts([facts.currency for facts in COUNTRIES.values()], countries),
            "fit": fit.round(4),
            "is_in_sam": is_in_sam,
            "entered_crm_at": entry.entered_at,
            "account_source": entry.source,
        },
    )


def draw_families(
    employees: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Position of the parent and of the head of the family of each company, -1 if it has none.

    A parent has more employees than its child, which rules out loops; at most three levels.
    """
    size = len(employees)
    parent = np.full(size, -1, dtype=np.int64)
    draws = random.random(size)
    is_child = draws < SUBSIDIARY_SHARE
    is_grandchild = draws < SUBSIDIARY_SHARE * GRANDCHILD_SHARE
    children = np.flatnonzero(is_child & ~is_grandchild)
    _adopt(parent, children, np.flatnonzero(~is_child), employees, random)
    middle = children[parent[children] >= 0]
    _adopt(parent, np.flatnonzero(is_grandchild), middle, employees, random)
    above = np.where(parent >= 0, parent[parent], -1)
    return parent, np.where(above >= 0, above, parent)


def _adopt(
    parent: np.ndarray,
    children: np.ndarray,
    candidates: np.ndarray,
    employees: np.ndarray,
    random: np.random.Generator,
) -> None:
    """Give each child one of the larger candidates, the larger the likelier."""
    if not len(candidates) or not len(children):
        return
    order = candidates[np.argsort(-employees[candidates], kind="stable")]
    cumulative = np.cumsum(np.sqrt(employees[order].astype(float)))
    larger = np.searchsorted(-employees[order], -employees[children], side="left")
    has_one = larger > 0
    draws = random.random(len(children))[has_one] * cumulative[larger[has_one] - 1]
    chosen = np.searchsorted(cumulative, draws, side="right")
    parent[children[has_one]] = order[np.minimum(chosen, larger[has_one] - 1)]


def _draw_cities(countries: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Position in ``CITIES`` of each company."""
    of_country = {
        code: [number for number, place in enumerate(CITIES) if place.country == code]
        for code in COUNTRIES
    }
    weights = {code: [CITIES[n].weight for n in numbers] for code, numbers in of_country.items()}
    lists = Lists(
        {code: [str(n) for n in numbers] for code, numbers in of_country.items()}, weights
    )
    return np.array([int(number) for number in lists.values])[lists.draw(countries, random)]


def _streets(streets: pa.Array, countries: np.ndarray, random: np.random.Generator) -> pa.Array:
    """Street and number in the order that the country writes them."""
    number = pa.array(random.integers(1, 400, len(countries))).cast(pa.string())
    is_first = np.array([facts.street.startswith("{number}") for facts in COUNTRIES.values()])
    comma = np.array([", " if "," in facts.street else " " for facts in COUNTRIES.values()])
    return pc.if_else(
        pa.array(is_first[countries]),
        join_texts(number, streets, separator=" "),
        join_texts(streets, take_texts(comma.tolist(), countries), number),
    )


def _fit(
    industries: np.ndarray, employees: np.ndarray, region: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """0 to 1 by industry, distance from the best size, region, and what nobody sees."""
    distance = np.abs(np.log(employees / BEST_FIT_EMPLOYEES)) / np.log(10)
    log_odds = (
        -0.1
        + np.array(INDUSTRY_FIT)[industries]
        - 0.9 * distance**1.3
        + np.array([REGION_FIT[name] for name in REGIONS])[region]
        + 0.8 * random.standard_normal(len(industries))
    )
    return 1 / (1 + np.exp(-log_odds))
