"""The accounts that leads are told, against the companies that they truly work for.

Belongs here: precision and recall on the made company. Does not belong here: single cases (dbt
unit tests beside the models).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cultivar_demo.vendors.identifiers import register_identifiers, salesforce_id
from tests.support.demo import MadeCompany
from tests.support.nightly import NightlyRun

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

SOURCE = "crm"
PRECISION = 0.99
RECALL = 0.95


@pytest.fixture(scope="module")
def told(salesforce: MadeCompany, published: NightlyRun) -> Iterator[duckdb.DuckDBPyConnection]:
    """View ``told``: a lead, its true company, whether the CRM has it, and what was told."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.home.warehouse}' as warehouse (read_only)")
        _put_beside_the_truth(connection, salesforce.truth)
        yield connection


def _put_beside_the_truth(connection: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """All records of one company count as it; a lead's key is a hash of its source and id."""
    register_identifiers(connection)
    account_key = f"md5('{SOURCE}|' || {salesforce_id('Account', 'record_id')})"
    lead_key = f"md5('{SOURCE}|' || {salesforce_id('Lead', 'link.lead_id')})"
    connection.execute(
        f"""
        create temp table of_cluster as
            select distinct record_id, cluster_id
            from read_parquet('{truth}/duplicate_cluster.parquet') where entity = 'account';
        create temp table in_crm as
            select known.account_id, coalesce(cluster_id, record_id) as company
            from (
                select record_id, {account_key} as account_id
                from (
                    select record_id from of_cluster
                    union
                    select account_id from read_parquet('{truth}/lead_account_link.parquet')
                ) as records (record_id)
            ) as known
            left join of_cluster using (record_id)
            semi join warehouse.gate.account as account
                on known.account_id = account.account_id;
        create temp table told as
            select
                company,
                company in (select company from in_crm) as is_in_crm,
                match.*,
                match.account_id is not null as is_told,
                coalesce(match.account_id in (
                    select account_id from in_crm where in_crm.company = truly.company
                ), false) as is_right
            from (
                select {lead_key} as lead_id, coalesce(cluster_id, link.account_id) as company
                from read_parquet('{truth}/lead_account_link.parquet') as link
                left join of_cluster on of_cluster.record_id = link.account_id
            ) as truly
            inner join warehouse.marts.fct_lead_account_match as match using (lead_id)
        """
    )


def test_nearly_every_lead_has_its_account_and_hardly_any_a_wrong_one(
    told: duckdb.DuckDBPyConnection,
) -> None:
    precision, recall, leads = told.execute(
        """
        select
            count(*) filter (where is_right) / count(*) filter (where is_told),
            count(*) filter (where is_right) / count(*) filter (where is_in_crm),
            count(*) filter (where is_in_crm)
        from told
        """
    ).fetchall()[0]
    assert leads > 100
    assert precision >= PRECISION
    assert recall >= RECALL


def test_a_method_is_right_as_often_as_it_is_trusted(told: duckdb.DuckDBPyConnection) -> None:
    """The confidence of a method is no more than how often it is right here."""
    rows = told.execute(
        """
        select
            account_match_method,
            count(*) filter (where is_right) / count(*) as precision,
            max(account_match_confidence) as confidence
        from told where is_told group by all order by all
        """
    ).fetchall()
    assert {"address", "contact_address", "conversion"} <= {method for method, _, _ in rows}
    assert [method for method, precision, confidence in rows if precision < confidence] == []


def test_no_lead_of_a_company_without_an_account_has_one(
    told: duckdb.DuckDBPyConnection,
) -> None:
    without, wrong = told.execute(
        "select count(*), count(*) filter (where is_told) from told where not is_in_crm"
    ).fetchall()[0]
    assert without > 0
    assert wrong / without <= 1 - PRECISION


def test_every_lead_is_counted_with_its_account_or_without(
    published: NightlyRun, told: duckdb.DuckDBPyConnection
) -> None:
    assert told.execute(
        "select count(*) from warehouse.resolved.lead "
        "anti join warehouse.marts.fct_lead_account_match using (lead_id)"
    ).fetchall() == [(0,)]
