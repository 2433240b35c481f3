"""Worlds of a handful of rows, typed by hand, for the tests of the ledger.

Belongs here: how such a world is put together. Does not belong here: expected values.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from cultivar_demo.constants import CURRENCY_RATES, STAGES
from cultivar_demo.ledger import fill
from cultivar_demo.ledger.book import Book
from cultivar_demo.schema import TABLES
from cultivar_demo.settings import Settings
from cultivar_demo.world.world import World

Rows = list[dict[str, Any]]

MONTHS = 36
"""The little worlds begin on 1 October 2023."""

STATE = {stage.name: stage.state for stage in STAGES}
PROBABILITY = {stage.name: stage.probability for stage in STAGES}
CATEGORY = {stage.name: stage.forecast_category for stage in STAGES}


def at(text: str) -> dt.datetime:
    """An instant in UTC."""
    return dt.datetime.fromisoformat(text)


def on(text: str) -> dt.date:
    """A day."""
    return dt.date.fromisoformat(text)


def user(key: int, role: str = "ae", name: str | None = None) -> dict[str, Any]:
    """An employee in New York, there from the start."""
    return {
        "user_id": key,
        "user_name": name or f"User {key}",
        "role": role,
        "country": "US",
        "time_zone": "America/New_York",
        "hired_on": on("2020-01-01"),
    }


def account(key: int, **more: Any) -> dict[str, Any]:
    """A company that buys in dollars."""
    return {
        "account_id": key,
        "account_name": f"Account {key}",
        "domain": f"account{key}.test",
        "segment": "smb",
        "industry": "Software",
        "country": "US",
        "currency": "USD",
        "is_in_sam": True,
        **more,
    }


def deal(
    key: int, *versions: tuple[str, str, int | None, str], **more: Any
) -> tuple[dict[str, Any], Rows]:
    """A deal and its versions: instant, stage, amount, close date; ``more`` for the deal itself.

    ``owner``, ``is_deleted`` and ``forecast_category`` go into the versions, the last two into the
    last one only.
    """
    owner = more.pop("owner", 1)
    is_deleted = more.pop("is_deleted", False)
    category = more.pop("forecast_category", None)
    head = {
        "opportunity_id": key,
        "account_id": 1,
        "opportunity_name": f"Deal {key}",
        "opportunity_type": "New Business",
        "created_at": at(versions[0][0]),
        "created_by_user_id": owner,
        "motion": "outbound",
        "sourced_by_role": "ae",
        "currency": "USD",
        "is_target_account": False,
        **more,
    }
    rows = [
        {
            "opportunity_id": key,
            "version_at": at(stamp),
            "stage": stage,
            "amount": None if amount is None else Decimal(amount),
            "close_date": on(close),
            "owner_user_id": owner,
            "probability": PROBABILITY[stage],
            "forecast_category": CATEGORY[stage],
            "is_closed": STATE[stage] != "open",
            "is_won": STATE[stage] == "won",
            "is_deleted": False,
        }
        for stamp, stage, amount, close in versions
    ]
    rows[-1]["is_deleted"] = is_deleted
    if category:
        rows[-1]["forecast_category"] = category
    return head, rows


def deals(*pairs: tuple[dict[str, Any], Rows]) -> dict[str, Rows]:
    """The two tables of several deals."""
    return {
        "opportunity": [head for head, _ in pairs],
        "opportunity_version": [row for _, rows in pairs for row in rows],
    }


def lead(
    key: int, *versions: tuple[str, str], owner: int = 1, **more: Any
) -> tuple[dict[str, Any], Rows]:
    """A lead and its versions: instant, status."""
    head = {
        "lead_id": key,
        "person_id": key,
        "employment_id": key,
        "account_id": 1,
        "created_at": at(versions[0][0]),
        "motion": "inbound",
        "lead_source": "Web Form",
        **more,
    }
    rows = [
        {
            "lead_id": key,
            "version_at": at(stamp),
            "lead_status": status,
            "owner_user_id": owner,
            "is_converted": status == "Converted",
            "converted_at": at(stamp) if status == "Converted" else None,
            "is_deleted": False,
        }
        for stamp, status in versions
    ]
    return head, rows


def leads(*pairs: tuple[dict[str, Any], Rows]) -> dict[str, Rows]:
    """The two tables of several leads."""
    return {
        "lead": [head for head, _ in pairs],
        "lead_version": [row for _, rows in pairs for row in rows],
    }


def charge(key: int, owner: int, start: str, end: str, mrr: int, **more: Any) -> dict[str, Any]:
    """A charge of one seat over ``[start, end)``; subscription = account unless said."""
    return {
        "charge_id": key,
        "subscription_id": owner,
        "account_id": owner,
        "product_id": 1,
        "segment": 1,
        "effective_from": on(start),
        "effective_to": on(end),
        "quantity": 1,
        "unit_price": Decimal(mrr),
        "mrr": Decimal(mrr),
        "currency": "USD",
        "billing_period_months": 12,
        "movement": "new",
        "booked_at": at(f"{start}T12:00:00"),
        **more,
    }


def little_world(**tables: Rows) -> World:
    """A world of the given rows; users, a product, an account, rates and a holiday if not given."""
    world = World(Settings(accounts=50, months=MONTHS))
    defaults: dict[str, Rows] = {
        "sales_user": [user(1)],
        "account": [account(1)],
        "product": [{"product_id": 1, "product_name": "Core"}],
        "country_holiday": [{"country": "US", "day": on("2026-07-03"), "holiday_name": "Day off"}],
        "currency_rate": [
            {"currency": currency, "valid_from": on(day), "rate_to_usd": Decimal(rate)}
            for currency, rates in CURRENCY_RATES.items()
            for day, rate in rates
        ],
    }
    for name, table in TABLES.items():
        rows = tables.get(name, defaults.get(name, []))
        world.add(name, pa.Table.from_pylist(rows, schema=table.schema))
    return world


class Ledger:
    """A filled book, to be asked for single rows."""

    def __init__(self, world: World, **how: Any) -> None:
        self.book: Book = fill(world, **how)

    def rows(self, kpi_id: str, variant: str, grain: str, **where: Any) -> Rows:
        """Rows of segment ``all`` unless said, by period."""
        segment_type = where.pop("segment_type", "all")
        table = self.book.connection.execute(
            "select * from kpi where kpi_id = ? and variant = ? and period_grain = ? "
            "and segment_type = ? order by period_start, segment",
            [kpi_id, variant, grain, segment_type],
        ).to_arrow_table()
        return [
            row
            for row in table.to_pylist()
            if all(row[name] == value for name, value in where.items())
        ]

    def row(
        self, kpi_id: str, variant: str, grain: str, start: str, **where: Any
    ) -> dict[str, Any]:
        """The one row of the period that begins on ``start``."""
        (found,) = self.rows(kpi_id, variant, grain, period_start=on(start), **where)
        return found

    def query(self, query: str) -> Rows:
        """Any query over the book's tables."""
        return self.book.connection.execute(query).to_arrow_table().to_pylist()


def ledger(*parts: str, **tables: Rows) -> Ledger:
    """The ledger of a little world: the named parts of it."""
    return Ledger(little_world(**tables), parts=parts)


def waterfall_gaps(book: Ledger) -> list[dict[str, Any]]:
    """Accounts and months whose opening and movements do not give the closing."""
    return book.query(
        """
        with stand as (
            select account_id, month, sum(12 * mrr_with_grace) as closing
            from mrr_monthly where is_month_end group by all
        ),
        moved as (
            select account_id, cast(date_trunc('month', day) as date) as month,
                sum(amount) as amount
            from arr_movement group by all
        ),
        seen as (
            select account_id, month from moved union select account_id, month from stand
        ),
        level as (
            select account_id, month, coalesce(m.amount, 0) as amount,
                coalesce(s.closing, 0) as closing
            from seen left join moved as m using (account_id, month)
            left join stand as s using (account_id, month)
            where month >= (select min(month) from snapshot_day)
        ),
        run as (
            select *, lag(closing, 1, cast(0 as decimal(18, 2))) over (
                partition by account_id order by month
            ) as opening
            from level
        )
        select * from run where opening + amount != closing
            -- What began before the first month has no opening here.
            and month > (select min(month) from snapshot_day)
        """
    )
