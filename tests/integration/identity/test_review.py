"""The queue of pairs for people: who is asked about, in which order, with which money at stake.

Belongs here: cases worked out by hand on a few records. Does not belong here: why a pair is in
doubt (``test_scoring``), how large a cluster may grow (``test_clusters``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from dagster_project.identity.run import resolve
from dagster_project.identity.settings import IdentitySettings
from tests.integration.identity.conftest import Behind
from tests.integration.identity.test_clusters import decided, rows
from tests.integration.identity.test_scoring import ACME

DAY = dt.date(2026, 6, 30)
SETTINGS = IdentitySettings(as_of_date=DAY, reporting_currency="EUR")

#: Alike but in two countries, which is for people; a3 is a copy of a1, a4 has the number alone.
RECORDS: dict[str, list[dict[str, Any]]] = {
    "account": [
        {"account_id": "a1", **ACME, "created_at": "2026-01-01"},
        {"account_id": "a2", **ACME, "country": "AT", "created_at": "2026-01-02"},
        {"account_id": "a3", **ACME, "created_at": "2026-01-03"},
        {"account_id": "a4", "account_name": "Else", "phone": ACME["phone"],
         "website_domain": ACME["website_domain"], "created_at": "2026-01-04"},
    ],
    "contact": [{"contact_id": "c1", "account_id": "a3", "first_name": "Ada", "last_name": "King"},
                {"contact_id": "c2", "account_id": "a3", "first_name": "Ada", "last_name": "King"}],
}  # fmt: skip


def with_money(con: duckdb.DuckDBPyConnection, usd: str | None = "0.8") -> None:
    """Deals and subscriptions in euros; a dollar is 80 cents unless nobody knows."""
    con.execute(
        """
        create schema if not exists config;
        create or replace table config.opportunity_stage (stage varchar, state varchar);
        create or replace table config.currency_rate
            (currency_code varchar, valid_from date, rate_to_reporting decimal(18, 8));
        create or replace table canonical.opportunity as
        select *, 'EUR' as currency_code, date '2026-09-30' as close_date,
            null::varchar as owner_id, 'Offer' as stage, false as is_excluded,
            'crm' as source_name, opportunity_id as source_record_id,
            timestamptz '2026-01-01' as created_at,
            null::varchar as merged_into_opportunity_id, null::varchar as exclusion_reason
        from (values ('o1', 'a1', 100, false), ('o2', 'a3', 20, false), ('o3', 'a2', 3, false),
            ('o4', 'a1', 5000, true))
            t(opportunity_id, account_id, amount_original, is_closed_in_source);
        create or replace view gate.opportunity as from canonical.opportunity;
        create or replace table canonical.subscription as
        select 's1' as subscription_id, 'a2' as account_id, date '2026-01-01' as started_on;
        create or replace table canonical.subscription_charge as
        select 's1' as subscription_id, 'a2' as account_id, 10 as monthly_recurring_original,
            'EUR' as currency_code, true as is_recurring, date '2026-01-01' as effective_from,
            null::date as effective_to, false as is_excluded;
        create or replace table canonical.user (user_id varchar, email varchar);
        create or replace table canonical.employee
            (email varchar, team varchar, hired_on date, is_excluded boolean);
        """
    )
    if usd:
        con.execute(
            "insert into config.currency_rate values ('USD', '2026-01-01', ?), "
            "('USD', '2026-07-01', 0.5)",
            [usd],
        )


def queue(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return rows(
        con,
        "select kind, record_l, record_r, why, pair_count, open_amount_usd, arr_usd "
        "from hygiene.review_queue order by review_rank",
    )


def test_money_is_that_of_all_records_of_the_accounts_concerned(behind_gate: Behind) -> None:
    """120 euros are open at a1 with its copy, 3 at a2, which pays 120 a year; o4 is closed."""
    con = behind_gate(RECORDS)
    with_money(con)
    assert resolve(con, SETTINGS).to_review == len(queue(con))
    of_a2 = [row for row in queue(con) if row[0] == "account" and "a2" in row[1:3]]
    assert [row[3:] for row in of_a2[:1]] == [
        ("they are in two countries", 2, Decimal("153.75"), Decimal("150.00"))
    ]
    assert [row[5:] for row in queue(con) if row[0] == "person"] == [(Decimal("150.00"), None)]


def test_the_likeliest_come_first_and_each_two_are_asked_about_once(behind_gate: Behind) -> None:
    con = behind_gate(RECORDS)
    with_money(con)
    resolve(con, SETTINGS)
    found = rows(
        con,
        "select review_rank, match_probability, as_of_date from hygiene.review_queue "
        "order by review_rank",
    )
    assert [rank for rank, _, _ in found] == list(range(1, len(found) + 1))
    assert [-p for _, p, _ in found] == sorted(-p for _, p, _ in found)
    assert {day for _, _, day in found} == {DAY}
    accounts = [row[1:3] for row in queue(con) if row[0] == "account"]
    assert sum(set(pair) <= {"a1", "a2", "a3"} for pair in accounts) == 1


@pytest.mark.parametrize("one", ["a1", "a3"])
def test_nobody_is_asked_again_about_a_copy_of_what_they_kept_apart(
    behind_gate: Behind, one: str
) -> None:
    con = behind_gate(RECORDS)
    apart = (decided("never_merge", "account", one, "a2"),)
    resolve(con, dataclasses.replace(SETTINGS, as_of_date=None, overrides=apart))
    assert not [row for row in queue(con) if {*row[1:3]} <= {"a1", "a2", "a3"}]


def test_no_dollars_without_a_rate(behind_gate: Behind) -> None:
    con = behind_gate(RECORDS)
    with_money(con, usd=None)
    resolve(con, SETTINGS)
    assert {row[5:] for row in queue(con)} == {(None, None)}
    resolve(con, dataclasses.replace(SETTINGS, reporting_currency="USD"))
    # Their euros are not worth anything that is known.
    assert {row[5:] for row in queue(con)} == {(None, None)}
