"""Reference tables: holidays, currency rates, products, territories.

Belongs here: what is constant, or follows from the calendar. Does not belong here: chance.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa

from cultivar_demo.constants import CURRENCY_RATES
from cultivar_demo.schema import TABLES
from cultivar_demo.world.clock import holidays_of
from cultivar_demo.world.foundation.places import COUNTRIES
from cultivar_demo.world.world import World

REGIONS = ("AMER", "EMEA", "APAC")
SEGMENTS = ("smb", "mid_market", "enterprise")
SEGMENT_NAMES = ("SMB", "Mid-Market", "Enterprise")
SEGMENT_BOUNDS = (200, 2_000)
"""Employees from which a company is mid_market, and enterprise."""

PRODUCTS = (
    ("Northwind Analytics Team", "NW-TEAM", "Platform", "29.00", True, True),
    ("Northwind Analytics Business", "NW-BUSINESS", "Platform", "49.00", True, True),
    ("Northwind Analytics Enterprise", "NW-ENTERPRISE", "Platform", "79.00", True, True),
    ("Data Connectors", "NW-CONNECT", "Add-on", "9.00", True, True),
    ("Forecasting", "NW-FORECAST", "Add-on", "15.00", True, True),
    ("Embedded Dashboards", "NW-EMBED", "Add-on", "12.00", True, True),
    ("Governance and Audit", "NW-GOVERN", "Add-on", "8.00", True, True),
    ("Classic Reports", "NW-CLASSIC", "Platform", "19.00", True, False),
    ("Onboarding Package", "NW-ONBOARD", "Service", "4500.00", False, True),
    ("Training Day", "NW-TRAIN", "Service", "1800.00", False, True),
)
"""Name, code, family, list price (a seat and month; once for services), recurring, active."""


def territory_number(region: str, segment: str) -> int:
    """Territory id of a region and segment."""
    return REGIONS.index(region) * len(SEGMENTS) + SEGMENTS.index(segment) + 1


def add_reference(world: World) -> None:
    """Add country_holiday, currency_rate, product and territory."""
    years = range(world.settings.first_day.year - 1, world.settings.last_day.year + 2)
    rows = [
        {"country": country, "day": day, "holiday_name": name}
        for country in sorted(COUNTRIES)
        for day, name in holidays_of(country)
        if day.year in years
    ]
    world.add("country_holiday", _table("country_holiday", rows))
    rows = [
        {
            "currency": currency,
            "valid_from": dt.date.fromisoformat(day),
            "rate_to_usd": Decimal(rate),
        }
        for currency, rates in CURRENCY_RATES.items()
        for day, rate in rates
    ]
    world.add("currency_rate", _table("currency_rate", rows))
    rows = [
        {
            "product_id": number,
            "product_name": name,
            "product_code": code,
            "product_family": family,
            "list_price_monthly": Decimal(price),
            "is_recurring": is_recurring,
            "is_active": is_active,
        }
        for number, (name, code, family, price, is_recurring, is_active) in enumerate(PRODUCTS, 1)
    ]
    world.add("product", _table("product", rows))
    rows = [
        {
            "territory_id": territory_number(region, segment),
            "territory_name": f"{region} {name}",
            "region": region,
            "segment": segment,
        }
        for region in REGIONS
        for segment, name in zip(SEGMENTS, SEGMENT_NAMES, strict=True)
    ]
    world.add("territory", _table("territory", rows))


def _table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TABLES[name].schema)
