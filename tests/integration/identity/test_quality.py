"""How well the demo company's accounts and people are told apart, at the default thresholds.

Belongs here: precision, recall, F1 and purity against the simulated truth, recomputed. Does not
belong here: other people's data (``test_febrl``), whole nights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from cultivar_demo.settings import Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.salesforce.write import OBJECTS
from cultivar_demo.write import make_world
from dagster_project.company.model import FREE_MAIL_DOMAINS
from dagster_project.identity.run import resolve
from dagster_project.identity.settings import IdentitySettings
from tests.support.linkage import Quality, quality, write_known_domains, write_true_clusters

pytestmark = pytest.mark.slow

_HOST = "nullif(regexp_replace(lower({}), '^(https?://)?(www[.])?([^/]*).*$', '\\3'), '')"

# What staging makes of the export, as far as identity reads it.
_RECORDS = {
    "account": f"""
        select Id as account_id, Name as account_name, ParentId as parent_account_id,
            MasterRecordId as merged_into_account_id, {_HOST.format("Website")} as website_domain,
            Phone as phone, BillingStreet as street, BillingPostalCode as postal_code,
            BillingCity as city, BillingCountry as country
    """,
    "contact": """
        select Id as contact_id, AccountId as account_id, MasterRecordId as merged_into_contact_id,
            FirstName as first_name, LastName as last_name, lower(Email) as email,
            split_part(lower(Email), '@', 2) as email_domain, Phone as phone,
            MobilePhone as mobile_phone
    """,
    "lead": """
        select Id as lead_id, ConvertedAccountId as converted_account_id,
            ConvertedContactId as converted_contact_id, MasterRecordId as merged_into_lead_id,
            FirstName as first_name, LastName as last_name, lower(Email) as email,
            split_part(lower(Email), '@', 2) as email_domain, Phone as phone,
            MobilePhone as mobile_phone, Company as company_name,
            cast(IsConverted as boolean) as is_converted
    """,
}


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    """The default made company behind a gate that admits what is neither deleted nor merged."""
    world = make_world(Settings(), has_dirt=True, progress=lambda _: None)
    write_true_clusters(world)
    delivery = Delivery(world, world.settings.last_day)
    with duckdb.connect() as con:
        con.execute("create schema canonical; create schema gate; create schema hygiene")
        for entity, columns in _RECORDS.items():
            exported = world.connection.execute(
                OBJECTS[entity.capitalize()](delivery).query
            ).to_arrow_table()
            con.register("exported", exported)
            con.execute(
                f"""
                create table canonical.{entity} as
                {columns}, 'crm' as source_name, Id as source_record_id,
                    cast(CreatedDate as timestamp) as created_at,
                    cast(SystemModstamp as timestamp) as modified_at,
                    case
                        when MasterRecordId is not null then 'merged'
                        when cast(IsDeleted as boolean) then 'deleted'
                    end as exclusion_reason
                from exported
                """
            )
            con.unregister("exported")
            con.execute(
                f"create view gate.{entity} as from canonical.{entity} "
                "where exclusion_reason is null"
            )
        con.execute(
            "create table canonical.opportunity as select null as opportunity_id, "
            "null as merged_into_opportunity_id, * exclude (account_id) from canonical.account "
            "limit 0; create table gate.opportunity as from canonical.opportunity"
        )
        con.execute(
            "create table gate.lead_history "
            "(lead_id varchar, field_name varchar, changed_at timestamptz)"
        )
        for kind in ("account", "person"):
            con.register("truth", world.connection.execute(f"from true_{kind}").to_arrow_table())
            con.execute(f"create table true_{kind} as from truth")
            con.unregister("truth")
        write_known_domains(con)
        resolve(con, IdentitySettings(free_mail_domains=FREE_MAIL_DOMAINS))
        yield con


def measured(con: duckdb.DuckDBPyConnection, kind: str, truth: str = "truth") -> Quality:
    """Of admitted records; what the vendor converted or merged is certain."""
    found = {
        "account": "select 'account' as entity, source_record_id, is_admitted, cluster_id as "
        "predicted, account_id as certain from identity.xref_account",
        "person": "select entity, xref.source_record_id, is_admitted, cluster_id as predicted, "
        "coalesce(lead.converted_contact_id, record_id) as certain "
        "from identity.xref_person as xref left join gate.lead as lead "
        "on entity = 'lead' and record_id = lead.lead_id",
    }[kind]
    return quality(
        con,
        f"select predicted, certain, {truth} as truth from ({found}) as found "
        f"inner join true_{kind} using (entity, source_record_id) where is_admitted",
    )


@pytest.mark.parametrize(
    ("kind", "least_pairs", "least_f1"), [("account", 12, 0.95), ("person", 500, 0.97)]
)
def test_records_are_told_apart(
    company: duckdb.DuckDBPyConnection, kind: str, least_pairs: int, least_f1: float
) -> None:
    found = measured(company, kind)
    print(kind, found, found.precision, found.recall, found.f1)
    assert found.true_pairs >= least_pairs
    assert found.precision >= 0.99
    assert found.f1 >= least_f1
    assert found.purity >= 0.99


THRESHOLDS = (0.05, 0.5, 0.9, 0.95, 0.99, 0.999, 0.99999, 0.9999999)


def test_no_threshold_is_better_than_the_default(company: duckdb.DuckDBPyConnection) -> None:
    """The curve of ``docs/identity.md``: what each threshold finds, and how much of it is right."""
    default = IdentitySettings(free_mail_domains=FREE_MAIL_DOMAINS)
    curve: dict[str, list[Quality]] = {"account": [], "person": []}
    try:
        for threshold in THRESHOLDS:
            resolve(
                company,
                replace(default, link_probability={"account": threshold, "person": threshold}),
            )
            for kind, points in curve.items():
                points.append(measured(company, kind))
    finally:
        resolve(company, default)
    for kind, points in curve.items():
        for threshold, point in zip(THRESHOLDS, points, strict=True):
            print(
                f"| {kind} | {threshold} | {point.found_pairs} | {point.precision:.3f} "
                f"| {point.recall:.3f} | {point.f1:.3f} |"
            )
        recalls = [point.recall for point in points]
        assert recalls == sorted(recalls, reverse=True)
        assert measured(company, kind).f1 == max(point.f1 for point in points)


def test_who_changed_the_employer_is_not_told_by_a_name(
    company: duckdb.DuckDBPyConnection,
) -> None:
    """Over all jobs precision stays; what is missed shares no address, number or company."""
    over_jobs = measured(company, "person", truth="human")
    assert over_jobs.precision >= 0.99
    missed = company.execute(
        """
        with record as (
            select feature.*, truth.human, xref.cluster_id
            from identity.person_feature as feature
            inner join identity.xref_person as xref
                on feature.entity = xref.entity and feature.record_id = xref.record_id
            inner join true_person as truth
                on xref.entity = truth.entity and xref.source_record_id = truth.source_record_id
        )
        select count(*), count(*) filter (where l.email = r.email or l.phone_key = r.phone_key
            or l.mobile_key = r.mobile_key or l.company_key = r.company_key)
        from record as l
        inner join record as r on l.human = r.human and l.record_key < r.record_key
        where l.cluster_id <> r.cluster_id
        """
    ).fetchone()
    assert missed is not None
    assert (missed[0] > 0, missed[1]) == (True, 0)


def test_every_link_is_explained_by_one_query(company: duckdb.DuckDBPyConnection) -> None:
    unexplained = company.execute(
        """
        select count(*) from identity.xref_person
        where method = 'match' and (linked_record_key is null or model_version is null
            or not json_array_length(reasons) > 0 or confidence < 0.99)
        """
    ).fetchone()
    matched = company.execute(
        "select count(*) from identity.xref_person where method = 'match'"
    ).fetchone()
    assert unexplained == (0,)
    assert matched is not None
    assert matched[0] > 500
